/** What customers are told of goods that they send back, in Japanese. */
import type { Words } from '../en/index.ts';

export const returns: Words['returns'] = {
  'return-requested': {
    subject: ({ number }) => `ご注文 ${number} の返品のお申し込みを受け付けました`,
    preheader: '内容を確認してご連絡します。それまで商品はお手元に保管してください。',
    heading: '返品のお申し込みを受け付けました',
    text: ({ number }) =>
      `ご注文 ${number} の返品のお申し込みを受け付けました。内容を確認して、あらためてご連絡します。`,
    next: 'ご連絡するまで、商品はお手元に保管してください。',
    short: {
      title: '返品のお申し込みを受け付けました',
      body: ({ number, shop }) =>
        `${shop}：ご注文 ${number} の返品を受け付けました。ご連絡まで商品を保管してください。`,
    },
  },
  'return-approved': {
    subject: ({ number }) => `ご注文 ${number} の商品をご返送いただけます`,
    preheader: '返送の方法と送り先のご案内です。',
    heading: '商品をご返送いただけます',
    text: ({ number }) => `ご注文 ${number} の返品を承りました。`,
    sendBy: ({ date }) => `${date}までにご返送ください。`,
    address: '返送先',
    label: '送り状を印刷する',
    money: '商品の到着を確認しましたら返金いたします。',
    short: {
      title: '商品をご返送いただけます',
      body: ({ number, shop }) => `${shop}：ご注文 ${number} の返品を承りました。商品の到着後に返金いたします。`,
    },
  },
  'return-refused': {
    subject: ({ number }) => `ご注文 ${number} の返品について`,
    preheader: '返品をお受けできません。理由をご説明します。',
    heading: '返品をお受けできません',
    text: ({ number }) => `ご注文 ${number} の返品について確認いたしましたが、お受けすることができません。`,
    reason: '理由',
    reasons: {
      too_late: '返品の期限を過ぎています。',
      worn: '商品が使用されています。',
      not_returnable: 'この種類の商品は返品できません。',
      not_ours: 'このご注文の商品ではありません。',
    },
    answer: 'ご不明な点がございましたら、このメールにご返信ください。',
    short: {
      title: '返品について',
      body: ({ number, shop }) =>
        `${shop}：ご注文 ${number} の返品をお受けできません。理由はメールでご説明しています。`,
    },
  },
  'return-received': {
    subject: ({ number }) => `ご注文 ${number} の返品が到着しました`,
    preheader: '返送された商品を受け取りました。',
    heading: '返品が到着しました',
    text: ({ number }) => `ご注文 ${number} の商品を受け取りました。ご返送ありがとうございました。`,
    refund: ({ amount }) => `${amount}を返金いたします。数日以内に、お支払いに使われたカードまたは口座に反映されます。`,
    later: '返金の手続きが済みましたら、あらためてご連絡します。',
    short: {
      title: '返品が到着しました',
      body: ({ number, shop, amount }) =>
        `${shop}：ご注文 ${number} の返品が到着しました。${amount ? `${amount}を返金いたします。` : ''}`,
    },
  },
  items: '返品する商品',
  returnNumber: '返品番号',
  button: '注文を見る',
};
