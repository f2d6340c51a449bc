import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { type Database, openDatabase } from '../db/database.ts';
import { setCrawlDelay, takePageTurn } from '../db/page-turns.ts';
import { planRecheck, requestScrape } from '../db/scrapes.ts';
import { batchPace } from '../domain/pages/batch-pace.ts';
import { createTestDatabase, type TestDatabase } from '../test/support/database.ts';
import { waitFor } from '../test/support/wait-for.ts';
import { seedCompetitor, seedListing } from '../test/support/watch-list.ts';
import { dispatchDue, planDue, startPlanTimer } from './plan-scrapes.ts';
import { sweepScrapes } from './sweep-scrapes.ts';

let test: TestDatabase;
let db: Database;
let other: Database;

beforeAll(async () => {
  test = await createTestDatabase();
  db = openDatabase({ url: test.url, applicationName: 'plan', max: 4 });
  other = openDatabase({ url: test.url, applicationName: 'plan of another process', max: 4 });
});
afterAll(async () => {
  await Promise.all([db.close(), other.close()]);
  await test.drop();
});
beforeEach(() => db.pool.query('truncate competitors, listings, scrapes, page_turns, outbox, image_chores cascade'));

const options = () => ({ db, batches: { pace: batchPace(10, 50), creditBudget: 0 } });
const seedSite = async (listings: number, given: Parameters<typeof seedCompetitor>[1] = {}) => {
  const site = await seedCompetitor(db, given);
  const ids: string[] = [];
  for (let n = 0; n < listings; n++) ids.push(await seedListing(db, site, null));
  return { ...site, listings: ids };
};
interface Planned {
  id: string;
  listing_id: string;
  competitor_id: string;
  seconds: number;
}
const planned = async (site?: { id: string }): Promise<Planned[]> =>
  (
    await db.pool.query(
      `select id, listing_id, competitor_id, extract(epoch from planned_for - now())::float8 as seconds from scrapes
       where status = 'planned' and ($1::uuid is null or competitor_id = $1) order by planned_for`,
      [site?.id ?? null],
    )
  ).rows;
const gapsOf = (rows: Planned[]) =>
  rows.slice(1).map(({ seconds }, n) => Math.round((seconds - rows[n]!.seconds) * 10) / 10);
const jobs = async () =>
  (await db.pool.query(`select job_id, available_at from outbox where queue = 'scrape-price'`)).rows;

describe('the plan', () => {
  it('gives each due listing one look, evenly spaced by the pace of its site, the sites side by side', async () => {
    const fast = await seedSite(5, { requests_per_minute: 30 });
    const slow = await seedSite(4, { requests_per_minute: 10 });
    expect(await planDue(options())).toBe(9);
    expect(gapsOf(await planned(fast))).toEqual([2, 2, 2, 2]);
    expect(gapsOf(await planned(slow))).toEqual([6, 6, 6]);
    expect((await planned(slow))[0]!.seconds).toBeLessThan(1);
    expect(await planDue(options())).toBe(0);
  });

  it('keeps the distance that robots.txt asks for where that is longer', async () => {
    const site = await seedSite(3);
    await setCrawlDelay(db, site.domain, 30);
    await planDue(options());
    expect(gapsOf(await planned(site))).toEqual([30, 30]);
  });

  it('goes by priority, and by what is due longest', async () => {
    const site = await seedSite(3);
    const [first, second, third] = site.listings;
    await db.pool.query(`update listings set priority = 5 where id = $1`, [third]);
    await db.pool.query(`update listings set due_at = due_at - interval '1 minute' where id = $1`, [second]);
    await planDue(options());
    expect((await planned(site)).map((row) => row.listing_id)).toEqual([third, second, first]);
  });

  it('gives sites that share Firecrawl’s budget equal parts of it', async () => {
    const [a, b] = [await seedSite(4, { source: 'firecrawl' }), await seedSite(2, { source: 'firecrawl' })];
    await planDue(options());
    expect([gapsOf(await planned(a)), gapsOf(await planned(b))]).toEqual([[12, 12, 12], [12]]);
  });

  it('leaves what is paused, held, gone or has no address', async () => {
    const paused = await seedSite(1);
    await db.pool.query(`update competitors set status = 'paused' where id = $1`, [paused.id]);
    const held = await seedSite(1);
    await db.pool.query(`update competitors set status = 'held' where id = $1`, [held.id]);
    const site = await seedSite(2);
    await db.pool.query(`update listings set status = 'gone' where id = $1`, [site.listings[0]]);
    await db.pool.query(`update listings set status = 'paused' where id = $1`, [site.listings[1]]);
    await seedListing(db, site, null, { url: null, search: 'kettle' });
    expect(await planDue(options())).toBe(0);
    expect(await planned()).toEqual([]);
  });

  it('goes on where a killed one stopped, and plans nothing twice', async () => {
    const site = await seedSite(7);
    await planDue(options(), 3);
    await planDue(options());
    expect(gapsOf(await planned(site))).toEqual([6, 6, 6, 6, 6, 6]);
    await db.pool.query(`update listings set due_at = now() - interval '1 second'`);
    await planDue(options());
    expect(await planned(site)).toHaveLength(7);
  });

  it('is made once by two schedulers at the same time', async () => {
    const site = await seedSite(6);
    await Promise.all([planDue(options()), planDue({ ...options(), db: other })]);
    await planDue(options());
    expect(gapsOf(await planned(site))).toEqual([6, 6, 6, 6, 6]);
  });

  it('keeps each listing’s time of the day, also after days without it, and plans each once', async () => {
    const site = await seedSite(2, { interval_minutes: 60 });
    const [late, early] = site.listings;
    const dueTimes = async () =>
      (await db.pool.query(`select id, due_at from listings`)).rows.map(({ id, due_at }) => [id, due_at.getTime()]);
    await db.pool.query(`update listings set due_at = now() - interval '50 hours 20 minutes' where id = $1`, [late]);
    await db.pool.query(`update listings set due_at = now() - interval '10 minutes' where id = $1`, [early]);
    const was = new Map((await dueTimes()) as [string, number][]);
    await planDue(options());
    for (const [id, due] of (await dueTimes()) as [string, number][]) {
      expect((due - was.get(id)!) % 3_600_000).toBe(0);
      expect(due).toBeGreaterThan(Date.now());
      expect(due).toBeLessThanOrEqual(Date.now() + 3_600_000);
    }
    expect(await planned(site)).toHaveLength(2);
  });

  it('puts new looks behind those that wait and those that are late', async () => {
    const site = await seedSite(3);
    await planDue(options());
    await db.pool.query(`update scrapes set planned_for = planned_for - interval '1 hour'`);
    const next = await seedListing(db, site, null);
    await planDue(options());
    const row = (await planned(site)).find(({ listing_id }) => listing_id === next);
    expect(Math.round(row!.seconds / 6)).toBe(3);
  });
});

describe('looks whose time is near', () => {
  it('become jobs for their time, a minute’s worth of each site, and the rest stays rows', async () => {
    await seedSite(30);
    await planDue(options());
    expect(await dispatchDue(options())).toBe(11);
    expect(await dispatchDue(options())).toBe(0);
    const times = (await jobs()).map(({ available_at }) => available_at.getTime());
    expect(Math.max(...times) - Date.now()).toBeLessThan(61_000);
  });

  it('are no burst when they are late', async () => {
    await seedSite(40);
    await planDue(options());
    await db.pool.query(`update scrapes set planned_for = planned_for - interval '2 days'`);
    expect(await dispatchDue(options())).toBe(11);
    await db.pool.query(`update scrapes set status = 'done', outcome = 'observed', finished_at = now() where id in (
      select id from scrapes where queued_at is not null limit 4)`);
    expect(await dispatchDue(options())).toBe(4);
  });

  it('go round the sites that share Firecrawl’s budget', async () => {
    const [a, b] = [await seedSite(20, { source: 'firecrawl' }), await seedSite(3, { source: 'firecrawl' })];
    await planDue(options());
    await db.pool.query(`update scrapes set planned_for = planned_for - interval '1 hour'`);
    await dispatchDue(options());
    const { rows } = await db.pool.query(
      `select competitor_id, count(*)::int as looks from scrapes where queued_at is not null group by 1`,
    );
    const looks = new Map(rows.map((row) => [row.competitor_id, row.looks]));
    expect([looks.get(a.id), looks.get(b.id)]).toEqual([8, 3]);
  });

  it('wait where their site rests or was paused, and where Firecrawl has no key', async () => {
    const site = await seedSite(2);
    await seedSite(2, { source: 'firecrawl' });
    await planDue(options());
    await db.pool.query(`insert into page_turns (budget, rests_until) values ($1, now() + interval '1 hour')`, [
      site.domain,
    ]);
    expect(await dispatchDue({ db, batches: undefined })).toBe(0);
    await db.pool.query(`update page_turns set rests_until = now()`);
    await db.pool.query(`update competitors set status = 'paused' where id = $1`, [site.id]);
    expect(await dispatchDue({ db, batches: undefined })).toBe(0);
  });

  it('of a site that is asked rarely are in hand when its turn is near, no more than it can serve', async () => {
    const site = await seedSite(5, { requests_per_minute: 0.25 });
    await planDue(options());
    await db.pool.query(`update scrapes set planned_for = now() - interval '1 hour'`);
    await takePageTurn(db, { budget: site.domain, visit: 'one', gapSeconds: 240, leaseSeconds: 1 });
    expect(await dispatchDue(options())).toBe(0);
    await db.pool.query(`update page_turns set next_at = now() + interval '30 seconds'`);
    expect(await dispatchDue(options())).toBe(2);
  });

  it('that somebody asked for go first', async () => {
    const site = await seedSite(30);
    await planDue(options());
    await db.pool.query(`update scrapes set planned_for = planned_for - interval '1 hour'`);
    const asked = await requestScrape(db, site.listings[29]!);
    await dispatchDue(options());
    expect((await jobs()).map(({ job_id }) => job_id)).toContain(`scrape-${asked!.id}`);
  });
});

describe('a look that was asked for', () => {
  it('is one, however often it is asked for, and comes as early as the earliest wish', async () => {
    const site = await seedSite(1);
    const later = new Date(Date.now() + 600_000);
    const id = await planRecheck(db, site.listings[0]!, later);
    expect(await planRecheck(db, site.listings[0]!, new Date(Date.now() + 900_000))).toBe(id);
    expect((await planned())[0]!.seconds).toBeGreaterThan(595);
    expect((await requestScrape(db, site.listings[0]!))!.id).toBe(id);
    expect((await planned())[0]!.seconds).toBeLessThan(1);
  });

  it('goes with its listing', async () => {
    const site = await seedSite(2);
    await planDue(options());
    await requestScrape(db, site.listings[0]!);
    await db.pool.query('delete from listings where id = $1', [site.listings[0]]);
    expect((await planned()).map(({ listing_id }) => listing_id)).toEqual([site.listings[1]]);
  });

  it('stands beside the scheduled one', async () => {
    const site = await seedSite(1);
    await planDue(options());
    await requestScrape(db, site.listings[0]!);
    expect(await planned()).toHaveLength(2);
  });

  it('is none for a listing without an address', async () => {
    const site = await seedSite(0);
    expect(await requestScrape(db, await seedListing(db, site, null, { url: null, search: 'x' }))).toBeUndefined();
  });
});

describe('what was left behind', () => {
  const sweep = () => sweepScrapes({ db, staleSeconds: 15, retentionDays: 30, pageLogDays: 30 });
  const age = () =>
    db.pool.query(
      `update scrapes set queued_at = queued_at - interval '1 hour', claimed_at = claimed_at - interval '1 hour'`,
    );

  it('gets its job again: planned, claimed by a dead worker, or fetched and not read', async () => {
    const site = await seedSite(3);
    await planDue(options());
    await dispatchDue(options());
    await db.pool.query('truncate outbox');
    const [a, b, c] = (await planned(site)).map(({ id }) => id);
    await db.pool.query(`update scrapes set status = 'fetching', claimed_at = now() where id = $1`, [b]);
    await db.pool.query(`update scrapes set status = 'fetched', claimed_at = now() where id = $1`, [c]);
    await sweep();
    expect((await db.pool.query('select from outbox')).rowCount).toBe(0);
    await age();
    await sweep();
    await sweep();
    const { rows } = await db.pool.query('select queue, job_id from outbox order by queue, job_id');
    expect(rows).toEqual([
      { queue: 'read-page', job_id: `scrape-${c}` },
      ...[`scrape-${a}`, `scrape-${b}`].sort().map((job_id) => ({ queue: 'scrape-price', job_id })),
    ]);
  });

  it('ends with its reason when its job gave up', async () => {
    await seedSite(1);
    await planDue(options());
    await dispatchDue(options());
    await db.pool.query(
      `update outbox set status = 'failed', finished_at = now(), last_error = '{"message":"out of memory"}'`,
    );
    await sweep();
    const { rows } = await db.pool.query(
      'select s.status, s.outcome, o.detail from scrapes s join observations o on o.scrape_id = s.id',
    );
    expect(rows).toEqual([{ status: 'done', outcome: 'source_failed', detail: 'The job gave up: out of memory' }]);
  });

  it('is trimmed when it is old', async () => {
    await seedSite(2);
    await planDue(options());
    await db.pool.query(
      `update scrapes set status = 'done', outcome = 'observed', finished_at = now() - interval '31 days'
       where id = (select id from scrapes limit 1)`,
    );
    await sweep();
    expect((await db.pool.query('select from scrapes')).rowCount).toBe(1);
  });
});

it('the timer plans and dispatches, beside another', async () => {
  await seedSite(12);
  const common = { ...options(), everyMs: 20, staleSeconds: 15, retentionDays: 30, pageLogDays: 30 };
  const log = pino({ level: 'silent' });
  const timers = [startPlanTimer({ ...common, log }), startPlanTimer({ ...common, db: other, log })];
  await waitFor(async () => (await jobs()).length === 11);
  await Promise.all(timers.map((timer) => timer.close()));
  expect(await planned()).toHaveLength(12);
});
