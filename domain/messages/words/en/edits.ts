/** What customers are told of an order that was changed before it was sent, in English. */
import type { OrderFacts } from '../facts.ts';

export const edits = {
  'order-edited': {
    subject: ({ number }: OrderFacts) => `Your order ${number} was changed`,
    preheader: ({ total }: { total: string }) => `It now comes to ${total}.`,
    heading: 'Your order was changed',
    text: ({ number }: OrderFacts) => `We have changed your order ${number}. This is what we send you now.`,
    refund: ({ amount }: { amount: string }) =>
      `You have paid ${amount} too much. We send it back to the card or account you paid with; your bank shows it within a few days.`,
    charged: ({ amount }: { amount: string }) => `The difference of ${amount} is paid.`,
    button: 'View your order',
    short: {
      title: 'Your order was changed',
      body: ({ number, shop, total }: OrderFacts & { total: string }) =>
        `${shop}: your order ${number} was changed. It now comes to ${total}.`,
    },
  },
  'balance-due': {
    subject: ({ parent }: { parent: string }) => `Please pay the difference for order ${parent}`,
    preheader: ({ amount }: { amount: string }) => `${amount} is left to pay, then we make the change.`,
    heading: 'A difference is left to pay',
    text: ({ parent, amount }: { parent: string; amount: string }) =>
      `With the change you asked for, order ${parent} costs ${amount} more. As soon as it is paid, we make the change and send the order.`,
    otherwise: 'If it is not paid in time, the order stays as it was.',
    button: 'Pay the difference',
    short: {
      title: 'A difference is left to pay',
      body: ({ shop, parent, amount }: { shop: string; parent: string; amount: string }) =>
        `${shop}: with its change order ${parent} costs ${amount} more. Please pay the difference, then we send it.`,
    },
  },
};
