import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../test/support/database.ts';
import { spawnNode } from '../test/support/spawn-node.ts';
import { seedCompetitor } from '../test/support/watch-list.ts';
import { type Database, openDatabase } from './database.ts';
import {
  endPageTurn,
  findSite,
  forgetPageTurns,
  noteRecovered,
  restBudget,
  setCrawlDelay,
  takePageTurn,
} from './page-turns.ts';

let database: TestDatabase;
let db: Database;
let other: Database;

beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase({ url: database.url, applicationName: 'turns' });
  other = openDatabase({ url: database.url, applicationName: 'turns of another process' });
});
afterAll(async () => {
  await Promise.all([db.close(), other.close()]);
  await database.drop();
});
beforeEach(() => db.pool.query('truncate page_turns'));

const turn = (visit: string, more: { budget?: string; gapSeconds?: number; leaseSeconds?: number } = {}) => ({
  ...{ budget: 'a.test', visit, gapSeconds: 6, leaseSeconds: 30 },
  ...more,
});
/** As if so many seconds had passed. */
const pass = (seconds: number) =>
  db.pool.query(
    `update page_turns set next_at = next_at - make_interval(secs => $1), rests_until = rests_until - make_interval(secs => $1),
       visit_ends_at = visit_ends_at - make_interval(secs => $1)`,
    [seconds],
  );

describe('turns at a site', () => {
  it('come at once when nobody was there lately, and of one site do not hold up another', async () => {
    expect(await takePageTurn(db, turn('one'))).toBe(0);
    expect(await takePageTurn(db, turn('two', { budget: 'b.test' }))).toBe(0);
  });

  it('are taken by one at a time, and the next comes a gap after the request has ended', async () => {
    await takePageTurn(db, turn('one'));
    await pass(20);
    // It is still under way: the site is slower than its turns come.
    expect(await takePageTurn(other, turn('two'))).toBeGreaterThan(0);
    await endPageTurn(db, turn('one'));
    const wait = await takePageTurn(other, turn('two'));
    expect(Math.abs(wait - 6_000)).toBeLessThan(500);
    await pass(6);
    expect(await takePageTurn(other, turn('two'))).toBe(0);
  });

  it('that a dead process had are free after its lease and the gap behind it', async () => {
    await takePageTurn(db, turn('dead'));
    await pass(35);
    expect(await takePageTurn(db, turn('two'))).toBeGreaterThan(0);
    await pass(2);
    expect(await takePageTurn(db, turn('two'))).toBe(0);
  });

  it('are not ended by whoever had them before', async () => {
    await takePageTurn(db, turn('late'));
    await pass(40);
    await takePageTurn(db, turn('two'));
    await endPageTurn(db, turn('late'));
    await pass(10);
    expect(await takePageTurn(db, turn('three'))).toBeGreaterThan(0);
  });

  it('wait while the site rests, for twice as long each time, or for as long as it asks', async () => {
    const rests: number[] = [];
    for (let n = 0; n < 3; n++) {
      rests.push(Math.round(await restBudget(db, 'a.test', { reason: '503' })));
      await pass(rests.at(-1)!);
    }
    rests.push(Math.round(await restBudget(db, 'a.test', { reason: '429', askedSeconds: 900 })));
    expect(rests).toEqual([30, 60, 120, 900]);
    expect(Math.round((await takePageTurn(db, turn('one'))) / 1_000)).toBe(900);
    await noteRecovered(db, 'a.test');
    await pass(900);
    expect(Math.round(await restBudget(db, 'a.test', { reason: '503' }))).toBe(30);
  });

  it('do not wait longer than a day for what a site asks, nor six hours by themselves', async () => {
    expect(await restBudget(db, 'a.test', { reason: '429', askedSeconds: 1e9 })).toBeCloseTo(86_400, -2);
    await db.pool.query(`update page_turns set troubles = 29, rests_until = '-infinity'`);
    expect(await restBudget(db, 'a.test', { reason: '503' })).toBeCloseTo(21_600, -2);
  });

  it('keep the distance that robots.txt asks for from the moment it was read', async () => {
    await setCrawlDelay(db, 'a.test', 40);
    expect(await takePageTurn(db, turn('one'))).toBeGreaterThan(39_000);
  });

  it('are those of the nearest competitor above a host', async () => {
    const shop = await seedCompetitor(db, { domain: 'shop.test:81', requests_per_minute: 20 });
    await seedCompetitor(db, { domain: 'de.shop.test:81', requests_per_minute: 30 });
    expect(await findSite(db, 'www.shop.test:81')).toEqual({ budget: shop.domain, gapSeconds: 3 });
    expect(await findSite(db, 'm.de.shop.test:81')).toEqual({ budget: 'de.shop.test:81', gapSeconds: 2 });
    expect(await findSite(db, 'shop.test')).toEqual({ budget: 'shop.test', gapSeconds: 6 });
    expect(await findSite(db, 'othershop.test:81')).toEqual({ budget: 'othershop.test:81', gapSeconds: 6 });
    await setCrawlDelay(db, shop.domain, 10);
    expect(await findSite(db, shop.domain)).toEqual({ budget: shop.domain, gapSeconds: 10 });
  });

  it('of hosts that nobody asks any more are forgotten', async () => {
    await takePageTurn(db, turn('one', { budget: 'nobody.test' }));
    await pass(2 * 86_400);
    await forgetPageTurns(db);
    expect((await db.pool.query('select from page_turns')).rowCount).toBe(0);
  });

  it('are held by several processes at once, whatever each request takes: no two starts nearer than the gap', async () => {
    const processes = Array.from({ length: 3 }, (_, n) =>
      spawnNode(['test/support/take-page-turns.ts', database.url, `p${n}`], {}),
    );
    await Promise.all(processes.map(({ exited }) => exited));
    const starts = processes
      .flatMap(({ lines }) => lines.filter((line) => line.startsWith('start ')))
      .map((line) => Number(line.slice(6)))
      .sort((a, b) => a - b);
    expect(starts).toHaveLength(3 * 8);
    const gaps = starts.slice(1).map((at, n) => at - starts[n]!);
    // As told by the machine's one clock, which whoever asks reads after the turn was given.
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(100);
    // 600 a minute: a window of so long never holds more than its share.
    for (const [n, at] of starts.entries())
      expect(starts.slice(n).filter((each) => each < at + 1_000).length).toBeLessThanOrEqual(10);
  }, 30_000);
});
