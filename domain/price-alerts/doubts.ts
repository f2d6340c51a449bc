/** What makes a look doubtful: nobody is told of it before a second look has said the same, or its cause has gone. */
import type { Doubt, Facts, Held, Observed, Watch } from './watch.ts';

/** A change beyond this is more often a misreading than a price. */
const LARGE_CHANGE_PERCENT = 40;
/** Below this a value is not believed, however often it is read. */
const CONFIDENT = 0.8;
/** What was not seen for so long is as if it had never been seen. */
export const GAP_MS = 14 * 86_400_000;

/** These stay as long as their cause does: to read the same page again by the same rules proves nothing. */
const STANDING: ReadonlySet<Doubt> = new Set(['shape_unconfirmed', 'low_confidence', 'match_contradicted']);

export function doubtsOf({ good }: Watch, seen: Observed): Doubt[] {
  return [...(isSame(good, seen) ? [] : changeDoubts(good, seen)), ...standingDoubts(seen)];
}

function changeDoubts(good: Facts | null, seen: Observed): Doubt[] {
  if (!good) return ['first_price'];
  if (seen.at - good.at > GAP_MS) return ['after_a_gap'];
  const before = good.price;
  const now = seen.price;
  const doubts: Doubt[] = [];
  if (before && now && before.currency !== now.currency) doubts.push('currency_changed');
  else if (before && now && isLarge(before.amount, now.amount)) doubts.push('large_change');
  if (before && now && good.layer !== seen.layer) doubts.push('layer_changed');
  if (!before && now) doubts.push('first_price');
  if (seen.siteWide) doubts.push('many_at_once');
  return doubts;
}

const isLarge = (before: number, now: number) => Math.abs(now - before) * 100 > before * LARGE_CHANGE_PERCENT;

function standingDoubts(seen: Observed): Doubt[] {
  const doubts: Doubt[] = [];
  if (!seen.shapeConfirmed) doubts.push('shape_unconfirmed');
  // Nothing is sold for nothing.
  if (seen.confidence < CONFIDENT || seen.price?.amount === 0) doubts.push('low_confidence');
  if (seen.match !== 'linked') doubts.push('match_contradicted');
  return doubts;
}

/** Whether what waits has now been seen twice, and nothing but its being new was against it. */
export function isConfirmed(held: Held | null, seen: Observed, doubts: readonly Doubt[]): boolean {
  if (doubts.length === 0) return true;
  return (
    held !== null && seen.at > held.facts.at && isSame(held.facts, seen) && !doubts.some((each) => STANDING.has(each))
  );
}

/** The same price and the same stock; a page that says nothing of its stock says nothing else either. */
export function isSame(
  known: Pick<Facts, 'price' | 'inStock'> | null,
  seen: Pick<Facts, 'price' | 'inStock'>,
): boolean {
  if (!known) return false;
  return (
    known.price?.amount === seen.price?.amount &&
    known.price?.currency === seen.price?.currency &&
    known.inStock === seen.inStock
  );
}
