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
  'return-reminder': {
    subject: ({ number }) => `ご注文 ${number} の返品はお済みですか`,
    preheader: 'お荷物の発送をまだ確認できていません。',
    heading: '返品をお待ちしています',
    text: ({ number }) => `ご注文 ${number} の返品はまだ到着しておらず、発送も確認できていません。`,
    sendBy: ({ date }) => `${date}までにご返送ください。`,
    otherwise: '商品をそのままお使いになる場合、お手続きは不要です。',
    label: '送り状を印刷する',
    short: {
      title: '返品をお待ちしています',
      body: ({ number, shop }) =>
        `${shop}：ご注文 ${number} の返品の発送をまだ確認できていません。返品されない場合、お手続きは不要です。`,
    },
  },
  'return-closed': {
    subject: ({ number }) => `ご注文 ${number} の返品手続きを終了しました`,
    preheader: 'この返品の手続きはこれで終了です。',
    heading: '返品手続きを終了しました',
    text: ({ number }) => `ご注文 ${number} の返品手続きは、返金なしで終了しました。`,
    reason: '理由',
    reasons: {
      lapsed: '期限までに商品が発送されませんでした。',
      canceled: '返品が取り消されました。',
      nothing_refunded: '到着時の状態により、返金の対象となりませんでした。',
    },
    answer: 'ご不明な点がございましたら、このメールにご返信ください。',
    short: {
      title: '返品手続きを終了しました',
      body: ({ number, shop }) =>
        `${shop}：ご注文 ${number} の返品手続きは返金なしで終了しました。理由はメールでご説明しています。`,
    },
  },
  items: '返品する商品',
  returnNumber: '返品番号',
  button: '注文を見る',
};
