/** What customers are told of their subscriptions. Most are about no order, so they bring the customer's name themselves. */
import type { Block, Mail, Row } from '../blocks.ts';
import { oneLine, safeUrl } from '../escape.ts';
import type { Message, Templates } from './message.ts';
import { button, declineOf, hello, note, paragraph, short, wordOf } from './parts.ts';

type SubscriptionTemplate =
  | 'subscription-started'
  | 'subscription-renewed'
  | 'subscription-payment-failed'
  | 'subscription-payment-action'
  | 'subscription-goods-missing'
  | 'subscription-ending'
  | 'subscription-canceled';

export const subscriptionTemplates: Pick<Templates, SubscriptionTemplate> = {
  'subscription-started': {
    mail: (message) => {
      const words = message.words.subscriptions['subscription-started'];
      const facts = factsOf(message);
      const blocks = [paragraph(words.text(facts)), ...terms(message, message.data.nextPaymentAt)];
      return subscriptionMail(message, 'good', {
        ...words,
        subject: words.subject(facts),
        preheader: words.preheader(facts),
        blocks,
      });
    },
    short: (message) => {
      const { title, body } = message.words.subscriptions['subscription-started'].short;
      return short(message, title, body(factsOf(message)), manageUrl(message));
    },
  },

  'subscription-renewed': {
    mail: (message) => {
      const words = message.words.subscriptions['subscription-renewed'];
      const facts = factsOf(message);
      const blocks = [paragraph(words.text(facts)), ...terms(message, message.data.nextPaymentAt)];
      return subscriptionMail(message, 'good', {
        ...words,
        subject: words.subject(facts),
        preheader: words.preheader(facts),
        blocks,
      });
    },
    short: (message) => {
      const { title, body } = message.words.subscriptions['subscription-renewed'].short;
      return short(message, title, body(factsOf(message)), manageUrl(message));
    },
  },

  'subscription-payment-failed': {
    mail: (message) => {
      const words = message.words.subscriptions['subscription-payment-failed'];
      const facts = factsOf(message);
      const date = message.formats.date(message.data.retryAt ?? '');
      const blocks = [
        paragraph(words.text(facts)),
        ...note(words.reason, declineOf(message, message.data.error)),
        ...(date ? [paragraph(words.retry({ date }))] : []),
      ];
      return subscriptionMail(message, 'bad', { ...words, subject: words.subject(facts), blocks }, words.button);
    },
    short: (message) => {
      const { title, body } = message.words.subscriptions['subscription-payment-failed'].short;
      return short(message, title, body(factsOf(message)), manageUrl(message));
    },
  },

  'subscription-payment-action': {
    mail: (message) => {
      const words = message.words.subscriptions['subscription-payment-action'];
      const facts = factsOf(message);
      const mail = { ...words, subject: words.subject(facts), blocks: [paragraph(words.text(facts))] };
      return subscriptionMail(message, 'attention', mail, words.button);
    },
    short: (message) => {
      const { title, body } = message.words.subscriptions['subscription-payment-action'].short;
      return short(message, title, body(factsOf(message)), manageUrl(message));
    },
  },

  'subscription-goods-missing': {
    mail: (message) => {
      const words = message.words.subscriptions['subscription-goods-missing'];
      const facts = factsOf(message);
      const blocks = [paragraph(words.text(facts)), ...missingRows(message)];
      return subscriptionMail(message, 'attention', { ...words, subject: words.subject(facts), blocks });
    },
    short: (message) => {
      const { title, body } = message.words.subscriptions['subscription-goods-missing'].short;
      return short(message, title, body(factsOf(message)), manageUrl(message));
    },
  },

  'subscription-ending': {
    mail: (message) => {
      const words = message.words.subscriptions['subscription-ending'];
      const facts = factsOf(message);
      const blocks = [paragraph(words.text(facts)), paragraph(words.keep)];
      return subscriptionMail(message, 'attention', { ...words, subject: words.subject(facts), blocks }, words.button);
    },
    short: (message) => {
      const { title, body } = message.words.subscriptions['subscription-ending'].short;
      return short(message, title, body(factsOf(message)), manageUrl(message));
    },
  },

  'subscription-canceled': {
    mail: (message) => {
      const words = message.words.subscriptions['subscription-canceled'];
      const facts = factsOf(message);
      const blocks = [paragraph(words.text(facts)), paragraph(words.charged)];
      return subscriptionMail(message, 'plain', { ...words, subject: words.subject(facts), blocks }, words.button);
    },
    short: (message) => {
      const { title, body } = message.words.subscriptions['subscription-canceled'].short;
      return short(message, title, body(factsOf(message)), manageUrl(message));
    },
  },
};

function subscriptionMail(
  message: Message<SubscriptionTemplate>,
  tone: Mail['tone'],
  { subject, preheader, heading, blocks }: Omit<Mail, 'tone' | 'eyebrow'>,
  action = message.words.subscriptions.manage,
): Mail {
  const name = message.data.customerName ?? message.order.customerName;
  return {
    ...{ subject, preheader, tone, heading, eyebrow: factsOf(message).plan },
    blocks: [hello(message, name), ...blocks, ...button(action, manageUrl(message))],
  };
}

/** Each article with what becomes of it. */
function missingRows({ data, words, formats }: Message<'subscription-goods-missing'>): Block[] {
  const { outcomes } = words.subscriptions['subscription-goods-missing'];
  const rows = (data.items ?? []).map(({ name, sku, quantity, outcome, substitute, amount }): Row => {
    const said = wordOf(outcomes, oneLine(outcome)) ?? '';
    return {
      label: `${oneLine(name) || oneLine(sku)} × ${formats.number(Number(quantity ?? 1))}`,
      note: [said, oneLine(substitute)].filter((text) => text !== '').join(': '),
      value: amount ? formats.money(amount) : '',
    };
  });
  return rows.length > 0 ? [{ kind: 'rows', rows }] : [];
}

/** Where something is to be paid, there; else where the subscription is seen. */
const manageUrl = ({ data, orderUrl }: Message<SubscriptionTemplate>) =>
  safeUrl(data.payUrl) ?? safeUrl(data.manageUrl) ?? orderUrl;

function factsOf(message: Message<SubscriptionTemplate>) {
  const { data, shop, words, formats } = message;
  const endsAt = 'endsAt' in data && typeof data.endsAt === 'string' ? data.endsAt : '';
  const plan = oneLine(data.plan) || words.subscriptions.unnamed;
  return {
    shop,
    plan,
    price: priceOf(message),
    amount: amountOf(message),
    date: formats.date(endsAt),
  };
}

/** What was or is to be paid this time. */
function amountOf({ data, formats }: Message<SubscriptionTemplate>): string {
  const paid = data.paid ?? data.price;
  return paid ? formats.money(paid) : '';
}

/** `€9.90 every month`. */
function priceOf({ data, formats, words }: Message<SubscriptionTemplate>): string {
  if (!data.price) return '';
  const price = formats.money(data.price);
  const every = data.interval && words.subscriptions.every[data.interval];
  return every ? words.subscriptions.priceEvery({ price, every: every(data.intervalCount ?? 1) }) : price;
}

function terms(message: Message<SubscriptionTemplate>, nextPaymentAt: unknown): Block[] {
  const { plan, price, nextPayment } = message.words.subscriptions;
  const rows: Row[] = [
    { label: plan, value: oneLine(message.data.plan) },
    { label: price, value: priceOf(message) },
    { label: nextPayment, value: message.formats.date(oneLine(nextPaymentAt)) },
  ].filter(({ value }) => value !== '');
  return rows.length > 0 ? [{ kind: 'rows', rows }] : [];
}
