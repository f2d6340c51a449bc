/** Captures, cancels, lapses and other hands at Stripe in any order, with failures in between: one end, one capture, books that balance. */
import { describe, expect, it } from '@jest/globals';
import { cancelOrder } from '../api/change-order.ts';
import { insertCapture } from '../db/captures.ts';
import { statement } from '../db/database.ts';
import { checkInvariants } from '../db/invariants.ts';
import { bookDueFacts } from '../db/ledger-poster.ts';
import { lockOrder } from '../db/orders.ts';
import { recordIntent } from '../db/record-intent.ts';
import type { PaymentProvider } from '../providers/payments.ts';
import { createCancelPayment } from '../workers/cancel-payment.ts';
import { createCapturePayment } from '../workers/capture-payment.ts';
import { followUps } from '../workers/follow-ups.ts';
import { createIssueRefund } from '../workers/issue-refund.ts';
import { run, useMoneyShop } from './support/money-shop.ts';
import { readOrder } from './support/orders.ts';

const capturesOf = statement('test_captures', 'select id from captures where order_id = $1');
const openCaptures = statement('test_open', `select 1 from captures where order_id = $1 and status = 'pending'`);
const closeJobs = statement(
  'test_close',
  `update outbox set status = 'failed', finished_at = now() where status = 'pending'`,
);
const SEQUENCES = 60;

describe('any sequence around a capture', () => {
  const shop = useMoneyShop();

  /** Everything that would be run again until it is over. */
  async function settle(id: string): Promise<void> {
    await report(id);
    await sendCaptures(id);
    await createCancelPayment(shop)({ order_id: id }, run);
    for (const { id: refundId } of (await readOrder(shop.db, id)).refunds)
      await createIssueRefund(shop)({ order_id: id, refund_id: refundId }, run);
  }
  const { intent: intentOf } = shop;
  const report = (id: string) => recordIntent(shop.db, id, structuredClone(intentOf()), followUps);
  async function sendCaptures(id: string): Promise<void> {
    for (const { id: captureId } of await shop.db.rows<{ id: string }>(capturesOf, [id]))
      await createCapturePayment(shop)({ order_id: id, capture_id: captureId }, run);
  }

  it.each(Array.from({ length: SEQUENCES }, (_, seed) => [seed]))('comes to one end (%i)', async (seed) => {
    const random = randomOf(seed);
    const { db, payments } = shop;
    const id = await shop.order({ captureMethod: 'manual' });
    const { id: intentId } = intentOf();
    const part = () => 1 + Math.floor(random() * 2_000);
    const steps: (() => Promise<unknown>)[] = [
      () => db.transaction((tx) => insertCapture(tx, id, part())),
      () => db.transaction((tx) => insertCapture(tx, id, 2_000)),
      () => sendCaptures(id),
      () => db.transaction(async (tx) => cancelOrder(tx, (await lockOrder(tx, id))!, 'test')),
      () => createCancelPayment(shop)({ order_id: id }, run),
      () => payments.captureIntent(intentId, part(), `dashboard-${random()}`),
      async () => {
        if (intentOf().status === 'requires_capture')
          Object.assign(intentOf(), { status: 'canceled', cancellationReason: 'automatic' });
      },
      () => report(id),
    ];
    for (let taken = 0; taken < 8; taken++) {
      const method: keyof PaymentProvider = random() < 0.7 ? 'captureIntent' : 'cancelIntent';
      const failure = (['unknown_before', 'unknown_after', 'stuck_before', 'stuck_after'] as const)[
        Math.floor(random() * 4)
      ]!;
      if (random() < 0.4) payments.failNext(method, failure);
      const chosen = Array.from({ length: random() < 0.3 ? 2 : 1 }, () => steps[Math.floor(random() * steps.length)]!);
      await Promise.allSettled(chosen.map((step) => step()));
    }
    for (let again = 0; again < 4; again++) await settle(id).catch(() => {});
    await settle(id);
    await bookDueFacts(db);

    const [intent, order] = [intentOf(), await readOrder(db, id)];
    const taken = payments.captured.reduce((sum, { amount }) => sum + amount, 0);
    expect(payments.captured.length).toBeLessThanOrEqual(1);
    expect([intent.amountReceived, order.payment.captured_amount]).toEqual([taken, taken]);
    expect(taken).toBeLessThanOrEqual(2_000);
    expect(await db.rows(openCaptures, [id])).toEqual([]);
    if (order.status === 'canceled') {
      expect(intent.status).not.toBe('requires_capture');
      expect(order.payment.refunded_amount).toBe(taken);
    } else if (taken > 0) expect(order.payment_status).toBe(taken === 2_000 ? 'paid' : 'partially_captured');
    else expect(order.status).toBe('authorized');
  });

  it('leaves every invariant of money, order and ledger', async () => {
    await shop.db.rows(closeJobs);
    const findings = await checkInvariants(shop.db, { graceSeconds: 60, waitSeconds: 600 });
    expect(findings.filter(({ held }) => !held).map(({ title, examples }) => ({ title, examples }))).toEqual([]);
  });
});

/** Mulberry32: the same numbers for the same seed. */
function randomOf(seed: number): () => number {
  let state = seed + 1;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
