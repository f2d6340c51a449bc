import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { isTerminal } from '../order-status.ts';
import { followPart, type KeptPart, type PartFacts, vendorOrderTransitions } from './order.ts';
import { statusByAccount, vendorTransitions } from './vendor.ts';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const sql = read('migrations/0035_create_vendors.sql');
const docs = read('docs/vendors.md');

describe.each([
  ['vendor', 'vendors_status_known', vendorTransitions, 'registered'],
  ['vendor order', 'vendor_orders_status_known', vendorOrderTransitions, 'open'],
] as const)('the states of a %s', (name, constraint, table: Record<string, readonly string[]>, first) => {
  it('are the words of the database', () => {
    const check = sql.match(new RegExp(`constraint ${constraint} check \\(\\s*value in \\(([^)]*)\\)`))?.[1] ?? '';
    expect([...check.matchAll(/'(\w+)'/g)].map((match) => match[1]).sort()).toEqual(Object.keys(table).sort());
  });

  it('are drawn as they are', () => {
    const diagram = docs.match(new RegExp(`%% ${name}\\n([\\s\\S]*?)\`\`\``))?.[1] ?? '';
    const drawn = [...diagram.matchAll(/^\s*(\S+ --> \S+?)(?::.*)?$/gm)].map((match) => match[1]!.trim());
    const moves = Object.entries(table).flatMap(([from, targets]) => targets.map((to) => `${from} --> ${to}`));
    const ends = Object.keys(table).filter((state) => isTerminal(table, state));
    expect(drawn.sort()).toEqual([`[*] --> ${first}`, ...moves, ...ends.map((state) => `${state} --> [*]`)].sort());
  });
});

it.each([
  ['onboarding', true, true, 'active'],
  ['onboarding', true, false, 'onboarding'],
  ['active', false, true, 'restricted'],
  ['restricted', true, true, 'active'],
  ['suspended', true, true, 'suspended'],
  ['closed', true, true, 'closed'],
  ['verifying', true, true, 'verifying'],
] as const)('%s with transfers %s and payouts %s becomes %s', (from, transfersEnabled, payoutsEnabled, to) => {
  expect(statusByAccount(from, { transfersEnabled, payoutsEnabled })).toBe(to);
});

describe('following an order', () => {
  const line = {
    ...{ order_line_id: '1', variant_id: 'v', sku: 'POT', name: 'Pot', quantity: 2, refunded_quantity: 0 },
    ...{ unit_amount: 100, commission_bps: 250 },
  };
  const ship_to = { name: 'Ada', address: { line1: '1 Main Street', city: 'Springfield' } };
  const facts: PartFacts = { order_status: 'paid', is_held: false, ship_to, lines: [line], parcels: [] };
  const kept: KeptPart = { status: 'open', is_held: false, is_packed: false, ship_to, lines: [line] };
  const follow = (before: Partial<KeptPart>, now: Partial<PartFacts>) =>
    followPart({ ...kept, ...before }, { ...facts, ...now });

  it('tells nothing of what is as it was, in whatever order its members come', () => {
    const address = { city: 'Springfield', line1: '1 Main Street' };
    expect(follow({}, { ship_to: { name: 'Ada', address } }).news).toEqual([]);
  });

  it('tells the last that matters, and ends once', () => {
    expect(followPart(undefined, facts)).toMatchObject({ status: 'open', news: ['created'] });
    expect(follow({}, { lines: [{ ...line, quantity: 1 }] })).toMatchObject({
      news: ['changed'],
      changed: [{ from: 2, to: 1 }],
    });
    expect(follow({}, { lines: [] })).toMatchObject({
      status: 'canceled',
      news: ['canceled'],
      lines: [{ quantity: 0 }],
    });
    expect(follow({ status: 'canceled' }, { order_status: 'canceled' }).news).toEqual([]);
    expect(follow({}, { order_status: 'canceled', is_held: true }).news).toEqual(['held', 'canceled']);
    expect(follow({ is_packed: true, status: 'packed' }, {}).news).toEqual([]);
  });

  it('goes by parcels, and never back', () => {
    expect(follow({}, { parcels: ['in_transit', 'pending'] })).toMatchObject({ status: 'partially_shipped' });
    expect(follow({ status: 'partially_shipped' }, { parcels: ['in_transit', 'delivered'] }).news).toEqual(['shipped']);
    expect(follow({ status: 'shipped' }, { parcels: ['delivered', 'delivered'] }).news).toEqual(['delivered']);
    expect(follow({ status: 'delivered' }, { parcels: ['in_transit'] }).news).toEqual([]);
    // What was sent and given back afterwards was sent all the same.
    expect(
      follow({ status: 'shipped' }, { parcels: ['in_transit'], lines: [{ ...line, refunded_quantity: 2 }] }),
    ).toMatchObject({
      status: 'shipped',
      news: ['changed'],
    });
  });
});
