import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../test/support/database.ts';
import { waitFor } from '../test/support/wait-for.ts';
import { type Database, openDatabase } from './database.ts';
import { forgetOldTurns, giveBackHostTurn, restHost, takeHostTurn } from './host-turns.ts';

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
beforeEach(() => db.pool.query('truncate host_turns, host_visits'));

const OPTIONS = { atOnce: 4, leaseSeconds: 60 };
const take = (visit: string, host = 'a.test', options = {}) =>
  takeHostTurn(db, host, visit, { ...OPTIONS, ...options });
/** As if so many seconds had passed. */
const pass = async (seconds: number) => {
  await db.pool.query(
    `update host_turns set next_at = next_at - make_interval(secs => $1), rests_until = rests_until - make_interval(secs => $1)`,
    [seconds],
  );
  await db.pool.query(
    `update host_visits set starts_at = starts_at - make_interval(secs => $1), ends_at = ends_at - make_interval(secs => $1)`,
    [seconds],
  );
};

describe('turns at a host', () => {
  it('come at once when nobody was there lately', async () => {
    expect(await take('one')).toBe(0);
    expect(await take('two', 'b.test')).toBe(0);
  });

  it('are spaced, in the order in which they were asked for, whichever process asks', async () => {
    const waits: number[] = [];
    for (let n = 0; n < 8; n++) waits.push(await takeHostTurn(n % 2 ? db : other, 'a.test', `visit ${n}`, OPTIONS));
    // Each quarter of a second one, counted from the first: what the calls took is part of it.
    for (const [n, wait] of waits.entries()) expect(Math.abs(wait - n * 250)).toBeLessThan(n === 0 ? 1 : 150);
    expect(waits).toEqual([...waits].sort((a, b) => a - b));
  });

  it('are never given to two at the same moment, when many ask at once', async () => {
    const waits = await Promise.all(
      Array.from({ length: 40 }, (_, n) => takeHostTurn(n % 2 ? db : other, 'a.test', `visit ${n}`, OPTIONS)),
    );
    expect(waits.filter((wait) => wait === 0)).toHaveLength(1);
    const { rows } = await db.pool.query(
      `select count(distinct starts_at)::int as turns,
         extract(epoch from max(starts_at) - min(starts_at))::float8 as seconds from host_visits`,
    );
    expect(rows[0].turns).toBe(40);
    expect(rows[0].seconds).toBeCloseTo(39 / 4, 3);
  });

  it('are kept by whoever comes too early, and taken when the time has come', async () => {
    await take('one');
    const first = await take('two');
    const again = await take('two');
    expect(again).toBeLessThanOrEqual(first);
    await take('three');
    await pass(0.25);
    expect(await take('three')).toBeGreaterThan(100);
    expect(await take('two')).toBe(0);
  });

  it('of one host do not hold up another', async () => {
    for (let n = 0; n < 50; n++) await take(`visit ${n}`);
    expect(await take('late', 'b.test')).toBe(0);
  });

  it('are no more than allowed at once, however slow the host is', async () => {
    for (const visit of ['one', 'two', 'three', 'four', 'five']) {
      await take(visit);
      await pass(1);
      if (visit !== 'five') expect(await take(visit)).toBe(0);
    }
    expect(await take('five')).toBeGreaterThan(0);
    await giveBackHostTurn(db, 'two');
    await pass(2);
    expect(await take('five')).toBe(0);
  });

  it('that a dead process had are free after the lease', async () => {
    expect(await take('one', 'a.test', { atOnce: 1, leaseSeconds: 5 })).toBe(0);
    await pass(1);
    await take('two', 'a.test', { atOnce: 1 });
    await pass(1);
    expect(await take('two', 'a.test', { atOnce: 1 })).toBeGreaterThan(0);
    await pass(5);
    expect(await take('two', 'a.test', { atOnce: 1 })).toBe(0);
  });

  it('wait while the host rests, those that were booked too', async () => {
    await take('one');
    await take('two');
    await restHost(db, 'a.test', 30);
    await pass(1);
    const waits = [await take('two'), await take('three')];
    for (const wait of waits) expect(wait).toBeGreaterThan(28_000);
    await restHost(db, 'a.test', 2);
    expect(await take('three')).toBeGreaterThan(28_000);
    await pass(31);
    expect(await take('two')).toBe(0);
  });

  it('of the same visit may be taken twice: a second run of a job is not stopped by its first', async () => {
    expect(await take('one', 'a.test', { atOnce: 1 })).toBe(0);
    expect(await take('one', 'a.test', { atOnce: 1 })).toBe(0);
  });

  it('move with a visit that goes to another host', async () => {
    await take('one');
    await take('two');
    expect(await take('two', 'b.test')).toBe(0);
  });

  it('are forgotten when nobody came', async () => {
    await take('one');
    await take('two');
    await restHost(db, 'a.test', 3 * 86_400);
    await pass(2 * 86_400);
    await forgetOldTurns(db);
    const count = async (table: string) => (await db.pool.query(`select from ${table}`)).rowCount;
    expect([await count('host_visits'), await count('host_turns')]).toEqual([0, 1]);
    await pass(2 * 86_400);
    await forgetOldTurns(db);
    expect(await count('host_turns')).toBe(0);
  });

  it('keep many workers to the pace of the host, in real time', async () => {
    let under = 0;
    let most = 0;
    const starts: number[] = [];
    const visit = async (n: number) => {
      await waitFor(
        async () => (await takeHostTurn(n % 2 ? db : other, 'c.test', `v${n}`, { atOnce: 20, leaseSeconds: 60 })) === 0,
      );
      starts.push(Date.now());
      most = Math.max(most, ++under);
      await new Promise((resolve) => setTimeout(resolve, 30));
      under--;
      await giveBackHostTurn(db, `v${n}`);
    };
    const began = Date.now();
    await Promise.all(Array.from({ length: 30 }, (_, n) => visit(n)));
    expect(Date.now() - began).toBeGreaterThan((29 / 20) * 1_000 - 50);
    expect(most).toBeLessThanOrEqual(20);
    expect(starts).toHaveLength(30);
  });
});
