/** The messages: pure, from the facts of a row to what is sent. */
import { oneLine, safeUrl } from './escape.ts';
import { formatsOf } from './formats.ts';
import { type Locale, resolveLocale } from './locales.ts';
import type { MessageTemplate } from './order-view.ts';
import { renderHtml } from './render-html.ts';
import { renderText } from './render-text.ts';
import { fitShort } from './short-text.ts';
import { claimTemplates } from './templates/claims.ts';
import { digestTemplate } from './templates/digest.ts';
import { editTemplates } from './templates/edits.ts';
import { financeTemplates } from './templates/finance.ts';
import type { Message, MessageView, Short, Template, Templates } from './templates/message.ts';
import { noticeTemplates } from './templates/notices.ts';
import { orderTemplates } from './templates/orders.ts';
import { paymentTemplates } from './templates/payments.ts';
import { priceTemplates } from './templates/price-alert.ts';
import { returnTemplates } from './templates/returns.ts';
import { shipmentTemplates } from './templates/shipments.ts';
import { stockTemplates } from './templates/stock.ts';
import { subscriptionTemplates } from './templates/subscriptions.ts';
import { vendorTemplates } from './templates/vendors.ts';
import { VERSIONS } from './versions.ts';
import { WORDS } from './words/words.ts';

export type { MessageView, Short } from './templates/message.ts';

export interface RenderedEmail {
  subject: string;
  /** What a mailbox shows beside the subject. */
  preheader: string;
  text: string;
  html: string;
  version: number;
}

export interface RenderedShort extends Short {
  version: number;
}

const TEMPLATES: Templates = {
  ...orderTemplates,
  ...editTemplates,
  ...paymentTemplates,
  ...shipmentTemplates,
  ...returnTemplates,
  ...claimTemplates,
  ...subscriptionTemplates,
  ...noticeTemplates,
  ...financeTemplates,
  ...stockTemplates,
  ...priceTemplates,
  ...vendorTemplates,
  digest: digestTemplate((template, message) => templateOf(template).short(message)),
};

/** A template takes the view of its own name: a row holds both. */
const templateOf = (name: MessageTemplate) => TEMPLATES[name] as Template<MessageTemplate>;

/**
 * A mail. The text part says all that the HTML part says.
 * @param locale BCP 47; the nearest one that there is, English when none is
 */
export function renderEmail<Name extends MessageTemplate>(
  template: Name,
  view: MessageView<Name>,
  locale: string,
): RenderedEmail {
  const message = messageOf(view, resolveLocale(locale));
  const mail = templateOf(template).mail(message);
  const frame = frameOf(message, view.unsubscribeUrl);
  const { subject, preheader } = mail;
  return {
    subject: oneLine(subject),
    preheader,
    text: renderText(mail, frame),
    html: renderHtml(mail, frame),
    version: versionOf(template),
  };
}

/** The same in a few lines, for SMS, push and chat. */
export function renderShort<Name extends MessageTemplate>(
  template: Name,
  view: MessageView<Name>,
  locale: string,
): RenderedShort {
  const { title, body, url } = templateOf(template).short(messageOf(view, resolveLocale(locale)));
  return { title, body: fitShort(body), url, version: versionOf(template) };
}

/** A template that is being written has none until `npm run messages:compile`. */
const versionOf = (template: MessageTemplate) => VERSIONS[template]?.version ?? 0;

function messageOf(view: MessageView, locale: Locale): Message<MessageTemplate> {
  const { orderUrl, timeZone = 'UTC', alertLinks = {} } = view;
  const { number, lines, shortages } = view.order;
  const order = { ...view.order, number: oneLine(number), lines: lines ?? [], shortages: shortages ?? [] };
  return {
    ...{ order, orderUrl, alertLinks, locale, data: order.data ?? {} },
    words: WORDS[locale.language],
    formats: formatsOf(locale, timeZone),
    shop: oneLine(view.shopName),
  };
}

function frameOf({ words, order, shop, locale }: Message<MessageTemplate>, unsubscribeUrl: string | undefined) {
  const { footer } = words;
  const url = safeUrl(unsubscribeUrl);
  return {
    language: locale.tag,
    shopName: shop,
    footer: order.number ? footer.order({ number: order.number, shop }) : footer.shop({ shop }),
    unsubscribe: url ? { label: footer.unsubscribe, url } : undefined,
  };
}
