/** What vendors are told of their parts of orders. */
import { addressLines } from '../address.ts';
import type { Block, Mail } from '../blocks.ts';
import { oneLine } from '../escape.ts';
import type { VendorNews } from '../message-data.ts';
import type { Message, Templates } from './message.ts';
import { hello, itemRows, paragraph, short } from './parts.ts';

export const vendorTemplates: Pick<Templates, 'vendor-order'> = {
  'vendor-order': {
    mail: (message) => {
      const words = message.words.vendors['vendor-order'];
      const said = words[newsOf(message)];
      const facts = factsOf(message);
      return {
        subject: said.subject(facts),
        preheader: said.preheader,
        tone: TONES[newsOf(message)],
        eyebrow: words.eyebrow(facts),
        heading: said.heading,
        blocks: [hello(message, message.data.vendorName), paragraph(said.text), ...toSend(message)],
      };
    },
    short: (message) => {
      const said = message.words.vendors['vendor-order'][newsOf(message)];
      return short(message, said.heading, said.short(factsOf(message)));
    },
  },
};

const TONES: Readonly<Record<VendorNews, Mail['tone']>> = {
  created: 'good',
  changed: 'attention',
  held: 'attention',
  released: 'good',
  canceled: 'bad',
};

const newsOf = ({ data: { news } }: Message<'vendor-order'>): VendorNews =>
  news !== undefined && Object.hasOwn(TONES, news) ? news : 'changed';

const factsOf = ({ data: { number }, shop }: Message<'vendor-order'>) => ({ number: oneLine(number), shop });

/** Of what is canceled nothing is sent, so nothing is listed. */
function toSend(message: Message<'vendor-order'>): Block[] {
  const { data, words, formats, locale } = message;
  if (newsOf(message) === 'canceled' || newsOf(message) === 'held') return [];
  const { items, shipTo, lead } = words.vendors['vendor-order'];
  const rows = itemRows(message, data.items);
  const lines = addressLines(data.shipTo ?? null, formats.country, locale.language === 'ja');
  const days = data.leadTimeDays;
  return [
    ...(rows.length > 0 ? [{ kind: 'title', text: items } as const, { kind: 'rows', rows } as const] : []),
    ...(lines.length > 0 ? [{ kind: 'columns', columns: [{ title: shipTo, lines }] } as const] : []),
    ...(days === undefined || days < 1 ? [] : [paragraph(lead({ days }))]),
  ];
}
