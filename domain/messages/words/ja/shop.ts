/** What the people who run the shop are told of stock, money and prices, in Japanese. */
import type { Words } from '../en/index.ts';
import { numberOf } from '../plural.ts';
import { priceAlert } from './price-alert.ts';

const many = numberOf('ja');

export const shop: Words['shop'] = {
  'low-stock': {
    subject: ({ items, first }) => (items === 1 ? `在庫わずか：${first}` : `在庫わずか：${many(items)}品目`),
    preheader: '在庫が設定した数を下回っています。',
    heading: ({ items }) => `${many(items)}品目の在庫が少なくなっています`,
    text: '在庫が設定した数を下回っています。',
    left: ({ available, threshold }) => `残り${available}（基準${threshold}）`,
    eyebrow: '在庫',
    short: ({ shop, items, first, left }) =>
      items === 1
        ? `${shop}：${first}の在庫が少なくなっています（${left}）。`
        : `${shop}：${many(items)}品目の在庫が少なくなっています。`,
  },
  'daily-close': {
    subject: ({ day, sold }) => `日次締め ${day}${sold ? `：売上 ${sold}` : ''}`,
    preheader: ({ orders }) => `注文${many(orders)}件。締めが完了しました。`,
    heading: ({ day }) => `${day}の帳簿を締めました`,
    nothing: 'この日の記帳はありません。',
    text: '日付は UTC です。売上と返金は税抜きです。',
    orders: '注文',
    sold: '売上',
    refunded: '返金',
    tax: '税',
    fees: '手数料',
    disputed: '異議申し立て',
    net: '差引',
    button: '仕訳帳を開く',
    eyebrow: '経理',
    short: ({ shop, day, sold }) => `${shop}：${day}の帳簿を締めました。${sold ? `売上 ${sold}。` : ''}`,
  },
  'reconciliation-summary': {
    subject: ({ day, open }) => `照合 ${day}：未解決の差異 ${many(open)}件`,
    preheader: '自社の帳簿と Stripe の記録に差異があります。',
    heading: ({ open }) => `${many(open)}件の差異が判断を待っています`,
    text: '自社の帳簿と Stripe の記録が、以下の点で異なります。各差異は API または `npm run stockroom` で承認・解決できます。',
    unexplained: ({ currency }) => `説明のつかない金額、${currency}`,
    greatest: '金額の大きいもの',
    eyebrow: '経理',
    short: ({ shop, open, day }) => `${shop}：${day}の差異${many(open)}件が判断を待っています。`,
  },
  'price-alert': priceAlert,
  digest: {
    subject: ({ total, topic }) => `${topic}：${many(total)}件のお知らせ`,
    preheader: ({ since, until }) => `${since}から${until}まで`,
    heading: ({ total }) => `前回のまとめ以降のお知らせ ${many(total)}件`,
    text: ({ since, until }) => `${since}から${until}までの出来事です。`,
    more: ({ more }) => `ほか${many(more)}件`,
    each: '内容',
    short: ({ shop, total, topic }) => `${shop}：${many(total)}件のお知らせ（${topic}）。`,
  },
  topics: {
    order: '注文',
    payment: '支払い',
    shipment: '配送',
    refund: '返金',
    return: '返品',
    subscription: '定期購入',
    account: 'アカウント',
    dispute: '異議申し立て',
    stock: '在庫',
    finance: '経理',
    price_alert: '価格',
    image: '画像',
    operations: '運用',
  },
  anyTopic: 'お知らせ',
};
