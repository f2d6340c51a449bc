/** What customers are told of an order that was changed before it was sent, and of what is left to pay for that. */
import { oneLine } from '../escape.ts';
import type { Message, Templates } from './message.ts';
import { addresses, button, customerMail, orderFacts, paragraph, short, total } from './parts.ts';
import { receipt } from './receipt.ts';

export const editTemplates: Pick<Templates, 'order-edited' | 'balance-due'> = {
  'order-edited': {
    mail: (message) => {
      const words = message.words.edits['order-edited'];
      const facts = orderFacts(message);
      return customerMail(message, {
        subject: words.subject(facts),
        preheader: words.preheader({ total: total(message) }),
        tone: 'plain',
        heading: words.heading,
        blocks: [
          paragraph(words.text(facts)),
          receipt(message),
          ...settled(message).map(paragraph),
          ...addresses(message, false),
          ...button(words.button, message.orderUrl),
        ],
      });
    },
    short: (message) => {
      const { title, body } = message.words.edits['order-edited'].short;
      return short(message, title, body({ ...orderFacts(message), total: total(message) }));
    },
  },

  'balance-due': {
    mail: (message) => {
      const words = message.words.edits['balance-due'];
      const facts = { parent: oneLine(message.data.parentNumber), amount: total(message) };
      return customerMail(message, {
        subject: words.subject(facts),
        preheader: words.preheader(facts),
        tone: 'plain',
        heading: words.heading,
        blocks: [paragraph(words.text(facts)), paragraph(words.otherwise), ...button(words.button, message.orderUrl)],
      });
    },
    short: (message) => {
      const { title, body } = message.words.edits['balance-due'].short;
      const facts = { parent: oneLine(message.data.parentNumber), amount: total(message) };
      return short(message, title, body({ ...facts, shop: message.shop }));
    },
  },
};

/** What became of the difference. */
function settled({ data, formats, words }: Message<'order-edited'>): string[] {
  const { refund, charged } = words.edits['order-edited'];
  if (data.refund) return [refund({ amount: formats.money(data.refund) })];
  return data.charged ? [charged({ amount: formats.money(data.charged) })] : [];
}
