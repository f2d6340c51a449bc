import type { Sandbox } from './context.ts';
import { exponentOf } from './currencies.ts';

export interface Exchanged {
  amount: number;
  currency: string;
  /** Major units of the new currency for one of the old; null where nothing is exchanged. */
  rate: number | null;
}

/** An amount in another currency, in that one's minor units, at the rate of this moment. */
export function exchange(sandbox: Sandbox, amount: number, from: string, to: string): Exchanged {
  if (from === to) return { amount, currency: to, rate: null };
  const { exchangeRates } = sandbox.settings;
  const rate = Number(((exchangeRates[from] ?? 1) / (exchangeRates[to] ?? 1)).toPrecision(6));
  const major = amount / 10 ** exponentOf(from);
  return { amount: Math.round(major * rate * 10 ** exponentOf(to)), currency: to, rate };
}

/** What money of this currency becomes part of: the balance in its own currency, or the one that all settles in. */
export const settle = (sandbox: Sandbox, amount: number, currency: string): Exchanged =>
  exchange(sandbox, amount, currency, sandbox.settings.settlementCurrency || currency);
