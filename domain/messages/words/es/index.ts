import type { Words } from '../en/index.ts';
import { claims } from './claims.ts';
import { edits } from './edits.ts';
import { notices } from './notices.ts';
import { orders } from './orders.ts';
import { returns } from './returns.ts';
import { shop } from './shop.ts';
import { subscriptions } from './subscriptions.ts';
import { vendors } from './vendors.ts';

export const es: Words = {
  orders,
  edits,
  returns,
  claims,
  subscriptions,
  notices,
  shop,
  vendors,
  footer: {
    order: ({ number, shop }) => `Recibe este mensaje por su pedido ${number} en ${shop}.`,
    shop: ({ shop }) => `Recibe este mensaje de ${shop}.`,
    unsubscribe: 'Darse de baja',
  },
};
