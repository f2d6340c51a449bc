import { availableBalance, bookTransaction } from './book-transaction.ts';
import { cancelPaymentIntent } from './capture-payment-intent.ts';
import { takeBack } from './connect/take-back.ts';
import type { Sandbox } from './context.ts';
import { formatAmount } from './currencies.ts';
import { badParam, noSuch, refuse } from './errors.ts';
import { settle } from './exchange.ts';
import { endWarnings } from './fraud-warnings.ts';
import { bookRefund, insertRefund } from './insert-refund.ts';
import { listObjects } from './lists.ts';
import * as p from './params.ts';
import { behaviorOf } from './payment-methods.ts';
import { type Call, route } from './routes.ts';
import type { BalanceTransaction, Charge, Dispute, Metadata, PaymentIntent, Refund } from './types.ts';

const createFields = {
  amount: p.integer(1),
  charge: p.filled(),
  payment_intent: p.filled(),
  reason: p.oneOf('duplicate', 'fraudulent', 'requested_by_customer'),
  metadata: p.metadata,
  currency: p.text(3),
  customer: p.text(),
  instructions_email: p.text(),
  origin: p.oneOf('customer_balance'),
  refund_application_fee: p.boolean,
  reverse_transfer: p.boolean,
  ...p.expand,
};
type Create = p.Params<Record<never, never>, typeof createFields>;
type Wish = Pick<Create, 'amount' | 'reason' | 'metadata' | 'reverse_transfer' | 'refund_application_fee'>;

function create({ sandbox, params }: Call<Create>): Refund {
  return refundCharge(sandbox, findRefundable(sandbox, params), params);
}

/** Refunds a paid charge, in part or what is left, or says why it cannot be. */
export function refundCharge(sandbox: Sandbox, charge: Charge, params: Wish): Refund {
  // What a partial capture released counts as refunded already.
  const left = charge.amount - charge.amount_refunded;
  if (charge.disputed && isChargedBack(sandbox, charge.id))
    throw refuse(`Charge ${charge.id} has been charged back; cannot issue a refund.`, { code: 'charge_disputed' });
  if (left <= 0) throw refuse(`Charge ${charge.id} has already been refunded.`, { code: 'charge_already_refunded' });
  const amount = params.amount ?? left;
  if (amount > left) {
    throw refuse(
      `Refund amount (${formatAmount(amount, charge.currency)}) is greater than unrefunded amount on charge (${formatAmount(left, charge.currency)})`,
      { param: 'amount' },
    );
  }
  if (!charge.captured) return voidAuthorization(sandbox, charge, amount, left);
  return giveBack(sandbox, charge, amount, params);
}

/** Some dispute of the charge forbids a refund; an inquiry does not, nor one that was won. */
function isChargedBack(sandbox: Sandbox, charge: string): boolean {
  const rows = sandbox.objects.page({ kind: 'dispute', where: { charge }, order: 'DESC', limit: 100 });
  return rows.some(({ body }) => !(JSON.parse(body) as Dispute).is_charge_refundable);
}

function findRefundable(sandbox: Sandbox, params: Create): Charge {
  if (!params.charge && !params.payment_intent) {
    throw badParam(
      'One of the following params should be provided for this request: payment_intent or charge.',
      'charge',
      'parameter_missing',
    );
  }
  const intent = params.payment_intent
    ? sandbox.objects.find<PaymentIntent>(params.payment_intent, 'payment_intent')
    : undefined;
  if (params.payment_intent && !intent) throw noSuch('payment_intent', params.payment_intent, 'payment_intent');
  const id = params.charge ?? intent?.latest_charge;
  const charge = id ? sandbox.objects.find<Charge>(id, 'charge') : undefined;
  if (params.charge && !charge) throw noSuch('charge', params.charge, 'charge');
  if (charge?.status !== 'succeeded') {
    const named = params.payment_intent ? `PaymentIntent (${params.payment_intent})` : `charge (${params.charge})`;
    throw refuse(`This ${named} does not have a successful charge to refund.`, { code: 'charge_not_refundable' });
  }
  return charge;
}

/** An authorization can only be given back whole, which cancels its PaymentIntent. */
function voidAuthorization(sandbox: Sandbox, charge: Charge, amount: number, left: number): Refund {
  if (amount !== left)
    throw refuse('You cannot partially refund an uncaptured charge. Capture the lesser amount instead.', {
      param: 'amount',
    });
  const intent = sandbox.objects.find<PaymentIntent>(charge.payment_intent, 'payment_intent');
  if (!intent) throw noSuch('payment_intent', charge.payment_intent, 'charge');
  cancelPaymentIntent(sandbox, intent, null);
  const [row] = sandbox.objects.page({ kind: 'refund', where: { charge: charge.id }, order: 'DESC', limit: 1 });
  return JSON.parse(row!.body);
}

function giveBack(sandbox: Sandbox, charge: Charge, amount: number, params: Wish): Refund {
  const behavior = behaviorOf(sandbox, charge.payment_method ?? '').card?.refund;
  const needed = settle(sandbox, amount, charge.currency);
  const short =
    sandbox.settings.refundsNeedAvailableBalance && availableBalance(sandbox, needed.currency) < needed.amount;
  const pendingReason = short ? 'insufficient_funds' : behavior === 'pending' ? 'processing' : undefined;
  const previous = {
    amount_refunded: charge.amount_refunded,
    ...(charge.amount_refunded + amount === charge.amount ? { refunded: false } : {}),
  };
  charge.amount_refunded += amount;
  charge.refunded = charge.amount_refunded === charge.amount;
  const refund = insertRefund(sandbox, {
    charge,
    amount,
    reason: params.reason ?? null,
    metadata: p.mergeMetadata({}, params.metadata),
    status: pendingReason ? 'pending' : 'succeeded',
    ...(pendingReason ? { pendingReason } : {}),
  });
  takeBack(sandbox, charge, refund, params);
  sandbox.objects.update(charge);
  sandbox.emit('charge.refunded', charge, previous);
  sandbox.emit('refund.created', refund);
  if (charge.refunded) endWarnings(sandbox, charge.id);
  if (pendingReason || behavior === 'fail')
    sandbox.schedule('finish_refund', refund.id, sandbox.settings.refundDelayMs);
  return refund;
}

/** Ends a refund that was pending (it succeeds) or that the bank sends back (it fails, and the charge can be refunded again). */
export function finishRefund(sandbox: Sandbox, id: string): void {
  const refund = sandbox.objects.find<Refund>(id, 'refund');
  const charge = sandbox.objects.find<Charge>(refund?.charge ?? '', 'charge');
  if (!refund || !charge) return;
  if (refund.status === 'pending') settleRefund(sandbox, refund);
  else if (refund.status === 'succeeded') failRefund(sandbox, refund, charge);
}

function failRefund(sandbox: Sandbox, refund: Refund, charge: Charge): void {
  const taken = sandbox.objects.find<BalanceTransaction>(refund.balance_transaction ?? '', 'balance_transaction');
  const back = bookTransaction(sandbox, {
    type: 'refund_failure',
    amount: -(taken?.amount ?? -refund.amount),
    currency: taken?.currency ?? refund.currency,
    exchangeRate: (taken?.exchange_rate as number | null | undefined) ?? null,
    source: refund.id,
    availableAtOnce: true,
  });
  refund.status = 'failed';
  refund.failure_reason = 'expired_or_canceled_card';
  refund.failure_balance_transaction = back.id;
  charge.amount_refunded -= refund.amount;
  charge.refunded = false;
  sandbox.objects.update(charge);
  sandbox.objects.update(refund);
  sandbox.emit('refund.failed', refund);
  sandbox.emit('refund.updated', refund, { status: 'succeeded' });
  sandbox.emit('charge.refund.updated', refund, { status: 'succeeded' });
}

function settleRefund(sandbox: Sandbox, refund: Refund): void {
  if (refund.pending_reason === 'insufficient_funds') {
    const needed = settle(sandbox, refund.amount, refund.currency);
    if (availableBalance(sandbox, needed.currency) < needed.amount) {
      // Each look waits as long as all before: advancing the clock by a month costs a handful of them.
      const waitedMs = sandbox.nowMs() - refund.created * 1000;
      sandbox.schedule('finish_refund', refund.id, Math.max(sandbox.settings.refundDelayMs, waitedMs));
      return;
    }
    const { id, amount, currency } = refund;
    refund.balance_transaction = bookRefund(sandbox, { type: 'refund', amount: -amount, currency, source: id }).id;
  }
  refund.status = 'succeeded';
  delete refund.pending_reason;
  sandbox.objects.update(refund);
  tellUpdated(sandbox, refund, { status: 'pending' });
}

function tellUpdated(sandbox: Sandbox, refund: Refund, previous: Record<string, unknown>): void {
  sandbox.emit('refund.updated', refund, previous);
  sandbox.emit('charge.refund.updated', refund, previous);
}

function getRefund(sandbox: Sandbox, id: string): Refund {
  const refund = sandbox.objects.find<Refund>(id, 'refund');
  if (!refund) throw noSuch('refund', id);
  return refund;
}

function update({ sandbox, ids, params }: Call<{ metadata?: Metadata | null | undefined }>): Refund {
  const refund = getRefund(sandbox, ids[0]!);
  const previous = { metadata: refund.metadata };
  refund.metadata = p.mergeMetadata(refund.metadata, params.metadata);
  sandbox.objects.update(refund);
  tellUpdated(sandbox, refund, previous);
  return refund;
}

const listFields = { charge: p.text(), payment_intent: p.text(), created: p.timestampRange, ...p.listParams };

export const refundRoutes = [
  route('POST', '/v1/refunds', {}, createFields, create),
  route('GET', '/v1/refunds', {}, listFields, ({ sandbox, params: { charge, payment_intent, ...page } }) =>
    listObjects(sandbox.objects, 'refund', '/v1/refunds', page, { charge, payment_intent }),
  ),
  route('GET', '/v1/refunds/:id', {}, p.expand, ({ sandbox, ids }) => getRefund(sandbox, ids[0]!)),
  route('POST', '/v1/refunds/:id', {}, { metadata: p.metadata, ...p.expand }, update),
  route('POST', '/v1/refunds/:id/cancel', {}, p.expand, ({ sandbox, ids }) => {
    const refund = getRefund(sandbox, ids[0]!);
    throw refuse(
      `You cannot cancel this refund: only one that requires_action can be canceled, and it has a status of ${refund.status}.`,
    );
  }),
  route('GET', '/v1/charges/:id/refunds', {}, p.listParams, ({ sandbox, ids, params }) =>
    listObjects(sandbox.objects, 'refund', `/v1/charges/${ids[0]}/refunds`, params, { charge: ids[0] }),
  ),
];
