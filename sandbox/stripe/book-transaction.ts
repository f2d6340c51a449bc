import type { Sandbox } from './context.ts';
import { newId } from './ids.ts';
import type { BalanceTransaction } from './types.ts';

/**
 * Net amounts per account, currency and time of availability: the balance is their sum, without reading transactions. What no
 * payout has taken yet has a row until one does.
 */
export const BALANCE_SCHEMA = `
CREATE TABLE IF NOT EXISTS stripe_balances (
  account TEXT NOT NULL, currency TEXT NOT NULL, available_on INTEGER NOT NULL, net INTEGER NOT NULL,
  PRIMARY KEY (account, currency, available_on)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS stripe_unpaid_movements (
  account TEXT NOT NULL, currency TEXT NOT NULL, available_on INTEGER NOT NULL, id TEXT NOT NULL, net INTEGER NOT NULL,
  PRIMARY KEY (account, currency, available_on, id)) WITHOUT ROWID`;

export const DAY = 86_400;
/** Card money is pending for two days, until midnight UTC. */
const PENDING_DAYS = 2;

/** Each type as finance groups it (docs.stripe.com/reports/reporting-categories). */
const CATEGORY = {
  adjustment: 'other_adjustment',
  application_fee: 'platform_earning',
  application_fee_refund: 'platform_earning_refund',
  charge: 'charge',
  payment: 'charge',
  payment_refund: 'refund',
  payout: 'payout',
  payout_cancel: 'payout_reversal',
  payout_failure: 'payout_reversal',
  refund: 'refund',
  refund_failure: 'refund_failure',
  stripe_fee: 'fee',
  topup: 'topup',
  transfer: 'transfer',
  transfer_refund: 'transfer_reversal',
} as const;

export interface NewTransaction {
  type: keyof typeof CATEGORY;
  /** Overrules the type's own, e.g. for an adjustment that is a dispute. */
  category?: 'dispute' | 'dispute_reversal';
  /** Minor units of the balance's currency, negative for money that leaves. */
  amount: number;
  currency: string;
  source: string | null;
  exchangeRate?: number | null;
  fee?: number;
  /** What the platform takes of a connected account's money. */
  applicationFee?: number;
  feeDescription?: string;
  description?: string | null;
  availableAtOnce?: boolean;
  /** Where the money is that of another movement, available when that is. */
  availableOn?: number | undefined;
  /** A payout's own movement is part of that payout and of no other. */
  ofPayout?: string;
}

/** Books one movement of the account's balance. */
export function bookTransaction(sandbox: Sandbox, given: NewTransaction): BalanceTransaction {
  const now = sandbox.now();
  const { amount, currency, fee: own = 0, applicationFee = 0 } = given;
  const fee = own + applicationFee;
  const later = given.availableOn ?? (Math.floor(now / DAY) + PENDING_DAYS) * DAY;
  const availableOn = given.availableAtOnce ? now : Math.max(now, later);
  const transaction: BalanceTransaction = {
    id: newId('txn'),
    object: 'balance_transaction',
    amount,
    available_on: availableOn,
    balance_type: 'payments',
    created: now,
    currency,
    description: given.description ?? null,
    exchange_rate: given.exchangeRate ?? null,
    fee,
    fee_details: [...feeDetails(own, currency, given.feeDescription), ...platformFee(applicationFee, currency)],
    net: amount - fee,
    reporting_category: given.category ?? CATEGORY[given.type],
    source: given.source,
    status: availableOn <= now ? 'available' : 'pending',
    type: given.type,
  };
  sandbox.objects.insert(transaction);
  if (given.ofPayout) sandbox.objects.setPayout(transaction.id, given.ofPayout);
  addToBalance(sandbox, transaction, transaction.net, given.ofPayout === undefined);
  return transaction;
}

export const feeDetails = (amount: number, currency: string, description = 'Stripe processing fees') =>
  amount === 0 ? [] : [{ amount, application: null, currency, description, type: 'stripe_fee' }];

const platformFee = (amount: number, currency: string) =>
  amount === 0
    ? []
    : [
        {
          amount,
          application: 'ca_sandbox',
          currency,
          description: 'Sandbox application fee',
          type: 'application_fee',
        },
      ];

/** Adds to the balance, and to what the next payout will take. */
export function addToBalance(sandbox: Sandbox, of: BalanceTransaction, net: number, unpaid: boolean): void {
  const { store, account } = sandbox;
  const atOnce = of.available_on === of.created;
  store
    .statement(
      'INSERT INTO stripe_balances VALUES (?, ?, ?, ?) ON CONFLICT (account, currency, available_on) DO UPDATE SET net = net + excluded.net',
    )
    // What is available already goes into one bucket, so that the table holds a row per day and currency.
    .run(account, of.currency, atOnce ? 0 : of.available_on, net);
  if (!unpaid) return;
  store
    .statement(
      'INSERT INTO stripe_unpaid_movements VALUES (?, ?, ?, ?, ?) ON CONFLICT (account, currency, available_on, id) DO UPDATE SET net = net + excluded.net',
    )
    .run(account, of.currency, of.available_on, of.id, net);
}

/** What can be paid out or refunded from now, in minor units. */
export function availableBalance(sandbox: Sandbox, currency: string): number {
  const sum = sandbox.store
    .statement(
      'SELECT coalesce(sum(net), 0) AS net FROM stripe_balances WHERE account = ? AND currency = ? AND available_on <= ?',
    )
    .get(sandbox.account, currency, sandbox.now()) as { net: number };
  return sum.net;
}
