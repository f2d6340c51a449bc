/** Whatever order, number and repetition of a refund's events: one end. */
import { describe, expect, it } from '@jest/globals';
import { statement } from '../db/database.ts';
import { checkInvariants } from '../db/invariants.ts';
import { insertRefund } from '../db/refunds.ts';
import { PaymentRefusedError, type ProviderRefund } from '../providers/payments.ts';
import { run, useMoneyShop } from '../test/support/money-shop.ts';
import { readOrder } from '../test/support/orders.ts';
import { createIssueRefund } from './issue-refund.ts';

const refundsOf = statement('test_refunds', 'select * from refunds where order_id = $1 order by id');
const listed = statement('test_listed', 'select code from exceptions where order_id = $1 and resolved_at is null');

describe('news of refunds', () => {
  const shop = useMoneyShop();
  const { intent, deliver } = shop;
  const refunds = (id: string) =>
    shop.db.rows<{ id: string; cause: string; status: string; provider_id: string }>(refundsOf, [id]);

  const order = (quantity = 5) => shop.order({ quantity });
  function madeInDashboard(
    amount: number,
    status: ProviderRefund['status'] = 'succeeded',
    id = `re_d${shop.payments.refunds.size}`,
  ) {
    const refund: ProviderRefund = {
      id: `${id}_${intent().id}`,
      status,
      amount,
      currency: intent().currency,
      paymentIntent: intent().id,
      failureReason: null,
      reason: 'requested_by_customer',
      refundId: null,
      isRelease: false,
    };
    shop.payments.refunds.set(refund.id, refund);
    return refund;
  }
  it('brings a refund from Stripe’s dashboard to its order, once for all of its events', async () => {
    const id = await order();
    const made = madeInDashboard(1_500);
    for (const [type, object] of [
      ['charge.refunded', intent().id],
      ['refund.created', made.id],
      ['refund.updated', made.id],
      ['charge.refund.updated', made.id],
      ['charge.refunded', intent().id],
    ] as const)
      await deliver(type, object);
    expect(await refunds(id)).toMatchObject([{ cause: `stripe/${made.id}`, status: 'succeeded' }]);
    expect(await readOrder(shop.db, id)).toMatchObject({
      payment_status: 'partially_refunded',
      payment: { refunded_amount: 1_500, refunding_amount: 0 },
    });
  });

  it('counts the second partial refund of a charge too, and takes nothing for a delta', async () => {
    const id = await order();
    madeInDashboard(1_000);
    await deliver('charge.refunded', intent().id);
    madeInDashboard(2_000);
    await deliver('charge.refunded', intent().id);
    await deliver('charge.refunded', intent().id);
    expect(await readOrder(shop.db, id)).toMatchObject({ payment: { refunded_amount: 3_000 } });
  });

  it('knows our own refund by its metadata when its event is faster than our record', async () => {
    const id = await order();
    const refundId = (await shop.db.transaction((tx) =>
      insertRefund(tx, { orderId: id, cause: 'test', amount: 700 }),
    ))!;
    const wanted = { id: refundId, orderId: id, intentId: intent().id, amount: 700, cause: 'test' };
    const made = await shop.payments.createRefund(wanted, `refund-${refundId}-1`);
    await Promise.all([
      deliver('charge.refunded', intent().id),
      deliver('refund.created', made.id),
      createIssueRefund(shop)({ order_id: id, refund_id: refundId }, run),
    ]);
    expect(await refunds(id)).toMatchObject([{ id: refundId, provider_id: made.id, status: 'succeeded' }]);
    expect(shop.payments.refunds.size).toBe(1);
  });

  it('leaves what a partial capture released alone, and refunds of strangers', async () => {
    const id = await order();
    Object.assign(madeInDashboard(500), { isRelease: true });
    await deliver('charge.refunded', intent().id);
    expect(await refunds(id)).toEqual([]);
    const stranger = Object.assign(madeInDashboard(1), { paymentIntent: 'pi_of_somebody_else' });
    expect(await deliver('refund.created', stranger.id)).toMatch(/^foreign/);
    expect(await deliver('refund.created', 're_unknown')).toMatch(/^foreign/);
    expect(await deliver('charge.refunded', 'pi_of_somebody_else')).toMatch(/^foreign/);
  });

  it('lists two refunds at Stripe for one request of ours', async () => {
    const id = await order();
    const refundId = (await shop.db.transaction((tx) =>
      insertRefund(tx, { orderId: id, cause: 'test', amount: 700 }),
    ))!;
    await createIssueRefund(shop)({ order_id: id, refund_id: refundId }, run);
    const twin = Object.assign(madeInDashboard(700), { refundId });
    await deliver('refund.created', twin.id);
    expect(await readOrder(shop.db, id)).toMatchObject({ payment: { refunded_amount: 1_400 } });
    expect(await shop.db.rows(listed, [id])).toEqual([{ code: 'refund_doubled' }]);
  });

  it('records the payment first when a refund is the first that is heard of it', async () => {
    const id = await shop.order({ quantity: 1, paymentMethod: null });
    Object.assign(intent(), { status: 'succeeded', amountReceived: 2_000, chargeId: 'ch_x' });
    madeInDashboard(2_000);
    await deliver('charge.refunded', intent().id);
    await deliver('payment_intent.succeeded', intent().id);
    expect(await readOrder(shop.db, id)).toMatchObject({ status: 'paid', payment_status: 'refunded' });
  });

  it('does not hold our own refund against one that was made meanwhile: Stripe refuses it, and it gives way', async () => {
    const id = await order(1);
    const refundId = (await shop.db.transaction((tx) =>
      insertRefund(tx, { orderId: id, cause: 'test', amount: 2_000 }),
    ))!;
    madeInDashboard(2_000);
    await deliver('charge.refunded', intent().id);
    shop.payments.failNext('createRefund', new PaymentRefusedError('charge_already_refunded', 'x'));
    await createIssueRefund(shop)({ order_id: id, refund_id: refundId }, run);
    expect(await readOrder(shop.db, id)).toMatchObject({
      payment_status: 'refunded',
      payment: { refunded_amount: 2_000, refunding_amount: 0 },
    });
  });

  describe('in every permutation', () => {
    const types = ['charge.refunded', 'refund.created', 'refund.updated', 'refund.failed'] as const;
    const sequences = permutations([...types]);

    // Each event is delivered as often as its digit says, at every moment of the refund's life.
    it.each(['pending', 'succeeded', 'failed', 'canceled'] as const)(
      'a refund that is %s ends as one row',
      async (ends) => {
        for (const [index, sequence] of sequences.entries()) {
          const id = await order(1);
          const made = madeInDashboard(800, 'pending');
          const repeats = [0, 1, 2, 3].map((each) => (index + each) % 3);
          for (const [place, type] of sequence.entries()) {
            // The object moves on in the middle of its own news.
            if (place === 2) made.status = ends;
            for (let times = repeats[place]!; times > 0; times--)
              await deliver(type, type === 'charge.refunded' ? intent().id : made.id);
          }
          made.status = ends;
          await Promise.all([deliver('refund.updated', made.id), deliver('charge.refunded', intent().id)]);
          expect(await refunds(id)).toMatchObject([{ status: ends === 'pending' ? 'requested' : ends }]);
          const paymentStatus = {
            pending: 'refund_pending',
            succeeded: 'partially_refunded',
            failed: 'paid',
            canceled: 'paid',
          }[ends];
          expect(await readOrder(shop.db, id)).toMatchObject({
            payment_status: paymentStatus,
            payment: {
              refunded_amount: ends === 'succeeded' ? 800 : 0,
              refunding_amount: ends === 'pending' ? 800 : 0,
            },
          });
        }
      },
    );

    it('leaves histories that lead to where the orders stand, and money that adds up', async () => {
      const findings = await checkInvariants(shop.db, { waitSeconds: 3_600, graceSeconds: 3_600 });
      for (const number of [2, 4, 5]) expect(findings[number - 1]).toMatchObject({ held: true, examples: [] });
    });
  });
});

function permutations<T>(items: T[]): T[][] {
  if (items.length <= 1) return [items];
  return items.flatMap((item, index) => permutations(items.toSpliced(index, 1)).map((rest) => [item, ...rest]));
}
