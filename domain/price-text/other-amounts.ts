/** Amounts that their neighbours make something else than a price: per kilogram, times twelve, per cent, less, thousands. */
import type { Amount, Item } from './amounts.ts';
import type { Cue } from './cue-words.ts';

export function says(item: Item | undefined, cue: Cue): boolean {
  return item?.kind === 'cue' && item.cues.includes(cue);
}

export function isSign(item: Item | undefined, signs: string): boolean {
  return item?.kind === 'sign' && signs.includes(item.sign);
}

function isAmount(item: Item | undefined): item is Amount {
  return item?.kind === 'amount';
}

/** `negative`: an amount below zero, which makes the whole text one to leave alone. */
export function otherAmounts(items: readonly Item[], text: string): { others: Set<Item>; negative: boolean } {
  const others = new Set<Item>();
  let negative = false;
  const isMoney = items.some((item) => isAmount(item) && item.marked);
  items.forEach((item, at) => {
    if (!isAmount(item)) return;
    if (isPart(items, at) || (item.marked && isPerUnit(items, at)) || isTimes(items, at)) others.add(item);
    if (isSign(items[at - 1], '≈≒')) others.add(item);
    if (isSign(items[at - 1], '~') && !isAmount(items[at - 2])) others.add(item);
    if (isSign(items[at - 1], '+') && !items.slice(0, at - 1).some(isAmount)) others.add(item);
    if (item.marked === isMoney && isNegative(items, at, text)) negative = true;
  });
  for (const again of items.filter((_, at) => isSaidAgain(items, at, others))) others.add(again);
  return { others, negative };
}

/** `$0.10$0.10 / count`: once for the eye and once for screen readers. */
function isSaidAgain(items: readonly Item[], at: number, others: ReadonlySet<Item>): boolean {
  const [item, next] = [items[at], items[at + 1]];
  return isAmount(item) && isAmount(next) && others.has(next) && next.marked && item.raw === next.raw;
}

/** Per cent, fractions, a number of thousands. */
function isPart(items: readonly Item[], at: number): boolean {
  const [before, after] = [items[at - 1], items[at + 1]];
  if (isSign(after, '%٪°') || (isSign(after, '"″') && !(items[at] as Amount).marked)) return true;
  // `%10` in Turkish; in `-25% 19 €` the sign belongs to the number before it.
  if (isSign(before, '#№') || (isSign(before, '%٪') && !isAmount(items[at - 2]))) return true;
  if (isSign(before, '★☆⭐') || isSign(after, '★☆⭐')) return true;
  if (isSign(before, '=') || isSign(after, '=') || says(after, 'multiple')) return true;
  // `4/5`, `2/$5`
  const numerator = isSign(before, '/') ? items[at - 2] : undefined;
  return isAmount(numerator) && !(numerator.marked && (items[at] as Amount).marked);
}

function isPerUnit(items: readonly Item[], at: number): boolean {
  let next = at + 1;
  if (isSign(items[next], '(') && says(items[next + 1], 'unit')) return true;
  if (isSign(items[next], '(') && (isSign(items[next + 1], '/') || says(items[next + 1], 'per'))) next++;
  if (isSign(items[next], '/') || (says(items[next], 'per') && !isAmount(items[next + 2]))) {
    const divisor = items[next + 1];
    if (divisor === undefined || says(divisor, 'piece')) return false;
    // `10 € / 11 $` is one price in two currencies.
    return !(isAmount(divisor) && divisor.marked && (items[at] as Amount).marked);
  }
  while (says(items[next], 'article') && !says(items[next], 'unit')) next++;
  return says(items[next], 'unit') || (says(items[next], 'time') && next > at + 1);
}

/** Twelve times (of) this, this twelve times, or so many for this. */
function isTimes(items: readonly Item[], at: number): boolean {
  let before = at - 1;
  while (says(items[before], 'neutral') || says(items[before], 'article')) before--;
  if (says(items[before], 'times') && isAmount(items[before - 1])) return true;
  return (
    (says(items[at + 1], 'times') && isAmount(items[at + 2])) || isForSeveral(items, at) || isForSeveral(items, at + 2)
  );
}

/** `2 for $25`: neither is a price. */
function isForSeveral(items: readonly Item[], at: number): boolean {
  const [count, amount] = [items[at - 2], items[at]];
  return says(items[at - 1], 'for') && isAmount(count) && !count.marked && isAmount(amount) && amount.marked;
}

/** A dash that belongs to this amount alone. */
function isNegative(items: readonly Item[], at: number, text: string): boolean {
  const amount = items[at] as Amount;
  const inner = text.slice(amount.start, amount.end);
  if (/^[^\d]*-\s*\d/.test(inner)) return true;
  const dash = items[at - 1];
  if (dash === undefined || !isSign(dash, '-')) return false;
  const glued = dash.end === amount.start;
  const gap = dash.start === 0 || /\s/.test(text[dash.start - 1]!);
  return glued ? gap || !isAmount(items[at - 2]) : at === 1;
}

/** A unit that no number stands before (`price per kg 9 €`), or one that says of how much the price is (`per 100 g 2 €`). */
export function isUnitPrice(items: readonly Item[]): boolean {
  return items.some((item, at) => {
    if (!says(item, 'unit')) return false;
    const count = items[at - 1];
    return !isAmount(count) || count.marked || says(items[at - 2], 'per');
  });
}
