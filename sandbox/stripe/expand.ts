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
  dispute: ['charge', 'payment_intent'],
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
  transfer: ['balance_transaction', 'destination', 'destination_payment', 'source_transaction'],
  transfer_reversal: ['balance_transaction', 'destination_payment_refund', 'source_refund', 'transfer'],
};

type Fields = Record<string, unknown>;
const MAX_DEPTH = 4;

/** Replaces ids by objects along each path, e.g. `latest_charge.balance_transaction` or `data.customer` for lists. */
export function expandObject(objects: Objects, now: number, answer: Fields, paths: readonly string[]): void {
  for (const path of paths) {
    const steps = path.split('.');
    if (steps.length > MAX_DEPTH) {
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
  const inner =
    name === 'refunds' && target.object === 'charge'
      ? includeRefunds(objects, target)
      : expandField(objects, now, target, name);
  if (inner && rest.length > 0) expandPath(objects, now, inner, rest);
}

function expandField(objects: Objects, now: number, target: Fields, name: string): Fields | undefined {
  if (name === 'invoice_settings' && target.object === 'customer') {
    return { object: 'customer', ...(target.invoice_settings as Fields) };
  }
  if (!EXPANDABLE[String(target.object)]?.includes(name)) throw cannotExpand(name);
  const value = target[name];
  if (typeof value !== 'string') return (value ?? undefined) as Fields | undefined;
  const found = objects.find(value);
  if (!found) return undefined;
  target[name] = complete(objects, now, found);
  return target[name] as Fields;
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
