/** POST /v1/subscriptions: price it, write it, answer; a job makes it at Stripe. */
import { type CustomerRow, findCustomer, upsertCustomer } from '../db/customers.ts';
import type { Executor } from '../db/database.ts';
import { uuidv7 } from '../db/ids.ts';
import { placeSubscription } from '../db/place-subscription.ts';
import type { PricingHooks } from '../domain/pricing.ts';
import type { PlanTerms } from '../domain/subscriptions/make-plan.ts';
import { pricePlan } from './price-subscription.ts';
import { invalid } from './problem.ts';
import type { NewSubscriptionBody } from './subscription-schemas.ts';

interface Caller {
  livemode: boolean;
  actor: string;
}

/** Writes it in the caller's transaction and returns its id. Throws 400 for what cannot be sold or charged as asked. */
export async function acceptSubscription(
  tx: Executor,
  pricing: PricingHooks,
  body: NewSubscriptionBody,
  { livemode, actor }: Caller,
): Promise<string> {
  const customer = await knowCustomer(tx, body, livemode);
  const plan = await pricePlan(tx, pricing, termsOf(body), body.lines);
  const id = uuidv7();
  const row = {
    ...{ id, plan, livemode },
    customerId: customer.id,
    customer: {
      email: body.customer.email ?? customer.email,
      name: body.customer.name ?? customer.name,
      phone: body.customer.phone ?? customer.phone,
    },
    locale: body.locale,
    billingAddress: body.billing_address,
    paymentMethod: methodOf(body, customer),
    trialEnd: trialEndOf(body),
    metadata: body.metadata ?? {},
  };
  await placeSubscription(tx, row, actor);
  return id;
}

const termsOf = (body: NewSubscriptionBody): PlanTerms => ({
  currency: body.currency,
  intervalUnit: body.interval,
  intervalCount: body.interval_count,
  shippingMethod: body.shipping_method,
  shippingAddress: body.shipping_address as Record<string, string>,
  outOfStock: body.out_of_stock,
  coupon: body.coupon ?? null,
});

async function knowCustomer(tx: Executor, { customer }: NewSubscriptionBody, livemode: boolean): Promise<CustomerRow> {
  const { id, email = '', name, phone } = customer;
  if (id === undefined) return upsertCustomer(tx, { email, name, phone, livemode });
  const known = await findCustomer(tx, id);
  if (known?.livemode === livemode) return known;
  throw invalid([{ pointer: '/customer/id', code: 'customer_unknown', message: `There is no customer ${id}.` }]);
}

function methodOf({ payment_method: method }: NewSubscriptionBody, customer: CustomerRow): string | null {
  if (method !== 'default') return method ?? null;
  if (customer.default_payment_method) return customer.default_payment_method;
  const message = 'The customer has no default payment method: name one.';
  throw invalid([{ pointer: '/payment_method', code: 'payment_method_missing', message }]);
}

const DAY_MS = 86_400_000;
/** Stripe takes a trial of two years at most (https://docs.stripe.com/api/subscriptions/create#create_subscription-trial_end). */
const MOST_MS = 730 * DAY_MS;

/** A start to come is a trial until then: nothing is billed before it, and the rhythm counts from it. */
function trialEndOf({ trial_days: days, start_at: start }: NewSubscriptionBody): Date | null {
  if (days !== undefined) return new Date(Date.now() + days * DAY_MS);
  if (start === undefined) return null;
  const at = new Date(start);
  const ahead = at.getTime() - Date.now();
  if (ahead <= 0) return null;
  if (ahead <= MOST_MS) return at;
  throw invalid([{ pointer: '/start_at', code: 'too_late', message: 'It starts within two years.' }]);
}
