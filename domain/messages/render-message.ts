/** The messages a customer gets about an order: pure templates, from the order's facts to a subject and two bodies. */
import { formatMoney } from '../money.ts';
import { type Block, type Row, renderHtml, renderText, safeUrl } from './layout.ts';
import { operationsNotice } from './operations-notice.ts';
import type { MessageTemplate, OrderView } from './order-view.ts';
import { reconciliationSummary } from './reconciliation-summary.ts';

export interface MessageView {
  shopName: string;
  /** Where the customer sees the order, and pays it when it is not paid. */
  orderUrl: string;
  order: OrderView;
}

export interface RenderedMessage {
  subject: string;
  text: string;
  html: string;
}

interface Content {
  subject: string;
  heading: string;
  blocks: Block[];
}

const templates: Readonly<Record<MessageTemplate, (view: MessageView) => Content>> = {
  'order-confirmation': ({ order, orderUrl }) => ({
    subject: `Your order ${order.number} is confirmed`,
    heading: 'Thank you for your order',
    blocks: [
      paragraph(`${greeting(order)} we have received your payment for order ${order.number}. This is your receipt.`),
      { kind: 'rows', rows: [...lineRows(order), ...totalRows(order), ...chargedRows(order)] },
      ...address('Ships to', order.shippingAddress),
      button('View your order', orderUrl),
    ],
  }),

  'payment-failed': ({ order, orderUrl }) => ({
    subject: `Payment for order ${order.number} did not go through`,
    heading: 'Your payment did not go through',
    blocks: [
      paragraph(`${greeting(order)} the payment of ${money(order, order.totalAmount)} was not accepted.`),
      ...(order.payment?.error ? [paragraph(`The reason given: ${order.payment.error}`)] : []),
      paragraph('Your items are kept for you for a short while. You can pay again, with the same or another card.'),
      button('Pay again', orderUrl),
    ],
  }),

  'payment-action-required': ({ order, orderUrl }) => ({
    subject: `Confirm your payment for order ${order.number}`,
    heading: 'Your bank asks you to confirm',
    blocks: [
      paragraph(`${greeting(order)} your bank wants you to confirm the payment of ${money(order, order.totalAmount)}.`),
      button('Confirm the payment', safeUrl(order.payment?.actionUrl) ?? orderUrl),
    ],
  }),

  shipped: ({ order, orderUrl }) => ({
    subject: `Your order ${order.number} is on its way`,
    heading: 'Your order is on its way',
    blocks: [
      paragraph(`${greeting(order)} we have handed your parcel over.`),
      ...tracking(order),
      ...address('Ships to', order.shippingAddress),
      button('Track your parcel', safeUrl(order.shipment?.trackingUrl) ?? orderUrl),
    ],
  }),

  delivered: ({ order, orderUrl }) => ({
    subject: `Your order ${order.number} was delivered`,
    heading: 'Your order was delivered',
    blocks: [
      paragraph(`${greeting(order)} your parcel has arrived. We hope you like what is in it.`),
      ...tracking(order),
      button('View your order', orderUrl),
    ],
  }),

  canceled: ({ order, orderUrl }) => ({
    subject: `Your order ${order.number} was canceled`,
    heading: 'Your order was canceled',
    blocks: [
      paragraph(`${greeting(order)} order ${order.number} was canceled.`),
      ...reason(order),
      paragraph('Whatever you have paid for it goes back to you; we write again when it is on its way.'),
      button('View your order', orderUrl),
    ],
  }),

  refunded: ({ order, orderUrl }) => ({
    subject: `Your refund for order ${order.number}`,
    heading: 'Your money is on its way back',
    blocks: [
      paragraph(
        order.refund
          ? `${greeting(order)} we have refunded ${formatMoney(order.refund)} for order ${order.number}.`
          : `${greeting(order)} we have refunded your payment for order ${order.number}.`,
      ),
      paragraph('Your bank shows it within a few days, on the card or account you paid with.'),
      button('View your order', orderUrl),
    ],
  }),

  'out-of-stock': ({ order }) => ({
    subject: `We could not accept your order ${order.number}`,
    heading: 'Sorry, that is sold out',
    blocks: [
      paragraph(`${greeting(order)} somebody was faster: we do not have enough for order ${order.number}.`),
      ...(order.shortages.length > 0 ? [{ kind: 'rows', rows: shortageRows(order) } as const] : []),
      paragraph('Nothing was charged.'),
    ],
  }),

  'operations-notice': ({ order }) => operationsNotice(order),

  'reconciliation-summary': ({ order }) => reconciliationSummary(order),
};

/** Renders a message. The text part says all that the HTML part says. */
export function renderMessage(template: MessageTemplate, view: MessageView): RenderedMessage {
  const { subject, heading, blocks } = templates[template](view);
  const because = view.order.number ? `because of order ${view.order.number} at` : 'from';
  const footer = `You get this message ${because} ${view.shopName}.`;
  const layout = { shopName: view.shopName, heading, blocks, footer };
  return { subject, text: renderText(layout), html: renderHtml(layout) };
}

const paragraph = (text: string): Block => ({ kind: 'paragraph', text });
const button = (label: string, url: string): Block => ({ kind: 'button', label, url });
const money = (order: OrderView, amount: number) => formatMoney({ amount, currency: order.currency });

/** Opens a sentence, with the name if there is one. */
function greeting({ customerName }: OrderView): string {
  const name = oneLine(customerName);
  return name ? `Hello ${name},` : 'Hello,';
}

const REASONS: Readonly<Record<string, string>> = {
  expired: 'It was not paid in time.',
  payment_canceled: 'The payment was canceled.',
  authorization_expired: 'The payment was not collected in time; your bank has released it.',
};

/** A reason in words is shown, a known code is put into words, any other code is for the shop and not for the customer. */
function reason({ data, statusReason }: OrderView): Block[] {
  const given = oneLine(data.reason) || oneLine(statusReason);
  if (Object.hasOwn(REASONS, given)) return [paragraph(REASONS[given] ?? '')];
  return given === '' || /^[a-z]+(_[a-z]+)*(:|$)/.test(given) ? [] : [paragraph(`Reason: ${given}`)];
}

/** Customers' texts stay on one line, so that none can look like a part of the message's own. */
function oneLine(text: unknown): string {
  return typeof text === 'string' ? text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim() : '';
}

function lineRows(order: OrderView): Row[] {
  return order.lines.map((line) => ({
    label: oneLine(line.name) || line.sku,
    note: line.quantity > 1 ? `${line.quantity} × ${money(order, line.unitAmount)}` : line.sku,
    value: money(order, line.totalAmount),
  }));
}

function totalRows(order: OrderView): Row[] {
  return [
    { label: 'Subtotal', value: money(order, order.subtotalAmount) },
    { label: 'Shipping', value: order.shippingAmount === 0 ? 'Free' : money(order, order.shippingAmount) },
    ...(order.taxAmount > 0 ? [{ label: 'Tax', value: money(order, order.taxAmount) }] : []),
    { label: 'Total', value: money(order, order.totalAmount), strong: true },
  ];
}

/** What was taken of an order's total, when it is less. */
function chargedRows({ data, currency }: OrderView): Row[] {
  if (typeof data.captured !== 'number') return [];
  return [{ label: 'Charged', value: formatMoney({ amount: data.captured, currency }), strong: true }];
}

function shortageRows(order: OrderView): Row[] {
  return order.shortages.map(({ sku, requested, available }) => ({
    label: order.lines.find((line) => line.sku === sku)?.name ?? sku,
    note: sku,
    value: `${requested} wanted, ${available} left`,
  }));
}

function tracking({ shipment }: OrderView): Block[] {
  if (!shipment) return [];
  const rows: Row[] = [{ label: 'Tracking number', value: shipment.trackingNumber }];
  if (shipment.carrier) rows.unshift({ label: 'Carrier', value: shipment.carrier });
  return [{ kind: 'rows', rows }];
}

const ADDRESS_FIELDS = ['name', 'company', 'line1', 'line2', 'postal_code', 'city', 'state', 'country'];

function address(title: string, parts: Readonly<Record<string, unknown>>): Block[] {
  const lines = ADDRESS_FIELDS.map((field) => oneLine(parts[field])).filter((line) => line !== '');
  return lines.length > 0 ? [{ kind: 'facts', title, lines }] : [];
}
