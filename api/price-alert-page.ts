/** The pages behind the links of a price alert, in the language of whoever reads them. They load nothing and work without scripts. */
import { escapeHtml } from '../domain/messages/escape.ts';
import type { Language } from '../domain/messages/locales.ts';

export type AlertPageState =
  | 'ask_reprice'
  | 'ask_mute'
  | 'ask_wrong_match'
  | 'repriced'
  | 'muted'
  | 'unmatched'
  | 'settled'
  | 'no_reprice'
  | 'price_changed'
  | 'link_expired'
  | 'link_invalid';

interface Words {
  title: Record<AlertPageState, string>;
  /** With {product}, {competitor}, {from}, {to} and {margin}. */
  text: Record<AlertPageState, string>;
  /** With {percent}. */
  margin: string;
  button: Record<'ask_reprice' | 'ask_mute' | 'ask_wrong_match', string>;
}

const EN: Words = {
  title: {
    ask_reprice: 'Change our price?',
    ask_mute: 'Mute for a week?',
    ask_wrong_match: 'Is this the wrong product?',
    repriced: 'Our price was changed',
    muted: 'Muted for a week',
    unmatched: 'The page was untied',
    settled: 'Nothing was changed',
    no_reprice: 'There is no price to propose',
    price_changed: 'Our price is another one by now',
    link_expired: 'This link has expired',
    link_invalid: 'This link is not valid',
  },
  text: {
    ask_reprice: '{product}: from {from} to {to}, as {competitor} asks. {margin}',
    ask_mute: 'Nobody is told of {product} at {competitor} for a week.',
    ask_wrong_match: '{product} and the page at {competitor} are untied for good, and its alerts end.',
    repriced: '{product} now costs {to}, before {from}. It can be undone by the API.',
    muted: 'Nobody is told of {product} at {competitor} for a week.',
    unmatched: '{product} and the page at {competitor} are tied no more.',
    settled: 'The alert is over, or somebody has decided already.',
    no_reprice: 'Our price for {product} is as low as it may be, or theirs cannot be compared.',
    price_changed: 'The proposal for {product} was reckoned from another price, and was not applied.',
    link_expired: 'Please look at the alert again before you decide.',
    link_invalid: 'It may have been cut off. Please use the link in the message as it is.',
  },
  margin: 'Our margin will be {percent}.',
  button: { ask_reprice: 'Change the price', ask_mute: 'Mute', ask_wrong_match: 'Wrong product' },
};

const DE: Words = {
  title: {
    ask_reprice: 'Unseren Preis ändern?',
    ask_mute: 'Eine Woche stumm schalten?',
    ask_wrong_match: 'Ist das der falsche Artikel?',
    repriced: 'Unser Preis wurde geändert',
    muted: 'Eine Woche stumm',
    unmatched: 'Die Seite wurde gelöst',
    settled: 'Es wurde nichts geändert',
    no_reprice: 'Es gibt keinen Preisvorschlag',
    price_changed: 'Unser Preis ist inzwischen ein anderer',
    link_expired: 'Dieser Link ist abgelaufen',
    link_invalid: 'Dieser Link ist nicht gültig',
  },
  text: {
    ask_reprice: '{product}: von {from} auf {to}, wie bei {competitor}. {margin}',
    ask_mute: 'Eine Woche lang hört niemand von {product} bei {competitor}.',
    ask_wrong_match: '{product} und die Seite bei {competitor} werden dauerhaft gelöst, und ihre Alarme enden.',
    repriced: '{product} kostet jetzt {to}, vorher {from}. Über die API lässt sich das rückgängig machen.',
    muted: 'Eine Woche lang hört niemand von {product} bei {competitor}.',
    unmatched: '{product} und die Seite bei {competitor} gehören nicht mehr zusammen.',
    settled: 'Der Alarm ist vorbei, oder jemand hat schon entschieden.',
    no_reprice:
      'Unser Preis für {product} ist so niedrig, wie er sein darf, oder der Preis dort ist nicht vergleichbar.',
    price_changed: 'Der Vorschlag für {product} beruhte auf einem anderen Preis und wurde nicht angewendet.',
    link_expired: 'Bitte sehen Sie sich den Alarm noch einmal an, bevor Sie entscheiden.',
    link_invalid: 'Vielleicht wurde er abgeschnitten. Bitte öffnen Sie den Link so, wie er in der Nachricht steht.',
  },
  margin: 'Unsere Marge beträgt dann {percent}.',
  button: { ask_reprice: 'Preis ändern', ask_mute: 'Stumm schalten', ask_wrong_match: 'Falscher Artikel' },
};

const ES: Words = {
  title: {
    ask_reprice: '¿Cambiar nuestro precio?',
    ask_mute: '¿Silenciar una semana?',
    ask_wrong_match: '¿No es el mismo producto?',
    repriced: 'Nuestro precio ha cambiado',
    muted: 'Silenciado una semana',
    unmatched: 'La página se ha desvinculado',
    settled: 'No se ha cambiado nada',
    no_reprice: 'No hay precio que proponer',
    price_changed: 'Nuestro precio ya es otro',
    link_expired: 'Este enlace ha caducado',
    link_invalid: 'Este enlace no es válido',
  },
  text: {
    ask_reprice: '{product}: de {from} a {to}, como en {competitor}. {margin}',
    ask_mute: 'Durante una semana no se avisará de {product} en {competitor}.',
    ask_wrong_match: '{product} y la página de {competitor} se desvinculan para siempre y sus alertas terminan.',
    repriced: '{product} cuesta ahora {to}, antes {from}. Se puede deshacer por la API.',
    muted: 'Durante una semana no se avisará de {product} en {competitor}.',
    unmatched: '{product} y la página de {competitor} ya no están vinculados.',
    settled: 'La alerta ha terminado o alguien ya ha decidido.',
    no_reprice: 'Nuestro precio de {product} es el más bajo posible, o el suyo no se puede comparar.',
    price_changed: 'La propuesta para {product} partía de otro precio y no se ha aplicado.',
    link_expired: 'Vuelva a mirar la alerta antes de decidir.',
    link_invalid: 'Puede que esté incompleto. Abra el enlace tal como aparece en el mensaje.',
  },
  margin: 'Nuestro margen será del {percent}.',
  button: { ask_reprice: 'Cambiar el precio', ask_mute: 'Silenciar', ask_wrong_match: 'No es el mismo' },
};

const JA: Words = {
  title: {
    ask_reprice: '当店の価格を変更しますか?',
    ask_mute: '1週間通知を止めますか?',
    ask_wrong_match: '別の商品ですか?',
    repriced: '当店の価格を変更しました',
    muted: '1週間通知を止めました',
    unmatched: 'ページの関連付けを解除しました',
    settled: '変更はありません',
    no_reprice: '提案できる価格がありません',
    price_changed: '当店の価格はすでに変わっています',
    link_expired: 'このリンクは期限切れです',
    link_invalid: 'このリンクは無効です',
  },
  text: {
    ask_reprice: '{product}：{competitor}に合わせて{from}から{to}に変更します。{margin}',
    ask_mute: '{competitor}の{product}について1週間お知らせしません。',
    ask_wrong_match: '{product}と{competitor}のページの関連付けを解除し、アラートを終了します。',
    repriced: '{product}の価格を{from}から{to}に変更しました。APIで元に戻せます。',
    muted: '{competitor}の{product}について1週間お知らせしません。',
    unmatched: '{product}と{competitor}のページの関連付けはなくなりました。',
    settled: 'アラートは終了しているか、すでに対応済みです。',
    no_reprice: '{product}の価格はこれ以上下げられないか、先方の価格と比較できません。',
    price_changed: '{product}の提案は別の価格に基づいていたため、適用しませんでした。',
    link_expired: 'アラートをもう一度ご確認ください。',
    link_invalid: 'リンクが途中で切れている可能性があります。メッセージ内のリンクをそのまま開いてください。',
  },
  margin: '利益率は{percent}になります。',
  button: { ask_reprice: '価格を変更する', ask_mute: '通知を止める', ask_wrong_match: '別の商品です' },
};

const WORDS: Readonly<Record<Language, Words>> = { en: EN, de: DE, es: ES, ja: JA };

/** What the sentences are filled with, written by the language's conventions. */
export type PageFacts = Readonly<Partial<Record<'product' | 'competitor' | 'from' | 'to' | 'margin', string>>>;

/** Where the button posts to, with the change of our price that the page shows. */
export interface PageForm {
  token: string;
  from?: number | undefined;
  to?: number | undefined;
}

/** What is asked or was done. */
export function alertPage(state: AlertPageState, language: Language, facts: PageFacts = {}, form?: PageForm): string {
  const words = WORDS[language];
  const margin = facts.margin ? words.margin.replace('{percent}', facts.margin) : '';
  const filled = { ...facts, margin };
  const text = words.text[state].replaceAll(/\{(\w+)\}/g, (_, name: keyof PageFacts) => filled[name] ?? '').trim();
  const asks = Object.hasOwn(words.button, state) ? words.button[state as keyof Words['button']] : undefined;
  const button = asks && form ? formHtml(asks, form) : '';
  return page(language, words.title[state], text, button);
}

function formHtml(label: string, { token, from, to }: PageForm): string {
  const shown = from === undefined || to === undefined ? '' : `&from=${from}&to=${to}`;
  const action = `?token=${encodeURIComponent(token)}${shown}`;
  return `<form method="post" action="${escapeHtml(action)}"><button>${escapeHtml(label)}</button></form>`;
}

function page(language: Language, title: string, text: string, button: string): string {
  return `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><title>${escapeHtml(title)}</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex"><meta name="color-scheme" content="light dark">
<style>body{margin:0;background:#f3f4f6;color:#1c1f23;font:16px/1.5 system-ui,sans-serif}
main{max-width:30rem;margin:12vh auto 0;padding:2rem;background:#fff;border:1px solid #e5e7eb;border-radius:12px;overflow-wrap:anywhere}
h1{margin:0 0 .75rem;font-size:1.5rem;line-height:1.25}button{margin-top:.75rem;padding:.75rem 1.4rem;border:0;border-radius:8px;background:#1c1f23;color:#fff;font:inherit;font-weight:600;cursor:pointer}
button:focus-visible{outline:3px solid #2563eb;outline-offset:2px}
@media(prefers-color-scheme:dark){body{background:#111316;color:#eceef1}main{background:#1c1f24;border-color:#30353c}button{background:#eceef1;color:#15171a}}</style></head>
<body><main><h1>${escapeHtml(title)}</h1><p>${escapeHtml(text)}</p>${button}</main></body></html>`;
}
