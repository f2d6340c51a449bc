/** What customers are told of their subscriptions, in Japanese. */
import type { Words } from '../en/index.ts';

export const subscriptions: Words['subscriptions'] = {
  'subscription-started': {
    subject: ({ plan }) => `「${plan}」の定期購入が始まりました`,
    preheader: ({ price }) => `${price}。いつでも変更・解約いただけます。`,
    heading: '定期購入が始まりました',
    text: ({ plan }) => `「${plan}」をお申し込みいただき、ありがとうございます。`,
    short: {
      title: '定期購入が始まりました',
      body: ({ plan, shop }) => `${shop}：「${plan}」の定期購入が始まりました。ありがとうございます。`,
    },
  },
  'subscription-renewed': {
    subject: ({ plan }) => `「${plan}」の定期購入を更新しました`,
    preheader: ({ amount }) => `${amount}のお支払いを確認しました。こちらが領収の控えです。`,
    heading: '定期購入を更新しました',
    text: ({ plan, amount }) => `「${plan}」の${amount}のお支払いを確認いたしました。こちらが領収の控えです。`,
    short: {
      title: '定期購入を更新しました',
      body: ({ plan, shop, amount }) => `${shop}：「${plan}」の定期購入を${amount}で更新しました。`,
    },
  },
  'subscription-payment-failed': {
    subject: ({ plan }) => `「${plan}」のお支払いが完了していません`,
    preheader: '定期購入を続けるために、カードをご確認ください。',
    heading: 'お支払いが完了していません',
    text: ({ plan, amount }) => `「${plan}」の${amount}のお支払いが承認されませんでした。`,
    reason: '承認されなかった理由',
    retry: ({ date }) => `${date}にもう一度決済を試みます。それまでに別のカードでお支払いいただけます。`,
    button: 'お支払いへ進む',
    short: {
      title: 'お支払いが完了していません',
      body: ({ plan, shop, amount }) =>
        `${shop}：「${plan}」のお支払い（${amount}）が承認されませんでした。カードをご確認ください。`,
    },
  },
  'subscription-payment-action': {
    subject: ({ plan }) => `「${plan}」のお支払いの確認をお願いします`,
    preheader: '定期購入を続けるには、あと一つお手続きが必要です。',
    heading: 'お支払いの確認をお願いします',
    text: ({ plan, amount }) =>
      `「${plan}」の${amount}のお支払いについて、カード会社がご本人の確認を求めています。確認後、すぐに発送いたします。`,
    button: 'お支払いを確認する',
    short: {
      title: 'お支払いの確認をお願いします',
      body: ({ plan, shop, amount }) => `${shop}：「${plan}」のお支払い（${amount}）にご本人の確認が必要です。`,
    },
  },
  'subscription-goods-missing': {
    subject: ({ plan }) => `「${plan}」に在庫のない商品があります`,
    preheader: 'お選びいただいたとおりに対応いたします。',
    heading: '在庫のない商品があります',
    text: ({ plan }) => `今回は「${plan}」の一部をご用意できません。お選びいただいたとおり、次のように対応いたします。`,
    outcomes: {
      waits: '入荷を待って、まとめてお送りします',
      skipped: '今回はお送りせず、次回のお支払いから代金を差し引きます',
      substituted: '追加料金なしで代わりの商品をお送りします',
      refunded: '今回はお送りせず、代金をお返しします',
    },
    short: {
      title: '在庫のない商品があります',
      body: ({ plan, shop }) => `${shop}：「${plan}」に在庫のない商品があります。対応をご確認ください。`,
    },
  },
  'subscription-ending': {
    subject: ({ plan }) => `「${plan}」の定期購入がまもなく終了します`,
    preheader: 'まだ継続いただけます。',
    heading: '定期購入がまもなく終了します',
    text: ({ plan, date }) =>
      date ? `「${plan}」の定期購入は${date}に終了します。` : `「${plan}」の定期購入はまもなく終了します。`,
    keep: '継続をご希望の場合は、それまでにお手続きください。',
    button: '継続する',
    short: {
      title: '定期購入がまもなく終了します',
      body: ({ plan, shop, date }) =>
        `${shop}：「${plan}」の定期購入は${date ? `${date}に` : 'まもなく'}終了します。継続も可能です。`,
    },
  },
  'subscription-canceled': {
    subject: ({ plan }) => `「${plan}」の定期購入を解約しました`,
    preheader: '今後のご請求はありません。',
    heading: '定期購入を解約しました',
    text: ({ plan, date }) =>
      date
        ? `「${plan}」の定期購入を解約しました。${date}までご利用いただけます。`
        : `「${plan}」の定期購入を解約しました。`,
    charged: '今後のご請求はありません。',
    button: '定期購入を見る',
    short: {
      title: '定期購入を解約しました',
      body: ({ plan, shop }) => `${shop}：「${plan}」の定期購入を解約しました。今後のご請求はありません。`,
    },
  },
  plan: '定期購入',
  price: '料金',
  nextPayment: '次回のお支払い',
  manage: '定期購入を管理する',
  unnamed: '定期購入',
  priceEvery: ({ price, every }) => `${every}${price}`,
  every: {
    day: (n) => (n === 1 ? '毎日' : `${n}日ごとに`),
    week: (n) => (n === 1 ? '毎週' : `${n}週間ごとに`),
    month: (n) => (n === 1 ? '毎月' : `${n}か月ごとに`),
    year: (n) => (n === 1 ? '毎年' : `${n}年ごとに`),
  },
};
