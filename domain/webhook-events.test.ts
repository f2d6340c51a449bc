import { describe, expect, it } from '@jest/globals';
import { isEventFilter, matchesFilters, ofOrder, ofShop } from './webhook-events.ts';

const order_id = '01900000-0000-7000-8000-000000000001';
const created_at = new Date('2026-11-21T12:00:00Z');

describe('filters', () => {
  it('are everything, a topic or a type', () => {
    expect(['*', 'order.*', 'price_alert.*', 'image.ready'].every(isEventFilter)).toBe(true);
    expect(['', 'order', 'order.', 'orders.*', 'order.sold', '.*', '**', 'toString.*'].some(isEventFilter)).toBe(false);
  });

  it('match by whole words', () => {
    expect(matchesFilters(['order.*'], 'order.shipped')).toBe(true);
    expect(matchesFilters(['order.*'], 'orders.paid')).toBe(false);
    expect(matchesFilters(['payment.failed', 'order.shipped'], 'order.shipped')).toBe(true);
    expect(matchesFilters(['order.shipped'], 'order.shipped_twice')).toBe(false);
    expect(matchesFilters(['*'], 'anything.at_all')).toBe(true);
  });
});

describe('events', () => {
  it('name what they happened to, and nothing else of their data', () => {
    const happened = { order_id, sequence: 7, created_at, data: { refund_id: 'r1', amount: 500, reason: 'private' } };
    expect(ofOrder({ ...happened, type: 'refund.succeeded' })).toEqual({
      id: `evt_${order_id}_7`,
      type: 'refund.succeeded',
      occurredAt: created_at,
      orderId: order_id,
      data: { object: 'refund', id: 'r1', order_id, sequence: 7 },
    });
    expect(ofOrder({ ...happened, type: 'order.shipped' }).data).toEqual({
      object: 'order',
      id: order_id,
      order_id,
      sequence: 7,
    });
    const shop = { id: 'e1', object: 'image', object_id: 'i1', sequence: 2, type: 'image.ready', created_at };
    expect(ofShop(shop)).toMatchObject({
      id: 'evt_e1',
      data: { object: 'image', id: 'i1', order_id: null, sequence: 2 },
    });
  });
});
