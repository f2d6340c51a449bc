/** From here to there: two amounts with a dash or a word between them. */
import type { Amount, Item } from './amounts.ts';
import { isSign, says } from './other-amounts.ts';

export interface Range {
  readonly kind: 'range';
  readonly lower: Amount;
  readonly upper: Amount;
}

export type Part = Item | Range;

/** `others` are amounts that are no prices, and so no end of a range. */
export function withRanges(items: readonly Item[], others: ReadonlySet<Item>, text: string): Part[] {
  const parts: Part[] = [];
  for (let at = 0; at < items.length; at++) {
    const range = rangeAt(items, at, others, text);
    parts.push(range ?? items[at]!);
    if (range) at += 2;
  }
  return parts;
}

function rangeAt(items: readonly Item[], at: number, others: ReadonlySet<Item>, text: string): Range | undefined {
  const [lower, between, upper] = items.slice(at, at + 3);
  if (lower?.kind !== 'amount' || upper?.kind !== 'amount' || others.has(lower) || others.has(upper)) return undefined;
  if (!isSign(between, '-~') && !says(between, 'to') && !isAnd(items, at)) return undefined;
  const even = /\s/.test(text[lower.end] ?? '') === /\s/.test(text[upper.start - 1] ?? '');
  if (isSign(between, '-') && !even) return undefined;
  const [before, after] = [items[at - 1], items[at + 3]];
  // A number without a mark is an end only where it cannot belong to a word: `Size 12 - 20 €`, `10 € - 2 pack`.
  if (!lower.marked && !mayPrecede(before)) return undefined;
  if (!upper.marked && (after?.kind === 'word' || says(after, 'unit') || says(after, 'piece') || says(after, 'time')))
    return undefined;
  return { kind: 'range', lower, upper };
}

function mayPrecede(item: Item | undefined): boolean {
  return item === undefined || item.kind === 'sign' || says(item, 'from') || says(item, 'neutral') || says(item, 'now');
}

/** `between 10 and 20`. */
function isAnd(items: readonly Item[], at: number): boolean {
  return says(items[at - 1], 'between') && says(items[at + 1], 'and');
}
