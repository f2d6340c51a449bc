/** What customers are told of an order's payment and way, in Japanese. */
import type { Words } from '../en/index.ts';

export const orders: Words['orders'] = {
  'order-confirmation': {
    subject: ({ number }) => `ご注文 ${number} を承りました`,
    preheader: ({ items, total }) => `${items}点、合計${total}。こちらが領収の控えです。`,
    heading: 'ご注文ありがとうございます',
    text: ({ number }) => `ご注文 ${number} のお支払いを確認いたしました。こちらが領収の控えです。`,
    short: {
      title: 'ご注文を承りました',
      body: ({ number, shop, amount }) => `${shop}：ご注文 ${number}（${amount}）を承りました。ありがとうございます。`,
    },
  },
  'payment-failed': {
    subject: ({ number }) => `ご注文 ${number} のお支払いが完了していません`,
    preheader: '商品はしばらくお取り置きしています。もう一度お支払いいただけます。',
    heading: 'お支払いが完了していません',
    text: ({ number, amount }) => `ご注文 ${number} の${amount}のお支払いが承認されませんでした。`,
    reason: '承認されなかった理由',
    again: '商品はしばらくお取り置きしています。同じカードまたは別のカードで、もう一度お支払いいただけます。',
    button: 'もう一度支払う',
    short: {
      title: 'お支払いが完了していません',
      body: ({ number, shop, amount }) =>
        `${shop}：ご注文 ${number} のお支払い（${amount}）が承認されませんでした。もう一度お支払いください。`,
    },
  },
  'payment-action-required': {
    subject: ({ number }) => `ご注文 ${number} のお支払いの確認をお願いします`,
    preheader: 'お支払いには、銀行での本人確認が必要です。',
    heading: '銀行での本人確認をお願いします',
    text: ({ number, amount }) => `ご注文 ${number} の${amount}のお支払いには、銀行での本人確認が必要です。`,
    button: 'お支払いを確認する',
    short: {
      title: 'お支払いの確認をお願いします',
      body: ({ number, shop, amount }) =>
        `${shop}：ご注文 ${number} のお支払い（${amount}）には銀行での本人確認が必要です。`,
    },
  },
  shipped: {
    subject: ({ number }) => `ご注文 ${number} を発送しました`,
    preheader: ({ carrier }) => (carrier ? `${carrier}にお荷物を預けました。` : 'お荷物を発送しました。'),
    heading: 'ご注文の品を発送しました',
    text: ({ number, carrier }) =>
      carrier ? `ご注文 ${number} のお荷物を${carrier}に預けました。` : `ご注文 ${number} のお荷物を発送しました。`,
    button: 'お荷物を追跡する',
    short: {
      title: 'ご注文の品を発送しました',
      body: ({ number, shop, carrier, tracking }) =>
        `${shop}：ご注文 ${number} を${carrier ? `${carrier}で` : ''}発送しました。${tracking ? `追跡番号 ${tracking}` : ''}`,
    },
  },
  delivered: {
    subject: ({ number }) => `ご注文 ${number} をお届けしました`,
    preheader: 'お気に召していただければ幸いです。',
    heading: 'ご注文の品をお届けしました',
    text: ({ number }) => `ご注文 ${number} のお荷物をお届けしました。お気に召していただければ幸いです。`,
    button: '注文を見る',
    short: {
      title: 'ご注文の品をお届けしました',
      body: ({ number, shop }) => `${shop}：ご注文 ${number} をお届けしました。ご利用ありがとうございます。`,
    },
  },
  canceled: {
    subject: ({ number }) => `ご注文 ${number} は取り消されました`,
    preheader: 'お支払い済みの金額は返金いたします。',
    heading: 'ご注文は取り消されました',
    text: ({ number }) => `ご注文 ${number} は取り消されました。`,
    reason: '理由',
    reasons: {
      expired: '期限までにお支払いがありませんでした。',
      payment_canceled: 'お支払いが取り消されました。',
      authorization_expired: '期限までに売上が確定されず、銀行が与信を解除しました。',
    },
    money: 'お支払い済みの金額は返金いたします。返金の手続きが済みましたら、あらためてご連絡します。',
    button: '注文を見る',
    short: {
      title: 'ご注文は取り消されました',
      body: ({ number, shop }) => `${shop}：ご注文 ${number} は取り消されました。お支払い済みの金額は返金いたします。`,
    },
  },
  refunded: {
    subject: ({ number }) => `ご注文 ${number} の返金のお知らせ`,
    preheader: '数日以内に、ご利用のカードや口座に反映されます。',
    heading: '返金の手続きをいたしました',
    amount: '返金額',
    text: ({ number, amount }) =>
      amount
        ? `ご注文 ${number} について、${amount}を返金いたしました。`
        : `ご注文 ${number} の代金を返金いたしました。`,
    for: '返金の内訳',
    shipping: '送料',
    when: '数日以内に、お支払いに使われたカードまたは口座に反映されます。',
    button: '注文を見る',
    short: {
      title: '返金の手続きをいたしました',
      body: ({ number, shop, amount }) =>
        `${shop}：ご注文 ${number} の${amount || '代金'}を返金いたしました。数日以内に反映されます。`,
    },
  },
  'out-of-stock': {
    subject: ({ number }) => `ご注文 ${number} をお受けできませんでした`,
    preheader: '在庫が足りませんでした。代金は請求しておりません。',
    heading: '申し訳ございません、売り切れです',
    text: ({ number }) => `申し訳ございません。ご注文 ${number} の在庫が足りませんでした。`,
    shortage: ({ requested, available }) => `ご注文${requested}点、在庫${available}点`,
    charged: '代金は請求しておりません。',
    short: {
      title: '申し訳ございません、売り切れです',
      body: ({ number, shop }) =>
        `${shop}：申し訳ございません。ご注文 ${number} は在庫切れです。代金は請求しておりません。`,
    },
  },
  declines: {
    declined: 'カードが承認されませんでした。',
    funds: 'カードの残高または利用可能枠が不足しています。',
    expired: 'カードの有効期限が切れています。',
    cvc: 'カードのセキュリティコードが正しくありません。',
    number: 'カード番号が正しくありません。',
    often: '短い間に何度も試されたため、カードが承認されませんでした。',
    authentication: 'カードが承認されませんでした。このお支払いには本人確認が必要です。',
    processing: 'カードの処理中にエラーが発生しました。しばらくしてからもう一度お試しください。',
    unsupported: 'このカードはこの種類のお買い物にはご利用いただけません。',
  },
  receipt: {
    subtotal: '小計',
    shipping: '送料',
    free: '無料',
    tax: '税',
    total: '合計',
    charged: 'ご請求額',
    shipsTo: 'お届け先',
    billedTo: 'ご請求先',
    button: '注文を見る',
    carrier: '配送会社',
    trackingNumber: '追跡番号',
  },
  eyebrow: ({ number, date }) => `ご注文 ${number}${date ? ` · ${date}` : ''}`,
  hello: ({ name }) => (name ? `${name} 様` : 'お客様'),
};
