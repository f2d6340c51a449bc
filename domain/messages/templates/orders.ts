/** What customers are told of an order: what they have bought, and how it ended. */
import type { Block, Row } from '../blocks.ts';
import { oneLine } from '../escape.ts';
import type { Message, Templates } from './message.ts';
import { addresses, button, customerMail, note, orderFacts, paragraph, reasonOf, short, total } from './parts.ts';
import { receipt } from './receipt.ts';

export const orderTemplates: Pick<Templates, 'order-confirmation' | 'canceled' | 'refunded' | 'out-of-stock'> = {
  'order-confirmation': {
    mail: (message) => {
      const words = message.words.orders['order-confirmation'];
      const facts = orderFacts(message);
      const items = message.order.lines.reduce((sum, { quantity }) => sum + quantity, 0);
      return customerMail(message, {
        subject: words.subject(facts),
        preheader: words.preheader({ items, total: total(message) }),
        tone: 'good',
        heading: words.heading,
        blocks: [
          paragraph(words.text(facts)),
          receipt(message),
          ...addresses(message, true),
          ...button(message.words.orders.receipt.button, message.orderUrl),
        ],
      });
    },
    short: (message) => {
      const words = message.words.orders['order-confirmation'].short;
      return short(message, words.title, words.body({ ...orderFacts(message), amount: total(message) }));
    },
  },

  canceled: {
    mail: (message) => {
      const words = message.words.orders.canceled;
      const { data, order } = message;
      return customerMail(message, {
        subject: words.subject(orderFacts(message)),
        preheader: words.preheader,
        tone: 'plain',
        heading: words.heading,
        blocks: [
          paragraph(words.text(orderFacts(message))),
          ...note(words.reason, reasonOf(words.reasons, data.reason, order.statusReason)),
          paragraph(words.money),
          ...button(words.button, message.orderUrl),
        ],
      });
    },
    short: (message) => {
      const words = message.words.orders.canceled.short;
      return short(message, words.title, words.body(orderFacts(message)));
    },
  },

  refunded: {
    mail: (message) => {
      const words = message.words.orders.refunded;
      const amount = refundAmount(message);
      return customerMail(message, {
        subject: words.subject(orderFacts(message)),
        preheader: words.preheader,
        tone: 'good',
        heading: words.heading,
        blocks: [
          paragraph(words.text({ ...orderFacts(message), amount })),
          ...(amount ? [{ kind: 'figures', figures: [{ label: words.amount, value: amount }] } as const] : []),
          ...refundedFor(message),
          paragraph(words.when),
          ...button(words.button, message.orderUrl),
        ],
      });
    },
    short: (message) => {
      const words = message.words.orders.refunded.short;
      const body = words.body({ ...orderFacts(message), amount: refundAmount(message) });
      return short(message, words.title, body);
    },
  },

  'out-of-stock': {
    mail: (message) => {
      const words = message.words.orders['out-of-stock'];
      const rows = shortageRows(message);
      return customerMail(message, {
        subject: words.subject(orderFacts(message)),
        preheader: words.preheader,
        tone: 'bad',
        heading: words.heading,
        blocks: [
          paragraph(words.text(orderFacts(message))),
          ...(rows.length > 0 ? [{ kind: 'rows', rows } as const] : []),
          paragraph(words.charged),
        ],
      });
    },
    short: (message) => {
      const words = message.words.orders['out-of-stock'].short;
      return short(message, words.title, words.body(orderFacts(message)), '');
    },
  },
};

const refundAmount = ({ order, formats }: Message<'refunded'>) => (order.refund ? formats.money(order.refund) : '');

function refundedFor({ formats, order: { refund }, words }: Message<'refunded'>): Block[] {
  if (!refund) return [];
  const { currency, shippingAmount = 0 } = refund;
  const money = (amount: number) => formats.money({ amount, currency });
  const rows: Row[] = (refund.lines ?? []).map(({ name, sku, quantity, amount }) => ({
    label: oneLine(name) || oneLine(sku),
    note: `${oneLine(sku)} × ${formats.number(quantity)}`,
    value: money(amount),
  }));
  if (shippingAmount > 0) rows.push({ label: words.orders.refunded.shipping, value: money(shippingAmount) });
  return rows.length === 0
    ? []
    : [
        { kind: 'title', text: words.orders.refunded.for },
        { kind: 'rows', rows },
      ];
}

function shortageRows({ order, words, formats }: Message<'out-of-stock'>): Row[] {
  return order.shortages.map(({ sku, requested, available }) => ({
    label: oneLine(order.lines.find((line) => line.sku === sku)?.name) || oneLine(sku),
    note: oneLine(sku),
    value: words.orders['out-of-stock'].shortage({
      requested: formats.number(requested),
      available: formats.number(available),
    }),
  }));
}
