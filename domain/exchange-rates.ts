/** What an amount is worth in another currency: exact fractions until the one rounding at the end. */
import { exponentOf, type Money } from './money.ts';

export interface ExchangeRate {
  base: string;
  quote: string;
  /** How much of `quote` one unit of `base` is worth, as a decimal: `1.0823`. */
  rate: string;
  asOf: Date;
}

export interface FoundRate {
  rate: number;
  /** RFC 3339; of two rates the older. */
  asOf: string;
  /** It is so old that it may mislead. */
  isStale: boolean;
}

export const STALE_AFTER_DAYS = 7;

interface Fraction {
  up: bigint;
  down: bigint;
  asOf: Date;
}

/** `1.0823` → 10823/10000. */
function fractionOf({ rate, asOf }: Pick<ExchangeRate, 'rate' | 'asOf'>): Fraction {
  const [whole = '0', part = ''] = rate.split('.');
  return { up: BigInt(whole + part), down: 10n ** BigInt(part.length), asOf };
}

/** As it is kept, the other way round, or over one currency that both have a rate with: of several ways the freshest. */
function wayBetween(rates: readonly ExchangeRate[], from: string, to: string): Fraction | undefined {
  const direct = step(rates, from, to);
  if (direct) return direct;
  const bridges = new Set(rates.flatMap(({ base, quote }) => [base, quote]));
  const ways = [...bridges].flatMap((bridge) => {
    const [there, on] = [step(rates, from, bridge), step(rates, bridge, to)];
    return there && on ? [joined(there, on)] : [];
  });
  return ways.sort((a, b) => b.asOf.getTime() - a.asOf.getTime())[0];
}

function step(rates: readonly ExchangeRate[], from: string, to: string): Fraction | undefined {
  const known = rates.find(({ base, quote }) => base === from && quote === to);
  if (known) return fractionOf(known);
  const back = rates.find(({ base, quote }) => base === to && quote === from);
  if (!back) return undefined;
  const { up, down, asOf } = fractionOf(back);
  return up === 0n ? undefined : { up: down, down: up, asOf };
}

const joined = (a: Fraction, b: Fraction): Fraction => ({
  up: a.up * b.up,
  down: a.down * b.down,
  asOf: new Date(Math.min(a.asOf.getTime(), b.asOf.getTime())),
});

const isStale = (asOf: Date, now: Date) => now.getTime() - asOf.getTime() > STALE_AFTER_DAYS * 86_400_000;

/** Undefined when no way leads from one to the other. */
export function findRate(rates: readonly ExchangeRate[], from: string, to: string, now: Date): FoundRate | undefined {
  const way = from === to ? { up: 1n, down: 1n, asOf: now } : wayBetween(rates, from, to);
  if (!way) return undefined;
  // Twelve places, as rates are kept with.
  const rate = Number((way.up * 10n ** 12n) / way.down) / 1e12;
  return { rate, asOf: way.asOf.toISOString(), isStale: isStale(way.asOf, now) };
}

/** Half up, in minor units of the other currency. Undefined when no way leads there. */
export function convert(
  { amount, currency }: Money,
  to: string,
  rates: readonly ExchangeRate[],
  now: Date,
): (Money & { asOf: string; isStale: boolean }) | undefined {
  const way = currency === to ? { up: 1n, down: 1n, asOf: now } : wayBetween(rates, currency, to);
  if (!way) return undefined;
  const up = BigInt(amount) * way.up * 10n ** BigInt(exponentOf(to));
  const down = way.down * 10n ** BigInt(exponentOf(currency));
  return {
    amount: Number(rounded(up, down)),
    currency: to,
    asOf: way.asOf.toISOString(),
    isStale: isStale(way.asOf, now),
  };
}

function rounded(up: bigint, down: bigint): bigint {
  const isNegative = up < 0n;
  const whole = ((isNegative ? -up : up) * 2n + down) / (down * 2n);
  return isNegative ? -whole : whole;
}
