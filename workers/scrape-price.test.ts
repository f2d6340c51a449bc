import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import type { CompetitorRow } from '../db/competitors.ts';
import { type Database, openDatabase } from '../db/database.ts';
import { claimScrape, requestScrape } from '../db/scrapes.ts';
import { createTestDatabase, type TestDatabase } from '../test/support/database.ts';
import { createFakeStorage } from '../test/support/fake-pictures.ts';
import { createFakeSites, type FakeSites, failed, page, redirect, refused } from '../test/support/fake-sites.ts';
import { seedCompetitor, seedListing } from '../test/support/watch-list.ts';
import { loadPage } from './page-evidence.ts';
import { createRobotsReader } from './robots.ts';
import { createScrapePrice } from './scrape-price.ts';

let test: TestDatabase;
let db: Database;
let sites: FakeSites;
let site: CompetitorRow;
let storage: ReturnType<typeof createFakeStorage>;
let url: string;
let scrapeId: string;

beforeAll(async () => {
  test = await createTestDatabase();
  db = openDatabase({ url: test.url, applicationName: 'scrape-price', max: 6 });
});
afterAll(async () => {
  await db.close();
  await test.drop();
});
beforeEach(async () => {
  site = await seedCompetitor(db, { requests_per_minute: 600 });
  url = `https://${site.domain}/p/1`;
  const listing = await seedListing(db, site, null, { url });
  scrapeId = (await requestScrape(db, listing))!.id;
  storage = createFakeStorage();
  sites = createFakeSites({ [url]: page('<h1>Kettle</h1>') });
});

const run = { log: pino({ level: 'silent' }) };
const USER_AGENT = 'Stockroom/1 (+https://a.test)';
const BATCHES = { pace: { size: 1, gapSeconds: 6 }, creditBudget: 100 };
const readerDeps = () => ({
  db,
  pages: sites,
  userAgent: USER_AGENT,
  timeoutMs: 5_000,
  productToken: 'Stockroom',
  allowlist: undefined as string[] | undefined,
});
function processor(allowlist?: string[], batches: typeof BATCHES | null = BATCHES) {
  const all = { ...readerDeps(), storage, maxBytes: 1_000_000, allowlist };
  return createScrapePrice({ ...all, robots: createRobotsReader(all), batches: batches ?? undefined });
}
/** Runs the job as the queue would, waits included, up to so many times. */
async function work(scrape = processor(), times = 20) {
  for (let n = 0; n < times; n++) {
    const outcome = await scrape({ scrape_id: scrapeId }, run);
    if (outcome.kind !== 'later') return outcome;
    await new Promise((resolve) => setTimeout(resolve, Math.min(outcome.delayMs, 200)));
  }
  throw new Error('it never came to an end');
}
const row = async () => (await db.pool.query('select * from scrapes where id = $1', [scrapeId])).rows[0];
const observed = async () =>
  (await db.pool.query('select outcome, reason, detail, rule from observations where scrape_id = $1', [scrapeId])).rows;
const jobs = async () =>
  (await db.pool.query(`select queue from outbox where job_id = $1`, [`scrape-${scrapeId}`])).rows;
const pagesAsked = () => sites.asked.map((each) => each.url).filter((each) => !each.endsWith('/robots.txt'));
const robotsUrl = () => `https://${site.domain}/robots.txt`;
const pass = (seconds: number) =>
  db.pool.query(
    `update page_turns set next_at = next_at - make_interval(secs => $1), rests_until = rests_until - make_interval(secs => $1)`,
    [seconds],
  );

describe('a look at a page', () => {
  it('asks for robots.txt, then for the page, keeps it, and has it read', async () => {
    await work();
    expect(sites.asked.map((each) => each.url)).toEqual([robotsUrl(), url]);
    expect(await row()).toMatchObject({ status: 'fetched', attempts: 1, rule: 'there is no robots.txt (404)' });
    expect(await jobs()).toEqual([{ queue: 'read-page' }]);
    expect(await loadPage(storage, (await row()).page_key)).toMatchObject({
      url,
      finalUrl: url,
      html: '<h1>Kettle</h1>',
    });
  });

  it('is logged before and after, with the name and the rule', async () => {
    sites.answers.set(robotsUrl(), page('User-agent: *\nAllow: /p/'));
    await work();
    const { rows } = await db.pool.query(
      'select kind, url, outcome, status, rule, user_agent from page_requests where host = $1 order by id',
      [site.domain],
    );
    const user_agent = USER_AGENT;
    expect(rows).toEqual([
      { kind: 'robots', url: robotsUrl(), outcome: 'page', status: 200, rule: null, user_agent },
      { kind: 'page', url, outcome: 'page', status: 200, rule: 'line 2: Allow: /p/', user_agent },
    ]);
  });

  it('is done once, however often its job runs', async () => {
    await work();
    await work();
    expect(pagesAsked()).toEqual([url]);
    expect(await jobs()).toHaveLength(1);
  });

  it('is done once when two run at the same time', async () => {
    await Promise.all([work(), work()]);
    expect(pagesAsked()).toEqual([url]);
  });

  it('is taken over from a worker that died, and not before its claim is old', async () => {
    sites.answers.set(url, () => {
      throw new Error('killed');
    });
    await expect(work()).rejects.toThrow('killed');
    sites.answers.set(url, page('<h1>Kettle</h1>'));
    expect((await processor()({ scrape_id: scrapeId }, run)).kind).toBe('later');
    await db.pool.query(`update scrapes set claimed_at = claimed_at - interval '2 minutes' where id = $1`, [scrapeId]);
    await work();
    expect(await row()).toMatchObject({ status: 'fetched', attempts: 2 });
  });

  it('changes nothing when its worker wakes up after another took over', async () => {
    sites.answers.set(url, async () => {
      await db.pool.query('update scrapes set attempts = attempts + 1 where id = $1', [scrapeId]);
      return page('late');
    });
    await work();
    expect(await row()).toMatchObject({ status: 'fetching', page_key: null });
    expect(await jobs()).toEqual([]);
  });
});

describe('what may not be asked for', () => {
  it('is not asked for when robots.txt forbids it, and the line is told', async () => {
    sites.answers.set(robotsUrl(), page('User-agent: stockroom\nDisallow: /p/'));
    await work();
    expect(pagesAsked()).toEqual([]);
    expect(await row()).toMatchObject({ status: 'done', outcome: 'robots_forbidden' });
    expect(await observed()).toMatchObject([
      { outcome: 'none', reason: 'robots_forbidden', detail: 'line 2: Disallow: /p/' },
    ]);
  });

  it('is not asked for while robots.txt cannot be read, and ends with that when it stays so', async () => {
    sites.answers.set(robotsUrl(), refused(500));
    for (let n = 0; n < 4; n++) await work();
    expect(pagesAsked()).toEqual([]);
    expect(await row()).toMatchObject({ status: 'done', outcome: 'robots_unreachable' });
    // It was asked for once: the answer holds for some minutes.
    expect(sites.asked).toHaveLength(1);
  });

  it('is not asked for when its host is not on the allowlist, not even for robots.txt', async () => {
    await work(processor(['other.test']));
    expect(sites.asked).toEqual([]);
    expect(await row()).toMatchObject({ status: 'done', outcome: 'not_on_allowlist' });
  });

  it('is asked for when a host above it is on the allowlist', async () => {
    await work(processor([site.domain.split('.').slice(-1)[0]!]));
    expect(pagesAsked()).toEqual([url]);
  });

  it('is judged anew when robots.txt changes between the judgement and the request', async () => {
    await work(processor());
    const again = await seedListing(db, site, null, { url: `${url}?2` });
    scrapeId = (await requestScrape(db, again))!.id;
    sites.answers.set(`${url}?2`, page('x'));
    const scrape = processor();
    await scrape({ scrape_id: scrapeId }, run);
    // Another process has read it anew: the copy that this one holds lets nothing through any more.
    await db.pool.query(`update robots_files set version = version + 1, kind = 'read', body = $2 where origin = $1`, [
      `https://${site.domain}`,
      Buffer.from('User-agent: *\nDisallow: /'),
    ]);
    await work(scrape);
    expect(pagesAsked()).toEqual([url]);
    expect(await row()).toMatchObject({ outcome: 'robots_forbidden' });
  });

  it('is never claimed by a copy of robots.txt that was replaced or ran out', async () => {
    const origin = `https://${site.domain}`;
    await createRobotsReader(readerDeps()).read(origin);
    const claim = (version: number) =>
      claimScrape(db, { scrapeId, attempts: 0, rule: '', robots: { origin, version }, leaseSeconds: 60 });
    expect(await claim(2)).toBeUndefined();
    await db.pool.query(`update robots_files set expires_at = now() where origin = $1`, [origin]);
    expect(await claim(1)).toBeUndefined();
    await db.pool.query(`update robots_files set expires_at = now() + interval '1 hour' where origin = $1`, [origin]);
    expect(await claim(1)).toBe(1);
  });

  it('is left alone on a site that is paused, and goes on when it is active again', async () => {
    await db.pool.query(`update competitors set status = 'paused' where id = $1`, [site.id]);
    await work();
    expect(await row()).toMatchObject({ status: 'planned', queued_at: null });
    await db.pool.query(`update competitors set status = 'active' where id = $1`, [site.id]);
    await work();
    expect(await row()).toMatchObject({ status: 'fetched' });
  });
});

describe('redirects', () => {
  it('are followed within the site, each hop judged and in a turn of its own', async () => {
    const to = `https://www.${site.domain}/p/one`;
    sites.answers.set(url, redirect(to)).set(to, page('<h1>Kettle</h1>'));
    await work();
    expect(sites.asked.map((each) => each.url)).toEqual([
      robotsUrl(),
      url,
      `https://www.${site.domain}/robots.txt`,
      to,
    ]);
    for (let n = 1; n < 4; n++) expect(sites.asked[n]!.at - sites.asked[n - 1]!.at).toBeGreaterThan(99);
    expect(await row()).toMatchObject({ status: 'fetched' });
  });

  it('to what robots.txt forbids are not followed', async () => {
    const to = `https://${site.domain}/private`;
    sites.answers.set(robotsUrl(), page('User-agent: *\nDisallow: /private')).set(url, redirect(to));
    await work();
    expect(pagesAsked()).toEqual([url]);
    expect(await row()).toMatchObject({ outcome: 'robots_forbidden' });
  });

  it.each([
    ['another site', () => 'https://elsewhere.test/'],
    ['nowhere', () => null],
    ['itself for ever', () => url],
  ])('to %s end the look', async (_, to) => {
    sites.answers.set(url, redirect(to()));
    await work();
    expect(await row()).toMatchObject({ status: 'done', outcome: 'redirected_away' });
    expect(pagesAsked().every((each) => each === url)).toBe(true);
    expect(pagesAsked().length).toBeLessThanOrEqual(6);
  });
});

describe('what a site answers instead of a page', () => {
  it.each([
    [404, 'not_found'],
    [410, 'gone'],
    [451, 'blocked'],
  ])('ends the look for good: %i', async (status, outcome) => {
    sites.answers.set(url, refused(status));
    await work();
    expect(await row()).toMatchObject({ status: 'done', outcome });
    expect(await observed()).toMatchObject([{ outcome: 'none', reason: outcome }]);
  });

  it.each([
    [403, 'blocked'],
    [429, 'blocked'],
    [503, 'server_error'],
  ])(
    'lets the site rest, for longer each time, and ends the look when it does not pass: %i',
    async (status, outcome) => {
      sites.answers.set(url, refused(status));
      const rests: number[] = [];
      for (let n = 0; n < 4; n++) {
        await work();
        const { rows } = await db.pool.query(
          'select extract(epoch from rests_until - now())::float8 as seconds from page_turns where budget = $1',
          [site.domain],
        );
        rests.push(rows[0].seconds);
        await pass(rows[0].seconds + 1);
      }
      for (const [n, seconds] of rests.entries()) expect(Math.abs(seconds - 30 * 2 ** n)).toBeLessThan(3);
      expect(await row()).toMatchObject({ status: 'done', outcome });
      expect(pagesAsked()).toHaveLength(4);
    },
  );

  it('is heard when it names a time: nobody asks the site before', async () => {
    sites.answers.set(url, refused(429, 1_800));
    await work();
    const planned = await row();
    expect(planned.status).toBe('planned');
    expect(planned.planned_for.getTime() - Date.now()).toBeGreaterThan(1_790_000);
    // Whoever comes all the same goes back to the plan without asking.
    await work();
    expect(pagesAsked()).toHaveLength(1);
  });

  it('starts again from a short rest once the site has answered well', async () => {
    sites.answers.set(url, refused(503));
    await work();
    await pass(31);
    sites.answers.set(url, page('x'));
    await work();
    const { rows } = await db.pool.query('select troubles from page_turns where budget = $1', [site.domain]);
    expect(rows).toEqual([{ troubles: 0 }]);
  });

  it('may be nothing: a connection that breaks is tried again, what is no page is not', async () => {
    sites.answers.set(url, failed(true));
    await work();
    expect(await row()).toMatchObject({ status: 'planned', troubles: 1 });
    await pass(100);
    sites.answers.set(url, failed(false));
    await work();
    expect(await row()).toMatchObject({ status: 'done', outcome: 'not_html' });
  });
});

describe('a look through Firecrawl', () => {
  const viaFirecrawl = () => db.pool.query(`update competitors set source = 'firecrawl' where id = $1`, [site.id]);
  const batchJobs = async () => (await db.pool.query(`select payload from outbox where queue = 'submit-pages'`)).rows;

  it('is judged by us, and then waits in a batch', async () => {
    await viaFirecrawl();
    await work();
    await work();
    expect(pagesAsked()).toEqual([]);
    const { batch_id, ...rest } = await row();
    expect(rest).toMatchObject({ status: 'fetching', rule: 'there is no robots.txt (404)' });
    expect(await batchJobs()).toContainEqual({ payload: { batch_id } });
  });

  it('does not come to Firecrawl when robots.txt forbids it', async () => {
    await viaFirecrawl();
    sites.answers.set(robotsUrl(), page('User-agent: *\nDisallow: /p/'));
    await work();
    expect(await row()).toMatchObject({ status: 'done', outcome: 'robots_forbidden', batch_id: null });
  });

  it('ends when there are no credits', async () => {
    await viaFirecrawl();
    const poor = processor(undefined, { ...BATCHES, creditBudget: 1 });
    await work(poor);
    expect(await row()).toMatchObject({ status: 'done', outcome: 'no_credits' });
  });

  it('waits as a row where there is no key', async () => {
    await viaFirecrawl();
    await work(processor(undefined, null));
    expect(await row()).toMatchObject({ status: 'planned', queued_at: null, cleared_at: null });
  });
});
