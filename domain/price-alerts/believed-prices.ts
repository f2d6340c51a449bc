/** The believed prices of the last thirty days, the lowest of each day: what is new is measured by them, and they stand beside an alert. */
import type { Money } from '../money.ts';

const DAY_MS = 86_400_000;
const DAYS = 30;
/** Of a page that has been watched for less nothing is the lowest. */
const ENOUGH_DAYS = 7;

export interface BelievedPrices {
  currency: string;
  /** Days since 1970 (UTC) with the lowest amount of each, oldest first. */
  days: readonly (readonly [day: number, amount: number])[];
}

const dayOf = (at: number) => Math.floor(at / DAY_MS);

/** Another currency begins anew. */
export function remember(known: BelievedPrices | null, price: Money, at: number): BelievedPrices {
  const day = dayOf(at);
  const same = known?.currency === price.currency ? known.days : [];
  const today = same.find(([each]) => each === day)?.[1] ?? price.amount;
  const before = same.filter(([each]) => each !== day && each > day - DAYS);
  return { currency: price.currency, days: [...before, [day, Math.min(today, price.amount)]] };
}

const within = (known: BelievedPrices, at: number) => known.days.filter(([day]) => day > dayOf(at) - DAYS);

/** Undefined while the page has not been watched for a week. */
export function lowestBefore(known: BelievedPrices | null, at: number): Money | undefined {
  const days = known ? within(known, at) : [];
  if (!known || !days[0] || days[0][0] > dayOf(at) - ENOUGH_DAYS) return undefined;
  return { amount: Math.min(...days.map(([, amount]) => amount)), currency: known.currency };
}

export interface Summary {
  lowest: Money;
  median: Money;
  days: number;
}

export function summarize(known: BelievedPrices | null, at: number): Summary | undefined {
  const amounts = known ? within(known, at).map(([, amount]) => amount) : [];
  if (!known || amounts.length === 0) return undefined;
  const sorted = amounts.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const median = sorted.length % 2 ? sorted[middle]! : Math.round((sorted[middle - 1]! + sorted[middle]!) / 2);
  const { currency } = known;
  return { lowest: { amount: sorted[0]!, currency }, median: { amount: median, currency }, days: amounts.length };
}
