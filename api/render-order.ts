/** An order's row as clients read it. */
import type { OrderView } from '../db/orders.ts';
import { dueOf, refundableOf } from '../domain/order-money.ts';

/** An order's row as its public shape. */
export function renderOrder(row: OrderView, orderToken: string) {
  return {
    id: row.id,
    number: row.number,
    kind: row.kind,
    parent_id: row.parent_id,
    revision: row.revision,
    status: row.status,
    payment_status: row.payment_status,
    fulfillment_status: row.fulfillment_status,
    status_reason: row.status_reason,
    dispute_status: row.dispute_status,
    hold_reason: row.hold_reason,
    shortages: row.shortages,
    currency: row.currency,
    totals: renderTotals(row),
    customer: {
      id: row.payment.customer_id,
      email: row.customer_email,
      name: row.customer_name,
      phone: row.customer_phone,
    },
    lines: row.lines,
    shipping_address: row.shipping_address,
    billing_address: row.billing_address,
    shipping_method: row.shipping_method,
    metadata: row.metadata,
    locale: row.locale,
    payment: renderPayment(row),
    shipments: row.shipments,
    returns: row.returns,
    refunds: row.refunds.map(({ amount, currency: unit, ...refund }) => ({
      ...refund,
      amount: { amount, currency: unit },
    })),
    order_token: orderToken,
    livemode: row.livemode,
    expires_at: row.expires_at,
    created_at: row.created_at,
    updated_at: row.updated_at,
    version: row.version,
  };
}

function renderTotals(row: OrderView) {
  const inCurrency = (amount: number) => ({ amount, currency: row.currency });
  return {
    subtotal: inCurrency(row.subtotal_amount),
    shipping: inCurrency(row.shipping_amount),
    tax: inCurrency(row.tax_amount),
    adjustment: inCurrency(row.adjustment_amount),
    total: inCurrency(row.total_amount),
    credit: inCurrency(row.credit_amount),
  };
}

function renderPayment(row: OrderView) {
  const inCurrency = (amount: number) => ({ amount, currency: row.currency });
  const { amount, customer_id: _, captured_amount, refunded_amount, refunding_amount: __, ...others } = row.payment;
  const { credited_amount, credit_left, disputed_amount, ...payment } = others;
  const due = dueOf(row, amount);
  return {
    ...payment,
    captured: inCurrency(captured_amount),
    capturable: inCurrency(payment.status === 'requires_capture' ? due : 0),
    uncaptured: inCurrency(payment.status === 'succeeded' ? Math.max(0, amount - captured_amount) : 0),
    refunded: inCurrency(refunded_amount),
    credited: inCurrency(credited_amount),
    disputed: inCurrency(disputed_amount),
    refundable: inCurrency(refundableOf(row.payment) + credit_left),
  };
}
