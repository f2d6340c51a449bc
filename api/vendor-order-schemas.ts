/** What a vendor's part of an order looks like: its own lines and parcels, and where they go. */
import { z } from 'zod';
import type { ApiKey } from '../db/api-keys.ts';
import type { VendorOrderRow } from '../db/vendor-orders.ts';
import { vendorOrderTransitions } from '../domain/vendors/order.ts';
import { listOf, money, page, text } from './schemas.ts';

export const vendorOrderStatus = z.enum(Object.keys(vendorOrderTransitions) as [keyof typeof vendorOrderTransitions]);

const line = z.object({
  sku: z.string(),
  name: z.string(),
  quantity: z.int(),
  refunded_quantity: z.int(),
  unit_price: money,
  commission_bps: z.int(),
});
const parcel = z.object({
  id: z.uuid(),
  location: z.string(),
  status: z.string(),
  carrier: z.string().nullable(),
  service: z.string().nullable(),
  tracking_number: z.string().nullable(),
  tracking_url: z.string().nullable(),
  label_url: z.string().nullable(),
  shipped_at: z.string().nullable(),
  delivered_at: z.string().nullable(),
  contents: z.array(z.object({ sku: z.string(), quantity: z.int() })),
});
const problemView = z.object({ reason: z.string(), note: z.string().nullable(), reported_at: z.string() });

export const vendorOrderView = z
  .object({
    id: z.uuid(),
    number: z.string(),
    order_number: z.string(),
    order_id: z.uuid().optional().meta({ description: "The shop's keys only" }),
    vendor_id: z.uuid(),
    status: vendorOrderStatus,
    is_held: z.boolean().meta({ description: 'Nothing may be sent for now' }),
    revision: z.int().meta({ description: 'Raised by each change of what is to be sent, and where to' }),
    ship_to: z.object({
      name: z.string().nullable(),
      address: z.record(z.string(), z.unknown()),
      email: z.string().optional().meta({ description: 'Of vendors who may see contacts' }),
      phone: z.string().nullable().optional(),
    }),
    lines: z.array(line),
    parcels: z.array(parcel),
    packed_at: z.iso.datetime().nullable(),
    problem: problemView.nullable(),
    placed_at: z.iso.datetime(),
    version: z.int(),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
  })
  .meta({ id: 'VendorOrder' });

export const vendorOrderList = listOf('VendorOrderList', vendorOrderView);

export const vendorOrderQuery = z.object({
  vendor_id: z.uuid().optional(),
  order_id: z.uuid().optional(),
  status: vendorOrderStatus.optional(),
  has_problem: z.stringbool().optional().meta({ type: 'boolean' }),
  ...page,
});

export const problemReport = z
  .strictObject({
    reason: z.enum(['out_of_stock', 'damaged', 'cannot_ship', 'delayed', 'other']),
    note: text(1_000).optional(),
  })
  .meta({ id: 'VendorOrderProblemReport' });

export const problemSettlement = z.strictObject({ resolution: text(500) }).meta({ id: 'VendorOrderProblemSettlement' });

export function renderVendorOrder(row: VendorOrderRow, key: Pick<ApiKey, 'vendor_id'>) {
  const { order_id, contact, sees_contacts, currency, lines, ship_to, ...rest } = row;
  const isShops = key.vendor_id === null;
  return {
    ...rest,
    ...(isShops ? { order_id } : {}),
    ship_to: { ...ship_to, ...(isShops || sees_contacts ? contact : {}) },
    lines: lines.map(({ unit_amount, ...each }) => ({ ...each, unit_price: { amount: unit_amount, currency } })),
  };
}
