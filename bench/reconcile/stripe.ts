/** Stripe's lists for the benchmark: the charges of the orders that it is sent, all of them as they should be. */
import type { PaidOrder } from '../../test/support/paid-orders.ts';
import { startStripeBooks } from '../../test/support/stripe-books.ts';
import { addCharge } from '../../test/support/stripe-records.ts';

const created = Number(process.argv[2]);
const books = await startStripeBooks();
process.once('message', (orders: Omit<PaidOrder, 'paymentId'>[]) => {
  for (const { id, name, amount, currency, fee } of orders)
    addCharge(books, { name, amount, currency, fee, created, orderId: id });
  process.send!(books.url);
});
process.on('disconnect', () => process.exit(0));
