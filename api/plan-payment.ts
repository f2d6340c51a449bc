/** How an order is to be paid: by a guest, or for a known customer by a saved method or one that is to be saved. */
import { type CustomerRow, findCustomer, upsertCustomer } from '../db/customers.ts';
import type { Database } from '../db/database.ts';
import type { NewOrder } from '../db/place-order.ts';
import type { CaptureMethod } from '../domain/judge-intent.ts';
import type { NewOrderBody } from './order-schemas.ts';
import { invalid, Problem } from './problem.ts';

export interface PlanPaymentDeps {
  db: Database;
  /** How payments are captured of which the order says nothing. */
  captureMethod: CaptureMethod;
}

interface Caller {
  livemode: boolean;
  /** Whether it has a secret key, and so knows who its customers are. */
  isServer: boolean;
}

/**
 * What the order's payment is made with. A guest's costs no look at the database.
 * Throws 403 for a browser that names a customer, 400 for a customer or a saved method that there is not.
 */
export async function planPayment(
  deps: PlanPaymentDeps,
  body: NewOrderBody,
  caller: Caller,
): Promise<NewOrder['payment']> {
  const wish = { ...captureOf(deps), ...body.payment };
  if (body.customer.id === undefined && !wish.save_method) return wish;
  if (!caller.isServer) {
    const detail = 'Known customers and their payment methods are for servers, with a secret key.';
    throw new Problem({ status: 403, code: 'secret_key_needed', detail });
  }
  const customer = await knowCustomer(deps.db, body, caller);
  const confirm = wish.confirm || wish.off_session;
  const method = wish.payment_method ?? (confirm ? defaultOf(customer) : undefined);
  return {
    ...wish,
    customer_id: customer.id,
    ...(confirm ? { confirm } : {}),
    ...(method ? { payment_method: method } : {}),
  };
}

/** The usual way is not written down. */
const captureOf = ({ captureMethod }: PlanPaymentDeps) =>
  captureMethod === 'automatic' ? {} : { capture_method: captureMethod };

async function knowCustomer(db: Database, { customer }: NewOrderBody, { livemode }: Caller): Promise<CustomerRow> {
  const { id, email, name, phone } = customer;
  if (id === undefined) return upsertCustomer(db, { email, name, phone, livemode });
  const known = await findCustomer(db, id);
  if (known?.livemode === livemode) return known;
  throw invalid([{ pointer: '/customer/id', code: 'customer_unknown', message: `There is no customer ${id}.` }]);
}

function defaultOf({ default_payment_method: method }: CustomerRow): string {
  if (method) return method;
  const message = 'The customer has no default payment method: name one.';
  throw invalid([{ pointer: '/payment/payment_method', code: 'payment_method_missing', message }]);
}
