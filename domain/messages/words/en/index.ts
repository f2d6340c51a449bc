import { claims } from './claims.ts';
import { edits } from './edits.ts';
import { notices } from './notices.ts';
import { orders } from './orders.ts';
import { returns } from './returns.ts';
import { shop } from './shop.ts';
import { subscriptions } from './subscriptions.ts';
import { vendors } from './vendors.ts';

export const en = {
  orders,
  edits,
  returns,
  claims,
  subscriptions,
  notices,
  shop,
  vendors,
  footer: {
    order: ({ number, shop }: { number: string; shop: string }) =>
      `You get this message because of order ${number} at ${shop}.`,
    shop: ({ shop }: { shop: string }) => `You get this message from ${shop}.`,
    unsubscribe: 'Unsubscribe',
  },
};

export type Words = typeof en;
