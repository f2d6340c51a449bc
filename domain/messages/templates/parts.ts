/** Pieces that messages about orders share. */
import { addressLines } from '../address.ts';
import type { Block, Mail, Row } from '../blocks.ts';
import { oneLine, safeUrl } from '../escape.ts';
import type { MessageTemplate } from '../order-view.ts';
import { WORDS, type Words } from '../words/words.ts';
import type { Message, Short } from './message.ts';

export const paragraph = (text: string): Block => ({ kind: 'paragraph', text });
export const button = (label: string, url: string | undefined): Block[] =>
  url && safeUrl(url) ? [{ kind: 'button', label, url }] : [];

/** A block only where there is something to say. */
export const note = (label: string, text: unknown): Block[] => {
  const said = oneLine(text);
  return said === '' ? [] : [{ kind: 'note', label, text: said }];
};

export const orderFacts = ({ order, shop }: Message<MessageTemplate>) => ({ number: order.number, shop });

/** A mail to a customer about an order: it says which, and greets. */
export const customerMail = (message: Message<MessageTemplate>, mail: Omit<Mail, 'eyebrow'>): Mail => ({
  ...mail,
  eyebrow: eyebrow(message),
  blocks: [hello(message), ...mail.blocks],
});

/** @param url where more is to be seen, the order when not given */
export const short = (
  message: Message<MessageTemplate>,
  title: string,
  body: string,
  url: string | undefined = message.orderUrl,
): Short => ({ title, body, url: safeUrl(url) ?? null });

const eyebrow = ({ words, order, formats }: Message<MessageTemplate>) =>
  words.orders.eyebrow({ number: order.number, date: formats.date(order.placedAt ?? '') });

export const hello = ({ words, order }: Message<MessageTemplate>, name: unknown = order.customerName): Block =>
  paragraph(words.orders.hello({ name: oneLine(name) }));

export const total = ({ order, formats }: Message<MessageTemplate>) =>
  formats.money({ amount: order.totalAmount, currency: order.currency });

/** One or two addresses; the second only where it is another. */
export function addresses({ words, order, formats, locale }: Message<MessageTemplate>, withBilling: boolean): Block[] {
  const { shipsTo, billedTo } = words.orders.receipt;
  const linesOf = (parts: Readonly<Record<string, unknown>> | null) =>
    addressLines(parts, formats.country, locale.language === 'ja');
  const shipping = { title: shipsTo, lines: linesOf(order.shippingAddress) };
  const billing = { title: billedTo, lines: withBilling ? linesOf(order.billingAddress) : [] };
  const isSame = billing.lines.join('\n') === shipping.lines.join('\n');
  const columns = [shipping, ...(isSame ? [] : [billing])].filter(({ lines }) => lines.length > 0);
  return columns.length > 0 ? [{ kind: 'columns', columns }] : [];
}

/** Goods without prices. */
export function itemRows({ formats }: Message<MessageTemplate>, items: unknown): Row[] {
  if (!Array.isArray(items)) return [];
  return items.map(({ name, sku, quantity }: { name?: unknown; sku?: unknown; quantity?: unknown }) => ({
    label: oneLine(name) || oneLine(sku),
    note: oneLine(name) ? oneLine(sku) : undefined,
    value: `× ${formats.number(Number(quantity ?? 1))}`,
  }));
}

/** A code's word, in a dictionary that does not know all codes. */
export function wordOf(words: Readonly<Record<string, string>>, code: string): string | undefined {
  return Object.hasOwn(words, code) ? words[code] : undefined;
}

/** A known code is put into words, words are shown as they are, any other code is for the shop and not for the customer. */
export function reasonOf(words: Readonly<Record<string, string>>, ...given: unknown[]): string {
  const reason = given.map(oneLine).find((text) => text !== '') ?? '';
  return wordOf(words, reason) ?? (/^[a-z]+(_[a-z]+)*(:|$)/.test(reason) ? '' : reason);
}

/** The payment provider's sentences, which are English, by what they say. */
const PROVIDER_SAYS: Readonly<Record<string, keyof Words['orders']['declines']>> = Object.fromEntries(
  Object.entries(WORDS.en.orders.declines).map(([said, sentence]) => [sentence, said]),
) as Record<string, keyof Words['orders']['declines']>;

/** Why a card was not taken, in the message's language where that is known. */
export function declineOf({ words }: Message<MessageTemplate>, error: unknown): string {
  const sentence = oneLine(error);
  const said = Object.hasOwn(PROVIDER_SAYS, sentence) ? PROVIDER_SAYS[sentence] : undefined;
  return said ? words.orders.declines[said] : sentence;
}
