/**
 * What a competitor's price proposes for ours. Pure: prices come in comparable terms (domain/comparable-price.ts), and a person decides
 * about what comes out.
 */
import { exponentOf, type Money, stepOf } from './money.ts';

/** What the last digits of a price look like; in currencies without decimals they are those of its hundreds (¥1,999 · ¥1,995 · ¥2,000). */
export const ENDINGS = ['none', '.99', '.95', '.00'] as const;
export type PriceEnding = (typeof ENDINGS)[number];

export interface RepriceRule {
  /** match: as much as theirs; beat: less than theirs, by an amount or a percentage. */
  kind: 'match' | 'beat';
  /** In minor units of our currency. */
  amount?: number | undefined;
  percent?: number | undefined;
  ending: PriceEnding;
  /** Of the price, what must be left above our cost, in percent. */
  minMarginPercent: number;
  /** Never below. */
  minAmount?: number | undefined;
  /** A proposal that moves our price further than this is none: something is wrong with what it rests on. */
  maxChangePercent: number;
}

export const DEFAULT_RULE: RepriceRule = { kind: 'match', ending: 'none', minMarginPercent: 0, maxChangePercent: 50 };

export interface RepriceFacts {
  ours: Money;
  /** Theirs, in our currency and with our tax. */
  theirs: Money;
  /** What one costs us; null: not known. */
  cost: number | null;
  /** The least that it may be advertised at; null: none is set. */
  map: number | null;
}

/** What kept the price above what the rule alone would have made of it. */
export type Floor = 'margin' | 'min_amount' | 'map';

export type RepriceProposal =
  | { kind: 'proposal'; to: number; floor: Floor | null; marginPercent: number | null; changePercent: number }
  | {
      kind: 'none';
      reason: 'currency_differs' | 'no_change' | 'floor_reached' | 'cost_unknown' | 'change_too_large' | 'no_price';
    };

export function proposePrice(facts: RepriceFacts, rule: RepriceRule): RepriceProposal {
  const { ours, theirs, cost } = facts;
  if (theirs.currency !== ours.currency) return none('currency_differs');
  // A margin that cannot be reckoned cannot be kept.
  if (cost === null && rule.minMarginPercent > 0) return none('cost_unknown');
  const wanted = targetOf(theirs.amount, rule);
  const floor = highestFloor(facts, rule);
  const held = floor !== undefined && floor.amount > wanted;
  const to = held
    ? endUpwards(floor.amount, ours.currency, rule.ending)
    : endBetween(floor?.amount ?? 1, wanted, ours.currency, rule.ending);
  // Below one step of its currency nothing can be charged that is not more.
  const isDearer = floor === undefined && to > wanted;
  if (!held && (wanted <= 0 || to <= 0 || isDearer)) return none('no_price');
  if (to === ours.amount) return none(held ? 'floor_reached' : 'no_change');
  // A floor holds a price up, it does not raise ours above what it is when theirs is lower.
  if (held && to > ours.amount && wanted <= ours.amount) return none('floor_reached');
  const changePercent = ((to - ours.amount) / Math.max(1, ours.amount)) * 100;
  if (Math.abs(changePercent) > rule.maxChangePercent) return none('change_too_large');
  return {
    kind: 'proposal',
    to,
    floor: held ? floor.name : null,
    marginPercent: marginPercent(to, cost),
    changePercent,
  };
}

const none = (reason: Extract<RepriceProposal, { kind: 'none' }>['reason']): RepriceProposal => ({
  kind: 'none',
  reason,
});

/** What of a price is left above its cost, in percent of the price; null where either is not known. */
export function marginPercent(price: number, cost: number | null): number | null {
  return cost === null || price <= 0 ? null : ((price - cost) / price) * 100;
}

function targetOf(theirs: number, { kind, amount = 0, percent = 0 }: RepriceRule): number {
  return kind === 'match' ? theirs : Math.floor(theirs * (1 - percent / 100)) - amount;
}

function highestFloor({ cost, map }: RepriceFacts, rule: RepriceRule): { name: Floor; amount: number } | undefined {
  const floors: { name: Floor; amount: number }[] = [];
  // Never below cost, whatever margin is asked for.
  if (cost !== null)
    floors.push({ name: 'margin', amount: Math.ceil(cost / (1 - rule.minMarginPercent / 100) - 1e-6) });
  if (rule.minAmount !== undefined) floors.push({ name: 'min_amount', amount: rule.minAmount });
  if (map !== null) floors.push({ name: 'map', amount: map });
  return floors.sort((a, b) => b.amount - a.amount)[0];
}

/** The highest with the ending that is not above `most`, or, where that would fall below `least`, the lowest that is not below it. */
function endBetween(least: number, most: number, currency: string, ending: PriceEnding): number {
  const down = endDownwards(most, currency, ending);
  if (down >= least) return down;
  const up = endUpwards(least, currency, ending);
  return up <= most ? up : roundDown(most, currency) >= least ? roundDown(most, currency) : up;
}

const roundDown = (amount: number, currency: string) => Math.floor(amount / stepOf(currency)) * stepOf(currency);
const roundUp = (amount: number, currency: string) => Math.ceil(amount / stepOf(currency)) * stepOf(currency);

/** What amounts with this ending are apart, and what each leaves of that: 99 of 100, in kwd 990 of 1,000. */
function gridOf(currency: string, ending: PriceEnding): { step: number; rest: number } | undefined {
  if (ending === 'none') return undefined;
  // What Stripe takes in whole units alone has its endings in hundreds of units.
  const digits = exponentOf(currency);
  const unit = digits === 2 ? stepOf(currency) : digits === 3 ? 10 : 1;
  return { step: 100 * unit, rest: Number(ending.slice(1)) * unit };
}

function endDownwards(amount: number, currency: string, ending: PriceEnding): number {
  const grid = gridOf(currency, ending);
  if (!grid) return roundDown(amount, currency);
  const down = Math.floor((amount - grid.rest) / grid.step) * grid.step + grid.rest;
  // What costs less than one step has no such ending.
  return down > 0 ? down : roundDown(amount, currency);
}

function endUpwards(amount: number, currency: string, ending: PriceEnding): number {
  const grid = gridOf(currency, ending);
  if (!grid) return roundUp(amount, currency);
  return Math.ceil((amount - grid.rest) / grid.step) * grid.step + grid.rest;
}
