import { expect, it } from '@jest/globals';
import { replayOrder, type Standing } from './replay-order.ts';

const standing = (text: string): Standing => {
  const [status = '', payment = '', fulfillment = ''] = text.split('/');
  return { status, payment, fulfillment };
};
const replay = (events: string, ends: string) => replayOrder(['order.accepted', ...events.split(' ')], standing(ends));

it.each([
  ['stock.reserved payment.created', 'awaiting_payment/requires_payment_method/unfulfilled'],
  [
    'stock.reserved payment.created payment.succeeded stock.allocated shipment.created shipment.in_transit order.shipped order.delivered',
    'delivered/paid/delivered',
  ],
  ['payment.created payment.failed payment.failed payment.succeeded', 'paid/paid/unfulfilled'],
  ['payment.created payment.requires_action payment.failed', 'awaiting_payment/requires_payment_method/unfulfilled'],
  ['payment.created payment.succeeded stock.allocated shipment.in_transit', 'paid/paid/partially_shipped'],
  ['payment.created payment.succeeded order.canceled refund.requested refund.succeeded', 'canceled/refunded/canceled'],
  [
    'payment.created payment.authorized payment.partially_captured refund.created refund.succeeded refund.failed',
    'paid/partially_captured/unfulfilled',
  ],
  ['payment.created payment.canceled', 'expired/canceled/canceled'],
  ['payment.created order.canceled payment.succeeded_late refund.succeeded', 'canceled/refunded/canceled'],
  ['order.rejected', 'rejected/pending/canceled'],
  ['payment.created notification.failed stock.reserved', 'awaiting_payment/requires_payment_method/unfulfilled'],
])('follows %s to %s', (events, ends) => {
  expect(replay(events, ends)).toBeUndefined();
});

it.each([
  ['payment.created order.canceled payment.succeeded', 'payment.succeeded', 3],
  ['payment.created payment.succeeded payment.succeeded', 'payment.succeeded', 3],
  ['payment.created payment.succeeded order.delivered order.shipped', 'order.delivered', 3],
  ['order.rejected order.canceled', 'order.canceled', 2],
  ['payment.created order.accepted', 'order.accepted', 2],
  [
    'payment.created payment.succeeded refund.succeeded refund.succeeded refund.succeeded stock.allocated payment.created',
    'payment.created',
    7,
  ],
])('stops in %s at %s', (events, event, at) => {
  expect(replay(events, 'paid/paid/unfulfilled')).toMatchObject({ problem: 'illegal_move', event, at });
});

it('tells where the order should stand when its row says otherwise', () => {
  expect(replay('payment.created payment.succeeded', 'shipped/paid/unfulfilled')).toEqual({
    problem: 'ends_elsewhere',
    at: 3,
    event: undefined,
    standings: [standing('paid/paid/unfulfilled')],
  });
});

it('wants the acceptance first', () => {
  expect(replayOrder(['payment.created'], standing('pending/pending/unfulfilled'))?.problem).toBe(
    'does_not_begin_accepted',
  );
  expect(replayOrder([], standing('pending/pending/unfulfilled'))?.problem).toBe('does_not_begin_accepted');
});
