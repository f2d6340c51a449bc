/** What a rule watches for, asked of one look. */
import type { Money } from '../money.ts';
import { type AlertRule, isAboutPrice } from './rule.ts';
import type { Observed, RuleState, World } from './watch.ts';

export interface Around extends World {
  /** Of the listing's own believed prices, before this look; undefined where too little was seen. */
  lowest30Days: Money | undefined;
}

/** How the look stands to the rule: beyond its threshold, well on this side of it, or between; unknown: nothing can be said. */
export type Standing = 'beyond' | 'between' | 'clear' | 'unknown';

export function standingOf(rule: AlertRule, state: RuleState, seen: Observed, world: Around): Standing {
  if (isAboutPrice(rule.kind) && !isOffer(rule, seen)) return sellsNothing(rule, seen) ? 'clear' : 'unknown';
  switch (rule.kind) {
    case 'undercut':
      return below(rule, world.ours, seen.comparable);
    case 'map_violation':
      return below(rule, world.minimumAdvertised, seen.comparable);
    case 'position':
      return position(rule, seen.comparable, world);
    case 'price_drop':
      return below(rule, state.reference, seen.price);
    case 'price_rise':
      return above(rule, state.reference, seen.price);
    case 'lowest_in_30_days':
      return lowest(rule, state, seen, world);
    case 'out_of_stock':
      return stock(seen.inStock, false);
    case 'back_in_stock':
      return stock(seen.inStock, true);
  }
}

/** A price of its own, of something new that can be had where that counts. */
const isOffer = (rule: AlertRule, seen: Observed) =>
  seen.price !== null &&
  seen.exact &&
  (seen.condition ?? 'new') === 'new' &&
  !(rule.onlyInStock && seen.inStock === false);

/** What is sold out undercuts nobody, while its fall or rise is merely not to be said. */
const sellsNothing = (rule: AlertRule, seen: Observed) =>
  rule.onlyInStock && seen.inStock === false && ['undercut', 'map_violation', 'position'].includes(rule.kind);

const stock = (inStock: boolean | null, wanted: boolean): Standing =>
  inStock === null ? 'unknown' : inStock === wanted ? 'beyond' : 'clear';

function below(rule: AlertRule, line: Money | null, price: Money | null): Standing {
  if (!line || !price || line.currency !== price.currency) return 'unknown';
  return byHowMuch(rule, line.amount - price.amount, line.amount);
}

function above(rule: AlertRule, line: Money | null, price: Money | null): Standing {
  if (!line || !price || line.currency !== price.currency) return 'unknown';
  return byHowMuch(rule, price.amount - line.amount, line.amount);
}

function byHowMuch({ percent, amount, hysteresisPercent }: AlertRule, gap: number, line: number): Standing {
  if (gap <= 0) return 'clear';
  const share = (gap * 100) / Math.max(1, line);
  if ((percent === null || share >= percent) && (amount === null || gap >= amount)) return 'beyond';
  const isClear =
    (percent !== null && share < percent - hysteresisPercent) ||
    (amount !== null && gap < amount * (1 - hysteresisPercent / 100));
  return isClear ? 'clear' : 'between';
}

function position({ rank }: AlertRule, comparable: Money | null, { ours, others }: Around): Standing {
  if (!ours || comparable?.currency !== ours.currency || rank === null) return 'unknown';
  return rankOf(ours.amount, [...others, comparable.amount]) > rank ? 'beyond' : 'clear';
}

/** Our place among all prices; who asks the same as we do is not before us. */
export const rankOf = (ours: number, theirs: readonly number[]): number =>
  1 + theirs.filter((amount) => amount < ours).length;

/** Told once per low: the next must be lower than what was told, by as much. */
function lowest(rule: AlertRule, { fired }: RuleState, { price }: Observed, { lowest30Days }: Around): Standing {
  if (!price || lowest30Days?.currency !== price.currency) return 'unknown';
  const line = Math.min(lowest30Days.amount, fired?.amount ?? Number.POSITIVE_INFINITY);
  if (price.amount >= line)
    return fired?.amount != null && isNear(rule, fired.amount, price.amount) ? 'between' : 'clear';
  return byHowMuch(rule, line - price.amount, line) === 'beyond' ? 'beyond' : 'between';
}

/** No more than the hysteresis above. */
export const isNear = ({ hysteresisPercent }: AlertRule, line: number, amount: number): boolean =>
  amount <= line * (1 + hysteresisPercent / 100);
