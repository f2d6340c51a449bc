/**
 * Triggered by an accepted order: reserves its stock, creates its PaymentIntent, and confirms it when the storefront
 * asked for that. A second run finds the reservation and the intent by the order's rows and goes on where the first one
 * stopped; the intent is tied to the order before it is confirmed, so money can only be taken through that one.
 * An order whose money an invoice has taken is never rejected: what is short is settled as its customer chose.
 * What costs nothing, or is paid by credits of other orders, is paid without Stripe.
 * Gives up when Stripe refuses the intent itself (a currency it does not take, an amount too small).
 */
import { beginCheckout } from '../db/begin-checkout.ts';
import { endOrder } from '../db/cancel-order.ts';
import { adoptIntent, rotateIntentKey } from '../db/claim-payment.ts';
import type { Database } from '../db/database.ts';
import { openException } from '../db/exceptions.ts';
import { moveOrder } from '../db/order-events.ts';
import type { PaymentRow } from '../db/payments.ts';
import { recordIntent } from '../db/record-intent.ts';
import type { Shortage } from '../db/stock.ts';
import { tell } from '../db/tell.ts';
import { settleUncharged } from '../db/write-intent.ts';
import type { Intent } from '../domain/judge-intent.ts';
import { PaymentRefusedError, PaymentStuckError } from '../providers/payments.ts';
import { type ConfirmDeps, confirmAttempt } from './confirm-attempt.ts';
import { ensureCustomer } from './ensure-customer.ts';
import { followUps } from './follow-ups.ts';
import { holdShortOrder } from './hold-short-order.ts';
import { done } from './outcome.ts';
import type { Processor } from './run-worker.ts';

export function createCheckOutOrder(deps: ConfirmDeps): Processor<{ order_id: string }> {
  return async ({ order_id: orderId }) => {
    const begun = await beginCheckout(deps.db, orderId);
    if (!begun) return done('the order is not pending');
    const { short, payment } = begun;
    const isTaken = payment.order_kind === 'recurring';
    if (short.length > 0 && !isTaken) return rejectOrder(deps.db, payment, short);
    const ready = short.length > 0 ? await holdShortOrder(deps.db, orderId, short) : { ...payment, unreserved: false };
    return ready.amount === 0 ? settle(deps.db, ready) : pay(deps, ready);
  };
}

async function settle(db: Database, payment: PaymentRow) {
  if (await settleUncharged(db, payment, followUps.fulfill(payment.order_id))) return done('nothing is to be paid');
  throw new Error('the order has changed while it was checked out');
}

async function pay(deps: ConfirmDeps, payment: PaymentRow) {
  const wantsConfirm = payment.confirm && payment.attempt_payment_method !== null;
  try {
    const intent = payment.provider_id
      ? await deps.payments.retrieveIntent(payment.provider_id)
      : await createIntent(deps, payment);
    if (wantsConfirm && (await tie(deps.db, payment, intent))) await confirmAttempt(deps, payment, intent.id);
    else await recordIntent(deps.db, payment.order_id, intent, followUps, payment);
    return done();
  } catch (error) {
    if (error instanceof PaymentRefusedError) return refuseOrder(deps.db, payment, error);
    throw error;
  }
}

async function createIntent(deps: ConfirmDeps, payment: PaymentRow): Promise<Intent> {
  try {
    return await deps.payments.createIntent(
      {
        orderId: payment.order_id,
        orderNumber: payment.order_number,
        amount: payment.amount,
        currency: payment.currency,
        captureMethod: payment.capture_method,
        ...(await customerOf(deps, payment)),
      },
      `order-${payment.order_id}-${payment.tries}`,
    );
  } catch (error) {
    // An intent that is not confirmed moves no money, so a stored failure may be followed by a new key.
    if (error instanceof PaymentStuckError) await rotateIntentKey(deps.db, payment);
    throw error;
  }
}

/** Of a guest nothing is asked. */
async function customerOf(deps: ConfirmDeps, { customer_id: id, save_method: saveMethod }: PaymentRow) {
  return id ? { customerId: await ensureCustomer(deps, id), saveMethod } : {};
}

/** True when the intent is the order's own and still waits for its confirmation. */
async function tie(db: Database, payment: PaymentRow, intent: Intent): Promise<boolean> {
  if (!(await adoptIntent(db, payment.order_id, intent))) return false;
  return intent.status === 'requires_payment_method' || intent.status === 'requires_confirmation';
}

async function rejectOrder(db: Database, payment: PaymentRow, shortages: Shortage[]) {
  const { order_id: orderId, customer_email: email } = payment;
  await db.transaction(async (tx) => {
    const data = { shortages };
    const move = {
      orderId,
      status: 'rejected',
      fulfillmentStatus: 'canceled',
      event: 'order.rejected',
      reason: 'out_of_stock',
    } as const;
    if (!(await moveOrder(tx, { ...move, data, shortages }))) return;
    const cause = `order.rejected/${orderId}`;
    await tell(tx, { event: 'order.rejected', orderId, cause, email });
  });
  return done('out of stock');
}

async function refuseOrder(db: Database, payment: PaymentRow, { code, message, param }: PaymentRefusedError) {
  await db.transaction(async (tx) => {
    if (!(await endOrder(tx, payment.order_id, 'rejected', `payment_refused: ${code}`))) return;
    const detail = { code, message, param: param ?? null };
    await openException(tx, { code: 'payment_refused', subject: payment.order_id, orderId: payment.order_id, detail });
  });
  return done(`Stripe refused the intent: ${code}`);
}
