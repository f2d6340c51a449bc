import { expect, it } from '@jest/globals';
import { planBuyers } from './plan-buyers.ts';

const plan = (orders: number, seed = 42) => planBuyers({ orders, seed, run: 'R1' });

it('mixes payers with every kind of trouble', () => {
  const { buyers, lastUnits, skus } = plan(200);
  const count = (test: (buyer: (typeof buyers)[number]) => boolean) => buyers.filter(test).length;
  expect(buyers).toHaveLength(200);
  expect(count((buyer) => buyer.races)).toBe(20);
  expect(buyers.filter((buyer) => buyer.races).every(({ sku, quantity }) => sku === skus.last && quantity === 1)).toBe(
    true,
  );
  expect(lastUnits).toBe(2);
  expect(count(({ card }) => card?.includes('Declined') ?? false)).toBe(16);
  expect(count(({ card, paysAgainWith }) => card?.includes('Declined') === true && paysAgainWith !== undefined)).toBe(
    8,
  );
  expect(count(({ card }) => card === 'pm_card_authenticationRequired')).toBe(16);
  expect(count(({ authenticates }) => authenticates === 'fail')).toBe(4);
  expect(count(({ cancels }) => cancels !== 'never')).toBe(10);
  expect(count(({ clicksTwice }) => clicksTwice)).toBeGreaterThan(0);
  expect(count(({ card }) => card === 'pm_card_visa')).toBeGreaterThan(140);
});

it('is the same crowd for the same seed, each buyer with a key and an address of its own', () => {
  expect(plan(100)).toEqual(plan(100));
  expect(plan(100)).not.toEqual(plan(100, 43));
  const { buyers } = plan(300);
  expect(new Set(buyers.map(({ key }) => key)).size).toBe(300);
  expect(new Set(buyers.map(({ email }) => email)).size).toBe(300);
});

it('lets a single buyer simply pay', () => {
  const { buyers, lastUnits } = plan(1);
  expect(buyers).toMatchObject([{ card: 'pm_card_visa', races: false, cancels: 'never' }]);
  expect(lastUnits).toBe(0);
});
