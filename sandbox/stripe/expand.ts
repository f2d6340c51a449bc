import { showBalanceTransaction } from './balance-transactions.ts';
import { withRefunds, withReversals } from './connect/parts.ts';
import type { ApplicationFee, Transfer } from './connect/types.ts';
import { refuse } from './errors.ts';
import { listObjects } from './lists.ts';
import type { Objects } from './objects.ts';
import type { BalanceTransaction, StripeObject } from './types.ts';

/** The fields of each kind that hold an id which can be turned into the object. */
const EXPANDABLE: Record<string, string[]> = {
  application_fee: ['account', 'balance_transaction', 'charge', 'originating_transaction'],
  balance_transaction: ['source'],
  charge: [
    'application',
    'application_fee',
    'balance_transaction',
    'customer',
    'failure_balance_transaction',
    'on_behalf_of',
    'payment_intent',
    'review',
    'source_transfer',
    'transfer',
  ],
  customer: ['default_source', 'test_clock'],
  customer_balance_transaction: ['customer', 'invoice'],
  discount: ['customer'],
  dispute: ['charge', 'payment_intent'],
  invoice: ['customer', 'default_payment_method', 'discounts', 'test_clock'],
  invoice_payment: ['invoice'],
  invoiceitem: ['customer', 'discounts', 'invoice', 'test_clock'],
  line_item: ['discounts', 'subscription'],
  fee_refund: ['balance_transaction', 'fee'],
  payment_intent: [
    'application',
    'customer',
    'latest_charge',
    'on_behalf_of',
    'payment_method',
    'payment_record',
    'review',
    'source',
  ],
  payment_method: ['customer'],
  payout: [
    'application_fee',
    'balance_transaction',
    'destination',
    'failure_balance_transaction',
    'original_payout',
    'reversed_by',
  ],
  price: ['product'],
  product: ['default_price'],
  'radar.early_fraud_warning': ['charge', 'payment_intent'],
  refund: [
    'balance_transaction',
    'charge',
    'customer',
    'failure_balance_transaction',
    'payment_intent',
    'payment_method',
    'source_transfer_reversal',
    'transfer_reversal',
  ],
  setup_intent: [
    'application',
    'customer',
    'latest_attempt',
    'mandate',
    'on_behalf_of',
    'payment_method',
    'single_use_mandate',
  ],
  subscription: [
    'customer',
    'default_payment_method',
    'discounts',
    'latest_invoice',
    'pending_setup_intent',
    'test_clock',
  ],
  subscription_item: ['discounts'],
  transfer: ['balance_transaction', 'destination', 'destination_payment', 'source_transaction'],
  transfer_reversal: ['balance_transaction', 'destination_payment_refund', 'source_refund', 'transfer'],
};

/** What is inside another's hash or list: the path to it, and what is there to be expanded. */
const INSIDE: Record<string, Record<string, string[]>> = {
  discount: { source: ['coupon'] },
  invoice: { lines: [], parent: ['subscription_details'] },
  invoice_payment: { payment: ['charge', 'payment_intent'] },
  line_item: { parent: [], pricing: ['price_details'] },
  subscription: { items: [] },
  subscription_item: { price: [], plan: [] },
};
const DEEPER: Record<string, string[]> = { price_details: ['price'], subscription_details: ['subscription'] };

type Fields = Record<string, unknown>;
const MAX_DEPTH = 4;

/** Replaces ids by objects along each path, e.g. `latest_charge.balance_transaction` or `data.customer` for lists. */
export function expandObject(objects: Objects, now: number, answer: Fields, paths: readonly string[]): void {
  for (const path of paths) {
    const steps = path.split('.');
    if (steps.filter((step) => step !== 'data').length > MAX_DEPTH) {
      throw refuse(`You cannot expand more than ${MAX_DEPTH} levels of a property. Property: ${path}`, {
        param: 'expand',
      });
    }
    expandPath(objects, now, answer, steps);
  }
}

function expandPath(objects: Objects, now: number, target: Fields, steps: string[]): void {
  const [name, ...rest] = steps;
  if (name === undefined) return;
  if (target.object === 'list') {
    if (name !== 'data') throw cannotExpand(name);
    for (const entry of target.data as Fields[]) expandPath(objects, now, entry, rest);
    return;
  }
  const inside = INSIDE[String(target.object)]?.[name];
  if (inside) return void expandInside(objects, now, target, name, rest, inside);
  const inner = includable(objects, target, name) ?? expandField(objects, now, target, name);
  for (const each of Array.isArray(inner) ? inner : [inner])
    if (each && rest.length > 0) expandPath(objects, now, each as Fields, rest);
}

/** Goes on within a hash that has no kind of its own, e.g. `parent.subscription_details.subscription`. */
function expandInside(
  objects: Objects,
  now: number,
  target: Fields,
  at: string,
  steps: string[],
  known: string[],
): void {
  const hash = target[at] as Fields | null | undefined;
  const [name, ...rest] = steps;
  if (!hash || name === undefined) return;
  if (hash.object !== undefined) return void expandPath(objects, now, hash, steps);
  if (!known.includes(name)) throw cannotExpand(name);
  const value = hash[name];
  if (value && typeof value === 'object') return void expandInside(objects, now, hash, name, rest, DEEPER[name] ?? []);
  const found = typeof value === 'string' ? show(objects, now, value) : undefined;
  if (!found) return;
  hash[name] = found;
  if (rest.length > 0) expandPath(objects, now, found, rest);
}

function expandField(objects: Objects, now: number, target: Fields, name: string): Fields | unknown[] | undefined {
  if (name === 'invoice_settings' && target.object === 'customer') {
    return { object: 'customer', ...(target.invoice_settings as Fields) };
  }
  if (!EXPANDABLE[String(target.object)]?.includes(name)) throw cannotExpand(name);
  const value = target[name];
  if (Array.isArray(value))
    target[name] = value.map((each) => (typeof each === 'string' ? (show(objects, now, each) ?? each) : each));
  else if (typeof value === 'string') target[name] = show(objects, now, value) ?? value;
  return (typeof target[name] === 'object' ? (target[name] ?? undefined) : undefined) as Fields | undefined;
}

function show(objects: Objects, now: number, id: string): Fields | undefined {
  const found = objects.find(id);
  return found && (complete(objects, now, found) as Fields);
}

/** What is absent unless it is asked for. */
function includable(objects: Objects, target: Fields, name: string): Fields | undefined {
  if (name === 'refunds' && target.object === 'charge') return includeRefunds(objects, target);
  if (target.object !== 'invoice') return undefined;
  if (name === 'payments') return includePayments(objects, target);
  if (name === 'confirmation_secret') return includeSecret(objects, target);
  return undefined;
}

function includePayments(objects: Objects, invoice: Fields): Fields {
  const url = `/v1/invoice_payments?invoice=${invoice.id}`;
  invoice.payments = listObjects(objects, 'invoice_payment', url, {}, { invoice: String(invoice.id) });
  return invoice.payments as Fields;
}

/** What a browser confirms the invoice's payment with. */
function includeSecret(objects: Objects, invoice: Fields): Fields {
  const { data } = listObjects(objects, 'invoice_payment', '', { limit: 1 }, { invoice: String(invoice.id) });
  const [payment] = data as { payment: { payment_intent: string } }[];
  const intent = payment && objects.find(payment.payment.payment_intent);
  const open = invoice.status === 'open' && intent !== undefined;
  invoice.confirmation_secret = open ? { client_secret: intent.client_secret, type: 'payment_intent' } : null;
  return { object: 'confirmation_secret' };
}

/** What an answer shows beside what is stored. */
function complete(objects: Objects, now: number, found: StripeObject): object {
  if (found.object === 'balance_transaction') return showBalanceTransaction(found as BalanceTransaction, now);
  if (found.object === 'transfer') return withReversals(objects, found as Transfer);
  if (found.object === 'application_fee') return withRefunds(objects, found as ApplicationFee);
  return found;
}

/** `Charge.refunds` is absent unless it is asked for: the ten newest refunds. */
function includeRefunds(objects: Objects, charge: Fields): Fields {
  charge.refunds = listObjects(
    objects,
    'refund',
    `/v1/charges/${charge.id}/refunds`,
    {},
    { charge: String(charge.id) },
  );
  return charge.refunds as Fields;
}

const cannotExpand = (name: string) =>
  refuse(`This property cannot be expanded because it doesn't exist: ${name}.`, { param: 'expand' });
