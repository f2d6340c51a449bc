/** How the difference that an edit makes to an order's price is settled, by where its money is. Pure. */
import type { OrderKind } from '../order-money.ts';
import type { OrderStatus, PaymentStatus } from '../order-status.ts';

/**
 * none: nothing to settle · intent: not paid yet, the intent's amount is changed at Stripe · authorization: what is authorized is
 * enough, and less or more of it is captured · refund: what was paid too much goes back · balance: an order of its own takes what is due.
 */
export type Settlement = 'none' | 'intent' | 'authorization' | 'refund' | 'balance';

/** An order as far as an edit of its price concerns it; amounts in minor units. */
export interface OrderToSettle {
  kind: OrderKind;
  status: OrderStatus;
  payment_status: PaymentStatus;
  fulfillment_status: string;
  dispute_status: string | null;
  total_amount: number;
  credit_amount: number;
  /** Of its own payment. */
  intent_amount: number;
  captured_amount: number;
  /** What earlier edits have given back of what was captured. */
  given_back_amount: number;
  refundable_amount: number;
  has_capture: boolean;
  has_open_edit: boolean;
  has_mismatch: boolean;
}

export interface EditRefusal {
  refusal: string;
  message: string;
  /** The same request may be taken a moment later. */
  isTransient?: boolean;
}

const EDITABLE_KINDS: ReadonlySet<OrderKind> = new Set(['sale']);

/** Why an order takes no edit now, whatever it says. */
export function refuseEdit(order: OrderToSettle): EditRefusal | undefined {
  const { kind, status, fulfillment_status: goods } = order;
  if (!EDITABLE_KINDS.has(kind))
    return {
      refusal: 'order_kind_not_editable',
      message: `An order of kind ${kind} is not edited: cancel it, or return its goods.`,
    };
  if (order.has_open_edit)
    return { refusal: 'edit_in_progress', message: 'Another edit of the order is not settled yet.', isTransient: true };
  if (status === 'pending')
    return {
      refusal: 'order_checking_out',
      message: 'The order is being checked out; ask again in a moment.',
      isTransient: true,
    };
  if (goods !== 'unfulfilled' || !['awaiting_payment', 'authorized', 'paid'].includes(status))
    return { refusal: 'order_not_editable', message: `An order that is ${status} (${goods}) is not edited any more.` };
  return undefined;
}

/** How a new total is settled, or why it is not. */
export function settle(
  order: OrderToSettle,
  total: number,
): { settlement: Settlement; difference: number } | EditRefusal {
  const difference = total - order.total_amount;
  if (difference === 0) return { settlement: 'none', difference };
  if (order.has_mismatch)
    return {
      refusal: 'payment_held',
      message: 'The payment took another amount than the order costs: a person decides first.',
    };
  if (total - order.credit_amount <= 0)
    return {
      refusal: 'nothing_left_to_pay',
      message: 'The edit leaves nothing for the payment to take: cancel the order instead.',
    };
  if (order.status === 'awaiting_payment') return settleUnpaid(order, difference);
  return order.status === 'authorized' ? settleAuthorized(order, total, difference) : settlePaid(order, difference);
}

function settleUnpaid({ payment_status: payment }: OrderToSettle, difference: number) {
  return payment === 'processing'
    ? {
        refusal: 'payment_in_progress',
        message: 'The bank works on the payment; ask again when it is done.',
        isTransient: true,
      }
    : { settlement: 'intent' as const, difference };
}

function settleAuthorized(order: OrderToSettle, total: number, difference: number) {
  if (order.has_capture)
    return { refusal: 'capture_in_progress', message: 'The money is being captured.', isTransient: true };
  const isEnough = total - order.credit_amount <= order.intent_amount;
  return { settlement: isEnough ? ('authorization' as const) : ('balance' as const), difference };
}

function settlePaid(order: OrderToSettle, difference: number) {
  if (order.dispute_status === 'open')
    return { refusal: 'order_disputed', message: 'The payment is disputed: while the bank decides, the price stays.' };
  if (order.captured_amount > 0 && order.refundable_amount <= 0)
    return {
      refusal: 'order_refunded',
      message: 'All that was paid goes back: the price stays. Place a new order instead.',
    };
  if (order.captured_amount < order.total_amount - order.credit_amount + order.given_back_amount)
    return { refusal: 'order_not_wholly_paid', message: 'Only a part of the price was captured: the price stays.' };
  if (difference > 0) return { settlement: 'balance' as const, difference };
  return -difference <= order.refundable_amount
    ? { settlement: 'refund' as const, difference }
    : { refusal: 'edit_exceeds_refundable', message: `${-difference} would go back, ${order.refundable_amount} can.` };
}
