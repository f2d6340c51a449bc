import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pino from 'pino';
import { type Database, openDatabase } from '../db/database.ts';
import { readCreditFigures } from '../db/firecrawl-credits.ts';
import { uuidv7 } from '../db/ids.ts';
import { checkInvariants } from '../db/invariants.ts';
import { findDueSearches } from '../db/page-searches.ts';
import { createTestDatabase, type TestDatabase } from '../test/support/database.ts';
import { createFakeFirecrawl, type FakeFirecrawl, trouble } from '../test/support/fake-firecrawl.ts';
import { seedVariant } from '../test/support/seed-orders.ts';
import { createFindPage, type FindPageDeps } from './find-page.ts';

const WORDS = 'copper lamp';
const pages = (...urls: string[]) => urls.map((url) => ({ url, title: 'Copper Lamp 40 cm' }));
const run = { log: pino({ level: 'silent' }) };

let database: TestDatabase;
let db: Database;
let firecrawl: FakeFirecrawl;
let competitor: string;
let listing: string;

const find = (more: Partial<FindPageDeps> = {}) =>
  createFindPage({ db, firecrawl, gapSeconds: 0, creditBudget: 100, ...more })({ listing_id: listing }, run);
const row = async () =>
  (await db.pool.query('select status, status_reason, due_at > now() as later from listings where id = $1', [listing]))
    .rows[0];
const found = async () =>
  (
    await db.pool.query<{ url: string }>(
      `select url from listings where metadata ->> 'found_for' = $1 and variant_id is null order by url`,
      [listing],
    )
  ).rows.map(({ url }) => url);
const used = async () => (await readCreditFigures(db, 100)).used;

beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase({ url: database.url, applicationName: 'find-page' });
});
afterAll(async () => {
  await db.close();
  await database.drop();
});
beforeEach(async () => {
  await db.pool.query('truncate competitors, listings, page_turns, firecrawl_months, outbox cascade');
  await db.pool.query(`update firecrawl_account set refused_until = '-infinity'`);
  firecrawl = createFakeFirecrawl();
  [competitor, listing] = [uuidv7(), uuidv7()];
  await db.pool.query(
    `insert into competitors (id, name, domain, currency, locale) values ($1, 'Lamps', 'lamps.test', 'eur', 'de')`,
    [competitor],
  );
  await db.pool.query('insert into listings (id, competitor_id, search) values ($1, $2, $3)', [
    listing,
    competitor,
    WORDS,
  ]);
});

describe('a listing with words and no address', () => {
  it('has the pages of its site found, each tied to nothing', async () => {
    firecrawl.found[WORDS] = pages(
      'https://www.lamps.test/p/1?utm_source=search',
      'https://lamps.test/p/2#reviews',
      'https://lamps.test/p/2',
      'https://lamps.test/',
      'https://elsewhere.test/p/3',
      'ftp://lamps.test/p/4',
    );
    expect(await findDueSearches(db, 10)).toEqual([{ id: listing }]);
    await find();
    expect(await found()).toEqual(['https://lamps.test/p/2', 'https://www.lamps.test/p/1']);
    expect(await row()).toMatchObject({ status: 'paused', status_reason: 'pages_listed' });
    expect(await used()).toBe(2);
    // A second run, and a late one.
    await find();
    expect(firecrawl.calls).toEqual(['search']);
    expect(await findDueSearches(db, 10)).toEqual([]);
    expect((await checkInvariants(db)).every(({ held }) => held)).toBe(true);
  });

  it('that is for a variant has its pages suggested, and stays what it is', async () => {
    const variant = await seedVariant(db, `LAMP-${uuidv7().slice(-6)}`, {});
    await db.pool.query(
      `update products set name = 'Copper Lamp 40 cm' where id = (select product_id from variants where id = $1)`,
      [variant.id],
    );
    await db.pool.query(`update listings set variant_id = $2, linked_by = 'url' where id = $1`, [listing, variant.id]);
    firecrawl.found[WORDS] = [
      ...pages('https://lamps.test/p/1'),
      { url: 'https://lamps.test/p/2', title: 'Garden hose' },
    ];
    await find();
    const suggested = await db.pool.query('select url, status from match_suggestions where listing_id = $1', [listing]);
    expect(suggested.rows).toEqual([{ url: 'https://lamps.test/p/1', status: 'open' }]);
    expect(await row()).toMatchObject({ status: 'active', status_reason: 'pages_suggested', later: true });
    expect(await found()).toEqual([]);
  });

  it('adds no page that is watched already', async () => {
    await db.pool.query('insert into listings (id, competitor_id, url) values ($1, $2, $3)', [
      uuidv7(),
      competitor,
      'https://lamps.test/p/1',
    ]);
    firecrawl.found[WORDS] = pages('https://lamps.test/p/1');
    await find();
    expect(await found()).toEqual([]);
  });

  it('of which nothing is found is looked for again a day later', async () => {
    await find();
    expect(await row()).toMatchObject({ status: 'active', status_reason: 'no_page_found', later: true });
    expect(await findDueSearches(db, 10)).toEqual([]);
  });

  it('is not looked for twice when the process dies after it was asked', async () => {
    firecrawl.play('search', [new Error('killed')]);
    await expect(find()).rejects.toThrow('killed');
    await find();
    expect(firecrawl.calls).toEqual(['search']);
    expect(await row()).toMatchObject({ later: true });
    expect(await used()).toBe(2);
  });

  it.each([
    ['no_credits', 0],
    ['busy', 0],
    ['timed_out', 2],
  ] as const)(
    'waits when the search fails (%s), and is booked where it may have been done',
    async (problem, credits) => {
      firecrawl.play('search', [trouble(problem)]);
      await find();
      expect(await row()).toMatchObject({ status: 'active', status_reason: `search_failed: ${problem}`, later: true });
      expect(await used()).toBe(credits);
      expect((await readCreditFigures(db, 100)).left === 0).toBe(problem === 'no_credits');
    },
  );

  it('waits for credits, for its turn, and for somebody to ask', async () => {
    await find({ creditBudget: 1 });
    expect(firecrawl.calls).toEqual([]);
    expect(await row()).toMatchObject({ status_reason: 'no_credits', later: true });
    await db.pool.query('update listings set due_at = now()');
    await find({ firecrawl: undefined });
    expect(await row()).toMatchObject({ status_reason: 'search_needs_firecrawl', later: true });
    await db.pool.query(
      `insert into page_turns (budget, next_at) values ('firecrawl', now() + interval '5 seconds') on conflict (budget) do update set next_at = excluded.next_at`,
    );
    expect(await find()).toMatchObject({ kind: 'later' });
  });
});
