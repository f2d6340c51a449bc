/** What customers are told of goods that never came, came damaged or were missing, in Japanese. */
import type { Words } from '../en/index.ts';

export const claims: Words['claims'] = {
  'exchange-made': {
    subject: ({ number }) => `交換品はご注文 ${number} です`,
    preheader: 'お選びいただいた交換品をまもなくお届けします。',
    heading: '商品の交換',
    text: ({ number }) => `返品を受け取りました。お選びいただいた交換品は、ご注文 ${number} としてお届けします。`,
    due: ({ amount }) => `交換品との差額は ${amount} です。7 日以内にお支払いください。お支払い後に発送いたします。`,
    refund: ({ amount }) => `返品の金額が上回るため、${amount} を返金いたします。`,
    pay: '差額を支払う',
    short: ({ number }) => `交換品はご注文 ${number} です。`,
    shortDue: ({ number, amount }) => `交換品はご注文 ${number} です。差額は ${amount} です。`,
  },
  'claim-requested': {
    subject: ({ number }) => `ご注文 ${number} のお申し出を承りました`,
    preheader: '確認のうえ、あらためてご連絡いたします。',
    heading: 'お申し出を承りました',
    text: ({ number }) =>
      `ご注文 ${number} の商品が正しくお手元に届かず、申し訳ございません。ただいま確認しております。`,
    next: 'ご連絡を差し上げるまで、届いた商品と梱包材を保管してください。',
    short: {
      title: 'お申し出を承りました',
      body: ({ number, shop }) =>
        `${shop}：ご注文 ${number} のお申し出を承りました。確認のうえ、あらためてご連絡いたします。`,
    },
  },
  'claim-decided': {
    subject: ({ number }) => `ご注文 ${number} のお申し出について`,
    preheaders: {
      reshipped: '商品をもう一度お送りします。',
      refunded: '代金を返金いたします。',
      refused: '理由をお知らせします。',
    },
    headings: { reshipped: 'もう一度お送りします', refunded: '返金いたします', refused: 'お申し出をお受けできません' },
    texts: {
      reshipped: ({ number, replacement }) =>
        `ご注文 ${number} の商品をもう一度お送りします${replacement ? `（ご注文 ${replacement}）` : ''}。お客様のご負担はありません。`,
      refunded: ({ number, amount }) =>
        `ご注文 ${number} の商品について ${amount} を返金いたします。お支払いに使われたカードまたは口座に、数日以内に反映されます。`,
      refused: ({ number }) => `ご注文 ${number} のお申し出を確認しましたが、お受けすることができません。`,
    },
    shorts: {
      reshipped: ({ number }) => `ご注文 ${number} の商品を無料でもう一度お送りします。`,
      refunded: ({ number, amount }) => `ご注文 ${number} について ${amount} を返金します。`,
      refused: ({ number }) => `ご注文 ${number} の件は、メールをご確認ください。`,
    },
    reason: '理由',
    answer: 'ご意見がございましたら、このメッセージにご返信ください。',
  },
  items: '対象の商品',
  claimNumber: 'お申し出番号',
  button: 'ご注文を見る',
};
