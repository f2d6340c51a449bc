/** What Stripe is expected to take of a charge: by the contract's rates where they are configured, else by what others paid. */
import { formatMoney } from './money.ts';

/** A share in basis points and a fixed part in minor units. */
export interface FeeRate {
  basisPoints: number;
  fixed: number;
}

/** By currency (configured) or by the kind of the charge (learnt). */
export type FeeRates = Readonly<Record<string, FeeRate>>;

/** `usd:290+30,gbp:150+20`: 2.9 % + 30 cents, 1.5 % + 20 pence. Undefined when the text is something else. */
export function parseFeeRates(text: string): FeeRates | undefined {
  const rates: Record<string, FeeRate> = {};
  for (const part of text.split(',')) {
    const [, currency, share, fixed] = /^\s*([a-z]{3}):(\d{1,4})\+(\d{1,6})\s*$/i.exec(part) ?? [];
    if (!currency) return undefined;
    rates[currency.toLowerCase()] = { basisPoints: Number(share), fixed: Number(fixed) };
  }
  return rates;
}

/** Whether a fee is what the rate gives, to one minor unit of rounding. */
export const isUsualFee = (
  { basisPoints, fixed }: FeeRate,
  { amount, fee }: { amount: number; fee: number },
): boolean => Math.abs(fee * 10_000 - amount * basisPoints - fixed * 10_000) <= 10_000;

export const usualFee = ({ basisPoints, fixed }: FeeRate, amount: number): number =>
  Math.round((amount * basisPoints) / 10_000) + fixed;

export const sayRate = ({ basisPoints, fixed }: FeeRate, currency: string): string =>
  `${basisPoints / 100} % + ${formatMoney({ amount: fixed, currency })}`;

export interface FeeSample {
  kind: string;
  amount: number;
  fee: number;
}

/** Fewer charges than this teach nothing, and so do charges of hardly any different amounts. */
const ENOUGH = 20;
const ENOUGH_AMOUNTS = 5;
/** A rate that so many of a kind do not pay is none: a contract of another shape, or one that has just changed. */
const PAID_BY = 0.9;
const AT_MOST = 1_000;

/** The rates that nearly all charges of a kind pay. A kind whose charges do not follow one line has none. */
export function learnFeeRates(samples: readonly FeeSample[]): FeeRates {
  const rates: Record<string, FeeRate> = {};
  for (const [kind, all] of Map.groupBy(samples, (sample) => sample.kind)) {
    const rate = learnRate(all.slice(0, AT_MOST));
    if (rate) rates[kind] = rate;
  }
  return rates;
}

function learnRate(sample: readonly FeeSample[]): FeeRate | undefined {
  const amounts = new Set(sample.map(({ amount }) => amount));
  if (sample.length < ENOUGH || amounts.size < ENOUGH_AMOUNTS) return undefined;
  const slope = Math.round(medianSlope(sample) * 10_000);
  const near = Array.from({ length: 21 }, (_, n) => slope - 10 + n).filter((basisPoints) => basisPoints >= 0);
  const candidates = near.map((basisPoints) => {
    const rate = {
      basisPoints,
      fixed: Math.round(median(sample.map(({ amount, fee }) => fee - (amount * basisPoints) / 10_000))),
    };
    return { rate, exact: sample.filter(({ amount, fee }) => usualFee(rate, amount) === fee).length };
  });
  const best = candidates.sort((a, b) => b.exact - a.exact)[0];
  const paying = best ? sample.filter((each) => isUsualFee(best.rate, each)).length : 0;
  return best && paying >= sample.length * PAID_BY ? best.rate : undefined;
}

/** Of pairs far apart: a few wrong fees do not move a median, where they would move a mean. */
function medianSlope(sample: readonly FeeSample[]): number {
  const sorted = [...sample].sort((a, b) => a.amount - b.amount);
  const half = Math.floor(sorted.length / 2);
  const pairs = sorted.slice(0, half).map((low, n) => [low, sorted[n + half]!] as const);
  const slopes = pairs
    .filter(([low, high]) => high.amount > low.amount)
    .map(([low, high]) => (high.fee - low.fee) / (high.amount - low.amount));
  return slopes.length > 0 ? median(slopes) : 0;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}
