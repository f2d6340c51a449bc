import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Database, openDatabase, statement } from '../db/database.ts';
import { listFindings } from '../db/finding-list.ts';
import type { FindingRow } from '../db/findings.ts';
import { createTestDatabase, type TestDatabase } from '../test/support/database.ts';
import { makeTrouble } from '../test/support/money-trouble.ts';
import { createTestReconciler, type TestReconciler } from '../test/support/reconcile.ts';
import { type StripeBooks, startStripeBooks } from '../test/support/stripe-books.ts';
import type { Expected } from '../test/support/trouble-books.ts';

const ORDERS = Number(process.env.TROUBLED_ORDERS ?? 300);
const counts = statement(
  'test_counts',
  `select (select count(*)::integer from ledger_transactions) as bookings, (select count(*)::integer from refunds) as refunds,
     (select count(*)::integer from inbox_events) as events, (select count(*)::integer from findings) as findings`,
);
const openExceptions = statement(
  'test_exceptions',
  `select code, subject from exceptions where resolved_at is null and code like 'reconciliation_%'`,
);

const naming = ({ kind, code, subject }: Pick<Expected, 'kind' | 'code' | 'subject'>) => `${kind} ${code} ${subject}`;

describe(`a shop of ${ORDERS} orders with trouble in its books`, () => {
  let database: TestDatabase;
  let db: Database;
  let stripe: StripeBooks;
  let reconciler: TestReconciler;
  let expected: Expected[];

  beforeAll(async () => {
    database = await createTestDatabase();
    db = openDatabase({ url: database.url, applicationName: 'test' });
    stripe = await startStripeBooks();
    reconciler = createTestReconciler(db, stripe.url);
    expected = await makeTrouble(db, stripe, ORDERS);
    await reconciler.runAll();
  }, 600_000);
  afterAll(async () => {
    await stripe.close();
    await db.close();
    await database.drop();
  });

  const findings = async (): Promise<FindingRow[]> => listFindings(db, {}, { limit: 100_000 });

  it('finds and names every trouble, and nothing else', async () => {
    const found = (await findings()).map(naming).sort();
    expect(found).toEqual(expected.map(naming).sort());
  });

  it('explains each in a sentence, with an owner and what would repair it', async () => {
    for (const { explanation, repair, owner, code } of await findings()) {
      expect([code, explanation]).toEqual([code, expect.stringMatching(/^.{40,}\.$/)]);
      expect(repair.length).toBeGreaterThan(20);
      expect(['finance', 'operations', 'engineering']).toContain(owner);
    }
  });

  it('repairs what is safe, and lists the rest as exceptions', async () => {
    const of = async (status: string) =>
      [...new Set((await findings()).filter((row) => row.status === status).map(({ code }) => code))].sort();
    expect(await of('repaired')).toEqual([
      'dispute_behind',
      'dispute_not_recorded',
      'event_missed',
      'fee_unknown',
      'order_behind_intent',
      'payout_exchanged',
      'refund_not_recorded',
    ]);
    expect(await of('accepted')).toEqual(['payout_manual']);
    const open = (await findings()).filter(({ status }) => status === 'open');
    const listed = await db.rows<{ code: string; subject: string }>(openExceptions);
    expect(listed.map(({ code, subject }) => `${code} ${subject}`).sort()).toEqual(
      open.map(({ code, subject }) => `reconciliation_${code} ${subject}`).sort(),
    );
  });

  it('finds, repairs and books nothing new when it runs again', async () => {
    const [before] = await db.rows(counts);
    const open = (await findings()).filter(({ status }) => status === 'open').map(naming);
    await reconciler.runAll();
    expect(await db.rows(counts)).toEqual([before]);
    expect((await findings()).filter(({ status }) => status === 'open').map(naming)).toEqual(open);
  });
});
