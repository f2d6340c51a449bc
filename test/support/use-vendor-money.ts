/** Uses what the shop decides of a vendor's money. */
import type { Use } from './use-prices.ts';

export async function useVendorMoney(use: Use, id: string): Promise<void> {
  await use('PUT', '/v1/vendors/{id}/payment-terms', { id }, { delay_seconds: 86_400 });
  await use('PUT', '/v1/commission', {}, { basis_points: 300 });
  await use('PUT', '/v1/commission', {}, { basis_points: 1_000, vendor_id: id });
  await use('POST', '/v1/vendors/{id}/pay', { id });
}
