/** Makes a subscription at Stripe, with its customer and the products that its items are of. */
import { findKnownProducts, forgetProducts, noteProduct } from '../db/billing-products.ts';
import type { Database } from '../db/database.ts';
import { type ChangeRow, noteChangeSent } from '../db/subscription-changes.ts';
import type { SubscriptionRow } from '../db/subscriptions.ts';
import type { ChangeWishes } from '../domain/subscriptions/change.ts';
import { itemsOf, productOf } from '../domain/subscriptions/items.ts';
import type { Plan } from '../domain/subscriptions/plan.ts';
import type { BillingProvider, NewSubscription, ProviderSubscription } from '../providers/billing.ts';
import { type PaymentProvider, PaymentRefusedError } from '../providers/payments.ts';
import { ensureCustomer } from './ensure-customer.ts';

export interface CreateAtStripeDeps {
  db: Database;
  payments: PaymentProvider;
  billing: BillingProvider;
}

export interface Asking {
  /** The idempotency key of what changes something. */
  key: string;
  /** The number of a reading, to be taken before Stripe is asked. */
  take: () => Promise<number>;
}

export async function createAtStripe(
  deps: CreateAtStripeDeps,
  row: SubscriptionRow,
  change: ChangeRow,
  { key, take }: Asking,
): Promise<{ seen: ProviderSubscription; reading: number }> {
  const { db, billing } = deps;
  const wish = change.wish as ChangeWishes['create'];
  const customerId = await ensureCustomer(deps, row.customer_id);
  const reading = await take();
  // Keys are forgotten after a day: what may have been asked for before is looked for by what it was made for.
  const found = change.sent_at ? await billing.findSubscription(customerId, row.id) : undefined;
  if (found) return { seen: found, reading };
  await ensureProducts(deps, wish.plan);
  await noteChangeSent(db, change.id);
  return { seen: await billing.createSubscription(toNew(row, wish, customerId), key), reading };
}

function toNew({ id, number }: SubscriptionRow, wish: ChangeWishes['create'], customerId: string): NewSubscription {
  const { plan, paymentMethod } = wish;
  const trialEnd = wish.trialEnd ? new Date(wish.trialEnd) : null;
  return {
    ...{ subscriptionId: id, number, customerId, paymentMethod },
    currency: plan.currency,
    items: itemsOf(plan),
    coupon: plan.coupon,
    // A start whose time has come while Stripe was away is at once.
    trialEnd: trialEnd && trialEnd.getTime() > Date.now() ? trialEnd : null,
  };
}

/** Makes at Stripe what it is not known to have; to make one again does no harm. */
export async function ensureProducts({ db, billing }: CreateAtStripeDeps, { lines }: Plan): Promise<void> {
  const names = new Map(lines.map((line) => [productOf(line), line.name]));
  const known = await findKnownProducts(db, [...names.keys()]);
  for (const [id, name] of names) {
    if (known.has(id)) continue;
    await billing.ensureProduct(id, name);
    await noteProduct(db, id);
  }
}

/** True when Stripe misses a product that we thought it has (another account, say): they are made anew by the next run. */
export async function forgetMissingProducts(db: Database, { kind, wish }: ChangeRow, error: unknown): Promise<boolean> {
  if (kind !== 'create' && kind !== 'plan') return false;
  if (!(error instanceof PaymentRefusedError)) return false;
  if (error.code !== 'resource_missing' || !error.param?.includes('product')) return false;
  const { plan } = wish as ChangeWishes['plan'];
  const ids = plan.lines.map(productOf);
  if ((await findKnownProducts(db, ids)).size === 0) return false;
  await forgetProducts(db, ids);
  return true;
}
