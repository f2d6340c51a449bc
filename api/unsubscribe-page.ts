/** The page behind an unsubscribe link, in the language of whoever reads it. It loads nothing and works without scripts. */
import { escapeHtml } from '../domain/messages/escape.ts';
import type { Language } from '../domain/messages/locales.ts';
import type { Topic } from '../domain/messages/topics.ts';

export type PageState = 'ask' | 'unsubscribed' | 'subscribed';
type Refusal = 'link_invalid' | 'topic_transactional';

interface Words {
  topics: Record<Topic, string>;
  title: Record<PageState | Refusal, string>;
  /** With {address} and {topic}. */
  text: Record<PageState | Refusal, string>;
  unsubscribe: string;
  subscribe: string;
}

const EN: Words = {
  topics: {
    order: 'orders',
    payment: 'payments',
    shipment: 'parcels',
    refund: 'refunds',
    return: 'returns',
    subscription: 'subscriptions',
    account: 'your account',
    dispute: 'disputes',
    stock: 'stock',
    finance: 'finance',
    price_alert: 'price alerts',
    image: 'pictures',
    operations: 'operations',
    vendor: 'orders that you send as a vendor',
  },
  title: {
    ask: 'Unsubscribe?',
    unsubscribed: 'You are unsubscribed',
    subscribed: 'You are subscribed',
    link_invalid: 'This link is not valid',
    topic_transactional: 'These messages belong to what you bought',
  },
  text: {
    ask: '{address} gets messages about {topic}.',
    unsubscribed: '{address} gets no more messages about {topic}.',
    subscribed: '{address} gets messages about {topic} again.',
    link_invalid: 'It may have been cut off. Please use the link in the message as it is.',
    topic_transactional: 'Messages about {topic} cannot be switched off.',
  },
  unsubscribe: 'Unsubscribe',
  subscribe: 'Subscribe again',
};

const DE: Words = {
  topics: {
    order: 'Bestellungen',
    payment: 'Zahlungen',
    shipment: 'Pakete',
    refund: 'Erstattungen',
    return: 'Rücksendungen',
    subscription: 'Abonnements',
    account: 'Ihr Konto',
    dispute: 'Zahlungsanfechtungen',
    stock: 'Lagerbestände',
    finance: 'Finanzen',
    price_alert: 'Preisalarme',
    image: 'Bilder',
    operations: 'den Betrieb',
    vendor: 'Bestellungen, die Sie als Händler versenden',
  },
  title: {
    ask: 'Abmelden?',
    unsubscribed: 'Sie sind abgemeldet',
    subscribed: 'Sie sind angemeldet',
    link_invalid: 'Dieser Link ist nicht gültig',
    topic_transactional: 'Diese Nachrichten gehören zu Ihrem Kauf',
  },
  text: {
    ask: '{address} erhält Nachrichten über {topic}.',
    unsubscribed: '{address} erhält keine Nachrichten über {topic} mehr.',
    subscribed: '{address} erhält wieder Nachrichten über {topic}.',
    link_invalid: 'Vielleicht wurde er abgeschnitten. Bitte öffnen Sie den Link so, wie er in der Nachricht steht.',
    topic_transactional: 'Nachrichten über {topic} können nicht abbestellt werden.',
  },
  unsubscribe: 'Abmelden',
  subscribe: 'Wieder anmelden',
};

const ES: Words = {
  topics: {
    order: 'pedidos',
    payment: 'pagos',
    shipment: 'envíos',
    refund: 'reembolsos',
    return: 'devoluciones',
    subscription: 'suscripciones',
    account: 'su cuenta',
    dispute: 'disputas',
    stock: 'existencias',
    finance: 'finanzas',
    price_alert: 'alertas de precios',
    image: 'imágenes',
    operations: 'operaciones',
    vendor: 'pedidos que usted envía como vendedor',
  },
  title: {
    ask: '¿Darse de baja?',
    unsubscribed: 'Se ha dado de baja',
    subscribed: 'Se ha dado de alta',
    link_invalid: 'Este enlace no es válido',
    topic_transactional: 'Estos mensajes forman parte de su compra',
  },
  text: {
    ask: '{address} recibe mensajes sobre {topic}.',
    unsubscribed: '{address} no recibirá más mensajes sobre {topic}.',
    subscribed: '{address} vuelve a recibir mensajes sobre {topic}.',
    link_invalid: 'Puede que esté incompleto. Abra el enlace tal como aparece en el mensaje.',
    topic_transactional: 'Los mensajes sobre {topic} no se pueden desactivar.',
  },
  unsubscribe: 'Darse de baja',
  subscribe: 'Darse de alta de nuevo',
};

const JA: Words = {
  topics: {
    order: 'ご注文',
    payment: 'お支払い',
    shipment: '配送',
    refund: '返金',
    return: '返品',
    subscription: '定期購入',
    account: 'アカウント',
    dispute: '支払いの異議申し立て',
    stock: '在庫',
    finance: '経理',
    price_alert: '価格アラート',
    image: '画像',
    operations: '運営',
    vendor: '出店者として発送するご注文',
  },
  title: {
    ask: '配信を停止しますか?',
    unsubscribed: '配信を停止しました',
    subscribed: '配信を再開しました',
    link_invalid: 'このリンクは無効です',
    topic_transactional: 'このメッセージはご購入に必要なお知らせです',
  },
  text: {
    ask: '{address} は「{topic}」に関するメッセージを受け取っています。',
    unsubscribed: '{address} に「{topic}」に関するメッセージは今後届きません。',
    subscribed: '{address} に「{topic}」に関するメッセージが再び届きます。',
    link_invalid: 'リンクが途中で切れている可能性があります。メッセージ内のリンクをそのまま開いてください。',
    topic_transactional: '「{topic}」に関するメッセージは停止できません。',
  },
  unsubscribe: '配信を停止する',
  subscribe: '配信を再開する',
};

const WORDS: Readonly<Record<Language, Words>> = { en: EN, de: DE, es: ES, ja: JA };

interface Shown {
  language: Language;
  address: string;
  topic: Topic;
}

/** What was done, or is asked, with the button that does or undoes it. @param token of the link, which is ours */
export function unsubscribePage(state: PageState, { language, address, topic }: Shown, token: string): string {
  const words = WORDS[language];
  const action = `?token=${encodeURIComponent(token)}${state === 'unsubscribed' ? '&action=subscribe' : ''}`;
  const label = state === 'unsubscribed' ? words.subscribe : words.unsubscribe;
  const button = `<form method="post" action="${escapeHtml(action)}"><button>${escapeHtml(label)}</button></form>`;
  return page(language, words.title[state], fill(words.text[state], words, { address, topic }), button);
}

/** Without a button: there is nothing to do. */
export function refusalPage(code: Refusal, language: Language, topic?: Topic): string {
  const words = WORDS[language];
  return page(language, words.title[code], fill(words.text[code], words, { topic }), '');
}

const fill = (text: string, words: Words, { address = '', topic }: { address?: string; topic?: Topic | undefined }) =>
  text.replace('{topic}', topic ? words.topics[topic] : '').replace('{address}', () => address);

function page(language: Language, title: string, text: string, button: string): string {
  return `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><title>${escapeHtml(title)}</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">
<style>body{margin:0;background:#f3f4f6;color:#1c1f23;font:16px/1.5 system-ui,sans-serif}
main{max-width:30rem;margin:12vh auto 0;padding:2rem;background:#fff;border:1px solid #e5e7eb;border-radius:12px;overflow-wrap:anywhere}
h1{margin:0 0 .75rem;font-size:1.5rem;line-height:1.25}button{margin-top:.75rem;padding:.75rem 1.4rem;border:0;border-radius:8px;background:#1c1f23;color:#fff;font:inherit;font-weight:600;cursor:pointer}
button:focus-visible{outline:3px solid #2563eb;outline-offset:2px}</style></head>
<body><main><h1>${escapeHtml(title)}</h1><p>${escapeHtml(text)}</p>${button}</main></body></html>`;
}
