import { describe, expect, it } from '@jest/globals';
import { disputeTransitions } from './disputes.ts';
import { refundTransitions } from './refunds.ts';
import { isEventFilter, matchesFilters, ofOrder, ofShop, WEBHOOK_EVENT_TYPES } from './webhook-events.ts';

const order_id = '01900000-0000-7000-8000-000000000001';
const created_at = new Date('2026-11-21T12:00:00Z');

describe('the list', () => {
  const listed = (topic: string) => Object.keys(WEBHOOK_EVENT_TYPES).filter((type) => type.startsWith(`${topic}.`));
  const targetsOf = (transitions: Readonly<Record<string, readonly string[]>>, topic: string) => [
    ...new Set(
      Object.values(transitions)
        .flat()
        .map((status) => `${topic}.${status}`),
    ),
  ];

  it('has every state that a refund or a dispute comes to', () => {
    expect(listed('refund').sort()).toEqual([...targetsOf(refundTransitions, 'refund'), 'refund.created'].sort());
    expect(listed('dispute')).toEqual(expect.arrayContaining(targetsOf(disputeTransitions, 'dispute')));
  });

  it('has what becomes of a price alert', () => {
    expect(listed('price_alert').sort()).toEqual([
      'price_alert.escalated',
      'price_alert.opened',
      'price_alert.resolved',
    ]);
  });
});

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
