import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Database, openDatabase } from '../db/database.ts';
import { checkInvariants } from '../db/invariants.ts';
import { openBatch, recordStarted } from '../db/page-batches.ts';
import { createTestDatabase, type TestDatabase } from '../test/support/database.ts';
import { planFirecrawlScrapes } from '../test/support/firecrawl-listings.ts';
import { type BatchSweepOptions, batchSweepSteps } from './sweep-batches.ts';

let database: TestDatabase;
let db: Database;
let batchId: string;

const sweep = async (more: Partial<BatchSweepOptions> = {}) => {
  const options = { db, staleSeconds: 15, creditBudget: 100, operationsEmail: 'ops@shop.test', ...more };
  for (const step of batchSweepSteps(options)) await step();
};
const jobs = async () =>
  (await db.pool.query<{ queue: string }>(`select queue from outbox where job_id = $1`, [`batch-${batchId}`])).rows.map(
    ({ queue }) => queue,
  );
const age = (column: string) => db.pool.query(`update page_batches set ${column} = now() - interval '20 minutes'`);
const told = async () =>
  (await db.pool.query<{ cause: string; data: object }>('select cause, data from notifications order by id')).rows;

beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase({ url: database.url, applicationName: 'sweep-batches' });
});
afterAll(async () => {
  await db.close();
  await database.drop();
});
beforeEach(async () => {
  await db.pool.query(
    'truncate page_batches, page_batch_items, firecrawl_months, outbox, notifications, scrapes cascade',
  );
  await db.pool.query(`update firecrawl_account set refused_until = '-infinity'`);
  const planned = await planFirecrawlScrapes(db, 2);
  const opened = await db.transaction((tx) =>
    openBatch(
      tx,
      planned.map(({ scrapeId }) => scrapeId),
      { budget: 100 },
    ),
  );
  if (opened.kind !== 'opened') throw new Error(opened.kind);
  batchId = opened.batchId;
});

describe('the sweep of batches', () => {
  it('has one started that has no job', async () => {
    await sweep();
    expect(await jobs()).toEqual([]);
    await age('created_at');
    await sweep();
    await sweep();
    expect(await jobs()).toEqual(['submit-pages']);
  });

  it('has one looked at when it is time, whether it was reported on or not', async () => {
    await recordStarted(db, batchId, 'provider', 15);
    await sweep();
    expect(await jobs()).toEqual([]);
    await age('due_at');
    await sweep();
    expect(await jobs()).toEqual(['collect-pages']);
  });

  it('lets a job rest that gave up, and opens it again', async () => {
    await age('created_at');
    await sweep();
    await db.pool.query(`update outbox set status = 'failed', finished_at = now()`);
    await sweep();
    const status = async () => (await db.pool.query<{ status: string }>('select status from outbox')).rows[0]!.status;
    expect(await status()).toBe('failed');
    await db.pool.query(`update outbox set finished_at = now() - interval '10 minutes'`);
    await sweep();
    expect(await status()).toBe('pending');
  });
});

describe('operations', () => {
  const use = (credits: number) => db.pool.query('update firecrawl_months set used = $1', [credits]);

  it('hear once that the budget is nearly used, and once that it is', async () => {
    await use(69);
    await sweep();
    expect(await told()).toEqual([]);
    await use(70);
    await Promise.all([sweep(), sweep(), sweep()]);
    expect(await told()).toMatchObject([
      { data: { kind: 'firecrawl_credits_low', credits_used: 80, credit_budget: 100, credit_state: 'credits_low' } },
    ]);
    await use(86);
    await sweep();
    await sweep();
    expect((await told()).map(({ data }) => (data as { credit_state: string }).credit_state)).toEqual([
      'credits_low',
      'credits_stopped',
    ]);
  });

  it('hear that Firecrawl refuses, once a day, also without a budget of ours', async () => {
    await db.pool.query(`update firecrawl_account set refused_until = now() + interval '1 hour'`);
    await sweep({ creditBudget: 0 });
    await sweep({ creditBudget: 0 });
    expect(await told()).toMatchObject([{ data: { credit_state: 'credits_refused', credit_budget: null } }]);
  });

  it('hear nothing while there is enough, or no budget', async () => {
    await use(1_000);
    await sweep({ creditBudget: 0 });
    await sweep({ creditBudget: 100_000 });
    expect(await told()).toEqual([]);
  });
});

describe('the invariants', () => {
  const violations = async () =>
    (await checkInvariants(db)).flatMap(({ examples }) => (examples as { rule: string }[]).map(({ rule }) => rule));

  it('hold for a batch that waits', async () => {
    expect(await violations()).toEqual([]);
  });

  it('find credits that were booked otherwise than their pages', async () => {
    await db.pool.query('update firecrawl_months set used = used + 1');
    expect(await violations()).toEqual(['firecrawl_credits_unlike_their_pages']);
    await db.pool.query('update firecrawl_months set used = used - 1, reserved = reserved - 5');
    expect(await violations()).toEqual(['firecrawl_credits_unlike_their_pages']);
  });

  it('find batches without an owner, and scrapes of one that ended', async () => {
    await age('created_at');
    expect(await violations()).toContain('batch_has_no_owner');
    await db.pool.query(`update page_batches set status = 'refused', finished_at = now() - interval '20 minutes'`);
    expect(await violations()).toContain('scrape_waits_for_a_batch_that_ended');
  });
});
