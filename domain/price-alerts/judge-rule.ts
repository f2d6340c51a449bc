/**
 * One rule and one believed look: what the rule's state becomes, and whether somebody is to be told. There are rules that watch for
 * something that lasts (we are undercut), which fire when it begins and end when it is over, and rules that watch for a step (a
 * price has fallen), which fire at each step from the price that was last told or accepted: slow changes add up, and one that goes
 * back and forth is told once.
 */
import type { Money } from '../money.ts';
import { type Around, isNear, type Standing, standingOf } from './conditions.ts';
import type { AlertRule, RuleKind } from './rule.ts';
import type { Facts, Observed, RuleState } from './watch.ts';

const HOUR_MS = 3_600_000;
/** What has stayed on the harmless side for so long is what it is measured from next. */
export const SETTLED_MS = 7 * 24 * HOUR_MS;

export type Act = 'open' | 'reopen' | 'resolve' | 'supersede';

export interface Ruling {
  state: RuleState;
  act: Act | undefined;
}

const STEPS: ReadonlySet<RuleKind> = new Set(['price_drop', 'price_rise', 'lowest_in_30_days']);
const FIRST_SIGHT: ReadonlySet<RuleKind> = new Set(['undercut', 'map_violation', 'position']);

/** @param before what was believed until now */
export function judgeRule(
  rule: AlertRule,
  known: RuleState | undefined,
  before: Facts | null,
  seen: Observed,
  world: Around,
): Ruling {
  const state = known ?? begin(rule, before, seen, world);
  const measured = withReference(rule, state, before, seen);
  const standing = standingOf(rule, measured, seen, world);
  return STEPS.has(rule.kind)
    ? judgeStep(rule, measured, standing, seen, world)
    : judgeState(rule, measured, standing, seen, world);
}

/** A rule that is new here: what it finds in stock or sold out is no news, that we are undercut is. */
function begin(rule: AlertRule, before: Facts | null, seen: Observed, world: Around): RuleState {
  const blank: RuleState = { holds: false, reference: null, settling: null, fired: null, open: false };
  if (FIRST_SIGHT.has(rule.kind) || STEPS.has(rule.kind)) return blank;
  const inStock = before?.inStock ?? seen.inStock;
  return { ...blank, holds: standingOf(rule, blank, { ...seen, inStock }, world) === 'beyond' };
}

function judgeState(rule: AlertRule, state: RuleState, standing: Standing, seen: Observed, world: Around): Ruling {
  const amount = seen.comparable?.amount ?? null;
  if (standing === 'unknown') return { state, act: undefined };
  if (state.holds) {
    if (standing !== 'clear')
      return { state: { ...state, fired: state.fired && { ...state.fired, lastAt: seen.at } }, act: undefined };
    return { state: { ...state, holds: false, open: false }, act: state.open ? 'resolve' : undefined };
  }
  if (standing !== 'beyond' || world.muted.has(rule.id)) return { state, act: undefined };
  const { fired } = state;
  if (fired && goesBackAndForth(rule, fired, amount, seen.at))
    return { state: { ...state, holds: true, open: true, fired: { ...fired, lastAt: seen.at } }, act: 'reopen' };
  if (isCoolingDown(rule, state, seen.at)) return { state, act: undefined };
  return {
    state: { ...state, holds: true, open: true, fired: { at: seen.at, lastAt: seen.at, amount, from: null } },
    act: 'open',
  };
}

/** It was so lately, and at no better a price. */
function goesBackAndForth(
  rule: AlertRule,
  fired: NonNullable<RuleState['fired']>,
  amount: number | null,
  at: number,
): boolean {
  const window = FIRST_SIGHT.has(rule.kind) ? SETTLED_MS : rule.coolDownHours * HOUR_MS;
  if (at - fired.lastAt >= window) return false;
  return fired.amount === null || amount === null || isNear(rule, amount, fired.amount);
}

const isCoolingDown = ({ coolDownHours }: AlertRule, { fired }: RuleState, at: number) =>
  fired !== null && at - fired.at < coolDownHours * HOUR_MS;

function judgeStep(rule: AlertRule, state: RuleState, standing: Standing, seen: Observed, world: Around): Ruling {
  if (standing === 'unknown' || !seen.price) return { state, act: undefined };
  if (standing === 'beyond' && !isCoolingDown(rule, state, seen.at) && !world.muted.has(rule.id)) {
    const from = state.reference?.amount ?? null;
    const fired = { at: seen.at, lastAt: seen.at, amount: seen.price.amount, from };
    const act = state.open ? 'supersede' : 'open';
    return { state: { ...state, reference: seen.price, settling: null, fired, open: true }, act };
  }
  if (state.open && isUndone(rule, state, seen.price)) return { state: { ...state, open: false }, act: 'resolve' };
  return { state, act: undefined };
}

/** The price is back where it had come from; a lowest price is over when it is no longer that. */
function isUndone(rule: AlertRule, { fired }: RuleState, { amount }: Money): boolean {
  if (!fired || fired.amount === null) return false;
  if (rule.kind === 'lowest_in_30_days') return !isNear(rule, fired.amount, amount);
  if (fired.from === null) return false;
  return rule.kind === 'price_drop' ? isNear(rule, amount, fired.from) : isNear(rule, fired.from, amount);
}

/** Begins with what was believed before; follows a price that has stayed on the harmless side long enough. */
function withReference(rule: AlertRule, state: RuleState, before: Facts | null, seen: Observed): RuleState {
  if (!STEPS.has(rule.kind) || !seen.price || !seen.exact) return state;
  const start = state.reference ?? before?.price ?? seen.price;
  if (start.currency !== seen.price.currency) return { ...state, reference: seen.price, settling: null, fired: null };
  const harmless = rule.kind === 'price_rise' ? seen.price.amount < start.amount : seen.price.amount > start.amount;
  if (!harmless) return { ...state, reference: start, settling: null };
  const nearest = rule.kind === 'price_rise' ? Math.max : Math.min;
  const settling = state.settling
    ? { ...state.settling, amount: nearest(state.settling.amount, seen.price.amount) }
    : { since: seen.at, amount: seen.price.amount };
  if (seen.at - settling.since < SETTLED_MS) return { ...state, reference: start, settling };
  return { ...state, reference: { ...start, amount: settling.amount }, settling: null };
}
