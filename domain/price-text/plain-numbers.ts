/** Numbers that do not say that they are money: when they are, and when they make the price beside them doubtful. */
import type { Amount, Item } from './amounts.ts';
import type { Cue } from './cues.ts';
import type { CurrencyMark } from './currency-marks.ts';
import { isSign, says } from './other-amounts.ts';
import type { Hints } from './read-value.ts';
import type { Token } from './tokens.ts';

/** What may stand beside a number that is to be a price without a mark. */
const HARMLESS: readonly Cue[] = [
  'neutral',
  'now',
  'was',
  'from',
  'upwards',
  'to',
  'between',
  'and',
  'taxIncluded',
  'taxExcluded',
  'for',
];

/**
 * Which numbers are money. With a mark beside any: those that have one (`all` is false). With a mark somewhere else (`Price (EUR): 5`)
 * or none at all: every number, provided that nothing else is said. Undefined when there is no price.
 */
export function markedBesides(
  tokens: readonly Token[],
  items: readonly Item[],
): { all: boolean; marks: (CurrencyMark | undefined)[] } | undefined {
  const amounts = items.filter((item) => item.kind === 'amount');
  if (amounts.length === 0) return undefined;
  if (amounts.some(({ marked }) => marked)) return { all: false, marks: [] };
  const harmless = items.every(
    (item) =>
      item.kind === 'amount' ||
      (item.kind === 'cue' ? HARMLESS.some((cue) => says(item, cue)) : isSign(item, ':-~()[].,|*"\'')),
  );
  const marks = tokens.flatMap((token) => (token.kind === 'mark' ? [token.mark] : []));
  return harmless && amounts.length <= 2 ? { all: true, marks } : undefined;
}

export function isUnsafe(items: readonly Item[], others: ReadonlySet<Item>, text: string, hints: Hints): boolean {
  const isMoney = items.some((item) => item.kind === 'amount' && item.marked);
  return items.some((item, at) => {
    if (item.kind !== 'amount') return false;
    return isMoney
      ? item.marked && !others.has(item) && isCrowded(items, at, others, text)
      : isNoPrice(item, items, text, hints);
  });
}

/** Numbers side by side are one number that we do not know how to read (`19 99 €`), or a word's (`iPhone 15 999 €`). */
function isCrowded(items: readonly Item[], at: number, others: ReadonlySet<Item>, text: string): boolean {
  const amount = items[at] as Amount;
  const [before, after] = [items[at - 1], items[at + 1]];
  const isBare = (item: Item | undefined) => item?.kind === 'amount' && !item.marked && !others.has(item);
  if (isBare(before) || (isGluedSign(before, amount.start) && isBare(items[at - 2]))) return true;
  if (isSign(before, '-') && isBare(items[at - 2]) && items[at - 3] !== undefined) return true;
  if (isGluedSign(after, undefined, amount.end) && isBare(items[at + 2])) return true;
  const groupedByBlanks = /^\d+[ \u00a0]/.test(amount.raw) && /\d/.test(text[amount.start]!);
  return (groupedByBlanks && before?.kind === 'word') || hasLooseCents(items, at);
}

/** `€ 19 99`, unless a word follows that the second number belongs to. */
function hasLooseCents(items: readonly Item[], at: number): boolean {
  const [amount, cents, next] = items.slice(at, at + 3);
  if (amount?.kind !== 'amount' || cents?.kind !== 'amount' || cents.marked) return false;
  if (/[.,]/.test(amount.raw) || !/^\d\d$/.test(cents.raw)) return false;
  return next === undefined || (next.kind === 'sign' && !isSign(next, '%'));
}

function isGluedSign(item: Item | undefined, end?: number, start?: number): boolean {
  return isSign(item, '.,:') && (item!.end === end || item!.start === start);
}

/** Telephone and article numbers, and what may be a rating. */
function isNoPrice(amount: Amount, items: readonly Item[], text: string, hints: Hints): boolean {
  // A number of ratings.
  if (text.startsWith('(')) return true;
  if (/^\d{8,}$/.test(amount.raw) || /^0\d/.test(amount.raw)) return true;
  if (items.filter((item) => item.kind === 'amount').length > 1 && text.includes('-') && !/[.,]/.test(text))
    return true;
  const isRating = /^\d[.,]\d$/.test(amount.raw);
  return isRating && hints.currency === undefined;
}
