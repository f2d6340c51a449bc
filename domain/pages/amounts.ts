/** Amounts as structured data writes them: for machines by the book, for machines in the writing of a country, or for people. */
import { exponentOf } from '../money.ts';
import { parsePrice } from '../price-text.ts';
import type { Leaf } from './things.ts';

export interface ReadAmount {
  /** In minor units; more than one where the writing may mean several, the likelier first. */
  readonly possible: readonly number[];
  /** That the text itself names. */
  readonly currency: string | undefined;
  readonly isFrom: boolean;
  readonly upper: number | undefined;
}

export interface Market {
  /** ISO 4217, lower case. */
  readonly currency: string;
  readonly locale: string;
}

/** More is a mistake or a joke. */
const HIGHEST = 1e12;

export function readAmount(leaf: Leaf, market: Market): ReadAmount | undefined {
  const text = leaf.text.trim();
  if (text === '' || text.length > 200) return undefined;
  if (leaf.minor !== undefined && /^\d{1,15}$/.test(text)) {
    const units = leaf.minor === 'perhaps' ? [Number(text) * 10 ** exponentOf(market.currency)] : [];
    return amounts([...units, Number(text)]);
  }
  const possible = leaf.form === 'shown' ? undefined : machineAmounts(text, leaf.form, exponentOf(market.currency));
  if (possible) return amounts(possible);
  const parsed = parsePrice(text, market);
  if (parsed) {
    if (parsed.currency !== null && exponentOf(parsed.currency) !== parsed.exponent) return undefined;
    const read = amounts([parsed.amount]);
    return (
      read && { ...read, currency: parsed.currency ?? 'unknown', isFrom: parsed.kind === 'from', upper: parsed.upper }
    );
  }
  const several = severalAmounts(text, market);
  if (several) return amounts(several);
  const open = /^\d{1,3}[.,]\d{3}$/.test(text) ? openAmounts(text, exponentOf(market.currency)) : undefined;
  return open && amounts(open);
}

/** `71,91 € 79,90 €`: what is asked and what was asked; the page shows which is which. */
function severalAmounts(text: string, market: Market): number[] | undefined {
  const parts = text.split(/(?<=\d\s?\p{Sc})\s+(?=\d)|(?<=\d)\s+(?=\p{Sc}\d)/u);
  if (parts.length !== 2) return undefined;
  const read = parts.map((part) => parsePrice(part, market));
  return read.every((price) => price?.currency === market.currency && price.upper === undefined)
    ? read.map((price) => price!.amount)
    : undefined;
}

function amounts(possible: readonly number[]): ReadAmount | undefined {
  const sound = possible.filter((amount) => amount > 0 && amount <= HIGHEST && Number.isSafeInteger(amount));
  return sound.length === 0
    ? undefined
    : { possible: [...new Set(sound)], currency: undefined, isFrom: false, upper: undefined };
}

/** Undefined where it is no number as machines write it. */
function machineAmounts(text: string, form: Leaf['form'], exponent: number): number[] | undefined {
  const [, whole, written = ''] = /^(\d{1,15})(?:\.(\d{0,20}))?$/.exec(text) ?? [];
  if (whole === undefined) return undefined;
  const fraction = written.replace(/0+$/, '');
  if (written.length === 3 && exponent < 3 && whole.length <= 3) return openAmounts(text, exponent);
  if (fraction.length <= exponent) return [minor(whole, fraction, exponent)];
  // 19.989999999999998 is what is left of a sum of 19.99.
  const rounded = Math.round(Number(`${whole}.${fraction}`) * 10 ** exponent);
  const isNoise = form === 'number' && fraction.length >= 9 && /0{5}|9{5}/.test(fraction.slice(exponent));
  if (exponent === 0 && !isNoise) return [];
  return isNoise ? [rounded] : [rounded, rounded - 1, rounded + 1];
}

/** `1.299`: thousands, or a fraction with a digit too many. */
function openAmounts(text: string, exponent: number): number[] {
  const [whole, fraction] = text.split(/[.,]/) as [string, string];
  const thousands = Number(whole) === 0 ? [] : [minor(whole + fraction, '', exponent)];
  const decimal = exponent === 0 ? [] : [Math.round(Number(`${whole}.${fraction}`) * 10 ** exponent)];
  if (fraction === '000') return [...decimal, ...thousands];
  return [...thousands, ...decimal];
}

function minor(whole: string, fraction: string, exponent: number): number {
  return Number(whole + fraction.padEnd(exponent, '0'));
}
