import type { Sandbox } from './context.ts';
import { feeOf } from './currencies.ts';
import { noSuch } from './errors.ts';
import { newId } from './ids.ts';
import { listObjects } from './lists.ts';
import * as p from './params.ts';
import { route } from './routes.ts';
import { showBalanceTransaction } from './show-balance-transaction.ts';
import type { BalanceTransaction, Charge } from './types.ts';

/** Net amounts per currency and time of availability: the balance is their sum, without reading transactions. */
export const BALANCE_SCHEMA = `
CREATE TABLE IF NOT EXISTS stripe_balance (
  currency TEXT NOT NULL, available_on INTEGER NOT NULL, net INTEGER NOT NULL, PRIMARY KEY (currency, available_on)) WITHOUT ROWID`;

const DAY = 86_400;
/** Card money is pending for two days, until midnight UTC. */
const PENDING_DAYS = 2;

interface NewTransaction {
  type: 'charge' | 'refund' | 'refund_failure' | 'adjustment' | 'payment' | 'payment_refund';
  /** Minor units, negative for money that leaves. */
  amount: number;
  currency: string;
  source: string;
  fee?: number;
  description?: string | null;
  availableAtOnce?: boolean;
}

const CATEGORY: Record<NewTransaction['type'], string> = {
  adjustment: 'other_adjustment',
  charge: 'charge',
  payment: 'charge',
  payment_refund: 'refund',
  refund: 'refund',
  refund_failure: 'refund_failure',
};

/** Books one movement of the account's balance. */
export function bookTransaction(sandbox: Sandbox, given: NewTransaction): BalanceTransaction {
  const now = sandbox.now();
  const fee = given.fee ?? 0;
  const transaction: BalanceTransaction = {
    id: newId('txn'),
    object: 'balance_transaction',
    amount: given.amount,
    available_on: given.availableAtOnce ? now : (Math.floor(now / DAY) + PENDING_DAYS) * DAY,
    balance_type: 'payments',
    created: now,
    currency: given.currency,
    description: given.description ?? null,
    exchange_rate: null,
    fee,
    fee_details: fee
      ? [
          {
            amount: fee,
            application: null,
            currency: given.currency,
            description: 'Stripe processing fees',
            type: 'stripe_fee',
          },
        ]
      : [],
    net: given.amount - fee,
    reporting_category: CATEGORY[given.type],
    source: given.source,
    status: given.availableAtOnce ? 'available' : 'pending',
    type: given.type,
  };
  sandbox.objects.insert(transaction);
  sandbox.store
    .statement(
      'INSERT INTO stripe_balance VALUES (?, ?, ?) ON CONFLICT (currency, available_on) DO UPDATE SET net = net + excluded.net',
    )
    // What is available already goes into one bucket, so that the table holds a row per day and currency.
    .run(given.currency, given.availableAtOnce ? 0 : transaction.available_on, transaction.net);
  return transaction;
}

/** Books the money of a captured charge, less the processing fee. */
export function bookCharge(sandbox: Sandbox, charge: Charge, availableAtOnce: boolean): BalanceTransaction {
  return bookTransaction(sandbox, {
    type: charge.payment_method_details.type === 'card' ? 'charge' : 'payment',
    amount: charge.amount_captured,
    currency: charge.currency,
    source: charge.id,
    fee: feeOf(charge.amount_captured, charge.currency),
    description: charge.description as string | null,
    availableAtOnce,
  });
}

/** What can be paid out or refunded from now, in minor units. */
export function availableBalance(sandbox: Sandbox, currency: string): number {
  const sum = sandbox.store
    .statement('SELECT coalesce(sum(net), 0) AS net FROM stripe_balance WHERE currency = ? AND available_on <= ?')
    .get(currency, sandbox.now()) as { net: number };
  return sum.net;
}

function retrieveBalance(sandbox: Sandbox) {
  const rows = sandbox.store
    .statement(
      `SELECT currency, sum(CASE WHEN available_on <= ?1 THEN net ELSE 0 END) AS available, sum(CASE WHEN available_on > ?1 THEN net ELSE 0 END) AS pending
       FROM stripe_balance GROUP BY currency`,
    )
    .all(sandbox.now()) as unknown as { currency: string; available: number; pending: number }[];
  const entries = rows.length > 0 ? rows : [{ currency: 'usd', available: 0, pending: 0 }];
  const side = (name: 'available' | 'pending') =>
    entries.map((row) => ({ amount: row[name], currency: row.currency, source_types: { card: row[name] } }));
  return { object: 'balance', available: side('available'), livemode: false, pending: side('pending') };
}

const filters = {
  created: p.timestampRange,
  currency: p.text(3),
  payout: p.text(),
  source: p.text(),
  type: p.text(),
  ...p.listParams,
};

export const balanceRoutes = [
  route('GET', '/v1/balance', {}, p.expand, ({ sandbox }) => retrieveBalance(sandbox)),
  route(
    'GET',
    '/v1/balance_transactions',
    {},
    filters,
    ({ sandbox, params: { source, type, payout, currency, ...page } }) => {
      const answer = listObjects(sandbox.objects, 'balance_transaction', '/v1/balance_transactions', page, {
        source,
        type,
        payout,
      });
      const now = sandbox.now();
      const shown = (answer.data as BalanceTransaction[]).map((entry) => showBalanceTransaction(entry, now));
      return { ...answer, data: currency ? shown.filter((entry) => entry.currency === currency) : shown };
    },
  ),
  route('GET', '/v1/balance_transactions/:id', {}, p.expand, ({ sandbox, ids }) => {
    const found = sandbox.objects.find<BalanceTransaction>(ids[0]!, 'balance_transaction');
    if (!found) throw noSuch('balance transaction', ids[0]!);
    return showBalanceTransaction(found, sandbox.now());
  }),
];
