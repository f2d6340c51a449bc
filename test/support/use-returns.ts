/** Returns and their policies through all that can be asked of them. */
import type { Database } from '../../db/database.ts';
import { seedVariants } from './catalogue.ts';
import type { FakePayments } from './fake-payments.ts';
import { deliveredOrder } from './returned-orders.ts';
import type { Use } from './use-prices.ts';

/** Returns the id that a path of these takes. */
export async function useReturns(
  use: Use,
  { db, payments }: { db: Database; payments: FakePayments },
): Promise<(path: string) => string | undefined> {
  const policy = { name: 'Everything', is_default: true, fee_percent: 2.5, label_amounts: { usd: 490 } };
  const { id: policyId } = await use('POST', '/v1/return-policies', {}, policy);
  await use('PUT', '/v1/return-policies/{id}', { id: policyId }, { ...policy, auto_approve: false });
  const { id: gone } = await use('POST', '/v1/return-policies', {}, { name: 'Nothing', final_sale: true });
  await use('DELETE', '/v1/return-policies/{id}', { id: gone });
  const variants = await seedVariants(db, [{ sku: 'BACK', units: 20 }]);
  const order = await deliveredOrder(db, payments, { variants, quantity: 10 });
  const ask = async () => {
    const lines = [{ sku: 'BACK', quantity: 1, reason: 'does_not_fit', note: 'too small' }];
    const { id } = await use('POST', '/v1/orders/{id}/returns', { id: order }, { lines, note: 'Sorry.' });
    return id as string;
  };
  const change = (id: string, verb: string, body?: object) => use('POST', `/v1/returns/{id}/${verb}`, { id }, body);
  const lines = [{ sku: 'BACK', good: 1 }];
  await change(await ask(), 'refuse', { reason: 'worn' });
  await change(await ask(), 'cancel', {});
  const closed = await ask();
  await change(closed, 'approve', { way: 'own' });
  await change(closed, 'parcels', { carrier: 'DHL', tracking_number: '0034' });
  await change(closed, 'close', { reason: 'It never came.' });
  const id = await ask();
  await change(id, 'approve', {});
  await change(id, 'label');
  await change(id, 'receive', { lines, location: 'main' });
  await change(id, 'settle', {});
  const claimId = await useClaims(use, order);
  return (path) => {
    if (path.startsWith('/v1/claims')) return claimId;
    if (path.startsWith('/v1/return-policies')) return policyId;
    return path.startsWith('/v1/returns') ? id : undefined;
  };
}

async function useClaims(use: Use, order: string): Promise<string> {
  const ask = async () => {
    const lines = [{ sku: 'BACK', quantity: 1 }];
    const { id } = await use('POST', '/v1/orders/{id}/claims', { id: order }, { kind: 'lost', lines });
    return id as string;
  };
  const change = (id: string, verb: string, body?: object) => use('POST', `/v1/claims/{id}/${verb}`, { id }, body);
  await change(await ask(), 'refuse', { reason: 'It was delivered.' });
  await change(await ask(), 'cancel', {});
  await change(await ask(), 'refund', {});
  const id = await ask();
  await change(id, 'carrier', { reference: 'PW-77', amount: 500 });
  await change(id, 'reship', {});
  return id;
}
