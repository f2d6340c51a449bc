/** What customers are told of goods that go out for others: in an exchange, and for what never came, came damaged or was missing. */
import type { Block } from '../blocks.ts';
import { oneLine } from '../escape.ts';
import type { Message, Templates } from './message.ts';
import { button, customerMail, itemRows, note, orderFacts, paragraph, short } from './parts.ts';

type ClaimTemplate = 'claim-requested' | 'claim-decided';

export const claimTemplates: Pick<Templates, ClaimTemplate | 'exchange-made'> = {
  'exchange-made': {
    mail: (message) => {
      const words = message.words.claims['exchange-made'];
      const { due } = message.data;
      const rows = itemRows(message, message.data.items);
      return customerMail(message, {
        subject: words.subject(orderFacts(message)),
        preheader: due ? words.due(moneyOf(message)) : words.preheader,
        tone: 'good',
        heading: words.heading,
        blocks: [
          paragraph(words.text(orderFacts(message))),
          ...(rows.length > 0 ? [{ kind: 'rows', rows } as const] : []),
          ...(due ? [paragraph(words.due(moneyOf(message)))] : []),
          ...(message.data.refund ? [paragraph(words.refund(moneyOf(message)))] : []),
          ...button(due ? words.pay : message.words.claims.button, message.orderUrl),
        ],
      });
    },
    short: (message) => {
      const words = message.words.claims['exchange-made'];
      const facts = { ...orderFacts(message), ...moneyOf(message) };
      const body = message.data.due ? words.shortDue(facts) : words.short(facts);
      return short(message, words.heading, `${message.shop}: ${body}`);
    },
  },

  'claim-requested': {
    mail: (message) => {
      const words = message.words.claims['claim-requested'];
      return customerMail(message, {
        subject: words.subject(orderFacts(message)),
        preheader: words.preheader,
        tone: 'plain',
        heading: words.heading,
        blocks: [
          paragraph(words.text(orderFacts(message))),
          ...goods(message),
          paragraph(words.next),
          ...button(message.words.claims.button, message.orderUrl),
        ],
      });
    },
    short: (message) => {
      const { title, body } = message.words.claims['claim-requested'].short;
      return short(message, title, body(orderFacts(message)));
    },
  },

  'claim-decided': {
    mail: (message) => {
      const words = message.words.claims['claim-decided'];
      const outcome = outcomeOf(message);
      const isRefused = outcome === 'refused';
      return customerMail(message, {
        subject: words.subject(orderFacts(message)),
        preheader: words.preheaders[outcome],
        tone: isRefused ? 'bad' : 'good',
        heading: words.headings[outcome],
        blocks: [
          paragraph(decision(message)),
          ...(isRefused ? note(words.reason, message.data.reason) : []),
          ...goods(message),
          ...(isRefused ? [paragraph(words.answer)] : []),
          ...button(message.words.claims.button, message.orderUrl),
        ],
      });
    },
    short: (message) => {
      const words = message.words.claims['claim-decided'];
      const outcome = outcomeOf(message);
      return short(message, words.headings[outcome], `${message.shop}: ${words.shorts[outcome](factsOf(message))}`);
    },
  },
};

const moneyOf = ({ data, formats }: Message<'exchange-made'>) => {
  const amount = data.due ?? data.refund;
  return { amount: amount ? formats.money(amount) : '' };
};

const outcomeOf = ({ data }: Message<'claim-decided'>) => {
  const { outcome } = data;
  return outcome === 'reshipped' || outcome === 'refunded' ? outcome : 'refused';
};

const decision = (message: Message<'claim-decided'>) =>
  message.words.claims['claim-decided'].texts[outcomeOf(message)](factsOf(message));

const factsOf = (message: Message<'claim-decided'>) => ({
  ...orderFacts(message),
  replacement: oneLine(message.data.replacementNumber),
  amount: message.data.refund ? message.formats.money(message.data.refund) : '',
});

function goods(message: Message<ClaimTemplate>): Block[] {
  const rows = itemRows(message, message.data.items);
  if (rows.length === 0) return [];
  const { items, claimNumber } = message.words.claims;
  const number = oneLine(message.data.claimNumber);
  const title = number ? `${items} · ${claimNumber} ${number}` : items;
  return [
    { kind: 'title', text: title },
    { kind: 'rows', rows },
  ];
}
