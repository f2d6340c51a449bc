/** The states of a vendor's part of an order: by its parcels, its units and what the vendor says. */
import { assertClosed } from '../order-status.ts';

export const vendorOrderTransitions = {
  open: ['packed', 'partially_shipped', 'shipped', 'delivered', 'canceled'],
  packed: ['open', 'partially_shipped', 'shipped', 'delivered', 'canceled'],
  partially_shipped: ['shipped', 'delivered'],
  shipped: ['delivered'],
  delivered: [],
  canceled: [],
} as const;

export type VendorOrderStatus = keyof typeof vendorOrderTransitions;

assertClosed(vendorOrderTransitions);
