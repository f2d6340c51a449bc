/** Several messages of one topic in one: each as its own short form says it. */
import type { Block, Row } from '../blocks.ts';
import { oneLine } from '../escape.ts';
import { MESSAGE_TEMPLATES, type MessageTemplate } from '../order-view.ts';
import type { Message, Short, Template } from './message.ts';
import { paragraph, short, wordOf } from './parts.ts';

type ShortOf = (template: MessageTemplate, message: Message<MessageTemplate>) => Short;
type Item = NonNullable<Message<'digest'>['data']['items']>[number];

/** @param shortOf how any template says itself in a few words */
export function digestTemplate(shortOf: ShortOf): Template<'digest'> {
  return {
    mail: (message) => {
      const words = message.words.shop.digest;
      const facts = digestFacts(message);
      const items = (message.data.items ?? []).map((item) => said(message, item, shortOf));
      const more = facts.total - items.length;
      return {
        subject: words.subject(facts),
        preheader: words.preheader(facts),
        tone: 'plain',
        eyebrow: facts.topic,
        heading: words.heading(facts),
        blocks: [
          ...(facts.since && facts.until ? [paragraph(words.text(facts))] : []),
          ...counts(message, items),
          ...(items.length > 0 ? [{ kind: 'rows', rows: items.map(({ row }) => row) } as const] : []),
          ...(more > 0 && items.length > 0 ? [paragraph(words.more({ more }))] : []),
        ],
      };
    },
    short: (message) => {
      const words = message.words.shop.digest;
      const facts = digestFacts(message);
      return short(message, words.heading(facts), words.short({ ...facts, shop: message.shop }));
    },
  };
}

function digestFacts({ data, words, formats }: Message<'digest'>) {
  return {
    total: data.count ?? data.items?.length ?? 0,
    topic: wordOf(words.shop.topics, oneLine(data.topic)) ?? words.shop.anyTopic,
    since: formats.dateTime(data.since ?? ''),
    until: formats.dateTime(data.until ?? ''),
  };
}

interface Said {
  title: string;
  row: Row;
}

function said(message: Message<'digest'>, { template, at, order_number, data }: Item, shortOf: ShortOf): Said {
  const time = message.formats.dateTime(at ?? '');
  if (!MESSAGE_TEMPLATES.includes(template))
    return { title: message.words.shop.anyTopic, row: { label: oneLine(template), value: time } };
  const order = { ...message.order, number: order_number ?? '', data: data ?? {} };
  const { title, body, url } = shortOf(template, { ...message, order, data: order.data, orderUrl: '' });
  return { title, row: { label: withoutShop(body, message.shop), note: time, value: '', url: url ?? undefined } };
}

/** A short form begins with the shop's name, which a digest has said already. */
function withoutShop(body: string, shop: string): string {
  const rest = body.startsWith(shop) ? body.slice(shop.length).replace(/^\s*[:：]\s*/, '') : body;
  return rest.slice(0, 1).toUpperCase() + rest.slice(1);
}

/** Of what kind they are, where there is more than one. */
function counts({ words, formats }: Message<'digest'>, items: readonly Said[]): Block[] {
  const of = new Map<string, number>();
  for (const { title } of items) of.set(title, (of.get(title) ?? 0) + 1);
  if (of.size < 2 || of.size === items.length) return [];
  const rows = [...of].map(([label, count]) => ({ label, value: formats.number(count) }));
  return [
    { kind: 'rows', rows },
    { kind: 'title', text: words.shop.digest.each },
  ];
}
