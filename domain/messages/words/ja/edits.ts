/** 発送前に変更された注文についてお客様にお伝えすること。 */
import type { Words } from '../en/index.ts';

export const edits: Words['edits'] = {
  'order-edited': {
    subject: ({ number }) => `ご注文${number}の内容を変更しました`,
    preheader: ({ total }) => `合計は${total}になりました。`,
    heading: 'ご注文の内容を変更しました',
    text: ({ number }) => `ご注文${number}の内容を変更しました。お届けする内容は次のとおりです。`,
    refund: ({ amount }) =>
      `お支払い済みの${amount}を、ご利用のカードまたは口座に返金いたします。反映まで数日かかることがあります。`,
    charged: ({ amount }) => `差額${amount}のお支払いが完了しています。`,
    button: 'ご注文を見る',
    short: {
      title: 'ご注文の内容を変更しました',
      body: ({ number, shop, total }) => `${shop}：ご注文${number}の内容を変更しました。合計は${total}です。`,
    },
  },
  'balance-due': {
    subject: ({ parent }) => `ご注文${parent}の差額のお支払いをお願いします`,
    preheader: ({ amount }) => `差額${amount}のお支払い後に変更いたします。`,
    heading: '差額のお支払いが必要です',
    text: ({ parent, amount }) =>
      `ご希望の変更により、ご注文${parent}は${amount}高くなります。お支払いの確認後、内容を変更して発送いたします。`,
    otherwise: '期限までにお支払いがない場合、ご注文は元の内容のままとなります。',
    button: '差額を支払う',
    short: {
      title: '差額のお支払いが必要です',
      body: ({ shop, parent, amount }) =>
        `${shop}：変更により、ご注文${parent}は${amount}高くなります。差額のお支払い後に発送いたします。`,
    },
  },
};
