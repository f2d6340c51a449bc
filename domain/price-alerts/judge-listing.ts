/**
 * One look at a listing: believed, or doubted and asked for again. Whatever is not known changes nothing; the same look twice, or one
 * that is older than what was judged, neither.
 */
import { lowestBefore, remember } from './believed-prices.ts';
import { doubtsOf, isConfirmed, isSame } from './doubts.ts';
import { judgeRule, type Ruling } from './judge-rule.ts';
import type { AlertRule } from './rule.ts';
import type { Decision, Doubt, Facts, Judgement, Observed, RuleState, Seen, Watch, World } from './watch.ts';

/** A page that says something else at every look is not asked for ever. */
const MOST_RECHECKS = 3;
/** What was seen so long ago is no news. */
const TOO_OLD_MS = 3 * 86_400_000;

export function judgeListing(watch: Watch, seen: Seen, world: World): Judgement {
  if (watch.judged && seen.at <= watch.judged.at) return { watch, decisions: [], recheck: false };
  const judged = { id: seen.observationId, at: seen.at };
  if (seen.outcome === 'none') return { watch: { ...watch, judged }, decisions: [], recheck: false };
  const full = withKnown(watch.good, seen);
  const doubts = doubtsOf(watch, full);
  const rulings = judgeRules(watch, full, world);
  const judgement = isConfirmed(watch.held, full, doubts)
    ? believe(watch, full, rulings)
    : hold(watch, full, doubts, rulings);
  return { ...judgement, watch: { ...judgement.watch, judged } };
}

/** Where the page says nothing, what was last known stays, with its age. */
function withKnown(good: Facts | null, seen: Observed): Observed {
  const inStock = seen.inStock ?? good?.inStock ?? null;
  if (seen.price) return { ...seen, inStock, pricedAt: seen.at };
  return {
    ...seen,
    inStock,
    price: good?.price ?? null,
    pricedAt: good?.pricedAt ?? null,
    comparable: null,
    exact: false,
  };
}

type Rulings = readonly (Ruling & { rule: AlertRule })[];

/** An old look, as after a long stop, teaches what is believed and tells nobody. */
function judgeRules({ rules, good, believed }: Watch, seen: Observed, world: World): Rulings {
  const isNews = world.now - seen.at <= TOO_OLD_MS;
  const muted = isNews ? world.muted : new Set(world.rules.map(({ id }) => id));
  const listening = { ...world, muted, lowest30Days: lowestBefore(believed, seen.at) };
  return world.rules.map((rule) => ({ rule, ...judgeRule(rule, rules[rule.id], good, seen, listening) }));
}

const factsOf = ({ observationId, at, price, pricedAt, inStock, layer }: Observed): Facts => ({
  ...{ observationId, at, price, pricedAt, inStock, layer },
});

/** Alerts of rules that no longer cover the listing end; so does what was held and has not come true. */
function endings(watch: Watch, rulings: Rulings, opened: ReadonlySet<string>): Decision[] {
  const current = new Set(rulings.map(({ rule }) => rule.id));
  const off = Object.entries(watch.rules).filter(([id, { open }]) => open && !current.has(id));
  const withdrawn = (watch.held?.rules ?? []).filter((id) => !opened.has(id));
  return [
    ...off.map(([ruleId]) => ({ do: 'resolve', ruleId, why: 'rule_off' }) as const),
    ...withdrawn.map(
      (ruleId) => ({ do: 'withdraw', ruleId, why: current.has(ruleId) ? 'not_confirmed' : 'rule_off' }) as const,
    ),
  ];
}

function believe(watch: Watch, seen: Observed, rulings: Rulings): Judgement {
  const opened = new Set(rulings.filter(({ act }) => isNew(act)).map(({ rule }) => rule.id));
  const rules: Record<string, RuleState> = {};
  for (const { rule, state } of rulings) rules[rule.id] = state;
  const priced = seen.price && seen.exact && seen.pricedAt === seen.at;
  const believed = priced ? remember(watch.believed, seen.price!, seen.at) : watch.believed;
  return {
    watch: { ...watch, good: factsOf(seen), held: null, believed, rules },
    decisions: [...endings(watch, rulings, opened), ...rulings.flatMap(decisionsOf)],
    recheck: false,
  };
}

const isNew = (act: Ruling['act']) => act === 'open' || act === 'supersede';

function decisionsOf({ rule, act }: Rulings[number]): Decision[] {
  if (act === 'open' || act === 'reopen') return [{ do: act, rule }];
  if (act === 'resolve') return [{ do: 'resolve', ruleId: rule.id, why: 'over' }];
  if (act !== 'supersede') return [];
  return [
    { do: 'resolve', ruleId: rule.id, why: 'superseded' },
    { do: 'open', rule },
  ];
}

/** Nothing that is doubted opens, ends or moves anything; it is looked at again where an alert would begin or end. */
function hold(watch: Watch, seen: Observed, doubts: readonly Doubt[], rulings: Rulings): Judgement {
  const firing = rulings.filter(({ act }) => isNew(act)).map(({ rule }) => rule);
  const before = watch.held;
  const isKnown = before !== null && isSame(before.facts, seen);
  const asked = before?.rechecks ?? 0;
  // What would begin is waited for, and so is what would end.
  const matters = firing.length > 0 || rulings.some(({ act }) => act === 'resolve');
  const recheck = matters && !isKnown && asked < MOST_RECHECKS;
  const ids = firing.map(({ id }) => id);
  const held = {
    facts: factsOf(seen),
    doubts,
    since: isKnown ? before.since : seen.at,
    rechecks: asked + (recheck ? 1 : 0),
    rules: ids,
    ...(isKnown && before.trustedBy ? { trustedBy: before.trustedBy } : {}),
  };
  return {
    watch: { ...watch, held, rules: only(watch.rules, rulings) },
    decisions: [
      ...endings(watch, rulings, new Set(ids)),
      ...firing.map((rule) => ({ do: 'hold', rule, doubts }) as const),
    ],
    recheck,
  };
}

function only(rules: Watch['rules'], rulings: Rulings): Watch['rules'] {
  const current = new Set(rulings.map(({ rule }) => rule.id));
  return Object.fromEntries(Object.entries(rules).filter(([id]) => current.has(id)));
}

/** A person takes the price as it is: what follows is measured from it. */
export function acceptPrice(watch: Watch, ruleId: string): Watch {
  const state = watch.rules[ruleId];
  const price = watch.good?.price ?? null;
  if (!state) return watch;
  const accepted = { ...state, reference: price ?? state.reference, settling: null, open: false };
  return { ...watch, rules: { ...watch.rules, [ruleId]: accepted } };
}

/** A person does not want to hear of what is held: seen again, it is as if it had been told. */
export function dismissHeld(watch: Watch, ruleId: string): Watch {
  const { held } = watch;
  if (!held?.rules.includes(ruleId)) return watch;
  const { at, price } = held.facts;
  const known = watch.rules[ruleId] ?? { holds: false, reference: null, settling: null, fired: null, open: false };
  const fired = { at, lastAt: at, amount: null, from: null };
  const state = { ...known, holds: true, reference: price ?? known.reference, settling: null, fired };
  return { ...watch, rules: { ...watch.rules, [ruleId]: state } };
}

/** Tied to another variant of ours, what was told of the former one is over; what the page asks stays known. */
export function tiedTo(watch: Watch, variantId: string | null): Watch {
  return watch.variantId === variantId ? watch : { ...watch, variantId, held: null, rules: {} };
}

/** A person believes what is held: it is as if a second look had said the same, and no doubt were left. */
export function believeHeld(watch: Watch, seen: Observed, world: World): Judgement {
  if (!watch.held) return { watch, decisions: [], recheck: false };
  const full = withKnown(watch.good, seen);
  return believe(watch, full, judgeRules(watch, full, world));
}
