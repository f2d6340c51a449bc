/** The clauses of a price string, and what each says of its amounts. */
import type { Amount, Item } from './amounts.ts';
import type { Cue } from './cues.ts';
import { isSign, says } from './other-amounts.ts';
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
  return clausesOf(parts, bare).flatMap((clause, at, all) => offersIn(clause, all[at - 1] ?? [], others));
}

function clausesOf(parts: readonly Part[], bare: boolean): Part[][] {
  const clauses: Part[][] = [[]];
  parts.forEach((part, at) => {
    const clause = clauses.at(-1)!;
    const ends = part.kind === 'sign' && ',;|()[]{}•·/!?.+-'.includes(part.sign) && !isUpwards(parts, at);
    const leads =
      isItem(part) &&
      LEADING.some((cue) => says(part, cue)) &&
      clause.some((part) => part.kind === 'range' || (part.kind === 'amount' && (part.marked || bare)));
    if (ends || leads) clauses.push([part]);
    else clause.push(part);
  });
  return clauses;
}

const isItem = (part: Part): part is Item => part.kind !== 'range';
/** `$10+`, `10 €~` */
function isUpwards(parts: readonly Part[], at: number): boolean {
  const next = parts[at + 1];
  const [sign, before] = [parts[at]!, parts[at - 1]];
  return (
    isItem(sign) && isSign(sign, '+~') && before?.kind === 'amount' && (next === undefined || next.kind === 'sign')
  );
}

function offersIn(clause: readonly Part[], before: readonly Part[], others: ReadonlySet<Item>): Offer[] {
  const items = clause.filter(isItem);
  const has = (cue: Cue) => items.some((item) => says(item, cue) && !excused(item, cue));
  const amounts = clause.filter((part): part is Amount | Range => part.kind === 'amount' || part.kind === 'range');
  const [first] = amounts;
  const leads = (cue: Cue) =>
    clause.slice(0, first ? clause.indexOf(first) : 0).some((part) => isItem(part) && says(part, cue));
  const isOther = has('otherAmount') || has('time') || leads('notPrice') || isMultiBuy(clause, before);
  const role: Role = isOther ? 'other' : leads('was') ? 'was' : leads('now') ? 'now' : 'plain';
  const isFrom = leads('from') || has('upwards') || clause.some((_, at) => isUpwards(clause, at));
  return amounts.map((amount) => ({
    amount,
    role: amount.kind === 'amount' && others.has(amount) ? 'other' : role,
    isFrom,
  }));
}

/** A word that also has a harmless meaning is taken for that. */
function excused(item: Item, cue: Cue): boolean {
  return cue === 'time' && (says(item, 'article') || says(item, 'per') || says(item, 'neutral'));
}

/** `2 for $5`, `3 Stück für 10 €` */
function isMultiBuy(clause: readonly Part[], before: readonly Part[]): boolean {
  const at = clause.findIndex((part) => isItem(part) && says(part, 'for'));
  if (at < 0) return false;
  const around = [...(at === 0 ? before : []), ...clause];
  return around.some((part) => part.kind === 'amount' && !part.marked && /^[1-9]\d?$/.test(part.raw));
}
