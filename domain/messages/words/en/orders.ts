/** What customers are told of an order's payment and way, in English. */
import type { OrderFacts } from '../facts.ts';

export const orders = {
  'order-confirmation': {
    subject: ({ number }: OrderFacts) => `Your order ${number} is confirmed`,
    preheader: ({ items, total }: { items: number; total: string }) =>
      `${items === 1 ? '1 item' : `${items} items`}, ${total}. This is your receipt.`,
    heading: 'Thank you for your order',
    text: ({ number }: OrderFacts) => `We have received your payment for order ${number}. This is your receipt.`,
    short: {
      title: 'Your order is confirmed',
      body: ({ number, shop, amount }: OrderFacts & { amount: string }) =>
        `${shop}: thank you, your order ${number} (${amount}) is confirmed.`,
    },
  },
  'payment-failed': {
    subject: ({ number }: OrderFacts) => `Payment for order ${number} did not go through`,
    preheader: 'Your items are kept for a short while. You can pay again.',
    heading: 'Your payment did not go through',
    text: ({ number, amount }: OrderFacts & { amount: string }) =>
      `The payment of ${amount} for order ${number} was not accepted.`,
    reason: 'The reason given',
    again: 'Your items are kept for you for a short while. You can pay again, with the same or another card.',
    button: 'Pay again',
    short: {
      title: 'Your payment did not go through',
      body: ({ number, shop, amount }: OrderFacts & { amount: string }) =>
        `${shop}: the payment of ${amount} for order ${number} was not accepted. Your items are kept for a short while, please pay again.`,
    },
  },
  'payment-action-required': {
    subject: ({ number }: OrderFacts) => `Confirm your payment for order ${number}`,
    preheader: 'Your bank wants to hear from you before it pays.',
    heading: 'Your bank asks you to confirm',
    text: ({ number, amount }: OrderFacts & { amount: string }) =>
      `Your bank wants you to confirm the payment of ${amount} for order ${number}.`,
    button: 'Confirm the payment',
    short: {
      title: 'Please confirm your payment',
      body: ({ number, shop, amount }: OrderFacts & { amount: string }) =>
        `${shop}: your bank asks you to confirm the payment of ${amount} for order ${number}.`,
    },
  },
  shipped: {
    subject: ({ number }: OrderFacts) => `Your order ${number} is on its way`,
    preheader: ({ carrier }: { carrier: string }) =>
      carrier ? `We have handed your parcel to ${carrier}.` : 'We have handed your parcel over.',
    heading: 'Your order is on its way',
    text: ({ number, carrier }: OrderFacts & { carrier: string }) =>
      `We have handed your parcel for order ${number} ${carrier ? `to ${carrier}` : 'over'}.`,
    button: 'Track your parcel',
    short: {
      title: 'Your order is on its way',
      body: ({ number, shop, carrier, tracking }: OrderFacts & { carrier: string; tracking: string }) =>
        `${shop}: your order ${number} is on its way${carrier ? ` with ${carrier}` : ''}.${tracking ? ` Tracking number: ${tracking}` : ''}`,
    },
  },
  delivered: {
    subject: ({ number }: OrderFacts) => `Your order ${number} was delivered`,
    preheader: 'We hope you like what is in it.',
    heading: 'Your order was delivered',
    text: ({ number }: OrderFacts) => `Your parcel for order ${number} has arrived. We hope you like what is in it.`,
    button: 'View your order',
    short: {
      title: 'Your order was delivered',
      body: ({ number, shop }: OrderFacts) => `${shop}: your order ${number} was delivered. We hope you like it.`,
    },
  },
  canceled: {
    subject: ({ number }: OrderFacts) => `Your order ${number} was canceled`,
    preheader: 'Whatever you have paid for it goes back to you.',
    heading: 'Your order was canceled',
    text: ({ number }: OrderFacts) => `Order ${number} was canceled.`,
    reason: 'Reason',
    reasons: {
      expired: 'It was not paid in time.',
      payment_canceled: 'The payment was canceled.',
      authorization_expired: 'The payment was not collected in time; your bank has released it.',
    },
    money: 'Whatever you have paid for it goes back to you; we write again when it is on its way.',
    button: 'View your order',
    short: {
      title: 'Your order was canceled',
      body: ({ number, shop }: OrderFacts) =>
        `${shop}: your order ${number} was canceled. Whatever you have paid for it goes back to you.`,
    },
  },
  refunded: {
    subject: ({ number }: OrderFacts) => `Your refund for order ${number}`,
    preheader: 'Your bank shows it within a few days.',
    heading: 'Your money is on its way back',
    amount: 'Refunded',
    text: ({ number, amount }: OrderFacts & { amount: string }) =>
      amount ? `We have refunded ${amount} for order ${number}.` : `We have refunded your payment for order ${number}.`,
    for: 'What for',
    shipping: 'Shipping',
    when: 'Your bank shows it within a few days, on the card or account you paid with.',
    button: 'View your order',
    short: {
      title: 'Your refund is on its way',
      body: ({ number, shop, amount }: OrderFacts & { amount: string }) =>
        `${shop}: we have refunded ${amount || 'your payment'} for order ${number}. Your bank shows it within a few days.`,
    },
  },
  'out-of-stock': {
    subject: ({ number }: OrderFacts) => `We could not accept your order ${number}`,
    preheader: 'Somebody was faster. Nothing was charged.',
    heading: 'Sorry, that is sold out',
    text: ({ number }: OrderFacts) => `Somebody was faster: we do not have enough for order ${number}.`,
    shortage: ({ requested, available }: { requested: string; available: string }) =>
      `${requested} wanted, ${available} left`,
    charged: 'Nothing was charged.',
    short: {
      title: 'Sorry, that is sold out',
      body: ({ number, shop }: OrderFacts) =>
        `${shop}: sorry, we do not have enough left for your order ${number}. Nothing was charged.`,
    },
  },
  /** What a bank says of a card. */
  declines: {
    declined: 'Your card was declined.',
    funds: 'Your card has insufficient funds.',
    expired: 'Your card has expired.',
    cvc: "Your card's security code is incorrect.",
    number: 'Your card number is incorrect.',
    often: 'Your card was declined for making repeated attempts too frequently.',
    authentication: 'Your card was declined. This transaction requires authentication.',
    processing: 'An error occurred while processing your card. Try again in a little bit.',
    unsupported: 'Your card does not support this type of purchase.',
  },
  receipt: {
    subtotal: 'Subtotal',
    shipping: 'Shipping',
    free: 'Free',
    tax: 'Tax',
    total: 'Total',
    charged: 'Charged',
    shipsTo: 'Ships to',
    billedTo: 'Billed to',
    button: 'View your order',
    carrier: 'Carrier',
    trackingNumber: 'Tracking number',
  },
  eyebrow: ({ number, date }: { number: string; date: string }) => `Order ${number}${date ? ` · ${date}` : ''}`,
  hello: ({ name }: { name: string }) => (name ? `Hello ${name},` : 'Hello,'),
};
