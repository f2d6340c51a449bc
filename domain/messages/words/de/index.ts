import type { Words } from '../en/index.ts';
import { claims } from './claims.ts';
import { edits } from './edits.ts';
import { notices } from './notices.ts';
import { orders } from './orders.ts';
import { returns } from './returns.ts';
import { shop } from './shop.ts';
import { subscriptions } from './subscriptions.ts';
import { vendors } from './vendors.ts';

export const de: Words = {
  orders,
  edits,
  returns,
  claims,
  subscriptions,
  notices,
  shop,
  vendors,
  footer: {
    order: ({ number, shop }) => `Sie erhalten diese Nachricht wegen der Bestellung ${number} bei ${shop}.`,
    shop: ({ shop }) => `Sie erhalten diese Nachricht von ${shop}.`,
    unsubscribe: 'Abbestellen',
  },
};
