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
