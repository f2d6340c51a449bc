/**
 * Which entries a fact books. Pure: money facts in, balanced entries out, in integers of each currency's minor units.
 * An entry is signed, debits positive. Every booking names its cause, under which it is made once.
 */

/** The chart's codes; `ledger_accounts` holds them with names and types. */
export const LEDGER_ACCOUNTS = [
  'stripe_balance',
  'bank',
  'customer_receivable',
  'disputes',
  'vendor_payable',
  'tax_payable',
  'revenue',
  'shipping_revenue',
  'commission',
  'refunds',
  'stripe_fees',
  'dispute_fees',
  'dispute_losses',
  'fx',
  'suspense',
] as const;
export type LedgerAccount = (typeof LEDGER_ACCOUNTS)[number];

/** What bookings are made for; the database repeats them as a CHECK. */
export const LEDGER_CAUSES = [
  'capture',
  'fee',
  'refund',
  'refund_failure',
  'dispute',
  'dispute_won',
  'dispute_lost',
  'exchange',
  'payout',
  'payout_failure',
  'balance_transaction',
  'correction',
  'credit',
  'credit_return',
  'edit',
  'vendor_share',
  'transfer',
  'transfer_reversal',
] as const;
export type LedgerCauseKind = (typeof LEDGER_CAUSES)[number];

export interface LedgerCause {
  kind: LedgerCauseKind;
  id: string;
}

export interface LedgerEntry {
  account: LedgerAccount;
  currency: string;
  amount: number;
}

export interface LedgerBooking {
  cause: LedgerCause;
  orderId?: string | undefined;
  occurredAt: Date;
  description?: string | undefined;
  /** Two or more that sum to zero per currency; or instead of them the cause whose booking is taken back as a whole. */
  entries?: LedgerEntry[];
  reverses?: LedgerCause;
}

/** An order's price by parts; the total is their sum. */
export interface PriceParts {
  subtotal: number;
  shipping: number;
  tax: number;
}

export interface CaptureFact {
  paymentId: string;
  amount: number;
  currency: string;
  price: PriceParts;
  /** What was booked of this payment already, when it is captured in several parts. */
  before?: number;
  /** The order had ended when the money came: nothing was sold, the customer gets it back. */
  unsold?: boolean;
}

/** @returns the booking's entries: Stripe's balance against revenue, shipping and tax, in the proportion of the order's price */
export function captureEntries({ amount, currency, price, before = 0, unsold }: CaptureFact): LedgerEntry[] {
  if (unsold) return entries(currency, { stripe_balance: amount, customer_receivable: -amount });
  const [from, to] = [priceOf(before, price), priceOf(before + amount, price)];
  return entries(currency, {
    stripe_balance: amount,
    revenue: from.revenue - to.revenue,
    shipping_revenue: from.shipping - to.shipping,
    tax_payable: from.tax - to.tax,
    customer_receivable: from.excess - to.excess,
  });
}

/** What a captured amount pays of an order's price; beyond the price it is owed to the customer. */
function priceOf(captured: number, { subtotal, shipping, tax }: PriceParts) {
  const total = subtotal + shipping + tax;
  const paid = Math.min(captured, total);
  const parts = { shipping: portionOf(shipping, paid, total), tax: portionOf(tax, paid, total) };
  return { ...parts, revenue: paid - parts.shipping - parts.tax, excess: captured - paid };
}

/** `amount × part / whole`, rounded half up, exact for all amounts; of nothing it is nothing. */
export function portionOf(amount: number, part: number, whole: number): number {
  if (whole === 0) return 0;
  const divisor = BigInt(whole);
  return Number((2n * BigInt(amount) * BigInt(part) + divisor) / (2n * divisor));
}

export interface RefundFact {
  refundId: string;
  amount: number;
  currency: string;
  price: PriceParts;
  captured: number;
  /** What the ledger holds of the payment's earlier refunds, failed ones left out. */
  before: { amount: number; tax: number };
  unsold?: boolean;
}

/**
 * A refund takes back its share of the tax. The share is counted over all refunds of the payment, so that many small ones
 * give back exactly the tax that one great one would.
 */
export function refundEntries(fact: RefundFact): LedgerEntry[] {
  const { amount, currency } = fact;
  if (fact.unsold) return entries(currency, { customer_receivable: amount, stripe_balance: -amount });
  const tax = refundedTax(fact);
  return entries(currency, { refunds: amount - tax, tax_payable: tax, stripe_balance: -amount });
}

/** The part of a refund that was tax. */
export function refundedTax({ amount, price, captured, before }: RefundFact): number {
  const due = portionOf(priceOf(captured, price).tax, before.amount + amount, captured) - before.tax;
  return Math.max(0, Math.min(due, amount));
}

export const feeEntries = (amount: number, currency: string): LedgerEntry[] =>
  entries(currency, { stripe_fees: amount, stripe_balance: -amount });

export interface DisputeMoney {
  /** In the currency that Stripe's balance moved in. */
  amount: number;
  fee: number;
  currency: string;
}

/** Stripe withdraws the disputed money, and takes a fee. */
export const disputeEntries = ({ amount, fee, currency }: DisputeMoney): LedgerEntry[] =>
  entries(currency, { disputes: amount, dispute_fees: fee, stripe_balance: -amount - fee });

/** Stripe gives the money back; `fee` is what came back of the fee. */
export const disputeWonEntries = (money: DisputeMoney): LedgerEntry[] => opposite(disputeEntries(money));

/** The money stays with the customer. */
export const disputeLostEntries = ({ amount, currency }: Omit<DisputeMoney, 'fee'>): LedgerEntry[] =>
  entries(currency, { dispute_losses: amount, disputes: -amount });

/** Stripe settled in another currency than the charge's (or the refund's: both amounts negative). */
export const exchangeEntries = (
  from: { amount: number; currency: string },
  to: { amount: number; currency: string },
): LedgerEntry[] => [
  ...entries(from.currency, { fx: from.amount, stripe_balance: -from.amount }),
  ...entries(to.currency, { stripe_balance: to.amount, fx: -to.amount }),
];

/** A payout to the bank; negative when Stripe takes money from there. */
export const payoutEntries = (amount: number, currency: string, fee = 0): LedgerEntry[] =>
  entries(currency, { bank: amount, stripe_fees: fee, stripe_balance: -amount - fee });

/**
 * Any other movement of Stripe's balance against the account that explains it: `stripe_fees` for a fee of the service's,
 * `suspense` for what nobody has explained yet.
 */
export const balanceEntries = (
  { amount, fee, currency }: DisputeMoney,
  against: Exclude<LedgerAccount, 'stripe_balance'>,
): LedgerEntry[] =>
  mergeEntries([
    ...entries(currency, { stripe_balance: amount - fee, stripe_fees: fee }),
    ...entries(currency, { [against]: -amount }),
  ]);

export const opposite = (of: readonly LedgerEntry[]): LedgerEntry[] =>
  of.map((entry) => ({ ...entry, amount: -entry.amount }));

/** Accounts that nothing happens on are left out. */
function entries(currency: string, amounts: Partial<Record<LedgerAccount, number>>): LedgerEntry[] {
  return Object.entries(amounts)
    .filter(([, amount]) => amount !== 0)
    .map(([account, amount]) => ({ account: account as LedgerAccount, currency, amount }));
}

/** One entry for each account and currency. */
export function mergeEntries(list: readonly LedgerEntry[]): LedgerEntry[] {
  const sums = new Map<string, LedgerEntry>();
  for (const entry of list) {
    const key = `${entry.account}/${entry.currency}`;
    sums.set(key, { ...entry, amount: (sums.get(key)?.amount ?? 0) + entry.amount });
  }
  return [...sums.values()].filter(({ amount }) => amount !== 0);
}
