/** Judges a payout against the movements that left with it and against the ledger, and says what it books. */
import { exchangeEntries, type LedgerBooking, payoutEntries } from './ledger.ts';
import { type Finding, finding, say } from './reconciliation.ts';

export interface PayoutFacts {
  id: string;
  status: string;
  /** What reaches the bank, in the payout's currency. */
  amount: number;
  currency: string;
  createdAt: Date;
  /** What left Stripe's balance for it, as far as it was read: another currency means an exchange. */
  balance?: { amount: number; fee: number; currency: string } | undefined;
}

/** In the order to book them in, each in a set of its own. */
export function payoutBookings({ id, status, amount, currency, createdAt, balance }: PayoutFacts): LedgerBooking[] {
  const fee = balance?.fee ?? 0;
  const exchanged = balance && balance.currency !== currency;
  const entries = exchanged
    ? [
        ...exchangeEntries({ amount: balance.amount, currency: balance.currency }, { amount, currency }),
        ...payoutEntries(amount, currency),
        ...payoutEntries(0, balance.currency, fee),
      ]
    : payoutEntries(amount, currency, fee);
  const cause = { kind: 'payout', id } as const;
  const booking = { cause, occurredAt: createdAt, description: `payout ${id}`, entries };
  if (!returned(status)) return [booking];
  const failure = { kind: 'payout_failure', id } as const;
  return [booking, { cause: failure, occurredAt: createdAt, description: `payout ${id} ${status}`, reverses: cause }];
}

/** The money is back in Stripe's balance. */
const returned = (status: string) => status === 'failed' || status === 'canceled';

export interface PayoutPair extends PayoutFacts {
  automatic: boolean;
  /** Stripe has put the list of its lines together. */
  listed: boolean;
  failureCode: string | null;
  /** Movements that left with it, without its own. */
  lines: number;
  linesNet: number;
  /** Of those lines that are to agree with the ledger now: without a finding of their own, and with nothing left to post. */
  checkedNet: number;
  /** What the ledger's Stripe balance holds for the lines that are checked; null when none of them is booked. */
  linesBooked: number | null;
}

export function judgePayout(payout: PayoutPair): Finding[] {
  const findings = [judgeFailure(payout), judgeExchange(payout), judgeKind(payout)];
  const sums = payout.automatic && payout.listed && !returned(payout.status) ? judgeSums(payout) : [];
  return [...findings.filter((found) => found !== undefined), ...sums];
}

function judgeFailure(payout: PayoutPair): Finding | undefined {
  if (payout.status !== 'failed') return undefined;
  const { amount, currency, failureCode } = payout;
  return about(payout, 'payout_failed', 0, amount, {
    explanation: `Payout ${payout.id} of ${say(amount, currency)} failed (${failureCode ?? 'no reason given'}): the bank got nothing.`,
  });
}

function judgeExchange(payout: PayoutPair): Finding | undefined {
  const { balance, amount, currency } = payout;
  if (!balance || balance.currency === currency) return undefined;
  return about(payout, 'payout_exchanged', amount, amount, {
    explanation: `Payout ${payout.id} took ${say(balance.amount, balance.currency)} of Stripe's balance and reaches the bank as ${say(amount, currency)}.`,
    action: { kind: 'booked' },
  });
}

function judgeKind(payout: PayoutPair): Finding | undefined {
  if (payout.automatic) return undefined;
  const { amount, currency } = payout;
  return about(payout, 'payout_manual', amount, amount, {
    explanation: `Payout ${payout.id} of ${say(amount, currency)} was made by hand: it cannot be reconciled line by line.`,
    action: { kind: 'told' },
  });
}

/** What left the balance must be its lines, exactly, and what the ledger holds for them. */
function judgeSums(payout: PayoutPair): Finding[] {
  const { amount, currency } = payout.balance ?? payout;
  const { lines, linesNet, checkedNet, linesBooked } = payout;
  const findings: Finding[] = [];
  if (linesNet !== amount)
    findings.push(
      about(payout, 'payout_sum_differs', linesNet, amount, {
        currency,
        explanation: `Payout ${payout.id} is ${say(amount, currency)}, the ${lines} movement(s) that Stripe lists in it sum to ${say(linesNet, currency)}.`,
      }),
    );
  if ((linesBooked ?? 0) !== checkedNet)
    findings.push(
      about(payout, 'payout_ledger_differs', linesBooked ?? 0, checkedNet, {
        currency,
        explanation: `The movements of payout ${payout.id} without a finding sum to ${say(checkedNet, currency)}, the ledger holds ${say(linesBooked, currency)} for them.`,
      }),
    );
  return findings;
}

function about(
  payout: PayoutPair,
  code: Finding['code'],
  ourAmount: number,
  stripeAmount: number,
  given: Pick<Finding, 'explanation'> & Partial<Finding>,
): Finding {
  const { id, status, amount, currency, automatic, lines, linesNet, linesBooked } = payout;
  return finding({
    code,
    subject: id,
    currency,
    ourAmount,
    stripeAmount,
    stripe: { payout: id, status, amount, currency, automatic, lines, lines_net: linesNet },
    ours: { lines_booked: linesBooked },
    occurredAt: payout.createdAt,
    ...given,
  });
}
