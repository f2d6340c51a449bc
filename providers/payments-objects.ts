/** From Stripe's objects to what is kept of them: figures, states and ids; never a name, an address or a card (but for its brand and country). */
import type Stripe from 'stripe';
import type { BalanceMovement, StripeObject } from '../domain/stripe-objects.ts';

type Money = Stripe.PaymentIntent | Stripe.Charge | Stripe.Refund | Stripe.Dispute | Stripe.Payout;
type Known = Money | Stripe.Transfer | Stripe.TransferReversal;

/** Undefined for a type that is not kept. */
export function toObject(given: Known | { object: string }): StripeObject | undefined {
  const object = given as Known;
  switch (object.object) {
    case 'payment_intent':
      return toIntent(object);
    case 'charge':
      return toCharge(object);
    case 'refund':
      return toRefund(object);
    case 'dispute':
      return toDispute(object);
    case 'payout':
      return toPayout(object);
    case 'transfer':
      return toTransfer(object);
    case 'transfer_reversal':
      return toReversal(object);
    default:
      return undefined;
  }
}

function toIntent(intent: Stripe.PaymentIntent): StripeObject {
  return {
    ...common(intent, intent.status),
    type: 'payment_intent',
    intentId: intent.id,
    chargeId: idOf(intent.latest_charge),
    balanceTransactionId: null,
    orderId: intent.metadata.order_id ?? null,
    data: { amount_received: intent.amount_received, amount_capturable: intent.amount_capturable },
  };
}

function toCharge(charge: Stripe.Charge): StripeObject {
  return {
    ...common(charge, charge.status),
    type: 'charge',
    intentId: idOf(charge.payment_intent),
    chargeId: charge.id,
    balanceTransactionId: idOf(charge.balance_transaction),
    orderId: charge.metadata.order_id ?? null,
    data: {
      amount_captured: charge.amount_captured,
      amount_refunded: charge.amount_refunded,
      captured: charge.captured,
      disputed: charge.disputed,
      fee_kind: feeKindOf(charge),
    },
  };
}

/** What the fee of a charge depends on: `card/visa/US`. Of a card nothing else is kept. */
function feeKindOf({ payment_method_details: method }: Stripe.Charge): string | null {
  if (!method) return null;
  const { card } = method;
  return [method.type, ...(card ? [card.brand ?? '', card.country ?? ''] : [])].join('/');
}

function toRefund(refund: Stripe.Refund): StripeObject {
  return {
    ...common(refund, refund.status ?? 'pending'),
    type: 'refund',
    intentId: idOf(refund.payment_intent),
    chargeId: idOf(refund.charge),
    balanceTransactionId: idOf(refund.balance_transaction),
    orderId: refund.metadata?.order_id ?? null,
    data: { refund_id: refund.metadata?.refund_id ?? null, failure_reason: refund.failure_reason ?? null },
  };
}

function toDispute(dispute: Stripe.Dispute): StripeObject {
  return {
    ...common(dispute, dispute.status),
    type: 'dispute',
    intentId: idOf(dispute.payment_intent),
    chargeId: idOf(dispute.charge),
    balanceTransactionId: null,
    orderId: dispute.metadata.order_id ?? null,
    data: { reason: dispute.reason },
  };
}

function toPayout(payout: Stripe.Payout): StripeObject {
  return {
    ...common(payout, payout.status),
    type: 'payout',
    intentId: null,
    chargeId: null,
    balanceTransactionId: idOf(payout.balance_transaction),
    orderId: null,
    data: {
      automatic: payout.automatic,
      reconciliation_status: payout.reconciliation_status,
      arrival_at: new Date(payout.arrival_date * 1_000).toISOString(),
      failure_code: payout.failure_code,
      failure_balance_transaction: idOf(payout.failure_balance_transaction),
      method: payout.method,
    },
  };
}

/** It names no charge: whose money it was says nothing of a payment. */
const toTransfer = (transfer: Stripe.Transfer): StripeObject => ({
  ...common(transfer, 'made'),
  type: 'transfer',
  intentId: null,
  chargeId: null,
  balanceTransactionId: idOf(transfer.balance_transaction),
  orderId: transfer.metadata.order_id ?? null,
  data: {
    row: transfer.metadata.vendor_transfer_id ?? null,
    account: idOf(transfer.destination),
    amount_reversed: transfer.amount_reversed,
  },
});

const toReversal = (reversal: Stripe.TransferReversal): StripeObject => ({
  ...common(reversal, 'made'),
  type: 'transfer_reversal',
  intentId: null,
  chargeId: null,
  balanceTransactionId: idOf(reversal.balance_transaction),
  orderId: reversal.metadata?.order_id ?? null,
  data: { row: reversal.metadata?.vendor_transfer_id ?? null, transfer: idOf(reversal.transfer) },
});

const common = (object: { id: string; amount: number; currency: string; created: number }, status: string) => ({
  id: object.id,
  status,
  amount: object.amount,
  currency: object.currency,
  createdAt: new Date(object.created * 1_000),
});

export const toMovement = (entry: Stripe.BalanceTransaction): BalanceMovement => ({
  id: entry.id,
  type: entry.type,
  status: entry.status,
  amount: entry.amount,
  fee: entry.fee,
  feeDetailed: entry.fee_details.reduce((sum, { amount }) => sum + amount, 0),
  net: entry.net,
  currency: entry.currency,
  sourceId: idOf(entry.source),
  exchangeRate: entry.exchange_rate,
  description: entry.description,
  createdAt: new Date(entry.created * 1_000),
  availableAt: new Date(entry.available_on * 1_000),
});

const idOf = (given: string | { id?: string } | null | undefined): string | null =>
  typeof given === 'string' ? given : (given?.id ?? null);
