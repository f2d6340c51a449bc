import type { Sandbox } from '../context.ts';
import { noSuch } from '../errors.ts';
import * as p from '../params.ts';
import type { Customer, PaymentMethod } from '../types.ts';
import type { Recurring, Subscription } from './types.ts';

/** The subscription of the path, or the one that a parameter names. */
export function getSubscription(sandbox: Sandbox, id: string, param?: string): Subscription {
  const found = sandbox.objects.find<Subscription>(id, 'subscription');
  if (!found) throw noSuch('subscription', id, param);
  return found;
}

export const findSubscription = (sandbox: Sandbox, id: string | undefined): Subscription | undefined =>
  id === undefined ? undefined : sandbox.objects.find<Subscription>(id, 'subscription');

/** Keeps a changed subscription and tells what changed; nothing when nothing did. */
export function saveSubscription(sandbox: Sandbox, subscription: Subscription, before: Subscription): void {
  const previous = p.changes(before, subscription);
  sandbox.objects.update(subscription);
  if (Object.keys(previous).length > 0) sandbox.emit('customer.subscription.updated', subscription, previous);
}

export const copyOf = (subscription: Subscription): Subscription => JSON.parse(JSON.stringify(subscription));

/** A customer that was not deleted, of the path or of a parameter. */
export function takeCustomer(sandbox: Sandbox, id: string, param = 'customer'): Customer {
  const customer = sandbox.objects.find<Customer>(id, 'customer');
  if (!customer || customer.deleted) throw noSuch('customer', id, param);
  return customer;
}

/** A payment method that belongs to this customer. */
export function takeMethodOf(sandbox: Sandbox, id: string, customer: string, param: string): PaymentMethod {
  const method = sandbox.objects.find<PaymentMethod>(id, 'payment_method');
  if (!method) throw noSuch('PaymentMethod', id, param);
  if (method.customer !== customer) throw noSuch('PaymentMethod', id, param);
  return method;
}

/** What the subscription is charged to unless an invoice says otherwise. */
export const methodOf = (subscription: Subscription | undefined, customer: Customer): string | null =>
  subscription?.default_payment_method ?? customer.invoice_settings.default_payment_method ?? null;

/** How often it renews; its items agree on that. */
export const spanOf = (subscription: Subscription): Recurring => subscription.items.data[0]!.price.recurring!;

export const periodOf = (subscription: Subscription) => {
  const { current_period_end: end, current_period_start: start } = subscription.items.data[0]!;
  return { end, start };
};

export const setPeriod = (subscription: Subscription, start: number, end: number): void => {
  for (const item of subscription.items.data) {
    item.current_period_start = start;
    item.current_period_end = end;
  }
};
