import { describe, expect, it } from '@jest/globals';
import { type Intent, type IntentStatus, judgeIntent, type KnownPayment } from './judge-intent.ts';
import { orderTransitions } from './order-status.ts';

const intent = (status: IntentStatus, more: Partial<Intent> = {}): Intent => ({
  id: 'pi_1',
  status,
  amount: 1_000,
  amountReceived: status === 'succeeded' ? 1_000 : 0,
  currency: 'usd',
  clientSecret: 'pi_1_secret_x',
  nextActionUrl: null,
  chargeId: null,
  feeAmount: null,
  lastError: null,
  cancellationReason: null,
  orderId: null,
  ...more,
});
const known = (more: Partial<KnownPayment> = {}): KnownPayment => ({
  orderStatus: 'awaiting_payment',
  paymentStatus: 'requires_payment_method',
  providerId: 'pi_1',
  status: 'requires_payment_method',
  amount: 1_000,
  currency: 'usd',
  feeAmount: null,
  lastFailure: null,
  captureMethod: 'automatic',
  offSession: false,
  ...more,
});
const declined = { code: 'card_declined', declineCode: 'generic_decline', message: 'no', paymentMethodId: 'pm_1' };

describe('judging an intent', () => {
  it('pays and fulfils an order whose intent succeeded', () => {
    expect(judgeIntent(known(), intent('succeeded'))).toMatchObject({
      status: 'paid',
      paymentStatus: 'paid',
      then: 'fulfill',
    });
  });

  it('does nothing for a payment that is settled, whatever comes later', () => {
    for (const status of ['requires_payment_method', 'processing', 'succeeded', 'canceled'] as const) {
      expect(
        judgeIntent(known({ status: 'succeeded', orderStatus: 'paid', paymentStatus: 'paid' }), intent(status)).kind,
      ).toBe('nothing');
    }
  });

  it('sends money back that came after the order had ended, and closes an intent that is still open', () => {
    for (const orderStatus of ['canceled', 'expired', 'rejected'] as const) {
      expect(judgeIntent(known({ orderStatus }), intent('succeeded'))).toMatchObject({
        paymentStatus: 'paid',
        then: 'refund',
      });
      expect(judgeIntent(known({ orderStatus }), intent('succeeded'))).not.toHaveProperty('status');
      expect(judgeIntent(known({ orderStatus }), intent('requires_action'))).toMatchObject({ then: 'close_intent' });
    }
  });

  it('holds money of another amount or currency', () => {
    expect(judgeIntent(known(), intent('succeeded', { amount: 999 })).kind).toBe('mismatch');
    expect(judgeIntent(known(), intent('requires_capture', { currency: 'eur' })).kind).toBe('mismatch');
  });

  it('holds more than was authorized, which is never ours', () => {
    const judged = judgeIntent(known({ captureMethod: 'manual' }), intent('succeeded', { amountReceived: 1_001 }));
    expect(judged).toMatchObject({ kind: 'mismatch', expected: { amount: 1_000 }, actual: { amount: 1_001 } });
  });

  it('records a part as a part: fulfilled when we asked for it, held when somebody else took it', () => {
    const authorized = { orderStatus: 'authorized', paymentStatus: 'authorized', status: 'requires_capture' } as const;
    const part = intent('succeeded', { amountReceived: 600 });
    const partial = { status: 'paid', paymentStatus: 'partially_captured', event: 'payment.partially_captured' };
    expect(judgeIntent(known({ ...authorized, askedCapture: 600 }), part)).toMatchObject({
      ...partial,
      then: 'fulfill',
    });
    expect(judgeIntent(known(authorized), part)).toMatchObject({ ...partial, then: 'hold' });
    expect(judgeIntent(known({ ...authorized, askedCapture: 500 }), part)).toMatchObject({ ...partial, then: 'hold' });
    expect(judgeIntent(known({ orderStatus: 'canceled' }), part)).toMatchObject({
      paymentStatus: 'partially_captured',
      then: 'refund',
    });
  });

  it('begins fulfilment of an authorized order only where the money is taken at shipment', () => {
    const held = intent('requires_capture');
    expect(judgeIntent(known({ captureMethod: 'at_shipment' }), held)).toMatchObject({
      status: 'authorized',
      then: 'fulfill',
    });
    expect(judgeIntent(known({ captureMethod: 'manual' }), held)).not.toHaveProperty('then');
  });

  it('tells an authorization that ran out from one that was released', () => {
    const authorized = {
      orderStatus: 'authorized',
      paymentStatus: 'authorized',
      status: 'requires_capture',
      captureMethod: 'manual',
    } as const;
    const end = (cancellationReason: string) =>
      judgeIntent(known(authorized), intent('canceled', { cancellationReason }));
    expect(end('automatic')).toMatchObject({ status: 'canceled', event: 'payment.authorization_expired' });
    expect(end('requested_by_customer')).toMatchObject({ status: 'canceled', event: 'payment.canceled' });
  });

  it('needs the customer for what their bank asks only where they are not there', () => {
    const lastError = { ...declined, code: 'authentication_required' };
    for (const asked of [intent('requires_action'), intent('requires_payment_method', { lastError })]) {
      expect(judgeIntent(known({ offSession: true, paymentStatus: 'pending' }), asked)).toHaveProperty('needsCustomer');
      expect(judgeIntent(known({ paymentStatus: 'pending' }), asked)).not.toHaveProperty('needsCustomer');
    }
  });

  it('leaves a second intent of the same order alone', () => {
    expect(judgeIntent(known(), intent('succeeded', { id: 'pi_2' })).kind).toBe('orphan');
  });

  it('tells each refusal once, and a new one again', () => {
    const first = judgeIntent(known(), intent('requires_payment_method', { chargeId: 'ch_1', lastError: declined }));
    expect(first).toMatchObject({ event: 'payment.failed', failure: 'ch_1/card_declined' });
    const repeated = known({ lastFailure: 'ch_1/card_declined' });
    expect(
      judgeIntent(repeated, intent('requires_payment_method', { chargeId: 'ch_1', lastError: declined })).kind,
    ).toBe('nothing');
    expect(
      judgeIntent(repeated, intent('requires_payment_method', { chargeId: 'ch_2', lastError: declined })).kind,
    ).toBe('move');
  });

  it('tells our own expiry from a cancel of somebody else', () => {
    expect(judgeIntent(known(), intent('canceled', { cancellationReason: 'abandoned' }))).toMatchObject({
      status: 'expired',
    });
    expect(judgeIntent(known(), intent('canceled'))).toMatchObject({ status: 'canceled' });
  });

  it('never moves an order where the transition table has no way', () => {
    const statuses: IntentStatus[] = [
      'requires_payment_method',
      'requires_confirmation',
      'requires_action',
      'processing',
      'requires_capture',
      'succeeded',
      'canceled',
    ];
    for (const orderStatus of ['pending', 'awaiting_payment', 'authorized'] as const) {
      for (const status of statuses) {
        const judgement = judgeIntent(
          known({
            orderStatus,
            paymentStatus: orderStatus === 'authorized' ? 'authorized' : 'pending',
            status: 'pending',
          }),
          intent(status),
        );
        if (judgement.kind !== 'move' || !judgement.status) continue;
        expect(orderTransitions[orderStatus] as readonly string[]).toContain(judgement.status);
      }
    }
  });
});
