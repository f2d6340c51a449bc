import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { tableShipping, tableTax } from '../pricing.ts';
import { type ChangeKind, whyNot } from './change.ts';
import { type BilledItem, itemChanges, itemsOf, samePlanItems } from './items.ts';
import { makePlan } from './make-plan.ts';
import { type Plan, type PlanLine, totalsOf } from './plan.ts';
import { addIntervals, nextPaymentAt, skipUntil } from './schedule.ts';
import { hasEnded, type SubscriptionStatus, subscriptionTransitions } from './status.ts';

const ROOT = join(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const states = Object.keys(subscriptionTransitions) as SubscriptionStatus[];

describe('the states', () => {
  it('are the words that the database accepts', () => {
    const [, words = ''] =
      /constraint subscriptions_status_known check \(\s*value in \(([^)]*)\)/.exec(
        read('migrations/0033_create_subscriptions.sql'),
      ) ?? [];
    expect([...words.matchAll(/'(\w+)'/g)].map((match) => match[1]).sort()).toEqual([...states].sort());
  });

  it('are drawn as they are', () => {
    const [, diagram = ''] = /%% subscription\n([\s\S]*?)```/.exec(read('docs/subscriptions.md')) ?? [];
    const drawn = [...diagram.matchAll(/^ {2}(\w+) --> (\w+)/gm)].map((match) => `${match[1]} ${match[2]}`);
    const table = states.flatMap((from) => subscriptionTransitions[from].map((to) => `${from} ${to}`));
    expect(drawn.sort()).toEqual(table.sort());
    const ends = [...diagram.matchAll(/^ {2}(\w+) --> \[\*\]/gm)].map((match) => match[1]);
    expect(ends.sort()).toEqual(states.filter(hasEnded).sort());
  });
});

const line = (id: string, quantity: number, unitAmount = 1_000): PlanLine => ({
  ...{ id, kind: 'goods', variantId: `v-${id}`, sku: id, name: id, quantity, unitAmount, weightGrams: 250 },
  ...{ outOfStock: null, substituteSku: null },
});
const hooks = { shipping: tableShipping(), tax: tableTax() };
const planOf = (goods: PlanLine[], terms: Partial<Plan> = {}, earlier: readonly PlanLine[] = []): Plan => {
  let made = 0;
  const all = {
    ...{ currency: 'eur', intervalUnit: 'month', intervalCount: 1, shippingMethod: 'standard', outOfStock: 'wait' },
    ...{ shippingAddress: { country: 'DE' }, coupon: null, ...terms },
  } as Plan;
  return makePlan(all, goods, hooks, earlier, () => `new-${++made}`);
};
const there = (plan: Plan): BilledItem[] =>
  itemsOf(plan).map(({ lineId, quantity, price }) => {
    const { currency: _, ...terms } = price!;
    return { id: `si_${lineId}`, lineId, quantity, ...terms };
  });

describe('a plan', () => {
  it.each(['eur', 'jpy', 'kwd', 'isk'])(
    'in %s is billed in amounts that Stripe takes, and comes to its total',
    (currency) => {
      const unit = currency === 'isk' ? 100_000 : 1_000;
      const plan = planOf([line('a', 3, unit), line('b', 1, unit * 7)], { currency });
      const step = { kwd: 10, isk: 100 }[currency] ?? 1;
      expect(plan.lines.every(({ unitAmount }) => unitAmount % step === 0)).toBe(true);
      expect(totalsOf(plan).total).toBe(plan.lines.reduce((sum, each) => sum + each.unitAmount * each.quantity, 0));
    },
  );

  it('has no item for shipping and tax that cost nothing, and keeps the ids of those that stay', () => {
    const plan = planOf([line('a', 1)]);
    expect(plan.lines.map(({ kind }) => kind)).toEqual(['goods', 'shipping', 'tax']);
    const free = planOf([line('a', 20)], { shippingAddress: { country: 'US' } }, plan.lines);
    expect(free.lines.map(({ kind }) => kind)).toEqual(['goods']);
    const dearer = planOf([line('a', 2)], {}, plan.lines);
    expect(dearer.lines.map(({ id }) => id)).toEqual(plan.lines.map(({ id }) => id));
  });

  it('asks Stripe for what is not there, and for nothing when it is', () => {
    const plan = planOf([line('a', 1), line('b', 2)]);
    expect(itemChanges(plan, there(plan))).toEqual({ items: [], removedItems: [] });
    const next = planOf([line('b', 3), line('c', 1)], {}, plan.lines);
    const { items, removedItems } = itemChanges(next, there(plan));
    expect(items.map(({ id, lineId }) => [id, lineId])).toEqual([
      ['si_b', 'b'],
      [undefined, 'c'],
      ['si_new-2', 'new-2'],
    ]);
    expect(items[0]?.price).toBeUndefined();
    expect(removedItems).toEqual(['si_a']);
  });

  it('leaves items alone that somebody else has put there, and gives every item a new rhythm', () => {
    const plan = planOf([line('a', 1)]);
    const foreign = { ...there(plan)[0]!, id: 'si_foreign', lineId: null };
    expect(itemChanges(plan, [...there(plan), foreign]).removedItems).toEqual([]);
    const weekly = { ...plan, intervalUnit: 'week' } as const;
    expect(itemChanges(weekly, there(plan)).items).toHaveLength(plan.lines.length);
    expect(samePlanItems(plan, { ...plan, lines: plan.lines.toReversed() })).toBe(true);
    expect(samePlanItems(plan, weekly)).toBe(false);
  });
});

describe('the schedule', () => {
  const day = (text: string) => new Date(`${text}T10:00:00Z`);

  it.each([
    ['2026-01-31', 'month', 1, '2026-02-28'],
    ['2024-02-29', 'year', 1, '2025-02-28'],
    ['2026-11-30', 'month', 3, '2027-02-28'],
    ['2026-03-28', 'week', 2, '2026-04-11'],
    ['2026-12-31', 'day', 1, '2027-01-01'],
  ] as const)('after %s, a %s (%i) later, is %s', (from, unit, count, to) => {
    expect(addIntervals(day(from), { unit, count })).toEqual(day(to));
  });

  it('skips one delivery and no more', () => {
    const rhythm = { unit: 'month', count: 1 } as const;
    const until = skipUntil(day('2026-03-01'), rhythm);
    expect(until > day('2026-03-02') && until < day('2026-03-31')).toBe(true);
    const billed = { status: 'active', cancelAtPeriodEnd: false, currentPeriodEnd: day('2026-03-01'), rhythm } as const;
    expect(nextPaymentAt({ ...billed, skipUntil: until })).toEqual(day('2026-04-01'));
    expect(nextPaymentAt({ ...billed, skipUntil: null })).toEqual(day('2026-03-01'));
    expect(nextPaymentAt({ ...billed, skipUntil: until, currentPeriodEnd: day('2026-04-01') })).toEqual(
      day('2026-04-01'),
    );
    expect(nextPaymentAt({ ...billed, skipUntil: null, status: 'paused' })).toBeNull();
    expect(nextPaymentAt({ ...billed, skipUntil: null, cancelAtPeriodEnd: true })).toBeNull();
  });
});

describe('whether a change makes sense', () => {
  const now = { cancelAtPeriodEnd: false, skipUntil: null, nextPaymentAt: new Date() };
  it.each([
    ['pause', 'paused', 'subscription_paused'],
    ['resume', 'active', 'subscription_not_paused'],
    ['plan', 'canceled', 'subscription_ended'],
    ['plan', 'pending', 'subscription_not_started'],
    ['payment_method', 'incomplete', undefined],
    ['cancel', 'pending', undefined],
    ['skip', 'active', undefined],
    ['unskip', 'active', 'delivery_not_skipped'],
    ['reactivate', 'active', 'subscription_not_ending'],
  ] as [ChangeKind, SubscriptionStatus, string | undefined][])('%s of one that is %s: %s', (kind, status, why) => {
    expect(whyNot(kind, { ...now, status })).toBe(why);
  });

  it('skips nothing twice, and nothing that is not to come', () => {
    expect(whyNot('skip', { ...now, status: 'active', skipUntil: new Date() })).toBe('delivery_skipped');
    expect(whyNot('skip', { ...now, status: 'active', nextPaymentAt: null })).toBe('no_next_delivery');
  });
});
