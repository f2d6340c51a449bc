/**
 * What a PaymentIntent's present state means for its order. Pure: the same judgement serves the answer of our own call,
 * a webhook in whatever order it comes, and a look from the sweeper, so that all of them lead to the same end.
 */
import { type OrderStatus, type PaymentStatus, paymentTransitions } from './order-status.ts';

export type IntentStatus =
  | 'requires_payment_method'
  | 'requires_confirmation'
  | 'requires_action'
  | 'processing'
  | 'requires_capture'
  | 'succeeded'
  | 'canceled';

export interface Intent {
  id: string;
  status: IntentStatus;
  amount: number;
  amountReceived: number;
  currency: string;
  clientSecret: string | null;
  nextActionUrl: string | null;
  chargeId: string | null;
  /** Minor units of the settlement currency; null until the balance transaction exists. */
  feeAmount: number | null;
  /** What Stripe settles in: may be another currency than the charge's. */
  feeCurrency?: string | null;
  /** Until when an authorization may be captured; null while it is not known. */
  captureBefore?: Date | null;
  lastError: { code: string; declineCode: string | null; message: string; paymentMethodId: string | null } | null;
  /** Why Stripe says it was canceled; `abandoned` is our own expiry. */
  cancellationReason: string | null;
  /** Our order's id, from the metadata. */
  orderId: string | null;
}

export interface KnownPayment {
  orderStatus: OrderStatus;
  paymentStatus: PaymentStatus;
  providerId: string | null;
  status: string;
  amount: number;
  currency: string;
  feeAmount: number | null;
  lastFailure: string | null;
  captureMethod: CaptureMethod;
  /** The customer is not there: whatever needs them is told by mail. */
  offSession: boolean;
  /** Its goods are neither reserved nor waited for, so its checkout comes first: what it would send is not there. */
  unreserved?: boolean | undefined;
  /** What we asked Stripe to take of an authorization, if we did. */
  askedCapture?: number | undefined;
}

/** `at_shipment` is an authorization that we capture ourselves before the parcels are labeled. */
export type CaptureMethod = 'automatic' | 'manual' | 'at_shipment';

export interface Move {
  kind: 'move';
  status?: OrderStatus;
  paymentStatus?: PaymentStatus;
  event: string;
  /** Names the refusal, so that each is told once however often it is reported. */
  failure?: string;
  /** The customer must act and is not there to see it. */
  needsCustomer?: boolean;
  /**
   * What must follow: fulfil the order, hold it for a person (less was taken than anybody here asked for), send the money back,
   * or close the intent of an order that has ended.
   */
  then?: 'fulfill' | 'hold' | 'refund' | 'close_intent';
}

export type Judgement =
  | { kind: 'nothing'; why: string }
  | { kind: 'orphan' }
  | { kind: 'mismatch'; expected: { amount: number; currency: string }; actual: { amount: number; currency: string } }
  | Move;

const PAYMENT_STATUS: Readonly<Record<IntentStatus, PaymentStatus>> = {
  requires_payment_method: 'requires_payment_method',
  requires_confirmation: 'requires_confirmation',
  requires_action: 'requires_action',
  processing: 'processing',
  requires_capture: 'authorized',
  succeeded: 'paid',
  canceled: 'canceled',
};

const ENDED: ReadonlySet<OrderStatus> = new Set(['canceled', 'expired', 'rejected']);
const SETTLED: ReadonlySet<string> = new Set(['succeeded', 'canceled']);

export function judgeIntent(known: KnownPayment, intent: Intent): Judgement {
  if (known.providerId !== null && known.providerId !== intent.id) return { kind: 'orphan' };
  if (SETTLED.has(known.status)) return { kind: 'nothing', why: `the payment is ${known.status} already` };
  if (known.unreserved) return { kind: 'nothing', why: 'its checkout is to reserve its goods first' };
  const holdsMoney = intent.status === 'succeeded' || intent.status === 'requires_capture';
  if (holdsMoney && !agrees(known, intent)) {
    const { currency } = intent;
    return {
      kind: 'mismatch',
      expected: { amount: known.amount, currency: known.currency },
      actual: { amount: Math.max(intent.amount, intent.amountReceived), currency },
    };
  }
  return ENDED.has(known.orderStatus) ? judgeLate(known, intent) : judgeTimely(known, intent);
}

function agrees(known: KnownPayment, intent: Intent): boolean {
  return intent.amount === known.amount && intent.amountReceived <= known.amount && intent.currency === known.currency;
}

/** Whether less was taken than had been authorized: the rest is released. */
export const isPartial = ({
  status,
  amount,
  amountReceived,
}: Pick<Intent, 'status' | 'amount' | 'amountReceived'>): boolean => status === 'succeeded' && amountReceived < amount;

const takenAs = (intent: Intent): PaymentStatus => (isPartial(intent) ? 'partially_captured' : 'paid');

/** The order has ended: money that still comes goes back, an open intent is closed. */
function judgeLate(known: KnownPayment, intent: Intent): Judgement {
  const paymentStatus = PAYMENT_STATUS[intent.status];
  if (intent.status === 'succeeded')
    return { kind: 'move', paymentStatus: takenAs(intent), event: 'payment.succeeded_late', then: 'refund' };
  if (intent.status === 'canceled') return { kind: 'move', paymentStatus, event: 'payment.canceled' };
  // Its closing was asked for when that was recorded; the sweeper sees to one that stays open.
  if (known.status === intent.status && known.providerId !== null)
    return { kind: 'nothing', why: `the intent is ${intent.status} still` };
  const next: readonly PaymentStatus[] = paymentTransitions[known.paymentStatus];
  const moved = next.includes(paymentStatus) ? { paymentStatus } : {};
  return { kind: 'move', ...moved, event: 'payment.open_late', then: 'close_intent' };
}

function judgeTimely(known: KnownPayment, intent: Intent): Judgement {
  const paymentStatus = PAYMENT_STATUS[intent.status];
  switch (intent.status) {
    case 'succeeded':
      return judgeTaken(known, intent);
    case 'requires_capture':
      return moveUnless(known, judgeAuthorized(known));
    case 'canceled':
      return { kind: 'move', status: endFor(intent), paymentStatus, event: endingEvent(known, intent) };
    case 'requires_action':
      return open(known, {
        kind: 'move',
        paymentStatus,
        event: 'payment.requires_action',
        ...(known.offSession ? { needsCustomer: true } : {}),
      });
    case 'processing':
      return open(known, { kind: 'move', paymentStatus, event: 'payment.processing' });
    case 'requires_confirmation':
      return open(known, { kind: 'move', paymentStatus, event: 'payment.created' });
    case 'requires_payment_method':
      return judgeUnpaid(known, intent);
  }
}

/** A part that we asked for is fulfilled like the whole; what somebody took at Stripe is for a person to look at. */
function judgeTaken(known: KnownPayment, intent: Intent): Move {
  const move: Move = { kind: 'move', status: 'paid', paymentStatus: takenAs(intent), event: 'payment.succeeded' };
  if (!isPartial(intent)) return { ...move, then: 'fulfill' };
  const wasAsked = intent.amountReceived === known.askedCapture;
  return { ...move, event: 'payment.partially_captured', then: wasAsked ? 'fulfill' : 'hold' };
}

function judgeAuthorized({ captureMethod }: KnownPayment): Move {
  const move: Move = {
    kind: 'move',
    status: 'authorized',
    paymentStatus: 'authorized',
    event: 'payment.authorized',
  };
  return captureMethod === 'at_shipment' ? { ...move, then: 'fulfill' } : move;
}

/** What Stripe gives as the reason when nobody captured an authorization in time. */
const LAPSED: ReadonlySet<string | null> = new Set(['automatic', 'expired']);

const endingEvent = ({ captureMethod }: KnownPayment, { cancellationReason }: Intent) =>
  captureMethod !== 'automatic' && LAPSED.has(cancellationReason)
    ? 'payment.authorization_expired'
    : 'payment.canceled';

/** Whether our own expiry closed the intent or somebody else did: told alike by our call's answer and by its webhook. */
const endFor = (intent: Intent): OrderStatus => (intent.cancellationReason === 'abandoned' ? 'expired' : 'canceled');

function judgeUnpaid(known: KnownPayment, intent: Intent): Judgement {
  const paymentStatus: PaymentStatus = 'requires_payment_method';
  if (!intent.lastError) return open(known, { kind: 'move', paymentStatus, event: 'payment.created' });
  const failure = `${intent.chargeId ?? intent.lastError.paymentMethodId ?? ''}/${intent.lastError.code}`;
  // The same card may fail 3-D Secure twice, without a charge to tell one time from the other.
  if (failure === known.lastFailure && known.paymentStatus === paymentStatus)
    return { kind: 'nothing', why: 'this refusal was recorded' };
  const needsCustomer = known.offSession && intent.lastError.code === 'authentication_required';
  const move: Move = {
    kind: 'move',
    paymentStatus,
    event: 'payment.failed',
    failure,
    ...(needsCustomer ? { needsCustomer } : {}),
  };
  return known.orderStatus === 'pending' ? { ...move, status: 'awaiting_payment' } : move;
}

/** The intent exists and waits: a pending order now awaits its payment. */
function open(known: KnownPayment, move: Move): Judgement {
  return moveUnless(known, known.orderStatus === 'pending' ? { ...move, status: 'awaiting_payment' } : move);
}

function moveUnless(known: KnownPayment, move: Move): Judgement {
  return known.paymentStatus === move.paymentStatus
    ? { kind: 'nothing', why: `the payment is ${known.paymentStatus} already` }
    : move;
}
