/** Edits of orders through all that can be asked of them. */
import type { Use } from './use-prices.ts';

/** @param orderId a paid order, of which nothing is packed. Returns what a path of these takes. */
export async function useEdits(use: Use, orderId: string): Promise<(path: string) => Record<string, string>> {
  const shipping_address = { line1: '2 Main Street', city: 'Springfield', country: 'US' };
  const wish = { add: [{ sku: 'TEE', quantity: 1 }], shipping_address, note: 'They have moved.' };
  const { id } = await use('POST', '/v1/orders/{id}/edits', { id: orderId }, wish);
  await use('POST', '/v1/orders/{id}/edits/{edit_id}/cancel', { id: orderId, edit_id: id });
  return (path): Record<string, string> => (path.includes('/edits') ? { id: orderId, edit_id: id } : {});
}
