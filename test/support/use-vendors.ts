/** Vendors from their registration to a part of an order, through all that can be asked of them. */
import type { Database } from '../../db/database.ts';
import { createFollowVendorOrders } from '../../workers/follow-vendor-orders.ts';
import { createOpenVendorAccount } from '../../workers/open-vendor-account.ts';
import { createReadVendorAccount } from '../../workers/read-vendor-account.ts';
import type { FakeConnect } from './fake-connect.ts';
import type { Use } from './use-prices.ts';

export const vendorAddress = {
  name: 'Kiln & Clay',
  line1: '1 Kiln Lane',
  city: 'Leeds',
  postal_code: 'LS1',
  country: 'GB',
};
export const verification = {
  legal_name: 'Kiln & Clay Ltd',
  tax_id: 'GB123',
  address: vendorAddress,
  representative: { name: 'Ada', email: 'ada@kiln.example' },
};

/** Registers a vendor by the API and takes it to where it sells. */
export async function openVendor(use: Use, { db, connect }: { db: Database; connect: FakeConnect }, slug: string) {
  const wanted = { name: `Vendor ${slug}`, slug, email: `${slug}@vendor.example`, country: 'GB', currency: 'usd' };
  const { id } = await use('POST', '/v1/vendors', {}, wanted);
  const told = { profile: { description: 'Pots.' }, settings: { return_address: vendorAddress, lead_time_days: 2 } };
  await use('PUT', '/v1/vendors/{id}', { id }, told);
  await use('POST', '/v1/vendors/{id}/submit', { id }, verification);
  await use('POST', '/v1/vendors/{id}/verify', { id });
  await createOpenVendorAccount({ db, connect })({ vendor_id: id });
  const account = [...connect.accounts.values()].find(({ vendorId }) => vendorId === id)!;
  connect.onboard(account.id);
  await createReadVendorAccount({ db, connect })({ account_id: account.id });
  return { id: id as string, accountId: account.id };
}

/** A vendor's place with a product in it that is for sale. */
export async function stockVendor(use: Use, vendorId: string, sku: string) {
  const place = { code: `at-${sku.toLowerCase()}`, name: 'Kiln', country: 'GB', vendor_id: vendorId };
  await use('POST', '/v1/locations', {}, place);
  const variants = [{ sku, prices: [{ currency: 'usd', amount: 2_000 }], weight_grams: 300 }];
  const product = {
    name: `Pot ${sku}`,
    slug: `pot-${sku.toLowerCase()}`,
    status: 'active',
    vendor_id: vendorId,
    variants,
  };
  const made = await use('POST', '/v1/products', {}, product);
  await use('POST', '/v1/stock/adjustments', {}, { sku, location: place.code, change: 20, reason: 'received' });
  return made;
}

/** Returns the id that a path of these takes. */
export async function useVendors(
  use: Use,
  tools: { db: Database; connect: FakeConnect },
  pay: (variants: Map<string, string>) => Promise<string>,
): Promise<(path: string) => string> {
  const { db } = tools;
  const { id } = await openVendor(use, tools, 'kiln');
  await use('PUT', '/api/vendors/{id}', { id }, { commission_bps: 300 });
  const links = { return_url: 'https://shop.example/done', refresh_url: 'https://shop.example/again' };
  await use('POST', '/v1/vendors/{id}/onboarding-link', { id }, links);
  await use('GET', '/v1/vendors/{id}/storefront', { id: 'kiln' });
  const key = await use('POST', '/v1/vendors/{id}/keys', { id }, { name: 'theirs', scopes: ['vendors:read'] });
  const next = await use('POST', '/v1/vendors/{id}/keys/{key_id}/rotate', { id, key_id: key.id }, {});
  await use('DELETE', '/v1/vendors/{id}/keys/{key_id}', { id, key_id: next.id });
  const pot = await stockVendor(use, id, 'POT-1');
  await use('POST', '/v1/products/{id}/approval', { id: pot.id }, { approval: 'refused', reason: 'A better picture.' });
  await use('POST', '/v1/products/{id}/approval', { id: pot.id }, { approval: 'approved' });
  const part = await usePart(use, db, await pay(new Map([['POT-1', pot.variants[0].id]])));
  await use('GET', '/v1/vendors/{id}/events', { id });
  await use('GET', '/v1/vendor-orders/{id}/events', { id: part });
  await useEnds(use);
  return (path) => (path.includes('vendor-orders') ? part : id);
}

async function usePart(use: Use, db: Database, orderId: string): Promise<string> {
  await createFollowVendorOrders({ db })({ order_id: orderId });
  const { data } = await use('GET', '/v1/vendor-orders', {});
  const { id } = data[0];
  await use('POST', '/v1/vendor-orders/{id}/pack', { id });
  await use('POST', '/v1/vendor-orders/{id}/report-problem', { id }, { reason: 'damaged' });
  await use('POST', '/v1/vendor-orders/{id}/settle-problem', { id }, { resolution: 'Send another one.' });
  return id;
}

async function useEnds(use: Use): Promise<void> {
  const wanted = { name: 'Gone', email: 'gone@vendor.example', country: 'GB', currency: 'usd' };
  const { id } = await use('POST', '/api/vendors/register', {}, wanted);
  await use(
    'PUT',
    '/v1/vendors/{id}',
    { id },
    { profile: { description: 'x' }, settings: { return_address: vendorAddress } },
  );
  await use('POST', '/v1/vendors/{id}/submit', { id }, verification);
  await use('POST', '/v1/vendors/{id}/refuse', { id }, { reasons: [{ field: 'tax_id', reason: 'It is unknown.' }] });
  await use('POST', '/v1/vendors/{id}/submit', { id }, verification);
  await use('POST', '/v1/vendors/{id}/verify', { id });
  await use('POST', '/v1/vendors/{id}/suspend', { id }, { reason: 'We look into it.' });
  await use('POST', '/v1/vendors/{id}/resume', { id });
  await use('POST', '/v1/vendors/{id}/close', { id }, { reason: 'It asked for it.' });
}
