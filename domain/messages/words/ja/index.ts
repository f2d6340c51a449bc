import type { Words } from '../en/index.ts';
import { claims } from './claims.ts';
import { edits } from './edits.ts';
import { notices } from './notices.ts';
import { orders } from './orders.ts';
import { returns } from './returns.ts';
import { shop } from './shop.ts';
import { subscriptions } from './subscriptions.ts';
import { vendors } from './vendors.ts';

export const ja: Words = {
  orders,
  edits,
  returns,
  claims,
  subscriptions,
  notices,
  shop,
  vendors,
  footer: {
    order: ({ number, shop }) => `このメッセージは、${shop}でのご注文 ${number} に関してお送りしています。`,
    shop: ({ shop }) => `このメッセージは${shop}からお送りしています。`,
    unsubscribe: '配信を停止する',
  },
};
