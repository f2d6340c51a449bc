/** What customers are told of their subscriptions, in English. */
import type { PlanFacts } from '../facts.ts';
import { pluralOf } from '../plural.ts';

const count = pluralOf<'one' | 'other'>('en');

export const subscriptions = {
  'subscription-started': {
    subject: ({ plan }: PlanFacts) => `Your subscription to ${plan} has started`,
    preheader: ({ price }: { price: string }) => `${price}. You can change or end it at any time.`,
    heading: 'Your subscription has started',
    text: ({ plan }: PlanFacts) => `Thank you for subscribing to ${plan}.`,
    short: {
      title: 'Your subscription has started',
      body: ({ plan, shop }: PlanFacts) => `${shop}: your subscription to ${plan} has started. Thank you!`,
    },
  },
  'subscription-renewed': {
    subject: ({ plan }: PlanFacts) => `Your subscription to ${plan} was renewed`,
    preheader: ({ amount }: { amount: string }) => `We have received ${amount}. This is your receipt.`,
    heading: 'Your subscription was renewed',
    text: ({ plan, amount }: PlanFacts & { amount: string }) =>
      `We have received your payment of ${amount} for ${plan}. This is your receipt.`,
    short: {
      title: 'Your subscription was renewed',
      body: ({ plan, shop, amount }: PlanFacts & { amount: string }) =>
        `${shop}: your subscription to ${plan} was renewed for ${amount}.`,
    },
  },
  'subscription-payment-failed': {
    subject: ({ plan }: PlanFacts) => `Payment for your subscription to ${plan} did not go through`,
    preheader: 'Please check your card, so that your subscription goes on.',
    heading: 'Your payment did not go through',
    text: ({ plan, amount }: PlanFacts & { amount: string }) =>
      `The payment of ${amount} for ${plan} was not accepted.`,
    reason: 'The reason given',
    retry: ({ date }: { date: string }) => `We try again on ${date}. You can pay with another card until then.`,
    button: 'Pay now',
    short: {
      title: 'Your payment did not go through',
      body: ({ plan, shop, amount }: PlanFacts & { amount: string }) =>
        `${shop}: the payment of ${amount} for ${plan} was not accepted. Please check your card.`,
    },
  },
  'subscription-payment-action': {
    subject: ({ plan }: PlanFacts) => `Your bank asks you to confirm the payment for ${plan}`,
    preheader: 'One step is missing, so that your subscription goes on.',
    heading: 'Please confirm your payment',
    text: ({ plan, amount }: PlanFacts & { amount: string }) =>
      `Your bank wants you to confirm the payment of ${amount} for ${plan}. We send it as soon as you have.`,
    button: 'Confirm the payment',
    short: {
      title: 'Please confirm your payment',
      body: ({ plan, shop, amount }: PlanFacts & { amount: string }) =>
        `${shop}: your bank asks you to confirm the payment of ${amount} for ${plan}.`,
    },
  },
  'subscription-goods-missing': {
    subject: ({ plan }: PlanFacts) => `Something of ${plan} is out of stock`,
    preheader: 'What we do about it, as you have chosen.',
    heading: 'Something is out of stock',
    text: ({ plan }: PlanFacts) =>
      `This time we do not have everything of ${plan}. This is what we do, as you have chosen:`,
    outcomes: {
      waits: 'We wait until it is there, and send everything then',
      skipped: 'Left out; its price is taken off your next payment',
      substituted: 'Replaced, at no higher price',
      refunded: 'Left out; you get its price back',
    },
    short: {
      title: 'Something is out of stock',
      body: ({ plan, shop }: PlanFacts) => `${shop}: something of ${plan} is out of stock. See what we do about it.`,
    },
  },
  'subscription-ending': {
    subject: ({ plan }: PlanFacts) => `Your subscription to ${plan} ends soon`,
    preheader: 'You can still keep it.',
    heading: 'Your subscription ends soon',
    text: ({ plan, date }: PlanFacts & { date: string }) =>
      date ? `Your subscription to ${plan} ends on ${date}.` : `Your subscription to ${plan} ends soon.`,
    keep: 'If you would like to keep it, you can do so until then.',
    button: 'Keep the subscription',
    short: {
      title: 'Your subscription ends soon',
      body: ({ plan, shop, date }: PlanFacts & { date: string }) =>
        `${shop}: your subscription to ${plan} ends ${date ? `on ${date}` : 'soon'}. You can still keep it.`,
    },
  },
  'subscription-canceled': {
    subject: ({ plan }: PlanFacts) => `Your subscription to ${plan} was canceled`,
    preheader: 'Nothing more is charged for it.',
    heading: 'Your subscription was canceled',
    text: ({ plan, date }: PlanFacts & { date: string }) =>
      date
        ? `Your subscription to ${plan} was canceled. You can use it until ${date}.`
        : `Your subscription to ${plan} was canceled.`,
    charged: 'Nothing more is charged for it.',
    button: 'View the subscription',
    short: {
      title: 'Your subscription was canceled',
      body: ({ plan, shop }: PlanFacts) =>
        `${shop}: your subscription to ${plan} was canceled. Nothing more is charged for it.`,
    },
  },
  plan: 'Subscription',
  price: 'Price',
  nextPayment: 'Next payment',
  manage: 'Manage the subscription',
  unnamed: 'your plan',
  priceEvery: ({ price, every }: { price: string; every: string }) => `${price} ${every}`,
  every: {
    day: (n: number) => count(n, { one: 'every day', other: `every ${n} days` }),
    week: (n: number) => count(n, { one: 'every week', other: `every ${n} weeks` }),
    month: (n: number) => count(n, { one: 'every month', other: `every ${n} months` }),
    year: (n: number) => count(n, { one: 'every year', other: `every ${n} years` }),
  },
};
