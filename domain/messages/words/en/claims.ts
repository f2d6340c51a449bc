/** What customers are told of goods that never came, came damaged or were missing, in English. */
import type { OrderFacts } from '../facts.ts';

export const claims = {
  'exchange-made': {
    subject: ({ number }: OrderFacts) => `Your exchange is order ${number}`,
    preheader: 'The goods you chose instead are on their way to you soon.',
    heading: 'Your exchange',
    text: ({ number }: OrderFacts) =>
      `What you sent back is with us. The goods you chose instead come to you as order ${number}.`,
    due: ({ amount }: { amount: string }) =>
      `The new goods cost ${amount} more. Please pay the difference within seven days, then we send them.`,
    refund: ({ amount }: { amount: string }) => `What you sent back was worth more: we refund ${amount}.`,
    pay: 'Pay the difference',
    short: ({ number }: OrderFacts) => `your exchange is order ${number}.`,
    shortDue: ({ number, amount }: OrderFacts & { amount: string }) =>
      `your exchange is order ${number}. ${amount} is left to pay.`,
  },
  'claim-requested': {
    subject: ({ number }: OrderFacts) => `We look after your claim for order ${number}`,
    preheader: 'We look into it and write again.',
    heading: 'We have your claim',
    text: ({ number }: OrderFacts) =>
      `Goods of order ${number} did not reach you as they should. We are sorry, and look into it.`,
    next: 'Please keep what came, and its packaging, until you hear from us.',
    short: {
      title: 'We have your claim',
      body: ({ number, shop }: OrderFacts) =>
        `${shop}: we have your claim for order ${number}, look into it and write again.`,
    },
  },
  'claim-decided': {
    subject: ({ number }: OrderFacts) => `About your claim for order ${number}`,
    preheaders: {
      reshipped: 'The goods are sent once more.',
      refunded: 'Your money goes back to you.',
      refused: 'Here is why.',
    },
    headings: {
      reshipped: 'We send it once more',
      refunded: 'We give your money back',
      refused: 'We cannot accept your claim',
    },
    texts: {
      reshipped: ({ number, replacement }: OrderFacts & { replacement: string; amount: string }) =>
        `We send the goods of order ${number} once more${replacement ? `, as order ${replacement}` : ''}. It costs you nothing.`,
      refunded: ({ number, amount }: OrderFacts & { replacement: string; amount: string }) =>
        `We refund ${amount} for the goods of order ${number}. Your bank shows it within a few days, on the card or account you paid with.`,
      refused: ({ number }: OrderFacts & { replacement: string; amount: string }) =>
        `We have looked into your claim for order ${number} and cannot accept it.`,
    },
    shorts: {
      reshipped: ({ number }: OrderFacts & { replacement: string; amount: string }) =>
        `the goods of order ${number} are sent once more, free of charge.`,
      refunded: ({ number, amount }: OrderFacts & { replacement: string; amount: string }) =>
        `we refund ${amount} for order ${number}.`,
      refused: ({ number }: OrderFacts & { replacement: string; amount: string }) =>
        `about your claim for order ${number}: please read our e-mail.`,
    },
    reason: 'Reason',
    answer: 'If you see it differently, answer this message.',
  },
  items: 'What it is about',
  claimNumber: 'Claim',
  button: 'View your order',
};
