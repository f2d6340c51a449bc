import type { Sandbox } from '../context.ts';
import { readCurrency } from '../currencies.ts';
import { noSuch } from '../errors.ts';
import { newId } from '../ids.ts';
import { listObjects } from '../lists.ts';
import * as p from '../params.ts';
import { type Call, route } from '../routes.ts';
import type { Customer, Metadata, StripeObject } from '../types.ts';
import { takeCustomer } from './subscription-rows.ts';
import { onClock } from './time.ts';

interface Movement {
  amount: number;
  currency: string;
  type: 'adjustment' | 'applied_to_invoice' | 'invoice_too_small' | 'unapplied_from_invoice';
  invoice?: string;
  description?: string | undefined;
  metadata?: Metadata | null | undefined;
}

/** Moves a customer's balance: above 0 it owes more, below 0 it has more to its credit. The customer is kept. */
export function moveBalance(sandbox: Sandbox, customer: Customer, movement: Movement): StripeObject {
  customer.balance += movement.amount;
  customer.currency ??= movement.currency;
  sandbox.objects.update(customer);
  const transaction = {
    id: newId('cbtxn'),
    object: 'customer_balance_transaction',
    amount: movement.amount,
    checkout_session: null,
    created: sandbox.now(),
    credit_note: null,
    currency: movement.currency,
    customer: customer.id,
    customer_account: null,
    description: movement.description ?? null,
    ending_balance: customer.balance,
    invoice: movement.invoice ?? null,
    livemode: false,
    metadata: p.mergeMetadata({}, movement.metadata),
    type: movement.type,
  };
  sandbox.objects.insert(transaction);
  return transaction;
}

const URL = '/v1/customers/:customer/balance_transactions';
const createFields = { description: p.text(350), metadata: p.metadata, ...p.expand };
type Create = p.Params<{ amount: p.Rule<number>; currency: p.Rule<string> }, typeof createFields>;

function create({ sandbox, ids, params }: Call<Create>): StripeObject {
  const customer = takeCustomer(sandbox, ids[0]!, 'id');
  const { amount, description, metadata } = params;
  const currency = readCurrency(params.currency);
  const before = customer.balance;
  const movement = { amount, currency, type: 'adjustment', description, metadata } as const;
  const made = moveBalance(onClock(sandbox, customer.test_clock), customer, movement);
  sandbox.emit('customer.updated', customer, { balance: before });
  return made;
}

const listFields = { created: p.timestampRange, invoice: p.text(), ...p.listParams };

export const customerBalanceRoutes = [
  route('POST', URL, { amount: p.integer(), currency: p.filled(3) }, createFields, create),
  route('GET', URL, {}, listFields, ({ sandbox, ids, params: { invoice, ...page } }) => {
    const { id: customer } = takeCustomer(sandbox, ids[0]!, 'id');
    const url = `/v1/customers/${customer}/balance_transactions`;
    return listObjects(sandbox.objects, 'customer_balance_transaction', url, page, { customer, invoice });
  }),
  route('GET', `${URL}/:id`, {}, p.expand, ({ sandbox, ids }) => {
    const found = sandbox.objects.find(ids[1]!, 'customer_balance_transaction');
    if (found?.customer !== ids[0]) throw noSuch('customer_balance_transaction', ids[1]!);
    return found!;
  }),
];
