/** What customers are told of goods that they send back, in English. */
import type { OrderFacts } from '../facts.ts';

export const returns = {
  'return-requested': {
    subject: ({ number }: OrderFacts) => `We have your return request for order ${number}`,
    preheader: 'We look at it and write again. Please keep the goods until then.',
    heading: 'We have your return request',
    text: ({ number }: OrderFacts) =>
      `You would like to send back goods of order ${number}. We look at it and write again.`,
    next: 'Please keep the goods until you hear from us.',
    short: {
      title: 'We have your return request',
      body: ({ number, shop }: OrderFacts) =>
        `${shop}: we have your return request for order ${number} and will write again. Please keep the goods until then.`,
    },
  },
  'return-approved': {
    subject: ({ number }: OrderFacts) => `You can send back your goods of order ${number}`,
    preheader: 'How to send them, and where to.',
    heading: 'You can send it back',
    text: ({ number }: OrderFacts) => `We have approved your return for order ${number}.`,
    sendBy: ({ date }: { date: string }) => `Please send the goods by ${date}.`,
    address: 'Send it to',
    label: 'Print the label',
    money: 'Your money goes back to you when the goods have arrived.',
    short: {
      title: 'You can send it back',
      body: ({ number, shop }: OrderFacts) =>
        `${shop}: your return for order ${number} is approved. Your money goes back to you when the goods have arrived.`,
    },
  },
  'return-refused': {
    subject: ({ number }: OrderFacts) => `About your return for order ${number}`,
    preheader: 'We cannot take the goods back. Here is why.',
    heading: 'We cannot take it back',
    text: ({ number }: OrderFacts) =>
      `We have looked at your return for order ${number} and cannot take the goods back.`,
    reason: 'Reason',
    reasons: {
      too_late: 'The time in which goods can be sent back is over.',
      worn: 'The goods have been used.',
      not_returnable: 'Goods of this kind cannot be sent back.',
      not_ours: 'The goods are not of this order.',
    },
    answer: 'If you see it differently, answer this message.',
    short: {
      title: 'About your return',
      body: ({ number, shop }: OrderFacts) =>
        `${shop}: we cannot take back the goods of order ${number}. Our message by e-mail says why.`,
    },
  },
  'return-received': {
    subject: ({ number }: OrderFacts) => `Your return for order ${number} has arrived`,
    preheader: 'The goods are with us again.',
    heading: 'Your return has arrived',
    text: ({ number }: OrderFacts) => `The goods of order ${number} are with us again. Thank you for sending them.`,
    refund: ({ amount }: { amount: string }) =>
      `We refund ${amount}. Your bank shows it within a few days, on the card or account you paid with.`,
    later: 'We write again when your money is on its way.',
    short: {
      title: 'Your return has arrived',
      body: ({ number, shop, amount }: OrderFacts & { amount: string }) =>
        `${shop}: your return for order ${number} has arrived.${amount ? ` We refund ${amount}.` : ''}`,
    },
  },
  'return-reminder': {
    subject: ({ number }: OrderFacts) => `Have you sent back your goods of order ${number}?`,
    preheader: 'We have not heard of your parcel yet.',
    heading: 'We wait for your return',
    text: ({ number }: OrderFacts) => `Your return for order ${number} has not arrived, and no carrier has it yet.`,
    sendBy: ({ date }: { date: string }) => `Please send the goods by ${date}.`,
    otherwise: 'If you would rather keep the goods, you need not do anything.',
    label: 'Print the label',
    short: {
      title: 'We wait for your return',
      body: ({ number, shop }: OrderFacts) =>
        `${shop}: your return for order ${number} is not on its way yet. If you keep the goods, you need not do anything.`,
    },
  },
  'return-closed': {
    subject: ({ number }: OrderFacts) => `Your return for order ${number} is closed`,
    preheader: 'Nothing more is done for this return.',
    heading: 'Your return is closed',
    text: ({ number }: OrderFacts) => `Your return for order ${number} has ended without a refund.`,
    reason: 'Reason',
    reasons: {
      lapsed: 'The goods were not sent in time.',
      canceled: 'The return was called off.',
      nothing_refunded: 'Nothing is given back for the goods as they arrived.',
    },
    answer: 'If you see it differently, answer this message.',
    short: {
      title: 'Your return is closed',
      body: ({ number, shop }: OrderFacts) =>
        `${shop}: your return for order ${number} has ended without a refund. Our message by e-mail says why.`,
    },
  },
  items: 'What you send back',
  returnNumber: 'Return',
  button: 'View your order',
};
