/**
 * Whatever happens to the money of an order, in whatever order, with its news lost, doubled and late: in the end
 * captured − refunded − disputed is what Stripe holds, never below zero, and the ledger sums to zero.
 */
import { describe, expect, it } from '@jest/globals';
import { statement } from '../db/database.ts';
import { checkInvariants } from '../db/invariants.ts';
import { insertRefund, lockOrderMoney } from '../db/refunds.ts';
import type { ProviderDispute } from '../providers/payment-disputes.ts';
import { PaymentRefusedError, type ProviderRefund } from '../providers/payments.ts';
import { createFakePayments } from '../test/support/fake-payments.ts';
import { type MoneyShop, run, useMoneyShop } from '../test/support/money-shop.ts';
import { readOrder } from '../test/support/orders.ts';
import { createIssueRefund } from './issue-refund.ts';

const openRefunds = statement(
  'test_open',
  `select id from refunds where order_id = $1 and status in ('pending', 'requested', 'requires_action')`,
);
const ledgerSum = statement(
  'test_sum',
  'select currency, sum(amount)::integer as sum from ledger_entries group by currency having sum(amount) <> 0',
);
const TOTAL = 10_000;
const STEPS = 14;

describe('any sequence of refunds, failures and disputes', () => {
  const shop = useMoneyShop();

  it.each(Array.from({ length: 40 }, (_, index) => index + 1))('comes to what Stripe holds (seed %i)', async (seed) => {
    const random = createRandom(seed);
    const stripe = createStripe();
    const { db } = shop;
    shop.payments = stripe.payments;
    const id = await shop.order({ quantity: 5 });
    const issue = createIssueRefund(shop);
    const issueOpen = async () => {
      for (const refund of await db.rows<{ id: string }>(openRefunds, [id]))
        await issue({ order_id: id, refund_id: refund.id }, run).catch(() => {});
    };
    const ask = (amount: number) =>
      db.transaction(async (tx) => {
        await lockOrderMoney(tx, id);
        return insertRefund(tx, { orderId: id, cause: `test/${random(1e9)}`, amount });
      });
    const steps: (() => unknown)[] = [
      () => ask(1 + random(4_000)),
      () => Promise.all([ask(1 + random(3_000)), ask(1 + random(3_000)), ask(1 + random(3_000))]),
      issueOpen,
      issueOpen,
      () => stripe.payments.failNext('createRefund', random(2) ? 'unknown_after' : 'stuck_after'),
      () => stripe.refundInDashboard(1 + random(2_000)),
      () => stripe.endRefund(random(10), random(3) ? 'succeeded' : 'failed'),
      () => stripe.sendBack(random(10)),
      () => stripe.dispute(random(3) === 0),
      () => stripe.endDispute(random(2) ? 'won' : 'lost'),
      () => deliver(shop, stripe, random),
      () => deliver(shop, stripe, random),
    ];
    for (let step = 0; step < STEPS; step++) {
      await steps[random(steps.length)]!();
      const { payment } = await readOrder(db, id);
      // What we promise ourselves, on what we have heard so far: a dispute that crossed is the bank's.
      expect(payment.refunded_amount).toBeLessThanOrEqual(payment.captured_amount);
    }
    await issueOpen();
    await issueOpen();
    stripe.endAll();
    for (const news of stripe.allNews()) await shop.deliver(news.type, news.object);
    const { payment } = await readOrder(db, id);
    expect(payment.captured_amount - payment.refunded_amount - payment.disputed_amount).toBe(stripe.held());
    expect(stripe.held()).toBeGreaterThanOrEqual(0);
    expect(payment.refunding_amount).toBe(0);
  });

  it('leaves money, stock and histories sound, and a ledger that sums to zero', async () => {
    const findings = await checkInvariants(shop.db, { waitSeconds: 3_600, graceSeconds: 3_600 });
    for (const number of [2, 3, 4, 5]) expect(findings[number - 1]).toMatchObject({ examples: [], held: true });
    expect(await shop.db.rows(ledgerSum)).toEqual([]);
  });
});

type News = { type: string; object: string };
type Stripe = ReturnType<typeof createStripe>;
/** Some of the news, in any order, some of them twice and at once. */
async function deliver(shop: MoneyShop, stripe: Stripe, random: (below: number) => number): Promise<void> {
  const news = stripe.allNews();
  if (news.length === 0) return;
  const picked = Array.from({ length: 1 + random(3) }, () => news[random(news.length)]!);
  await Promise.all(picked.map(({ type, object }) => shop.deliver(type, object)));
}

/** Stripe with its own arithmetic: it refunds no more than there is, and nothing while a dispute is open. */
function createStripe() {
  const payments = createFakePayments();
  const refunds = () => [...payments.refunds.values()];
  const disputes = () => [...payments.disputes.values()];
  const sum = (amounts: number[]) => amounts.reduce((total, each) => total + each, 0);
  const refunded = () =>
    sum(
      refunds()
        .filter((each) => each.status !== 'failed' && each.status !== 'canceled')
        .map((each) => each.amount),
    );
  const holding = () => disputes().filter((each) => each.status === 'needs_response' || each.status === 'lost');
  const held = () => TOTAL - refunded() - sum(holding().map((each) => each.amount));
  const intent = () => [...payments.intents.values()][0]!;

  const refuse = (amount: number) => {
    if (holding().length > 0) throw new PaymentRefusedError('charge_disputed', 'disputed');
    if (amount > held()) throw new PaymentRefusedError('charge_already_refunded', 'too much');
  };
  const create = payments.createRefund;
  payments.createRefund = async (wanted, key) => {
    // A repeated key is answered as it was, whatever happened since.
    if (!payments.keys.includes(key)) refuse(wanted.amount);
    const made = await create(wanted, key);
    const stored = payments.refunds.get(made.id)!;
    if (payments.keys.filter((each) => each === key).length === 1) stored.status = 'pending';
    return { ...stored };
  };

  return {
    payments,
    held,
    refundInDashboard(amount: number): void {
      if (holding().length > 0 || amount > held()) return;
      const id = `re_dashboard_${payments.refunds.size}_${intent().id}`;
      const about = { currency: 'usd', paymentIntent: intent().id, failureReason: null, reason: null, refundId: null };
      payments.refunds.set(id, { id, amount, status: 'pending', isRelease: false, ...about });
    },
    endRefund(at: number, status: ProviderRefund['status']): void {
      const refund = refunds()[at];
      if (refund?.status === 'pending') refund.status = status;
    },
    /** The bank returns what had succeeded. */
    sendBack(at: number): void {
      const refund = refunds()[at];
      if (refund?.status === 'succeeded') refund.status = 'failed';
    },
    dispute(isInquiry: boolean): void {
      if (disputes().length > 0 || held() === 0) return;
      const id = `du_${intent().id}`;
      const made: ProviderDispute = {
        id,
        status: isInquiry ? 'warning_needs_response' : 'needs_response',
        reason: 'general',
        amount: held(),
        currency: 'usd',
        chargeId: 'ch_1',
        paymentIntent: intent().id,
        isChargeRefundable: isInquiry,
        evidenceDueBy: null,
        submissionCount: 0,
        openedAt: new Date(),
        movements: [],
      };
      payments.disputes.set(id, made);
      if (!isInquiry) move(made, -made.amount, 1_500);
    },
    endDispute(status: 'won' | 'lost'): void {
      const [dispute] = disputes();
      if (!dispute || dispute.status === 'won' || dispute.status === 'lost') return;
      if (dispute.status !== 'needs_response') dispute.status = 'warning_closed';
      else {
        if (status === 'won') move(dispute, dispute.amount, -1_500);
        dispute.status = status;
      }
    },
    endAll(): void {
      for (const refund of refunds()) if (refund.status === 'pending') refund.status = 'succeeded';
      this.endDispute('lost');
    },
    allNews: (): News[] => [
      ...refunds().flatMap((refund) =>
        ['refund.created', 'refund.updated'].map((type) => ({ type, object: refund.id })),
      ),
      ...(refunds().length > 0 ? [{ type: 'charge.refunded', object: intent().id }] : []),
      ...disputes().flatMap((dispute) =>
        ['created', 'funds_withdrawn', 'updated', 'closed'].map((word) => ({
          type: `charge.dispute.${word}`,
          object: dispute.id,
        })),
      ),
    ],
  };
}

function move(dispute: ProviderDispute, amount: number, fee: number): void {
  const id = `txn_${dispute.movements.length}_${dispute.id}`;
  dispute.movements.push({ id, amount, fee, net: amount - fee, currency: 'usd', occurredAt: new Date() });
}

/** Numbers that repeat by their seed (mulberry32). */
function createRandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}
