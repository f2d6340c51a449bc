/** Numbers that do not say that they are money: when they are, and when they make the price beside them doubtful. */
import type { Amount, Item } from './amounts.ts';
import type { Cue } from './cue-words.ts';
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
  if (isExchangeRate(tokens)) return undefined;
  if (amounts.some(({ marked }) => marked)) return { all: false, marks: [] };
  const harmless = items.every(
    (item) =>
      item.kind === 'amount' ||
      (item.kind === 'cue' ? HARMLESS.some((cue) => says(item, cue)) : isSign(item, ':-~()[].,|*"\'')),
  );
  const marks = tokens.flatMap((token) => (token.kind === 'mark' ? [token.mark] : []));
  return harmless && amounts.length <= 2 ? { all: true, marks } : undefined;
}

/** `EUR/USD 1.08` */
function isExchangeRate(tokens: readonly Token[]): boolean {
  return tokens.some((token, at) => {
    const [before, slash, after] = [tokens[at - 1], tokens[at + 1], tokens[at + 2]];
    const marks = token.kind === 'mark' && after?.kind === 'mark' && before?.kind !== 'number';
    return marks && slash?.kind === 'sign' && slash.sign === '/';
  });
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
  const before = items[at - 1];
  const isBare = (item: Item | undefined): item is Amount =>
    item?.kind === 'amount' && !item.marked && !others.has(item);
  // `iPhone 15 $799` is clear, `19 €99` is not.
  const isApart = amount.gluedBefore && amount.raw.length > 2;
  if ((isBare(before) && !isApart) || says(before, 'multiple')) return true;
  if (isSign(before, '-') && isBare(items[at - 2]) && items[at - 3] !== undefined) return true;
  if (isTornOff(items, at - 2, text, isBare) || isTornOff(items, at, text, isBare)) return true;
  const groupedByBlanks = /^\d+[ \u00a0]/.test(amount.raw) && /\d/.test(text[amount.start]!);
  return (groupedByBlanks && before?.kind === 'word') || hasLooseCents(items, at, isBare);
}

/** `19 . 99 €`, `19. 99`, `12.5.99 €` */
function isTornOff(
  items: readonly Item[],
  at: number,
  text: string,
  isBare: (item: Item | undefined) => boolean,
): boolean {
  const [left, sign, right] = [items[at], items[at + 1], items[at + 2]];
  if (left?.kind !== 'amount' || right?.kind !== 'amount' || !isSign(sign, '.,:')) return false;
  if (!isBare(left) && !isBare(right)) return false;
  return !/\s/.test(text.slice(left.end, right.start)) || (!/[.,]/.test(left.raw) && /^\d\d$/.test(right.raw));
}

/** `€ 19 99`, `12 zł 50 gr`, `$19 .99`, unless a word follows that the second number belongs to. */
function hasLooseCents(
  items: readonly Item[],
  at: number,
  isBare: (item: Item | undefined) => item is Amount,
): boolean {
  const [amount, cents, next] = [items[at] as Amount, items[at + 1], items[at + 2]];
  if (!isBare(cents)) return false;
  if (/^[.,]/.test(cents.raw)) return true;
  if (/[.,]/.test(amount.raw) || !/^\d\d$/.test(cents.raw)) return false;
  return next === undefined || says(next, 'cents') || (next.kind === 'sign' && !isSign(next, '%'));
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
