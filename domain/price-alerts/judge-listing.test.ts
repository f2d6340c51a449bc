import { describe, expect, it } from '@jest/globals';
import { acceptPrice, believeHeld, judgeListing } from './judge-listing.ts';
import type { AlertRule, RuleKind } from './rule.ts';
import { type Decision, type Doubt, NEW_WATCH, type Observed, type Seen, type Watch, type World } from './watch.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const START = Date.UTC(2026, 2, 1);
const eur = (amount: number) => ({ amount, currency: 'eur' });

const rule = (kind: RuleKind, changes: Partial<AlertRule> = {}): AlertRule => ({
  ...{ id: kind, kind, name: kind, percent: null, amount: null, rank: kind === 'position' ? 1 : null },
  ...{ hysteresisPercent: 1, coolDownHours: 24, onlyInStock: true },
  ...changes,
});

/** A look after so many days. */
function look(day: number, amount: number, changes: Partial<Observed> = {}): Observed {
  const at = START + Math.round(day * DAY);
  return {
    ...{
      outcome: 'observed',
      observationId: `o${at}`,
      at,
      price: eur(amount),
      pricedAt: at,
      inStock: true,
      layer: 'json_ld',
    },
    ...{ confidence: 0.95, condition: null, exact: true, match: 'linked', shapeConfirmed: true, siteWide: false },
    comparable: eur(amount),
    ...changes,
  };
}
const nothing = (day: number): Seen => ({ outcome: 'none', observationId: `n${day}`, at: START + day * DAY });

/** Plays looks one after the other; each may be judged in a world of its own. */
function play(
  looks: readonly Seen[],
  rules: readonly AlertRule[],
  world: (n: number) => Partial<World> = () => ({}),
  from: Watch = NEW_WATCH,
) {
  let watch = from;
  const decisions: (Decision & { look: number })[] = [];
  const rechecks: number[] = [];
  for (const [n, seen] of looks.entries()) {
    const around: World = {
      ...{ now: seen.at, rules, muted: new Set<string>(), ours: eur(10_000), minimumAdvertised: null, others: [] },
      ...world(n),
    };
    const judged = judgeListing(watch, seen, around);
    watch = judged.watch;
    decisions.push(...judged.decisions.map((each) => ({ ...each, look: n })));
    if (judged.recheck) rechecks.push(n);
    // The same look again changes nothing.
    expect(judgeListing(watch, seen, around)).toEqual({ watch, decisions: [], recheck: false });
  }
  return { watch, decisions, rechecks };
}
const told = ({ decisions }: ReturnType<typeof play>) =>
  decisions.map((each) => `${each.look} ${each.do}${'why' in each ? ` ${each.why}` : ''}`);
/** Two looks that make a price known. */
const known = (amount: number, changes: Partial<Observed> = {}) => [
  look(-2, amount, changes),
  look(-1, amount, changes),
];
const opens = ({ decisions }: ReturnType<typeof play>) =>
  decisions.filter((each) => each.do === 'open').map(({ look: n }) => n - 2);

describe('what is doubted is looked at again before anybody hears of it', () => {
  const UNDERCUT = [rule('undercut')];

  it('a first price: the second look tells', () => {
    const played = play([look(0, 9_000), look(0.01, 9_000)], UNDERCUT);
    expect(told(played)).toEqual(['0 hold', '1 open']);
    expect(played.rechecks).toEqual([0]);
  });

  it('a first price of which nobody would be told is not asked for twice', () => {
    expect(play([look(0, 11_000)], UNDERCUT)).toMatchObject({ decisions: [], rechecks: [] });
  });

  it('the second look says otherwise: nobody is told, and what it says is judged anew', () => {
    const played = play([...known(11_000), look(0, 100), look(0.01, 11_000)], UNDERCUT);
    expect(told(played)).toEqual(['2 hold', '3 withdraw not_confirmed']);
    expect(told(play([...known(11_000), look(0, 100), look(0.01, 200), look(0.02, 200)], UNDERCUT))).toEqual([
      '2 hold',
      '3 hold',
      '4 open',
    ]);
  });

  it('the second look teaches nothing: it stays held, and is never told', () => {
    const played = play([...known(11_000), look(0, 100), nothing(1), nothing(2), nothing(3)], UNDERCUT);
    expect(told(played)).toEqual(['2 hold']);
    expect(played.watch).toMatchObject({ good: { price: eur(11_000) }, held: { facts: { price: eur(100) } } });
  });

  it.each<[Doubt, Observed]>([
    ['large_change', look(0, 5_999)],
    ['currency_changed', look(0, 9_000, { price: { amount: 9_000, currency: 'usd' } })],
    ['layer_changed', look(0, 9_000, { layer: 'meta' })],
    ['many_at_once', look(0, 9_000, { siteWide: true })],
    ['after_a_gap', look(20, 9_000)],
  ])('%s: confirmed by a second look', (doubt, seen) => {
    const again = { ...seen, observationId: 'again', at: seen.at + HOUR };
    const played = play([...known(10_000), seen, again], UNDERCUT);
    expect(played.decisions[0]).toMatchObject({ do: 'hold', doubts: [doubt] });
    expect(told(played)).toEqual(['2 hold', '3 open']);
  });

  it.each<[Doubt, Partial<Observed>]>([
    ['shape_unconfirmed', { shapeConfirmed: false }],
    ['low_confidence', { confidence: 0.79 }],
    ['match_contradicted', { match: 'contradicted' }],
  ])('%s: no number of looks confirms it, only the end of its cause', (doubt, changes) => {
    const doubted = [0, 1, 2, 3].map((day) => look(day, 9_000, changes));
    const played = play([...known(10_000), ...doubted], UNDERCUT);
    expect(new Set(told(played).map((each) => each.split(' ')[1]))).toEqual(new Set(['hold']));
    expect(played.decisions[0]).toMatchObject({ doubts: [doubt] });
    expect(played.rechecks).toEqual([2]);
    expect(told(play([look(4, 9_000)], UNDERCUT, undefined, played.watch))).toEqual(['0 open']);
  });

  it('a change of 40 % is none, and a page that changes at every look is asked three times', () => {
    expect(told(play([...known(10_000), look(0, 6_000)], UNDERCUT))).toEqual(['2 open']);
    const restless = [1, 2, 3, 4, 5, 6].map((n) => look(n / 100, n * 100));
    expect(play([...known(10_000), ...restless], UNDERCUT).rechecks).toHaveLength(3);
  });

  it('what would end an alert is looked at again, and ends it when that says the same', () => {
    const played = play([...known(10_500), look(0, 9_000), look(0.5, 20_000), look(0.51, 20_000)], UNDERCUT);
    expect(told(played)).toEqual(['2 open', '4 resolve over']);
    expect(played.rechecks).toEqual([3]);
  });

  it('a person believes it: told at once', () => {
    const seen = look(0, 100);
    const { watch } = play([...known(10_000), seen], UNDERCUT);
    const world: World = {
      now: seen.at,
      rules: UNDERCUT,
      muted: new Set(),
      ours: eur(10_000),
      minimumAdvertised: null,
      others: [],
    };
    expect(believeHeld(watch, seen, world)).toMatchObject({ decisions: [{ do: 'open' }], watch: { held: null } });
  });
});

describe('what lasts is told when it begins', () => {
  it('crossing our price, not staying below it', () => {
    const played = play(
      [...known(10_500), look(0, 9_900), look(1, 9_800), look(2, 9_700), look(3, 10_000)],
      [rule('undercut')],
    );
    expect(told(played)).toEqual(['2 open', '5 resolve over']);
  });

  it('by percent, by amount, and by both', () => {
    const at = (amount: number, changes: Partial<AlertRule>) =>
      opens(play([...known(10_000), look(0, amount)], [rule('undercut', changes)])).length;
    expect([at(9_500, { percent: 5 }), at(9_501, { percent: 5 })]).toEqual([1, 0]);
    expect([at(9_000, { amount: 1_000 }), at(9_001, { amount: 1_000 })]).toEqual([1, 0]);
    expect([at(9_400, { percent: 5, amount: 700 }), at(9_300, { percent: 5, amount: 700 })]).toEqual([0, 1]);
  });

  it('ends beyond the hysteresis alone', () => {
    const prices = [9_490, 9_520, 9_580, 9_490, 9_620];
    const played = play(
      [...known(10_000), ...prices.map((price, day) => look(day, price))],
      [rule('undercut', { percent: 5 })],
    );
    expect(told(played)).toEqual(['2 open', '6 resolve over']);
  });

  it('what goes back and forth is told once, a better price is told when the time of rest is over', () => {
    const flapping = [9_900, 10_100, 9_900, 10_100, 9_900].map((price, day) => look(day, price));
    const played = play([...known(10_100), ...flapping], [rule('undercut')]);
    expect(told(played)).toEqual(['2 open', '3 resolve over', '4 reopen', '5 resolve over', '6 reopen']);
    const deeper = [look(0, 9_900), look(0.2, 10_100), look(0.4, 9_000), look(1.1, 9_000)];
    expect(opens(play([...known(10_100), ...deeper], [rule('undercut')]))).toEqual([0, 3]);
  });

  it('what is sold out, used, or only from a price undercuts nobody', () => {
    for (const changes of [{ inStock: false }, { condition: 'used' }, { exact: false }, { comparable: null }])
      expect(opens(play([...known(10_500), look(0, 9_000, changes)], [rule('undercut')]))).toEqual([]);
    const all = rule('undercut', { onlyInStock: false });
    expect(opens(play([...known(10_500), look(0, 9_000, { inStock: false })], [all]))).toEqual([0]);
  });

  it('a minimum advertised price, and our place among all', () => {
    const least = play([...known(9_500), look(0, 8_999), look(1, 9_000)], [rule('map_violation')], () => ({
      minimumAdvertised: eur(9_000),
    }));
    expect(told(least)).toEqual(['2 open', '3 resolve over']);
    const place = play([...known(10_500), look(0, 9_900), look(1, 10_000)], [rule('position', { rank: 2 })], () => ({
      others: [9_000, 12_000],
    }));
    expect(told(place)).toEqual(['2 open', '3 resolve over']);
  });

  it('sold out and back, each when it becomes so; what is not said stays as it was', () => {
    const looks = [
      look(0, 9_000, { inStock: null }),
      look(1, 9_000, { inStock: false }),
      look(2, 9_000),
      look(3, 9_000),
    ];
    const both = play([...known(9_000), ...looks], [rule('out_of_stock'), rule('back_in_stock')]);
    expect(
      both.decisions.map((each) => `${each.look - 2} ${each.do} ${'rule' in each ? each.rule.kind : each.ruleId}`),
    ).toEqual(['1 open out_of_stock', '2 resolve out_of_stock', '2 open back_in_stock']);
  });
});

describe('steps are measured from what was last told or accepted', () => {
  const DROP = [rule('price_drop', { percent: 10 })];

  it('small falls add up', () => {
    const creep = Array.from({ length: 30 }, (_, day) => look(day, 10_000 - 100 * (day + 1)));
    const at = opens(play([...known(10_000), ...creep], DROP));
    expect(at).toEqual([9, 18, 27]);
  });

  it('back and forth is told once, and ends by itself', () => {
    const flapping = Array.from({ length: 20 }, (_, day) => look(day, day % 2 ? 10_000 : 8_900));
    const played = play([...known(10_000), ...flapping], DROP);
    expect(opens(played)).toEqual([0]);
    expect(told(played)).toEqual(['2 open', '3 resolve over']);
  });

  it('a price that has stayed higher for a week is what the next fall is measured from', () => {
    const higher = Array.from({ length: 9 }, (_, day) => look(1 + day, 12_000));
    expect(opens(play([...known(10_000), ...higher, look(10, 10_700)], DROP))).toEqual([9]);
    expect(opens(play([...known(10_000), look(1, 12_000), look(2, 10_700)], DROP))).toEqual([]);
  });

  it('a further fall takes the place of the one that is open', () => {
    const played = play([...known(10_000), look(0, 9_000), look(2, 8_000)], DROP);
    expect(told(played)).toEqual(['2 open', '3 resolve superseded', '3 open']);
  });

  it('a rise, and an accepted price', () => {
    const rise = [rule('price_rise', { percent: 10 })];
    expect(opens(play([...known(10_000), look(0, 10_999), look(1, 11_000)], rise))).toEqual([1]);
    const { watch } = play([...known(10_000), look(0, 9_500)], DROP);
    const accepted = acceptPrice(watch, 'price_drop');
    expect(told(play([look(1, 8_600)], DROP, undefined, accepted))).toEqual([]);
    expect(told(play([look(1, 8_550)], DROP, undefined, accepted))).toEqual(['0 open']);
  });

  it('the lowest price of thirty days, once per low, of a page that has been watched for a week', () => {
    const prices = [9_500, 9_900, 9_500, 9_500, 8_900, 8_900, 8_800, 9_500];
    const played = play(
      [...known(10_000), ...prices.map((price, n) => look(n * 2, price))],
      [rule('lowest_in_30_days')],
    );
    expect(told(played)).toEqual(['6 open', '8 resolve superseded', '8 open', '9 resolve over']);
  });

  it('another currency, once confirmed, is a new beginning and no fall', () => {
    const usd = (day: number) => look(day, 5_000, { price: { amount: 5_000, currency: 'usd' } });
    expect(opens(play([...known(10_000), usd(0), usd(1), usd(2)], DROP))).toEqual([]);
  });
});

describe('what is muted, off or old', () => {
  const UNDERCUT = [rule('undercut')];

  it('a mute delays and does not forget', () => {
    const muted = play([...known(10_500), look(0, 9_000), look(1, 9_000), look(2, 9_000)], UNDERCUT, (n) => ({
      muted: new Set(n < 4 ? ['undercut'] : []),
    }));
    expect(opens(muted)).toEqual([2]);
  });

  it('a rule that is switched off ends its alerts', () => {
    const { watch } = play([...known(10_500), look(0, 9_000)], UNDERCUT);
    expect(told(play([look(1, 9_000)], [], undefined, watch))).toEqual(['0 resolve rule_off']);
  });

  it('a look that is judged days later is believed, and no news', () => {
    const late = play([...known(10_500), look(0, 9_000)], UNDERCUT, (n) => (n === 2 ? { now: START + 5 * DAY } : {}));
    expect(late).toMatchObject({ decisions: [], watch: { good: { price: eur(9_000) } } });
  });

  it('a look from before what was judged changes nothing', () => {
    const { watch } = play([...known(10_500), look(5, 10_400)], UNDERCUT);
    expect(play([], UNDERCUT, undefined, watch).watch).toBe(watch);
    expect(judgeListing(watch, look(3, 100), {} as World)).toEqual({ watch, decisions: [], recheck: false });
  });
});

/** Mulberry32: the same seed, the same history. */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function randomLooks(next: () => number): Seen[] {
  const pick = <T>(...of: T[]) => of[Math.floor(next() * of.length)]!;
  let day = 0;
  let price = 10_000;
  return Array.from({ length: 60 }, () => {
    day += pick(0.01, 0.5, 1, 1, 1, 3);
    if (next() < 0.15) return nothing(day);
    if (next() < 0.4) price = Math.max(0, Math.round(price * pick(0.3, 0.9, 0.97, 0.99, 1.01, 1.03, 1.1, 2)));
    return look(day, price, {
      inStock: pick(true, true, true, false, null),
      layer: pick('json_ld', 'json_ld', 'json_ld', 'json_ld', 'meta'),
      confidence: pick(0.95, 0.95, 0.95, 0.5),
      siteWide: next() < 0.05,
      match: next() < 0.05 ? 'contradicted' : 'linked',
      ...(next() < 0.05 ? { price: null, comparable: null } : {}),
    });
  });
}

describe('whatever is seen', () => {
  const RULES = (
    ['undercut', 'price_drop', 'price_rise', 'lowest_in_30_days', 'out_of_stock', 'back_in_stock', 'position'] as const
  ).map((kind) => rule(kind));

  it('one alert per change, none from nothing, none while in doubt, and each ends before the next', () => {
    for (let seed = 1; seed <= 150; seed++) {
      const next = chance(seed);
      const looks = randomLooks(next);
      const played = play(looks, RULES, () => ({
        lowest30Days: eur(9_500),
        muted: new Set(next() < 0.1 ? ['undercut'] : []),
      }));
      const open = new Set<string>();
      const firedAt = new Map<string, number>();
      for (const decision of played.decisions) {
        const seen = looks[decision.look]!;
        const id = 'rule' in decision ? decision.rule.id : decision.ruleId;
        expect(seen.outcome).toBe('observed');
        if (decision.do === 'hold') expect(decision.doubts.length).toBeGreaterThan(0);
        if (decision.do === 'resolve') expect(open.delete(id)).toBe(true);
        if (decision.do === 'reopen') expect(open.has(id)).toBe(false);
        if (decision.do === 'open') {
          expect(open.has(id)).toBe(false);
          expect(seen).toMatchObject({ match: 'linked', confidence: 0.95 });
          expect(seen.at - (firedAt.get(id) ?? Number.NEGATIVE_INFINITY)).toBeGreaterThanOrEqual(24 * HOUR);
          firedAt.set(id, seen.at);
        }
        if (decision.do === 'open' || decision.do === 'reopen') open.add(id);
      }
      expect(
        Object.entries(played.watch.rules)
          .flatMap(([id, state]) => (state.open ? [id] : []))
          .sort(),
      ).toEqual([...open].sort());
      // Kept as JSON between two looks, it goes on the same.
      expect(JSON.parse(JSON.stringify(played.watch))).toEqual(played.watch);
      expect(played.watch.believed?.days.length ?? 0).toBeLessThanOrEqual(30);
    }
  });

  it('looks that say the same are told once at most', () => {
    for (let seed = 1; seed <= 100; seed++) {
      const next = chance(seed);
      const amount = Math.round(5_000 + next() * 10_000);
      const looks = Array.from({ length: 20 }, (_, day) => (next() < 0.3 ? nothing(day) : look(day, amount)));
      for (const each of RULES) expect(opens(play(looks, [each])).length).toBeLessThanOrEqual(1);
    }
  });
});
