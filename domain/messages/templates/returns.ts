/** What customers are told of goods that they send back. */
import { addressLines } from '../address.ts';
import type { Block } from '../blocks.ts';
import { oneLine, safeUrl } from '../escape.ts';
import type { Message, Templates } from './message.ts';
import { button, customerMail, itemRows, note, orderFacts, paragraph, reasonOf, short } from './parts.ts';

type ReturnTemplate =
  | 'return-requested'
  | 'return-approved'
  | 'return-refused'
  | 'return-received'
  | 'return-reminder'
  | 'return-closed';

export const returnTemplates: Pick<Templates, ReturnTemplate> = {
  'return-requested': {
    mail: (message) => {
      const words = message.words.returns['return-requested'];
      return customerMail(message, {
        subject: words.subject(orderFacts(message)),
        preheader: words.preheader,
        tone: 'plain',
        heading: words.heading,
        blocks: [
          paragraph(words.text(orderFacts(message))),
          ...goods(message),
          paragraph(words.next),
          ...button(message.words.returns.button, message.orderUrl),
        ],
      });
    },
    short: (message) => {
      const { title, body } = message.words.returns['return-requested'].short;
      return short(message, title, body(orderFacts(message)));
    },
  },

  'return-approved': {
    mail: (message) => {
      const words = message.words.returns['return-approved'];
      const by = message.formats.date(message.data.sendBy ?? '');
      const label = safeUrl(message.data.labelUrl);
      return customerMail(message, {
        subject: words.subject(orderFacts(message)),
        preheader: words.preheader,
        tone: 'good',
        heading: words.heading,
        blocks: [
          paragraph(words.text(orderFacts(message)) + (by ? ` ${words.sendBy({ date: by })}` : '')),
          ...goods(message),
          ...returnAddress(message),
          paragraph(words.money),
          ...(label ? button(words.label, label) : button(message.words.returns.button, message.orderUrl)),
        ],
      });
    },
    short: (message) => {
      const { title, body } = message.words.returns['return-approved'].short;
      return short(message, title, body(orderFacts(message)), safeUrl(message.data.labelUrl));
    },
  },

  'return-refused': {
    mail: (message) => {
      const words = message.words.returns['return-refused'];
      return customerMail(message, {
        subject: words.subject(orderFacts(message)),
        preheader: words.preheader,
        tone: 'bad',
        heading: words.heading,
        blocks: [
          paragraph(words.text(orderFacts(message))),
          ...note(words.reason, reasonOf(words.reasons, message.data.reason)),
          ...goods(message),
          paragraph(words.answer),
          ...button(message.words.returns.button, message.orderUrl),
        ],
      });
    },
    short: (message) => {
      const { title, body } = message.words.returns['return-refused'].short;
      return short(message, title, body(orderFacts(message)));
    },
  },

  'return-received': {
    mail: (message) => {
      const words = message.words.returns['return-received'];
      const amount = refundOf(message);
      return customerMail(message, {
        subject: words.subject(orderFacts(message)),
        preheader: words.preheader,
        tone: 'good',
        heading: words.heading,
        blocks: [
          paragraph(words.text(orderFacts(message))),
          ...goods(message),
          paragraph(amount ? words.refund({ amount }) : words.later),
          ...button(message.words.returns.button, message.orderUrl),
        ],
      });
    },
    short: (message) => {
      const { title, body } = message.words.returns['return-received'].short;
      return short(message, title, body({ ...orderFacts(message), amount: refundOf(message) }));
    },
  },

  'return-reminder': {
    mail: (message) => {
      const words = message.words.returns['return-reminder'];
      const by = message.formats.date(message.data.sendBy ?? '');
      const label = safeUrl(message.data.labelUrl);
      return customerMail(message, {
        subject: words.subject(orderFacts(message)),
        preheader: words.preheader,
        tone: 'plain',
        heading: words.heading,
        blocks: [
          paragraph(words.text(orderFacts(message)) + (by ? ` ${words.sendBy({ date: by })}` : '')),
          ...goods(message),
          paragraph(words.otherwise),
          ...(label ? button(words.label, label) : button(message.words.returns.button, message.orderUrl)),
        ],
      });
    },
    short: (message) => {
      const { title, body } = message.words.returns['return-reminder'].short;
      return short(message, title, body(orderFacts(message)), safeUrl(message.data.labelUrl));
    },
  },

  'return-closed': {
    mail: (message) => {
      const words = message.words.returns['return-closed'];
      return customerMail(message, {
        subject: words.subject(orderFacts(message)),
        preheader: words.preheader,
        tone: 'plain',
        heading: words.heading,
        blocks: [
          paragraph(words.text(orderFacts(message))),
          ...note(words.reason, reasonOf(words.reasons, message.data.reason)),
          ...goods(message),
          paragraph(words.answer),
          ...button(message.words.returns.button, message.orderUrl),
        ],
      });
    },
    short: (message) => {
      const { title, body } = message.words.returns['return-closed'].short;
      return short(message, title, body(orderFacts(message)));
    },
  },
};

const refundOf = ({ data, formats }: Message<'return-received'>) => (data.refund ? formats.money(data.refund) : '');

function goods(message: Message<ReturnTemplate>): Block[] {
  const rows = itemRows(message, message.data.items);
  if (rows.length === 0) return [];
  const { items, returnNumber } = message.words.returns;
  const number = oneLine(message.data.returnNumber);
  const title = number ? `${items} · ${returnNumber} ${number}` : items;
  return [
    { kind: 'title', text: title },
    { kind: 'rows', rows },
  ];
}

function returnAddress({ words, data, formats, locale }: Message<'return-approved'>): Block[] {
  const lines = addressLines(data.returnAddress ?? null, formats.country, locale.language === 'ja');
  const title = words.returns['return-approved'].address;
  return lines.length > 0 ? [{ kind: 'columns', columns: [{ title, lines }] }] : [];
}
