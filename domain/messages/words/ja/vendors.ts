/** What vendors are told of what they have to send, in Japanese. */
import type { Words } from '../en/index.ts';

export const vendors: Words['vendors'] = {
  'vendor-order': {
    created: {
      subject: ({ number }) => `新しいご注文 ${number}`,
      preheader: '商品が購入されました。発送内容をご確認ください。',
      heading: '新しいご注文があります',
      text: '次の商品を発送してください。',
      short: ({ number, shop }) => `${shop}：新しいご注文 ${number} があります。`,
    },
    changed: {
      subject: ({ number }) => `ご注文 ${number} が変更されました`,
      preheader: '発送する商品またはお届け先が変わりました。',
      heading: 'ご注文が変更されました',
      text: '現在の発送内容は次のとおりです。',
      short: ({ number, shop }) => `${shop}：ご注文 ${number} が変更されました。`,
    },
    held: {
      subject: ({ number }) => `ご注文 ${number} は保留中です`,
      preheader: '当面は発送しないでください。',
      heading: 'ご注文が保留になりました',
      text: '改めてご連絡するまで、発送しないでください。',
      short: ({ number, shop }) => `${shop}：ご注文 ${number} は保留中です。当面は発送しないでください。`,
    },
    released: {
      subject: ({ number }) => `ご注文 ${number} を発送できます`,
      preheader: '保留が解除されました。',
      heading: 'ご注文を発送できるようになりました',
      text: '保留が解除されました。次の商品を発送してください。',
      short: ({ number, shop }) => `${shop}：ご注文 ${number} を発送できるようになりました。`,
    },
    canceled: {
      subject: ({ number }) => `ご注文 ${number} はキャンセルされました`,
      preheader: '発送の必要はありません。',
      heading: 'ご注文がキャンセルされました',
      text: '発送しないでください。未発送の商品は在庫に戻ります。',
      short: ({ number, shop }) => `${shop}：ご注文 ${number} はキャンセルされました。発送しないでください。`,
    },
    shipTo: 'お届け先',
    items: '発送する商品',
    eyebrow: ({ number }) => `ご注文 ${number}`,
    lead: ({ days }) => `${days === 1 ? '1日' : `${days}日`}以内に発送してください。`,
  },
};
