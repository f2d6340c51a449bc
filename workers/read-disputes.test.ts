/** A dispute's life as its events tell it, in whatever order: row, money, order, hold, ledger. */
import { describe, expect, it } from '@jest/globals';
import { cancelOrder } from '../api/change-order.ts';
import { statement } from '../db/database.ts';
import { queueEvidence } from '../db/dispute-evidence.ts';
import { checkInvariants } from '../db/invariants.ts';
import { lockOrder } from '../db/orders.ts';
import { insertRefund } from '../db/refunds.ts';
import { startFulfillment } from '../db/shipments.ts';
import type { DisputeStatus } from '../domain/disputes.ts';
import type { ProviderDispute } from '../providers/payment-disputes.ts';
import { PaymentRefusedError } from '../providers/payments.ts';
import { run, useMoneyShop } from '../test/support/money-shop.ts';
import { readOrder } from '../test/support/orders.ts';
import { createFulfillOrder } from './fulfill-order.ts';
import { createReadDispute } from './read-dispute.ts';
import { createSubmitEvidence } from './submit-evidence.ts';
import { findMoneyJobs, tellDueEvidence } from './sweep-money.ts';

const disputesOf = statement('test_disputes', 'select * from disputes where order_id = $1 order by id');
const listed = statement(
  'test_listed',
  'select code from exceptions where order_id = $1 and resolved_at is null order by code',
);
const toldOf = statement(
  'test_told',
  `select data ->> 'kind' as kind from notifications where order_id = $1 and template = 'operations-notice' order by id`,
);
const ledgerOf = statement(
  'test_ledger',
  `select e.account, sum(e.amount)::integer as amount from ledger_transactions t join ledger_entries e on e.transaction_id = t.id
   where t.order_id = $1 and (t.cause_kind like 'dispute%' or t.cause_kind = 'correction') group by e.account having sum(e.amount) <> 0 order by 1`,
);
const jobsOf = statement('test_jobs', 'select queue from outbox where order_id = $1');
const age = statement(
  'test_age',
  `update disputes set created_at = created_at - interval '1 day', updated_at = updated_at - interval '1 day'`,
);

describe('news of disputes', () => {
  const shop = useMoneyShop();
  const { intent } = shop;
  const operationsEmail = 'ops@shop.example';
  const dispute = async (id: string) =>
    (await shop.db.rows<Record<string, unknown> & { id: string }>(disputesOf, [id]))[0]!;
  const codes = async (id: string) => (await shop.db.rows<{ code: string }>(listed, [id])).map((row) => row.code);
  const told = async (id: string) => (await shop.db.rows<{ kind: string }>(toldOf, [id])).map((row) => row.kind);
  const ledger = async (id: string) =>
    Object.fromEntries(
      (await shop.db.rows<{ account: string; amount: number }>(ledgerOf, [id])).map((row) => [row.account, row.amount]),
    );

  const order = (quantity = 1) => shop.order({ quantity });
  function openDispute(status: DisputeStatus = 'needs_response', amount = 2_000): ProviderDispute {
    const made: ProviderDispute = {
      id: `du_${shop.payments.disputes.size}_${intent().id}`,
      status,
      reason: 'fraudulent',
      amount,
      currency: 'usd',
      chargeId: intent().chargeId!,
      paymentIntent: intent().id,
      isChargeRefundable: status.startsWith('warning'),
      evidenceDueBy: new Date(Date.now() + 48 * 3_600_000),
      submissionCount: 0,
      openedAt: new Date(),
      movements: [],
    };
    shop.payments.disputes.set(made.id, made);
    if (!status.startsWith('warning')) withdraw(made);
    return made;
  }
  const withdraw = (made: ProviderDispute) => moveMoney(made, -made.amount, 1_500);
  const reinstate = (made: ProviderDispute) => moveMoney(made, made.amount, -1_500);
  const moveMoney = (made: ProviderDispute, amount: number, fee: number) =>
    made.movements.push({
      id: `txn_${made.movements.length}_${made.id}`,
      amount,
      fee,
      net: amount - fee,
      currency: 'usd',
      occurredAt: new Date(),
    });
  const deliver = (type: string, objectId: string, refundEarlyFraud = false) =>
    shop.deliver(type, objectId, { operationsEmail, refundEarlyFraud });
  async function end(made: ProviderDispute, status: 'won' | 'lost'): Promise<void> {
    made.status = status;
    if (status === 'won') reinstate(made);
    await deliver('charge.dispute.closed', made.id);
  }

  it('mark the order, hold its parcels and its money, and tell a person', async () => {
    const id = await order();
    const made = openDispute();
    await deliver('charge.dispute.created', made.id);
    expect(await readOrder(shop.db, id)).toMatchObject({
      status: 'paid',
      dispute_status: 'open',
      hold_reason: 'dispute',
      payment: { disputed_amount: 2_000 },
    });
    expect(await codes(id)).toEqual(['dispute_open', 'order_held']);
    expect(await told(id)).toEqual(['dispute_opened']);
    expect(await ledger(id)).toEqual({ disputes: 2_000, dispute_fees: 1_500, stripe_balance: -3_500 });
    expect(await startFulfillment(shop.db, id)).toMatchObject({ started: false, parcels: [], hold_reason: 'dispute' });
    const fulfill = createFulfillOrder({
      ...shop,
      carrier: { buyLabel: () => Promise.reject(new Error('not this one')) } as never,
    });
    expect(await fulfill({ order_id: id }, run)).toEqual({ kind: 'done', note: 'held: dispute' });
    expect(
      await shop.db.transaction((tx) => insertRefund(tx, { orderId: id, cause: 'test', amount: 1 })),
    ).toBeUndefined();
  });

  it('let the order go on when it is won', async () => {
    const id = await order();
    const made = openDispute();
    await deliver('charge.dispute.created', made.id);
    await end(made, 'won');
    expect(await readOrder(shop.db, id)).toMatchObject({
      dispute_status: 'won',
      hold_reason: null,
      payment: { disputed_amount: 0 },
    });
    expect(await codes(id)).toEqual([]);
    expect(await told(id)).toEqual(['dispute_opened', 'dispute_closed']);
    expect((await shop.db.rows<{ queue: string }>(jobsOf, [id])).map((row) => row.queue)).toContain('fulfill-order');
    expect(await ledger(id)).toEqual({});
    expect(await startFulfillment(shop.db, id)).toMatchObject({ started: true });
  });

  it('keep the money and the parcels when it is lost', async () => {
    const id = await order();
    const made = openDispute();
    await deliver('charge.dispute.created', made.id);
    await end(made, 'lost');
    expect(await readOrder(shop.db, id)).toMatchObject({
      dispute_status: 'lost',
      hold_reason: 'dispute',
      payment: { disputed_amount: 2_000 },
    });
    expect(await codes(id)).toEqual(['order_held']);
    expect(await ledger(id)).toEqual({ dispute_losses: 2_000, dispute_fees: 1_500, stripe_balance: -3_500 });
  });

  it('book a fee that is taken without money', async () => {
    const id = await order();
    const made = openDispute('needs_response', 0);
    await deliver('charge.dispute.funds_withdrawn', made.id);
    expect(await ledger(id)).toEqual({ dispute_fees: 1_500, stripe_balance: -1_500 });
    await end(made, 'lost');
    expect(await ledger(id)).toEqual({ dispute_fees: 1_500, stripe_balance: -1_500 });
  });

  it('take a loss back in the ledger when an appeal is won', async () => {
    const id = await order();
    const made = openDispute();
    await end(made, 'lost');
    made.status = 'appeal_under_review';
    await deliver('charge.dispute.updated', made.id);
    await end(made, 'won');
    expect(await readOrder(shop.db, id)).toMatchObject({ dispute_status: 'won', payment: { disputed_amount: 0 } });
    expect(await ledger(id)).toEqual({});
  });

  it('withdraw nothing for an inquiry, which is held all the same and may become a dispute', async () => {
    const id = await order();
    const made = openDispute('warning_needs_response');
    await deliver('charge.dispute.created', made.id);
    expect(await readOrder(shop.db, id)).toMatchObject({
      dispute_status: 'inquiry',
      hold_reason: 'dispute',
      payment: { disputed_amount: 0 },
    });
    made.status = 'needs_response';
    withdraw(made);
    await deliver('charge.dispute.updated', made.id);
    expect(await readOrder(shop.db, id)).toMatchObject({ dispute_status: 'open', payment: { disputed_amount: 2_000 } });
  });

  it('give back what is won for an order that was canceled meanwhile', async () => {
    const id = await order();
    const made = openDispute();
    await deliver('charge.dispute.created', made.id);
    await shop.db.transaction(async (tx) => cancelOrder(tx, (await lockOrder(tx, id))!, 'too much trouble'));
    expect(await readOrder(shop.db, id)).toMatchObject({ status: 'canceled', hold_reason: null, refunds: [] });
    await end(made, 'won');
    await deliver('charge.dispute.updated', made.id);
    expect(await readOrder(shop.db, id)).toMatchObject({ refunds: [{ amount: 2_000, status: 'pending' }] });
  });

  it('list money that went back twice, by a refund and a dispute that crossed', async () => {
    const id = await order();
    const refund = {
      id: 're_crossed',
      status: 'succeeded',
      amount: 500,
      currency: 'usd',
      paymentIntent: intent().id,
      failureReason: null,
      reason: null,
      refundId: null,
      isRelease: false,
    } as const;
    shop.payments.refunds.set(refund.id, refund);
    await deliver('refund.created', refund.id);
    await deliver('charge.dispute.created', openDispute().id);
    expect(await codes(id)).toContain('more_returned_than_captured');
  });

  it('are nothing of ours when the payment is not', async () => {
    await order();
    expect(await deliver('charge.dispute.created', 'du_unknown')).toMatch(/^foreign/);
    const stranger = Object.assign(openDispute(), { paymentIntent: 'pi_of_somebody_else' });
    expect(await deliver('charge.dispute.created', stranger.id)).toMatch(/^foreign/);
  });

  it('are asked for when they are lost', async () => {
    const id = await order();
    const made = openDispute();
    await deliver('charge.dispute.created', made.id);
    await shop.db.rows(age);
    const jobs = await findMoneyJobs(shop.db, 15, 500);
    const job = jobs.find((each) => each.orderId === id)!;
    expect(job).toMatchObject({ queue: 'read-dispute' });
    made.status = 'lost';
    const read = createReadDispute(shop);
    await read(job.payload as never, run);
    await read(job.payload as never, run);
    expect(await readOrder(shop.db, id)).toMatchObject({ dispute_status: 'lost' });
  });

  describe('evidence', () => {
    const submit = (orderId: string, disputeId: string) =>
      createSubmitEvidence({ ...shop, operationsEmail })({ order_id: orderId, dispute_id: disputeId }, run);

    async function disputed() {
      const id = await order();
      const made = openDispute();
      await deliver('charge.dispute.created', made.id);
      return { id, made, row: await dispute(id) };
    }

    it.each(['unknown_before', 'unknown_after', 'stuck_before', 'stuck_after'] as const)(
      'reaches the bank once, also after a failure (%s)',
      async (failure) => {
        const { id, made, row } = await disputed();
        expect(await shop.db.transaction((tx) => queueEvidence(tx, row.id, { uncategorized_text: 'sent' }))).toBe(true);
        expect(await shop.db.transaction((tx) => queueEvidence(tx, row.id, { uncategorized_text: 'again' }))).toBe(
          false,
        );
        shop.payments.failNext('submitEvidence', failure);
        for (let tries = 0; tries < 3; tries++) await submit(id, row.id).catch(() => {});
        expect(shop.payments.evidence.get(made.id)).toEqual({ uncategorized_text: 'sent' });
        expect(await dispute(id)).toMatchObject({ evidence_status: 'submitted', status: 'under_review' });
        expect(await shop.db.transaction((tx) => queueEvidence(tx, row.id, { uncategorized_text: 'late' }))).toBe(
          false,
        );
      },
    );

    it('that Stripe refuses is listed, and may be handed in anew', async () => {
      const { id, row } = await disputed();
      await shop.db.transaction((tx) => queueEvidence(tx, row.id, { uncategorized_text: 'bad' }));
      shop.payments.failNext('submitEvidence', new PaymentRefusedError('parameter_invalid', 'no'));
      await submit(id, row.id);
      expect(await dispute(id)).toMatchObject({ evidence_status: 'failed' });
      expect(await codes(id)).toContain('evidence_refused');
      expect(await shop.db.transaction((tx) => queueEvidence(tx, row.id, { uncategorized_text: 'good' }))).toBe(true);
      await submit(id, row.id);
      expect(await dispute(id)).toMatchObject({ evidence_status: 'submitted' });
    });

    it('that is due soon is told once', async () => {
      const { id } = await disputed();
      const notices = { db: shop.db, operationsEmail, evidenceNoticeHours: 72 };
      await tellDueEvidence({ ...notices, evidenceNoticeHours: 1 });
      expect(await told(id)).toEqual(['dispute_opened']);
      await tellDueEvidence(notices);
      await tellDueEvidence(notices);
      expect(await told(id)).toEqual(['dispute_opened', 'dispute_evidence_due']);
      expect(await codes(id)).toContain('dispute_evidence_due');
    });
  });

  describe('an early fraud warning', () => {
    function warn(isActionable = true): string {
      const id = `issfr_${shop.payments.warnings.size}_${intent().id}`;
      const about = { chargeId: intent().chargeId!, paymentIntent: intent().id, fraudType: 'made_with_stolen_card' };
      shop.payments.warnings.set(id, { id, ...about, isActionable, openedAt: new Date() });
      return id;
    }
    const causes = statement('test_causes', 'select cause, reason, amount from refunds where order_id = $1');

    it('holds the order and is told', async () => {
      const id = await order();
      const warning = warn();
      await deliver('radar.early_fraud_warning.created', warning);
      await deliver('radar.early_fraud_warning.updated', warning);
      expect(await readOrder(shop.db, id)).toMatchObject({
        hold_reason: 'early_fraud_warning',
        payment_status: 'paid',
      });
      expect(await codes(id)).toEqual(['early_fraud_warning', 'order_held']);
      expect(await told(id)).toEqual(['early_fraud_warning']);
      expect(await shop.db.rows(causes, [id])).toEqual([]);
    });

    it('gives the money back at once where that is configured, and once', async () => {
      const id = await order();
      const warning = warn();
      await Promise.all([1, 2, 3].map(() => deliver('radar.early_fraud_warning.created', warning, true)));
      expect(await shop.db.rows(causes, [id])).toEqual([
        { cause: expect.stringMatching(/^early_fraud_warning\//), reason: 'fraudulent', amount: 2_000 },
      ]);
      expect((await shop.db.rows<{ queue: string }>(jobsOf, [id])).map((row) => row.queue)).toContain('issue-refund');
    });

    it('that cannot be acted on is only told', async () => {
      const id = await order();
      await deliver('radar.early_fraud_warning.created', warn(false), true);
      expect(await shop.db.rows(causes, [id])).toEqual([]);
    });
  });

  describe('in every permutation', () => {
    const types = [
      'charge.dispute.created',
      'charge.dispute.funds_withdrawn',
      'charge.dispute.updated',
      'charge.dispute.closed',
    ];

    it.each(['won', 'lost'] as const)('a dispute that is %s ends alike', async (ends) => {
      for (const [index, sequence] of permutations(types).entries()) {
        const id = await order();
        const made = openDispute();
        for (const [place, type] of sequence.entries()) {
          // The dispute moves on in the middle of its own news.
          if (place === index % 4) made.status = 'under_review';
          for (let times = (index + place) % 3; times > 0; times--) await deliver(type, made.id);
        }
        made.status = ends;
        if (ends === 'won') reinstate(made);
        await Promise.all([deliver('charge.dispute.closed', made.id), deliver('charge.dispute.updated', made.id)]);
        expect(await readOrder(shop.db, id)).toMatchObject({
          dispute_status: ends,
          hold_reason: ends === 'won' ? null : 'dispute',
          payment: { disputed_amount: ends === 'won' ? 0 : 2_000 },
        });
        const lost = { dispute_losses: 2_000, dispute_fees: 1_500, stripe_balance: -3_500 };
        expect(await ledger(id)).toEqual(ends === 'won' ? {} : lost);
      }
    });

    it('a reading that comes late changes nothing', async () => {
      const id = await order();
      const made = openDispute();
      const retrieve = shop.payments.retrieveDispute;
      const before = await retrieve(made.id);
      await end(made, 'lost');
      shop.payments.retrieveDispute = async () => before;
      await deliver('charge.dispute.updated', made.id);
      expect(await dispute(id)).toMatchObject({ status: 'lost' });
    });

    it('leaves histories and money that are sound', async () => {
      const findings = await checkInvariants(shop.db, { waitSeconds: 3_600, graceSeconds: 3_600 });
      for (const number of [2, 4, 5]) expect(findings[number - 1]).toMatchObject({ held: true, examples: [] });
    });
  });
});

function permutations<T>(items: T[]): T[][] {
  if (items.length <= 1) return [items];
  return items.flatMap((item, index) => permutations(items.toSpliced(index, 1)).map((rest) => [item, ...rest]));
}
