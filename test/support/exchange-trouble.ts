/** Charges in yen that Stripe settles in dollars, with what goes back of them. */
import { statement } from '../../db/database.ts';
import { uuidv7 } from '../../db/ids.ts';
import { insertPaidRefund, type PaidOrder } from './paid-orders.ts';
import { addRefund, type PaidCharge } from './stripe-records.ts';
import { type Books, charged, expect, type Trouble } from './trouble-books.ts';

const settledIn = statement(
  'trouble_settled',
  'update payments set fee_currency = $2, fee_amount = $3 where order_id = $1',
);

const inDollars = (amount: number) => ({ amount: amount * 2, currency: 'usd', rate: 2 });

async function settled(books: Books, order: PaidOrder): Promise<PaidCharge> {
  await books.db.rows(settledIn, [order.id, 'usd', 50]);
  return charged(books, order, { settled: inDollars(order.amount), fee: 50 });
}

/** The dollars of a refund need not be those of its charge: the rate has moved. */
const back = (amount: number) => ({ settled: { amount: amount * 2 + 3, currency: 'usd', rate: 2.006 }, amount });

export const EXCHANGE_TROUBLES: Record<string, Trouble> = {
  async exchangedDashboardRefund(books, order) {
    const of = await settled(books, order);
    const refund = addRefund(books.stripe, { name: order.name, of, created: books.created, ...back(500) });
    expect(books, 'objects', 'refund_not_recorded', refund.id);
  },
  async exchangedRefundOfAnotherAmount(books, order) {
    const of = await settled(books, order);
    const refundId = uuidv7();
    const refund = addRefund(books.stripe, { name: order.name, of, created: books.created, refundId, ...back(500) });
    await insertPaidRefund(books.db, order, { refundId, providerId: refund.id, amount: 400 });
    expect(books, 'balance', 'refund_amount_differs', refund.id);
  },
};

export const SOUND_EXCHANGES: Record<string, Trouble> = {
  async settledInDollars(books, order) {
    await settled(books, order);
  },
  async exchangedRefund(books, order) {
    const of = await settled(books, order);
    const refundId = uuidv7();
    const refund = addRefund(books.stripe, { name: order.name, of, created: books.created, refundId, ...back(300) });
    await insertPaidRefund(books.db, order, { refundId, providerId: refund.id, amount: 300 });
  },
};
