/**
 * Triggered by goods that were paid and skipped (and by the sweeper): puts their value on the subscription's next invoice as an item
 * of its own, under a key of the row's; one that exists although its answer was lost is found by our id. Where the subscription has
 * ended, the money is refunded instead, once the item is taken back. A second run finds the row past its state.
 */
import type { Database } from '../db/database.ts';
import { openException } from '../db/exceptions.ts';
import { creditRefundable, giveBack } from '../db/order-credits.ts';
import { lockOrderMoney, refundableAmount } from '../db/refunds.ts';
import {
  type CreditRow,
  findCredit,
  recordListed,
  recordRefunded,
  rotateCreditKey,
} from '../db/subscription-credits.ts';
import type { InvoiceProvider } from '../providers/billing-invoices.ts';
import { PaymentRefusedError, PaymentStuckError } from '../providers/payments.ts';
import { done } from './outcome.ts';
import type { Processor } from './run-worker.ts';

export interface CreditSubscriptionDeps {
  db: Database;
  invoices: InvoiceProvider;
}

export function createCreditSubscription(
  deps: CreditSubscriptionDeps,
): Processor<{ order_id: string; credit_id: string }> {
  return async ({ credit_id: creditId }) => {
    const credit = await findCredit(deps.db, creditId);
    if (!credit || credit.status === 'used' || credit.status === 'refunded')
      return done(`it is ${credit?.status ?? 'unknown'}`);
    if (credit.subscription_ended) return refund(deps, credit);
    if (credit.status === 'listed') return done('it is on the next invoice');
    return list(deps, credit);
  };
}

async function list({ db, invoices }: CreditSubscriptionDeps, credit: CreditRow) {
  const { id, stripe_customer: customerId, stripe_subscription: subscriptionId, amount, currency } = credit;
  if (!customerId || !subscriptionId) throw new Error(`the subscription of credit ${id} is not at Stripe`);
  const description = `Out of stock in order ${credit.order_number}`;
  try {
    const found = credit.tries > 1 ? await invoices.findInvoiceCredit(customerId, id) : undefined;
    const wish = { creditId: id, customerId, subscriptionId, amount, currency, description };
    const item = found ?? (await invoices.createInvoiceCredit(wish, `subscription-credit-${id}-${credit.tries}`));
    await recordListed(db, id, item.id);
    return done('it is on the next invoice');
  } catch (error) {
    if (error instanceof PaymentStuckError) await rotateCreditKey(db, credit);
    // Stripe puts nothing on a subscription that has ended meanwhile: the next look refunds it.
    if (!(error instanceof PaymentRefusedError)) throw error;
    return refund({ db, invoices }, credit);
  }
}

/** An item that is on an invoice by now is that invoice's: its payment tells what becomes of the credit. */
async function refund({ db, invoices }: CreditSubscriptionDeps, credit: CreditRow) {
  const { id, order_id: orderId, amount, currency } = credit;
  const item = await findItem(invoices, credit);
  if (item?.invoiceId) return done(`it is on invoice ${item.invoiceId}`);
  if (item) await invoices.deleteInvoiceCredit(item.id);
  await db.transaction(async (tx) => {
    await lockOrderMoney(tx, orderId);
    if (!(await recordRefunded(tx, id))) return;
    const left = (await refundableAmount(tx, orderId)) + (await creditRefundable(tx, orderId));
    const back = Math.min(amount, left);
    if (back > 0) await giveBack(tx, { orderId, cause: `credit_unused/${id}`, amount: back });
    if (back < amount) {
      const detail = { credit_id: id, amount: amount - back, currency };
      await openException(tx, { code: 'credit_not_refunded', subject: id, orderId, detail });
    }
  });
  return done('refunded: there is no next invoice');
}

async function findItem(invoices: InvoiceProvider, { id, provider_id, stripe_customer: customer }: CreditRow) {
  if (provider_id) return invoices.retrieveInvoiceCredit(provider_id).catch(gone);
  return customer ? invoices.findInvoiceCredit(customer, id) : undefined;
}

function gone(error: unknown): undefined {
  if (error instanceof PaymentRefusedError) return undefined;
  throw error;
}
