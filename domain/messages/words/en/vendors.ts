/** What vendors are told of what they have to send, in English. */
import type { OrderFacts } from '../facts.ts';

export const vendors = {
  'vendor-order': {
    created: {
      subject: ({ number }: OrderFacts) => `New order ${number}`,
      preheader: 'Goods of yours were bought. Here is what to send.',
      heading: 'You have a new order',
      text: 'Please send these goods.',
      short: ({ number, shop }: OrderFacts) => `${shop}: you have a new order, ${number}.`,
    },
    changed: {
      subject: ({ number }: OrderFacts) => `Order ${number} has changed`,
      preheader: 'What you have to send, or where to, has changed.',
      heading: 'An order has changed',
      text: 'This is what is to be sent by now.',
      short: ({ number, shop }: OrderFacts) => `${shop}: your order ${number} has changed.`,
    },
    held: {
      subject: ({ number }: OrderFacts) => `Order ${number} is on hold`,
      preheader: 'Please send nothing of it for now.',
      heading: 'An order is on hold',
      text: 'Please send nothing of it until we write again.',
      short: ({ number, shop }: OrderFacts) =>
        `${shop}: your order ${number} is on hold. Please send nothing of it for now.`,
    },
    released: {
      subject: ({ number }: OrderFacts) => `Order ${number} can be sent`,
      preheader: 'It is no longer on hold.',
      heading: 'An order can be sent again',
      text: 'It is no longer on hold. Please send these goods.',
      short: ({ number, shop }: OrderFacts) => `${shop}: your order ${number} can be sent again.`,
    },
    canceled: {
      subject: ({ number }: OrderFacts) => `Order ${number} is canceled`,
      preheader: 'Nothing of it is to be sent.',
      heading: 'An order is canceled',
      text: 'Please send nothing of it. What has not left goes back to your stock.',
      short: ({ number, shop }: OrderFacts) => `${shop}: your order ${number} is canceled. Please send nothing of it.`,
    },
    shipTo: 'Ship to',
    items: 'What to send',
    eyebrow: ({ number }: { number: string }) => `Order ${number}`,
    lead: ({ days }: { days: number }) => `Please send it within ${days === 1 ? '1 day' : `${days} days`}.`,
  },
};
