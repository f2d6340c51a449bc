/**
 * How a finding is put right in the ledger: which booking is taken back, and what is booked instead, so that the ledger holds
 * what Stripe's balance moved by. Pure. Our own rows stay as they are, but for a fee, which is nothing else than Stripe's word.
 */
import {
  balanceEntries,
  captureEntries,
  feeEntries,
  LEDGER_ACCOUNTS,
  type LedgerAccount,
  type LedgerCause,
  type LedgerCauseKind,
  type LedgerEntry,
  mergeEntries,
  opposite,
  type PriceParts,
  portionOf,
  type Sold,
} from './ledger.ts';
import type { FindingCode } from './reconciliation.ts';
import { movedBy } from './reconciliation-balance.ts';
import type { Movement } from './reconciliation-movement.ts';

export type CorrectionRefusal =
  | 'finding_not_open'
  | 'finding_outdated'
  | 'not_booked_yet'
  | 'finding_not_correctable'
  | 'account_required'
  | 'account_not_usable';

/** The finding cannot be corrected by a booking, or not by this one; the message says why. */
export class CorrectionRefusedError extends Error {
  override readonly name = 'CorrectionRefusedError';
  readonly code: CorrectionRefusal;
  constructor(code: CorrectionRefusal, message: string) {
    super(message);
    this.code = code;
  }
}

/** Something booked that has not been taken back, with what it was made for first. */
export interface StandingTransaction {
  root: LedgerCauseKind;
  cause: LedgerCause;
  entries: LedgerEntry[];
}

export interface CorrectedPayment {
  paymentId: string;
  currency: string;
  captured: number;
  price: PriceParts;
  /** What was sold for money that did not come by this payment. */
  before?: Sold;
  unsold: boolean;
}

export interface CorrectionFacts {
  code: FindingCode;
  /** The movement that the finding speaks of, as it stands now. */
  movement?: Movement | undefined;
  payment?: CorrectedPayment | undefined;
  standing: readonly StandingTransaction[];
  /** Against which account the money is booked, where only a person can say. */
  account?: LedgerAccount | undefined;
}

export interface CorrectionPlan {
  reverses: LedgerCause[];
  entries: LedgerEntry[];
  /** What the payment is to hold as its fee. */
  fee?: { paymentId: string; amount: number; currency: string };
  /** The ledger lacks what the rows say: the poster looks at them again, and books it. */
  postsRows?: boolean;
  /** What the charge was for, so that its refunds go the same way. */
  settles?: LedgerAccount;
}

const PLANS: Readonly<Partial<Record<FindingCode, (facts: CorrectionFacts) => CorrectionPlan>>> = {
  fee_differs: planFee,
  amount_differs: planAmount,
  refund_amount_differs: planRefund,
  charge_foreign: planAccount,
  charge_doubled: planAccount,
  charge_unplaced: planAccount,
  movement_unexplained: planAccount,
  transfer_foreign: planAccount,
  transfer_doubled: planAccount,
  charge_missing: planMissing,
  net_inconsistent: planDifference,
  ledger_differs: planDifference,
  dispute_amount_differs: planDifference,
  dispute_fee_differs: (facts) => planDifference({ ...facts, account: facts.account ?? 'dispute_fees' }),
  ledger_missing: (facts) => fromRows(facts, { reverses: [], entries: [], postsRows: true }),
};

export const isCorrectable = (code: FindingCode): boolean => PLANS[code] !== undefined;

/** @throws {@link CorrectionRefusedError} */
export function planCorrection(facts: CorrectionFacts): CorrectionPlan {
  const plan = PLANS[facts.code];
  if (!plan) throw new CorrectionRefusedError('finding_not_correctable', `A booking does not repair ${facts.code}.`);
  if (facts.account === 'stripe_balance')
    throw new CorrectionRefusedError('account_not_usable', 'The account must be another than stripe_balance.');
  if (facts.movement?.due)
    throw new CorrectionRefusedError('not_booked_yet', 'The ledger has yet to post what the rows say.');
  return plan(facts);
}

function planFee(facts: CorrectionFacts): CorrectionPlan {
  const { fee, currency, payment_id } = movementOf(facts);
  const reverses = facts.standing.filter(({ root }) => root === 'fee').map(({ cause }) => cause);
  const kept = { paymentId: payment_id!, amount: fee, currency };
  // A fee that was never booked is the poster's, as soon as the payment holds it.
  if (reverses.length === 0) return fromRows(facts, { reverses, entries: [], fee: kept, postsRows: true });
  return fromRows(facts, { reverses, entries: feeEntries(fee, currency), fee: kept });
}

/** In an exchange the charge's own currency must come to nothing again, at the amount that was exchanged. */
function planAmount(facts: CorrectionFacts): CorrectionPlan {
  const movement = movementOf(facts);
  const payment = facts.payment!;
  const { currency, captured } = payment;
  const amount = movement.currency === currency ? movement.amount : (movement.source_amount ?? 0);
  const more = movement.currency === currency ? 0 : amount - captured;
  const right = [...captureEntries({ ...payment, amount }), ...exchanged(more, currency)];
  return fromRows(facts, { ...replaced(facts, 'capture', right) });
}

function planRefund(facts: CorrectionFacts): CorrectionPlan {
  const movement = movementOf(facts);
  const currency = movement.refund_currency!;
  const sign = movement.amount < 0 ? -1 : 1;
  const owed = sign * (movement.refund_amount ?? 0);
  const actual = movement.currency === currency ? movement.amount : sign * (movement.source_amount ?? 0);
  const [booked] = standingOf(facts, sign < 0 ? 'refund' : 'refund_failure');
  const more = movement.currency === currency ? 0 : actual - owed;
  const entries = mergeEntries([...scaled(booked!.entries, owed, actual), ...exchanged(more, currency)]);
  return fromRows(facts, { reverses: [booked!.cause], entries });
}

/** What stands on suspense, or is owed to a customer, goes to the account that explains it; what went back of it went there. */
function planAccount(facts: CorrectionFacts): CorrectionPlan {
  const { amount, fee, currency, charge_returned: returned } = movementOf(facts);
  const [own] = standingOf(facts, 'balance_transaction');
  const account = chosen(facts);
  const before = own!.entries.find((entry) => entry.account !== 'stripe_balance' && entry.account !== 'stripe_fees');
  if (before?.account === account)
    throw new CorrectionRefusedError('account_not_usable', `The money stands on ${account} already.`);
  const against = account as Exclude<LedgerAccount, 'stripe_balance'>;
  const left = before && returned !== 0 ? moved(returned, currency, before.account, account) : [];
  const entries = mergeEntries([...balanceEntries({ amount, fee, currency }, against), ...left]);
  return { reverses: [own!.cause], entries, settles: account };
}

const moved = (amount: number, currency: string, from: LedgerAccount, to: LedgerAccount): LedgerEntry[] => [
  { account: from, currency, amount: -amount },
  { account: to, currency, amount },
];

/** The money never came: neither was anything sold for it nor a fee taken; or the customer owes it, where an account says so. */
function planMissing(facts: CorrectionFacts): CorrectionPlan {
  const payment = facts.payment!;
  const { currency, captured: amount } = payment;
  const { account } = facts;
  const owed = account
    ? captureEntries({ ...payment, amount }).map((each) =>
        each.account === 'stripe_balance' ? { ...each, account } : each,
      )
    : [];
  const fees = facts.standing.filter(({ root }) => root === 'fee').map(({ cause }) => cause);
  const { reverses, entries } = replaced(facts, 'capture', owed);
  const none = { paymentId: payment.paymentId, amount: 0, currency };
  return { reverses: [...reverses, ...fees], entries, ...(fees.length > 0 ? { fee: none } : {}) };
}

/** The ledger gets what it lacks of Stripe's figure, against an account. */
function planDifference(facts: CorrectionFacts): CorrectionPlan {
  const movement = movementOf(facts);
  const account = chosen(facts);
  const amount = movedBy(movement) - (movement.booked ?? 0);
  if (amount === 0) throw new CorrectionRefusedError('finding_outdated', 'The ledger holds what Stripe moved already.');
  return { reverses: [], entries: moved(amount, movement.currency, account, 'stripe_balance') };
}

function movementOf({ movement }: CorrectionFacts): Movement {
  if (!movement)
    throw new CorrectionRefusedError('finding_outdated', 'The two sides agree by now; run the reconciliation.');
  return movement;
}

function chosen({ account, code }: CorrectionFacts): LedgerAccount {
  if (account) return account;
  const others = LEDGER_ACCOUNTS.filter((each) => each !== 'stripe_balance').join(', ');
  throw new CorrectionRefusedError('account_required', `Only a person knows the account for ${code}: ${others}.`);
}

function fromRows<T>({ account, code }: CorrectionFacts, plan: T): T {
  if (!account) return plan;
  throw new CorrectionRefusedError('account_not_usable', `The accounts of ${code} follow from the order: name none.`);
}

function standingOf({ standing }: CorrectionFacts, root: LedgerCauseKind): StandingTransaction[] {
  const found = standing.filter((each) => each.root === root);
  if (found.length === 0)
    throw new CorrectionRefusedError('not_booked_yet', `The ledger holds no ${root} for it that could be corrected.`);
  return found;
}

/** One of them is taken back; what the others hold counts against what is booked instead. */
function replaced(facts: CorrectionFacts, root: LedgerCauseKind, right: LedgerEntry[]) {
  const [first, ...others] = standingOf(facts, root);
  const entries = mergeEntries([...right, ...others.flatMap((each) => opposite(each.entries))]);
  return { reverses: [first!.cause], entries };
}

/** The same accounts for another amount, in proportion; the greatest takes what rounding leaves. */
function scaled(entries: readonly LedgerEntry[], from: number, to: number): LedgerEntry[] {
  const [own, rest] = [entries.filter(isBalance), entries.filter((each) => !isBalance(each))];
  const currency = own[0]!.currency;
  const parts = rest
    .filter((each) => each.currency === currency)
    .sort((a, b) => Math.abs(b.amount) - Math.abs(a.amount))
    .map((each) => ({
      ...each,
      amount: Math.sign(each.amount) * portionOf(Math.abs(each.amount), Math.abs(to), Math.abs(from)),
    }));
  const [greatest, ...others] = parts;
  const left = -to - others.reduce((sum, { amount }) => sum + amount, 0);
  return [{ account: 'stripe_balance', currency, amount: to }, { ...greatest!, amount: left }, ...others];
}

const isBalance = ({ account }: LedgerEntry) => account === 'stripe_balance';

/** What more of a currency went into an exchange than was booked. */
const exchanged = (amount: number, currency: string): LedgerEntry[] =>
  amount === 0 ? [] : moved(amount, currency, 'stripe_balance', 'fx');
