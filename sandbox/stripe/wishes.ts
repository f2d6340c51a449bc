import { readCurrency } from './currencies.ts';
import { StripeError } from './errors.ts';

/** What a call may say; every field is looked at before it is used. */
export type Wishes = Record<string, unknown>;

export const conflict = (message: string) => new StripeError(409, { message });

export function amountOf(value: unknown, name = 'amount'): number {
  if (Number.isInteger(value) && Number(value) > 0) return Number(value);
  throw new StripeError(400, { message: `${name} must be a whole number above 0, in minor units.` });
}

export function optionalText(value: unknown, name: string): string | undefined {
  if (value === undefined || typeof value === 'string') return value;
  throw new StripeError(400, { message: `${name} must be text.` });
}

export const currencyOf = (value: unknown, fallback = 'usd') =>
  readCurrency(optionalText(value, 'currency') ?? fallback);
