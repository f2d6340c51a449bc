/** What an order holds and what it adds up to. */
import type { Block, Row, Sum } from '../blocks.ts';
import { cutText } from '../cut-text.ts';
import { oneLine } from '../escape.ts';
import type { Message } from './message.ts';

type Receipt = Message<'order-confirmation'> | Message<'order-edited'>;

export function receipt(message: Receipt): Block {
  return { kind: 'rows', rows: lineRows(message), sums: sums(message) };
}

/** A hundred lines of the longest names would be cut off by Gmail, at 102 KB: with the total. */
const isShort = (name: string) => name.length <= 100;

function lineRows({ order: { lines, currency }, formats }: Receipt): Row[] {
  const money = (amount: number) => formats.money({ amount, currency });
  return lines.map(({ name, sku, quantity, unitAmount, totalAmount }) => ({
    label: cutText(oneLine(name) || oneLine(sku), isShort),
    note: quantity > 1 ? `${formats.number(quantity)} × ${money(unitAmount)}` : oneLine(sku),
    value: money(totalAmount),
  }));
}

function sums({ order, data, words, formats }: Receipt): Sum[] {
  const { subtotal, shipping, free, tax, total, charged } = words.orders.receipt;
  const money = (amount: number) => formats.money({ amount, currency: order.currency });
  return [
    { label: subtotal, value: money(order.subtotalAmount) },
    { label: shipping, value: order.shippingAmount === 0 ? free : money(order.shippingAmount) },
    ...(order.taxAmount > 0 ? [{ label: tax, value: money(order.taxAmount) }] : []),
    { label: total, value: money(order.totalAmount), strong: true },
    // What was taken of the total, when it is less.
    ...('captured' in data && typeof data.captured === 'number'
      ? [{ label: charged, value: money(data.captured), strong: true }]
      : []),
  ];
}
