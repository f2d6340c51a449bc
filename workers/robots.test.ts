import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Database, openDatabase } from '../db/database.ts';
import { createTestDatabase, type TestDatabase } from '../test/support/database.ts';
import { createFakeSites, type FakeSites, failed, page, redirect, refused } from '../test/support/fake-sites.ts';
import { seedCompetitor } from '../test/support/watch-list.ts';
import { judgePage } from './judge-page.ts';
import { createRobotsReader, type RobotsReader } from './robots.ts';

let test: TestDatabase;
let db: Database;
let sites: FakeSites;
let origin: string;
let domain: string;

beforeAll(async () => {
  test = await createTestDatabase();
  db = openDatabase({ url: test.url, applicationName: 'robots', max: 8 });
});
afterAll(async () => {
  await db.close();
  await test.drop();
});
beforeEach(async () => {
  ({ domain } = await seedCompetitor(db, { requests_per_minute: 600 }));
  origin = `https://${domain}`;
  sites = createFakeSites();
});

const reader = (allowlist?: string[]) => {
  const deps = { db, pages: sites, userAgent: 'Stockroom/1 (+x)', timeoutMs: 5_000, productToken: 'Stockroom' };
  return createRobotsReader({ ...deps, allowlist });
};
const file = (text: string, more = {}) => page(`User-agent: *\n${text}`, more);
const put = (answer: Parameters<FakeSites['answers']['set']>[1]) => sites.answers.set(`${origin}/robots.txt`, answer);
const judge = (robots: RobotsReader, path = '/p') =>
  judgePage({ robots, productToken: 'Stockroom', allowlist: undefined }, `${origin}${path}`);
/** Asked until there is an answer. */
async function ask(path = '/p', robots = reader()) {
  for (let n = 0; n < 100; n++) {
    const judged = await judge(robots, path);
    if (judged.kind !== 'later') return judged;
    await new Promise((resolve) => setTimeout(resolve, Math.min(judged.delayMs, 120)));
  }
  throw new Error('no answer');
}
/** The copy has run out. */
const expire = () => db.pool.query(`update robots_files set expires_at = now() where origin = $1`, [origin]);
const row = async () => (await db.pool.query('select * from robots_files where origin = $1', [origin])).rows[0];
const asked = () => sites.asked.map(({ url }) => url);

describe('a robots.txt', () => {
  it('is asked for once by all who want to know, however many they are', async () => {
    put(async () => {
      await new Promise((resolve) => setTimeout(resolve, 100));
      return file('Disallow: /x');
    });
    const all = await Promise.all(Array.from({ length: 8 }, () => ask('/p', reader())));
    expect(new Set(all.map(({ kind }) => kind))).toEqual(new Set(['allowed']));
    expect(asked()).toEqual([`${origin}/robots.txt`]);
  });

  it('is asked for again when it has run out, and forbids from then on', async () => {
    const robots = reader();
    put(file('Allow: /'));
    expect(await ask('/p', robots)).toMatchObject({ kind: 'allowed' });
    put(file('Disallow: /'));
    expect(await ask('/p', robots)).toMatchObject({ kind: 'allowed' });
    await expire();
    expect(await ask('/p', robots)).toMatchObject({ kind: 'refused', rule: 'line 2: Disallow: /' });
  });

  it('that another process has read anew is the one that holds', async () => {
    const [one, other] = [reader(), reader()];
    put(file('Allow: /'));
    await ask('/p', one);
    await expire();
    put(file('Disallow: /'));
    await ask('/p', other);
    expect(await judge(one)).toMatchObject({ kind: 'refused' });
  });

  it('that cannot be had any more is not made up for by the copy that ran out', async () => {
    put(file('Allow: /'));
    await ask();
    await expire();
    put(failed(true));
    expect(await ask()).toMatchObject({ kind: 'unreachable' });
  });

  it('is confirmed by its tag', async () => {
    put(file('Disallow: /x', { etag: '"1"' }));
    await ask();
    await expire();
    put({ kind: 'not_modified', status: 304 });
    expect(await ask('/x')).toMatchObject({ kind: 'refused' });
    expect(await row()).toMatchObject({ version: 2, kind: 'read', etag: '"1"' });
  });

  it('may have rules that are no UTF-8', async () => {
    const body = Buffer.from('User-agent: *\nDisallow: /caf\xe9', 'latin1');
    put({ ...page(''), body } as ReturnType<typeof page>);
    expect(await ask('/caf%E9')).toMatchObject({ kind: 'refused' });
  });

  it.each([
    ['404: all is allowed', refused(404), 'allowed'],
    ['403: all is allowed', refused(403), 'allowed'],
    ['429: nothing is', refused(429, 100), 'unreachable'],
    ['500: nothing is', refused(500), 'unreachable'],
    ['no answer: nothing is', failed(true), 'unreachable'],
  ])('answered with %s', async (_, answer, kind) => {
    put(answer);
    expect(await ask()).toMatchObject({ kind });
  });

  it('that is not answered is asked for again after a while, ever less often', async () => {
    put(failed(true));
    const waits: number[] = [];
    for (let n = 0; n < 3; n++) {
      await ask();
      const { fetched_at, expires_at } = await row();
      waits.push(Math.round((expires_at - fetched_at) / 1_000));
      await expire();
    }
    expect(waits).toEqual([300, 600, 1_200]);
    expect((await row()).failures).toBe(3);
  });

  it('lets its site rest when it says "not now"', async () => {
    put(refused(429, 700));
    await ask();
    const { rows } = await db.pool.query('select rests_until from page_turns where budget = $1', [domain]);
    expect(rows[0].rests_until.getTime() - Date.now()).toBeGreaterThan(690_000);
  });

  it('is followed through five redirects, each in a turn of its own, also to other hosts', async () => {
    const hop = (n: number) => `https://hop-${n}-${domain}/robots.txt`;
    put(redirect(hop(1)));
    for (let n = 1; n < 5; n++) sites.answers.set(hop(n), redirect(hop(n + 1)));
    sites.answers.set(hop(5), file('Disallow: /p'));
    expect(await ask()).toMatchObject({ kind: 'refused' });
    expect(asked()).toEqual([`${origin}/robots.txt`, ...[1, 2, 3, 4, 5].map(hop)]);
    const { rows } = await db.pool.query(`select budget from page_turns where budget like $1`, [`hop-%-${domain}`]);
    expect(rows).toHaveLength(5);
  });

  it('that redirects for ever is none', async () => {
    put(redirect(`${origin}/robots.txt`));
    expect(await ask()).toMatchObject({ kind: 'allowed', rule: expect.stringContaining('more than five redirects') });
    expect(asked()).toHaveLength(6);
  });

  it('that redirects to where nobody may go allows nothing', async () => {
    put(redirect(null));
    expect(await ask()).toMatchObject({ kind: 'unreachable' });
  });

  it('is not followed to a host that is not on the allowlist', async () => {
    put(redirect('https://elsewhere.test/robots.txt'));
    expect(await ask('/p', reader([domain]))).toMatchObject({ kind: 'unreachable' });
    expect(asked()).toEqual([`${origin}/robots.txt`]);
  });

  it('has the next request wait for its crawl-delay, and the plan reckon with it', async () => {
    put(file('Crawl-delay: 20'));
    expect(await ask()).toMatchObject({ kind: 'allowed', crawlDelaySeconds: 20 });
    const { rows } = await db.pool.query(
      'select crawl_delay_seconds, extract(epoch from next_at - now())::float8 as wait from page_turns where budget = $1',
      [domain],
    );
    expect(rows[0].crawl_delay_seconds).toBe(20);
    expect(Math.abs(rows[0].wait - 20)).toBeLessThan(2);
  });

  it('is asked for by another when the process that asks for it dies', async () => {
    put(() => {
      throw new Error('killed');
    });
    await expect(ask()).rejects.toThrow('killed');
    put(file('Allow: /'));
    expect(await ask()).toMatchObject({ kind: 'allowed' });
    await db.pool.query(
      `update robots_files set expires_at = now(), asking = 'dead', asking_until = now() + interval '1 minute' where origin = $1`,
      [origin],
    );
    expect(await judge(reader())).toMatchObject({ kind: 'later' });
    await db.pool.query(`update robots_files set asking_until = now() where origin = $1`, [origin]);
    expect(await ask()).toMatchObject({ kind: 'allowed' });
  });
});
