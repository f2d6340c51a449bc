/** The clauses of a price string, and what each says of its amounts. */
import type { Amount, Item } from './amounts.ts';
import type { Cue } from './cue-words.ts';
import { isSign, isUnitPrice, says } from './other-amounts.ts';
import type { Part, Range } from './ranges.ts';

/** Words that begin what they speak of, so that an amount before them is not meant. */
const LEADING: readonly Cue[] = ['now', 'was', 'from', 'notPrice'];

type Role = 'plain' | 'now' | 'was' | 'other';

export interface Offer {
  readonly amount: Amount | Range;
  readonly role: Role;
  readonly isFrom: boolean;
}

/** `bare`: numbers are money without saying so. */
export function offersOf(parts: readonly Part[], others: ReadonlySet<Item>, bare: boolean): Offer[] {
  return clausesOf(parts, bare).flatMap((clause, at, all) => offersIn(clause, all[at - 1], others, bare));
}

function clausesOf(parts: readonly Part[], bare: boolean): Part[][] {
  const clauses: Part[][] = [[]];
  parts.forEach((part, at) => {
    const clause = clauses.at(-1)!;
    const ends =
      part.kind === 'sign' && ',;|()[]{}•·/!?.+-'.includes(part.sign) && !isUpwards(parts, at) && !isHyphen(parts, at);
    if (ends) clauses.push([part]);
    else if (leads(part, clause) && clause.some((other) => isPriced(other, bare)))
      clauses.push([...takenAlong(clause), part]);
    else clause.push(part);
  });
  return clauses;
}

/** `éco-participation` */
function isHyphen(parts: readonly Part[], at: number): boolean {
  const [before, sign, after] = [parts[at - 1], parts[at]!, parts[at + 1]];
  if (!isItem(sign) || !isSign(sign, '-') || !before || !after || !isItem(before) || !isItem(after)) return false;
  const words = [before, after].every(({ kind }) => kind === 'word' || kind === 'cue');
  return words && before.end === sign.start && sign.end === after.start;
}

function leads(part: Part, clause: readonly Part[]): boolean {
  if (!isItem(part)) return false;
  return LEADING.some((cue) => says(part, cue)) || (says(part, 'downTo') && isFormer(clause));
}

/** What stands last before the words that lead may be said of what they lead to: `19 € financing from 5 €`. */
function takenAlong(clause: Part[]): Part[] {
  const last = clause.at(-1)!;
  if (!isItem(last)) return [];
  if (says(last, 'freePostage')) return clause.splice(-1);
  return says(last, 'otherAmount') || says(last, 'time') ? [last] : [];
}

/** Whether its amount is what was asked or what is saved, so that the price is yet to come. */
function isFormer(clause: readonly Part[]): boolean {
  const amount = clause.findIndex((part) => part.kind === 'amount');
  const before = clause.slice(0, Math.max(amount, 0)).filter(isItem);
  return isOutOf(clause) || before.some((item) => says(item, 'was') || says(item, 'notPrice'));
}

function isOutOf([first, amount]: readonly Part[]): boolean {
  return first !== undefined && isItem(first) && says(first, 'outOf') && amount?.kind === 'amount';
}

const isPriced = (part: Part, bare: boolean) =>
  part.kind === 'range' || (part.kind === 'amount' && (part.marked || bare));
const isItem = (part: Part): part is Item => part.kind !== 'range';
/** `$10+`, `10 €~` */
function isUpwards(parts: readonly Part[], at: number): boolean {
  const next = parts[at + 1];
  const [sign, before] = [parts[at]!, parts[at - 1]];
  return (
    isItem(sign) && isSign(sign, '+~') && before?.kind === 'amount' && (next === undefined || next.kind === 'sign')
  );
}

function offersIn(
  clause: readonly Part[],
  before: readonly Part[] | undefined,
  others: ReadonlySet<Item>,
  bare: boolean,
): Offer[] {
  const items = clause.filter(isItem);
  const has = (cue: Cue) => items.some((item) => says(item, cue) && !excused(item, cue));
  const isOther = (part: Part) => part.kind === 'amount' && others.has(part);
  const amounts = clause.filter((part): part is Amount | Range => part.kind === 'amount' || part.kind === 'range');
  const first = clause.findIndex((part) => isPriced(part, bare) && !isOther(part));
  const leading = clause.slice(0, Math.max(first, 0));
  // `Save 20 % 19 €`: what is saved is the percentage.
  const begins = (cue: Cue) =>
    leading.some(
      (part, at) =>
        isItem(part) && says(part, cue) && !(cue === 'notPrice' && clause[at + 1] && isOther(clause[at + 1]!)),
    );
  const isFrom = begins('from') || has('upwards') || clause.some((_, at) => isUpwards(clause, at));
  const isNone =
    has('otherAmount') ||
    has('time') ||
    isUnitPrice(items) ||
    begins('notPrice') ||
    (has('freePostage') && isFrom) ||
    isMultiBuy(clause, before ?? [], others);
  const former = begins('was') || isOutOf(clause);
  const isReduced = before !== undefined && isFormer(before) && says(items[0], 'downTo');
  const role: Role = isNone ? 'other' : former ? 'was' : begins('now') || isReduced ? 'now' : 'plain';
  return amounts.map((amount) => ({ amount, role: isOther(amount) ? 'other' : role, isFrom }));
}

/** A word that also has a harmless meaning is taken for that. */
function excused(item: Item, cue: Cue): boolean {
  return cue === 'time' && (says(item, 'article') || says(item, 'per') || says(item, 'neutral'));
}

/** `2 for $5`, `3 Stück für 10 €` */
function isMultiBuy(clause: readonly Part[], before: readonly Part[], others: ReadonlySet<Item>): boolean {
  const at = clause.findIndex((part) => isItem(part) && says(part, 'for'));
  if (at < 0) return false;
  const around = [...(at === 0 ? before : []), ...clause];
  return around.some(
    (part) => part.kind === 'amount' && !part.marked && !others.has(part) && /^[1-9]\d?$/.test(part.raw),
  );
}
