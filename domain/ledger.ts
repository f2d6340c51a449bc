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

/** What an order's books hold as sold, in minor units: the price's parts as far as money has come in for them. */
export interface Sold {
  /** All that came in, also beyond the price. */
  income: number;
  revenue: number;
  shipping: number;
  tax: number;
}

export const NOTHING_SOLD: Sold = { income: 0, revenue: 0, shipping: 0, tax: 0 };

/** What of the price the money that came in pays, in proportion; beyond the price it is owed to the customer. */
export function soldFor(income: number, { subtotal, shipping, tax }: PriceParts): Sold {
  const total = subtotal + shipping + tax;
  const paid = Math.min(income, total);
  const parts = { shipping: portionOf(shipping, paid, total), tax: portionOf(tax, paid, total) };
  return { income, ...parts, revenue: paid - parts.shipping - parts.tax };
}

/** Without what came in beyond the price. */
export const saleOf = ({ revenue, shipping, tax }: Sold): number => revenue + shipping + tax;

/** From what was booked as sold to what is: the rest of what came in is owed to the customer. */
function soldEntries(currency: string, from: Sold, to: Sold): LedgerEntry[] {
  return entries(currency, {
    revenue: from.revenue - to.revenue,
    shipping_revenue: from.shipping - to.shipping,
    tax_payable: from.tax - to.tax,
    customer_receivable: saleOf(to) - saleOf(from) - (to.income - from.income),
  });
}

export interface CaptureFact {
  paymentId: string;
  amount: number;
  currency: string;
  price: PriceParts;
  /** What was booked of the order already, when money comes in for it in several parts. */
  before?: Sold | undefined;
  /** The order had ended when the money came: nothing was sold, the customer gets it back. */
  unsold?: boolean;
}

/** @returns the booking's entries: Stripe's balance against revenue, shipping and tax, in the proportion of the order's price */
export function captureEntries({ amount, currency, price, before = NOTHING_SOLD, unsold }: CaptureFact): LedgerEntry[] {
  if (unsold) return entries(currency, { stripe_balance: amount, customer_receivable: -amount });
  const sold = soldEntries(currency, before, soldFor(before.income + amount, price));
  return [...entries(currency, { stripe_balance: amount }), ...sold];
}

/** Money of another order pays for this one: the customer, to whom it was owed there, owes it here. */
export function creditEntries(fact: Omit<CaptureFact, 'paymentId' | 'unsold'>): LedgerEntry[] {
  const { amount, currency, price, before = NOTHING_SOLD } = fact;
  const sold = soldEntries(currency, before, soldFor(before.income + amount, price));
  return [...entries(currency, { customer_receivable: amount }), ...sold];
}

/** The price has changed: what was sold is what the new one says, and what came in beyond it is owed to the customer. */
export const editEntries = (currency: string, price: PriceParts, before: Sold): LedgerEntry[] =>
  soldEntries(currency, before, soldFor(before.income, price));

/** `amount × part / whole`, rounded half up, exact for all amounts; of nothing it is nothing. */
export function portionOf(amount: number, part: number, whole: number): number {
  if (whole === 0) return 0;
  const divisor = BigInt(whole);
  return Number((2n * BigInt(amount) * BigInt(part) + divisor) / (2n * divisor));
}

/** What an order's books hold as given back of its sale, failed refunds left out. */
export interface GivenBack {
  amount: number;
  tax: number;
}

export interface RefundFact {
  refundId: string;
  amount: number;
  currency: string;
  price: PriceParts;
  captured: number;
  /** What the books hold as sold, when that is not what was captured of the price. */
  sold?: Sold | undefined;
  before: GivenBack;
  /** It gives back what is owed to the customer, and takes nothing off the sale. */
  isOwed?: boolean;
  unsold?: boolean;
}

/**
 * A refund takes back its share of the tax. The share is counted over all that the order gives back, so that many small ones
 * give back exactly the tax that one great one would. Beyond the sale it gives back what was owed to the customer.
 */
export function refundEntries(fact: RefundFact): LedgerEntry[] {
  return [...givenEntries(fact), ...entries(fact.currency, { stripe_balance: -fact.amount })];
}

/** The order gives up what it had sold, and the customer is owed the money: it pays for another order, or goes back where it was taken. */
export function returnedEntries(fact: RefundFact): LedgerEntry[] {
  return [...givenEntries(fact), ...entries(fact.currency, { customer_receivable: -fact.amount })];
}

function givenEntries(fact: RefundFact): LedgerEntry[] {
  const { amount, currency } = fact;
  const sale = refundedSale(fact);
  const tax = refundedTax(fact);
  return entries(currency, { refunds: sale - tax, tax_payable: tax, customer_receivable: amount - sale });
}

const soldOf = ({ sold, captured, price }: RefundFact) => sold ?? soldFor(captured, price);

/** The part of a refund that is of the sale. */
export function refundedSale(fact: RefundFact): number {
  if (fact.unsold || fact.isOwed) return 0;
  return Math.max(0, Math.min(fact.amount, saleOf(soldOf(fact)) - fact.before.amount));
}

/** The part of a refund that was tax. */
export function refundedTax(fact: RefundFact): number {
  const [sale, sold] = [refundedSale(fact), soldOf(fact)];
  return sale === 0 ? 0 : portionOf(sold.tax, fact.before.amount + sale, saleOf(sold)) - fact.before.tax;
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
