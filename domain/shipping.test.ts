import { describe, expect, it } from '@jest/globals';
import { followUpdates, type KnownParcel, planNews, planTracking, type TrackingUpdate } from './shipping.ts';

const at = (minute: number, status: string): TrackingUpdate => ({
  id: `${status}-${minute}`,
  status,
  description: '',
  occurred_at: `2026-01-01T10:${String(minute).padStart(2, '0')}:00Z`,
});

describe('a parcel', () => {
  it('stands the same whatever the order in which its news come', () => {
    const news = [at(1, 'in_transit'), at(2, 'exception'), at(3, 'out_for_delivery'), at(4, 'delivered')];
    const orders = [news, news.toReversed(), [news[2]!, news[0]!, news[3]!, news[1]!]];
    for (const order of orders) {
      expect(followUpdates('label_purchased', order)).toEqual({
        status: 'delivered',
        shippedAt: '2026-01-01T10:01:00Z',
        deliveredAt: '2026-01-01T10:04:00Z',
      });
    }
  });

  it('is stuck after an exception until a later scan says that it moves', () => {
    expect(followUpdates('in_transit', [at(2, 'undeliverable'), at(1, 'in_transit')]).status).toBe('exception');
    expect(followUpdates('exception', [at(2, 'undeliverable'), at(3, 'in_transit')]).status).toBe('in_transit');
  });

  it('never leaves delivered, and does not move by words nobody knows', () => {
    expect(followUpdates('delivered', [at(9, 'exception')]).status).toBe('delivered');
    expect(followUpdates('label_purchased', [at(1, 'sorting'), at(2, 'constructor')])).toEqual({
      status: 'label_purchased',
      shippedAt: undefined,
      deliveredAt: undefined,
    });
  });
});

describe('an order', () => {
  const paid = { status: 'paid', fulfillmentStatus: 'processing' } as const;
  const waiting = { status: 'label_purchased', shipped: false } as const;
  const moving = { status: 'in_transit', shipped: true } as const;
  const arrived = { status: 'delivered', shipped: true } as const;

  it('is shipped with its only parcel', () => {
    expect(planTracking(paid, waiting, moving, [])).toEqual({
      status: 'shipped',
      fulfillmentStatus: 'shipped',
      events: ['shipment.in_transit', 'order.shipped'],
    });
  });

  it('tells a whole history when the departure of its parcel was never told', () => {
    expect(planTracking(paid, waiting, arrived, [])).toEqual({
      status: 'delivered',
      fulfillmentStatus: 'delivered',
      events: ['shipment.in_transit', 'shipment.delivered', 'order.shipped', 'order.delivered'],
    });
  });

  it('is partially shipped until its last parcel leaves, and delivered with the last that arrives', () => {
    expect(planTracking(paid, waiting, moving, [waiting])).toEqual({
      status: 'paid',
      fulfillmentStatus: 'partially_shipped',
      events: ['shipment.in_transit'],
    });
    const partly = { status: 'paid', fulfillmentStatus: 'partially_shipped' } as const;
    expect(planTracking(partly, waiting, moving, [arrived]).status).toBe('shipped');
    const shipped = { status: 'shipped', fulfillmentStatus: 'shipped' } as const;
    expect(planTracking(shipped, moving, arrived, [moving]).fulfillmentStatus).toBe('shipped');
    expect(planTracking(shipped, moving, arrived, [arrived])).toEqual({
      status: 'delivered',
      fulfillmentStatus: 'delivered',
      events: ['shipment.delivered', 'order.delivered'],
    });
  });

  it('does not move when it was ended before, although its parcel does', () => {
    const canceled = { status: 'canceled', fulfillmentStatus: 'canceled' } as const;
    expect(planTracking(canceled, waiting, arrived, [])).toEqual({
      ...canceled,
      events: ['shipment.in_transit', 'shipment.delivered'],
    });
  });

  it('hears nothing twice', () => {
    const delivered = { status: 'delivered', fulfillmentStatus: 'delivered' } as const;
    expect(planTracking(delivered, arrived, arrived, []).events).toEqual([]);
  });
});

describe('news of a parcel', () => {
  const labeled: KnownParcel = {
    status: 'label_purchased',
    shipped: false,
    known: [],
    others: [],
    order_status: 'paid',
    fulfillment_status: 'processing',
  };
  const left = at(1, 'in_transit');
  const gone: KnownParcel = {
    ...labeled,
    status: 'in_transit',
    shipped: true,
    known: [left],
    order_status: 'shipped',
    fulfillment_status: 'shipped',
  };

  it('are told to the customer once for a departure and once for the arrival of all', () => {
    expect(planNews(labeled, [left])).toMatchObject({ tell: ['shipped'], fresh: [left], concernsPerson: false });
    expect(planNews(gone, [at(2, 'out_for_delivery')]).tell).toEqual([]);
    expect(planNews(gone, [at(3, 'delivered')]).tell).toEqual(['delivered']);
    expect(planNews(labeled, [at(3, 'delivered')]).tell).toEqual(['shipped', 'delivered']);
    expect(planNews({ ...labeled, others: [labeled] }, [at(3, 'delivered')]).tell).toEqual(['shipped']);
  });

  it('that are known already, or come for a canceled order, tell nothing', () => {
    expect(planNews(gone, [left])).toMatchObject({ tell: [], fresh: [], events: [] });
    expect(planNews({ ...labeled, order_status: 'canceled' }, [left]).tell).toEqual([]);
  });

  it('concern a person when the parcel gets stuck and when it moves again', () => {
    expect(planNews(gone, [at(2, 'lost')]).concernsPerson).toBe(true);
    expect(planNews({ ...gone, status: 'exception' }, [at(3, 'delivered')]).concernsPerson).toBe(true);
  });
});
