import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Database, openDatabase, statement } from '../db/database.ts';
import { createTestDatabase, type TestDatabase } from '../test/support/database.ts';
import { makeTrouble } from '../test/support/money-trouble.ts';
import { createTestReconciler, type TestReconciler } from '../test/support/reconcile.ts';
import { type StripeBooks, startStripeBooks } from '../test/support/stripe-books.ts';
import { runCli } from './program.ts';

const waiting = statement('test_waiting_runs', `select id from reconciliation_runs where status = 'queued'`);

let database: TestDatabase;
let db: Database;
let stripe: StripeBooks;
let reconciler: TestReconciler;
let pool: NodeJS.Timeout;
beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase({ url: database.url, applicationName: 'cli-test' });
  stripe = await startStripeBooks();
  reconciler = createTestReconciler(db, stripe.url);
  await makeTrouble(db, stripe, 60);
  pool = setInterval(async () => {
    for (const { id } of await db.rows<{ id: string }>(waiting)) await reconciler.carryOut(id).then(reconciler.work);
  }, 50);
});
afterAll(async () => {
  clearInterval(pool);
  await new Promise((resolve) => setTimeout(resolve, 200));
  await stripe.close();
  await db.close();
  await database.drop();
});

async function run(...args: string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const streams = { out: (text: string) => void out.push(text), err: (text: string) => void err.push(text) };
  const code = await runCli(args, () => ({ databaseUrl: database.url, redisUrl: undefined }), streams);
  return { code, out: out.join(''), err: err.join('') };
}

it('shows what it would find and changes nothing, then finds and repairs, then says that all is well', async () => {
  const dry = await run('reconcile', 'events');
  expect(dry).toMatchObject({
    code: 1,
    out: expect.stringMatching(/events +event_missed +dry run +1 +evt_\S+ +Stripe lists event .{60,}\.\n/),
    err: expect.stringContaining('--apply'),
  });
  expect((await run('findings', 'list', '--status', 'repaired')).out).toBe('Nothing.\n');
  const applied = await run('reconcile', 'events', '--apply');
  expect(applied).toMatchObject({ code: 1, out: expect.stringMatching(/events +event_missed +repaired +1/) });
  expect(await run('reconcile', 'events', '--apply')).toMatchObject({ code: 0, out: 'Nothing.\n' });
});

it('runs all kinds in turn, and a finding is accepted with a note', async () => {
  const all = await run('reconcile', '--apply', '--since', '2020-01-01', '--json');
  expect(all.code).toBe(1);
  const codes = (JSON.parse(all.out) as { code: string }[]).map(({ code }) => code);
  expect(codes).toEqual(expect.arrayContaining(['order_behind_intent', 'charge_doubled', 'payout_failed']));
  const open = JSON.parse((await run('findings', 'list', '--code', 'charge_doubled', '--json')).out) as {
    id: string;
  }[];
  expect(await run('findings', 'accept', open[0]!.id, '--note', 'refunded by hand')).toMatchObject({ code: 0 });
  expect(await run('findings', 'resolve', open[0]!.id, '--note', 'twice')).toMatchObject({ code: 1 });
});

it('corrects a finding by a booking: shown first, booked when told, and once', async () => {
  const [open] = JSON.parse((await run('findings', 'list', '--code', 'fee_differs', '--json')).out) as {
    id: string;
    subject: string;
  }[];
  const correct = (...args: string[]) => run('findings', 'correct', open!.id, '--note', 'as Stripe says', ...args);
  const shown = await correct();
  expect(shown).toMatchObject({ code: 0, out: expect.stringContaining('Nothing was booked: add --book.') });
  expect(shown.out).toMatch(/correction\/\S+ +fee\/\S+ +stripe_fees +usd +-/);
  expect(await correct('--account', 'nowhere')).toMatchObject({ code: 2 });
  expect(await correct('--account', 'revenue')).toMatchObject({ code: 1, err: expect.stringContaining('name none') });
  expect(await correct('--book')).toMatchObject({ code: 0, out: expect.stringContaining('is corrected.') });
  expect(await correct('--book')).toMatchObject({ code: 1, err: expect.stringContaining('corrected already') });
  expect((await run('findings', 'list', '--status', 'corrected')).out).toContain(open!.subject);
});

it('refuses what is no kind and no time', async () => {
  expect((await run('reconcile', 'everything')).code).toBe(2);
  expect((await run('reconcile', 'events', '--since', 'yesterday')).code).toBe(2);
});
