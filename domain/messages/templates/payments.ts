/** What customers are told of a payment that needs them. */
import { safeUrl } from '../escape.ts';
import type { MessageTemplate } from '../order-view.ts';
import type { Message, Templates } from './message.ts';
import { button, customerMail, declineOf, note, orderFacts, paragraph, short, total } from './parts.ts';

export const paymentTemplates: Pick<Templates, 'payment-failed' | 'payment-action-required'> = {
  'payment-failed': {
    mail: (message) => {
      const words = message.words.orders['payment-failed'];
      const facts = { ...orderFacts(message), amount: total(message) };
      return customerMail(message, {
        subject: words.subject(facts),
        preheader: words.preheader,
        tone: 'bad',
        heading: words.heading,
        blocks: [
          paragraph(words.text(facts)),
          ...note(words.reason, declineOf(message, message.order.payment?.error)),
          paragraph(words.again),
          ...button(words.button, message.orderUrl),
        ],
      });
    },
    short: (message) => {
      const words = message.words.orders['payment-failed'].short;
      return short(message, words.title, words.body({ ...orderFacts(message), amount: total(message) }));
    },
  },

  'payment-action-required': {
    mail: (message) => {
      const words = message.words.orders['payment-action-required'];
      const facts = { ...orderFacts(message), amount: total(message) };
      return customerMail(message, {
        subject: words.subject(facts),
        preheader: words.preheader,
        tone: 'attention',
        heading: words.heading,
        blocks: [paragraph(words.text(facts)), ...button(words.button, actionUrl(message))],
      });
    },
    short: (message) => {
      const words = message.words.orders['payment-action-required'].short;
      const body = words.body({ ...orderFacts(message), amount: total(message) });
      return short(message, words.title, body, actionUrl(message));
    },
  },
};

const actionUrl = ({ order, orderUrl }: Message<MessageTemplate>) => safeUrl(order.payment?.actionUrl) ?? orderUrl;
