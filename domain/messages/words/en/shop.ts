/** What the people who run the shop are told of stock, money and prices, in English. */
import { numberOf, pluralOf } from '../plural.ts';
import { priceAlert } from './price-alert.ts';

const count = pluralOf<'one' | 'other'>('en');
const many = numberOf('en');

export const shop = {
  'low-stock': {
    subject: ({ items, first }: { items: number; first: string }) =>
      count(items, { one: `Low stock: ${first}`, other: `Low stock: ${many(items)} items` }),
    preheader: 'Fewer are left than you want to have.',
    heading: ({ items }: { items: number }) =>
      count(items, { one: 'One item is running low', other: `${many(items)} items are running low` }),
    text: 'Fewer are left than you want to have at hand.',
    left: ({ available, threshold }: { available: string; threshold: string }) => `${available} of ${threshold}`,
    eyebrow: 'Stock',
    short: ({ shop, items, first, left }: { shop: string; items: number; first: string; left: string }) =>
      count(items, {
        one: `${shop}: ${first} is running low, ${left} left.`,
        other: `${shop}: ${many(items)} items are running low.`,
      }),
  },
  'daily-close': {
    subject: ({ day, sold }: { day: string; sold: string }) => `Daily close ${day}${sold ? `: ${sold} sold` : ''}`,
    preheader: ({ orders }: { orders: number }) =>
      count(orders, { one: '1 order. The day is closed.', other: `${many(orders)} orders. The day is closed.` }),
    heading: ({ day }: { day: string }) => `The books of ${day} are closed`,
    nothing: 'Nothing was booked on this day.',
    text: 'Days are UTC. Sold and refunded are without tax.',
    orders: 'Orders',
    sold: 'Sold',
    refunded: 'Refunded',
    tax: 'Tax',
    fees: 'Fees',
    disputed: 'Disputed',
    net: 'Left of it',
    button: 'Open the journal',
    eyebrow: 'Finance',
    short: ({ shop, day, sold }: { shop: string; day: string; sold: string }) =>
      `${shop}: the books of ${day} are closed.${sold ? ` Sold: ${sold}.` : ''}`,
  },
  'reconciliation-summary': {
    subject: ({ day, open }: { day: string; open: number }) =>
      count(open, {
        one: `Reconciliation ${day}: 1 open finding`,
        other: `Reconciliation ${day}: ${many(open)} open findings`,
      }),
    preheader: "Our books and Stripe's differ.",
    heading: ({ open }: { open: number }) =>
      count(open, { one: '1 finding waits for a decision', other: `${many(open)} findings wait for a decision` }),
    text: "Our books and Stripe's differ in what is listed here. Each finding can be accepted or resolved by the API or by `npm run stockroom`.",
    unexplained: ({ currency }: { currency: string }) => `Not explained, ${currency}`,
    greatest: 'The greatest amounts',
    eyebrow: 'Finance',
    short: ({ shop, open, day }: { shop: string; open: number; day: string }) =>
      count(open, {
        one: `${shop}: 1 finding of ${day} waits for a decision.`,
        other: `${shop}: ${many(open)} findings of ${day} wait for a decision.`,
      }),
  },
  'price-alert': priceAlert,
  digest: {
    subject: ({ total, topic }: { total: number; topic: string }) =>
      count(total, { one: `${topic}: 1 message`, other: `${topic}: ${many(total)} messages` }),
    preheader: ({ since, until }: { since: string; until: string }) => `${since} to ${until}`,
    heading: ({ total }: { total: number }) =>
      count(total, {
        one: 'One message since the last summary',
        other: `${many(total)} messages since the last summary`,
      }),
    text: ({ since, until }: { since: string; until: string }) => `What happened between ${since} and ${until}.`,
    more: ({ more }: { more: number }) => count(more, { one: 'and 1 more', other: `and ${many(more)} more` }),
    each: 'One by one',
    short: ({ shop, total, topic }: { shop: string; total: number; topic: string }) =>
      count(total, {
        one: `${shop}: 1 message (${topic}).`,
        other: `${shop}: ${many(total)} messages (${topic}).`,
      }),
  },
  topics: {
    order: 'Orders',
    payment: 'Payments',
    shipment: 'Shipments',
    refund: 'Refunds',
    return: 'Returns',
    subscription: 'Subscriptions',
    account: 'Account',
    dispute: 'Disputes',
    stock: 'Stock',
    finance: 'Finance',
    price_alert: 'Prices',
    image: 'Pictures',
    operations: 'Operations',
  },
  anyTopic: 'Messages',
};
