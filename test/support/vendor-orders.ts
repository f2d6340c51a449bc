/** Paid orders of vendors, written in sets as the shop leaves them: their lines, parts, payments, refunds and disputes. */
import { type Database, statement } from '../../db/database.ts';
import { uuidv7 } from '../../db/ids.ts';
import { planRefund } from '../../domain/refunds.ts';

export interface SeedVendor {
  id: string;
  variantId: string;
  commissionBps: number;
}

const item = `select * from json_to_recordset($1) as item (id uuid, "variantId" uuid, "productId" uuid, name text)`;
const insertVendors = statement(
  'seed_vendors',
  `insert into vendors (id, name, slug, email, country, currency, status, account_id, transfers_enabled, payouts_enabled)
   select id, name, name, name || '@vendor.example', 'US', 'usd', 'active', 'acct_' || name, true, true from (${item}) item`,
);
const insertGoods = statement(
  'seed_vendor_goods',
  `with item as materialized (${item}), p as (
     insert into products (id, slug, name, status, vendor_id, approval)
     select "productId", 'goods-' || name, name, 'active', id, 'approved' from item
   )
   insert into variants (id, product_id, sku) select "variantId", "productId", 'SKU-' || name from item`,
);

/** Active vendors with one product each. */
export async function seedVendors(db: Database, count: number, commissionBps = 250): Promise<SeedVendor[]> {
  const rows = Array.from({ length: count }, (_, n) => ({
    ...{ id: uuidv7(), variantId: uuidv7(), productId: uuidv7() },
    name: `v${n}-${uuidv7().slice(-6)}`,
  }));
  await db.rows(insertVendors, [JSON.stringify(rows)]);
  await db.rows(insertGoods, [JSON.stringify(rows)]);
  return rows.map(({ id, variantId }) => ({ id, variantId, commissionBps }));
}

export interface SeedLine {
  id: string;
  vendor: SeedVendor;
  quantity: number;
  unitAmount: number;
}

export interface SeedOrder {
  id: string;
  paymentId: string;
  currency: string;
  shipping: number;
  tax: number;
  lines: SeedLine[];
  /** By vendor. */
  parts: Map<string, string>;
}

export interface OrderWish {
  lines: readonly { vendor: SeedVendor; quantity: number; unitAmount: number }[];
  shipping?: number;
  tax?: number;
  currency?: string;
}

export const totalOf = ({ lines, shipping, tax }: Pick<SeedOrder, 'lines' | 'shipping' | 'tax'>): number =>
  lines.reduce((sum, { quantity, unitAmount }) => sum + quantity * unitAmount, shipping + tax);

const insertOrders = statement(
  'seed_vendor_orders',
  `with item as materialized (
     select * from json_to_recordset($1) as item (id uuid, payment_id uuid, name text, currency text, subtotal bigint, shipping bigint, tax bigint, total bigint)
   ), o as (
     insert into orders (id, number, status, payment_status, currency, subtotal_amount, shipping_amount, tax_amount, total_amount,
       customer_email, shipping_address, shipping_method, expires_at)
     select id, 'ORD-' || name, 'paid', 'paid', currency, subtotal, shipping, tax, total, 'buyer@example.com', '{}', 'standard', now() from item
   ), e as (
     insert into order_events (order_id, sequence, type) select id, 1, 'order.accepted' from item
   ), p as (
     insert into payments (id, order_id, provider_id, status, currency, amount, charge_id)
     select payment_id, id, 'pi_' || name, 'succeeded', currency, total, 'ch_' || name from item
   )
   insert into payment_attempts (id, payment_id, number, status) select gen_random_uuid(), payment_id, 1, 'accepted' from item`,
);
const insertLines = statement(
  'seed_vendor_order_lines',
  `with item as materialized (
     select * from json_to_recordset($1) as item (id uuid, order_id uuid, position integer, variant_id uuid, quantity integer, unit_amount bigint,
       vendor_id uuid, part_id uuid, bps integer, part_number text)
   ), l as (
     insert into order_lines (id, order_id, position, variant_id, sku, name, quantity, unit_amount, total_amount)
     select id, order_id, position, variant_id, 'SKU', 'Goods', quantity, unit_amount, quantity * unit_amount from item
   ), v as (
     insert into vendor_orders (id, order_id, vendor_id, number, ship_to)
     select distinct part_id, order_id, vendor_id, part_number, '{}'::jsonb from item where part_id is not null
   )
   insert into vendor_order_lines (vendor_order_id, order_line_id, variant_id, sku, name, quantity, unit_amount, commission_bps)
   select part_id, id, variant_id, 'SKU', 'Goods', quantity, unit_amount, bps from item where part_id is not null`,
);
const capture = statement(
  'seed_capture',
  'update payments set captured_amount = amount, updated_at = now() where order_id = any ($1::uuid[])',
);

/** Orders whose money was taken a moment ago, split among their vendors. */
export async function seedVendorOrders(db: Database, wishes: readonly OrderWish[]): Promise<SeedOrder[]> {
  const orders = wishes.map(({ lines, shipping = 0, tax = 0, currency = 'usd' }) => ({
    ...{ id: uuidv7(), paymentId: uuidv7(), currency, shipping, tax },
    lines: lines.map((line) => ({ ...line, id: uuidv7() })),
    parts: new Map(lines.map(({ vendor }) => [vendor.id, uuidv7()])),
  }));
  const rows = orders.map((order) => ({
    ...{ id: order.id, payment_id: order.paymentId, name: order.id.slice(-12), currency: order.currency },
    ...{ subtotal: totalOf({ ...order, shipping: 0, tax: 0 }), shipping: order.shipping, tax: order.tax },
    total: totalOf(order),
  }));
  const lines = orders.flatMap((order) =>
    order.lines.map((line, at) => ({
      ...{ id: line.id, order_id: order.id, position: at, variant_id: line.vendor.variantId, quantity: line.quantity },
      ...{ unit_amount: line.unitAmount, vendor_id: line.vendor.id, part_id: order.parts.get(line.vendor.id) },
      ...{ bps: line.vendor.commissionBps, part_number: `${order.id}/${line.vendor.id}` },
    })),
  );
  await db.transaction(async (tx) => {
    await tx.rows(insertOrders, [JSON.stringify(rows)]);
    await tx.rows(insertLines, [JSON.stringify(lines)]);
    await tx.rows(capture, [orders.map(({ id }) => id)]);
  });
  return orders;
}

const insertRefunds = statement(
  'seed_vendor_refunds',
  `with item as materialized (
     select * from json_to_recordset($1) as item (id uuid, order_id uuid, payment_id uuid, amount bigint, shipping bigint, currency text, status text, lines json)
   ), r as (
     insert into refunds (id, order_id, payment_id, provider_id, cause, amount, shipping_amount, currency)
     select id, order_id, payment_id, 're_' || id, 'test/' || id, amount, shipping, currency from item
   )
   insert into refund_lines (refund_id, line_id, quantity, amount)
   select item.id, l."lineId", l.quantity, l.amount from item
   cross join lateral json_to_recordset(item.lines) as l ("lineId" uuid, quantity integer, amount bigint)`,
);
const countLines = statement(
  'seed_refunded_lines',
  `update order_lines l set refunded_quantity = l.refunded_quantity + f.quantity from refund_lines f
   where f.line_id = l.id and f.refund_id = any ($1::uuid[])`,
);
const settle = statement(
  'seed_settled_refunds',
  `with r as (
     update refunds r set status = item.status from json_to_recordset($1) as item (id uuid, status text) where r.id = item.id and r.status <> item.status
   )
   select 1`,
);
const recount = statement(
  'seed_recounted',
  `update payments p set refunded_amount = r.succeeded, refunding_amount = r.open from (
     select payment_id, coalesce(sum(amount) filter (where status = 'succeeded'), 0)::bigint as succeeded,
       coalesce(sum(amount) filter (where status = 'pending'), 0)::bigint as open
     from refunds group by payment_id
   ) r where p.id = r.payment_id and p.order_id = any ($1::uuid[])`,
);

export interface RefundWish {
  order: SeedOrder;
  line?: { at: number; quantity: number };
  amount?: number;
  status?: string;
}

export interface SeedRefund {
  id: string;
  amount: number;
}

/** A refund each, by the shop's own rules; undefined: of everything. */
export async function seedRefunds(db: Database, wishes: readonly RefundWish[]): Promise<SeedRefund[]> {
  const rows = wishes.map(({ order, line, amount, status = 'succeeded' }) => {
    const plan = planRefund(
      {
        ...{ currency: order.currency, shippingAmount: order.shipping, taxAmount: order.tax, shippingRefunded: false },
        refundable: totalOf(order),
        lines: order.lines.map(({ id, quantity, unitAmount }) => ({
          ...{ id, sku: 'SKU', quantity, refunded_quantity: 0, total_amount: quantity * unitAmount },
        })),
      },
      {
        shipping: false,
        lines: line ? [{ lineId: order.lines[line.at]!.id, quantity: line.quantity }] : undefined,
        amount,
      },
    );
    if ('code' in plan) throw new Error(`no refund: ${plan.code}`);
    const about = { id: uuidv7(), order_id: order.id, payment_id: order.paymentId, currency: order.currency, status };
    return { ...about, amount: plan.amount, shipping: plan.shippingAmount, lines: plan.lines };
  });
  await db.transaction(async (tx) => {
    await tx.rows(insertRefunds, [JSON.stringify(rows)]);
    await tx.rows(countLines, [rows.map(({ id }) => id)]);
    await tx.rows(settle, [JSON.stringify(rows)]);
    await tx.rows(recount, [rows.map((row) => row.order_id)]);
  });
  return rows.map(({ id, amount }) => ({ id, amount }));
}

const move = statement('seed_moved_refund', 'update refunds set status = $2 where id = $1');

export async function moveRefund(db: Database, order: SeedOrder, id: string, status: string): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.rows(move, [id, status]);
    await tx.rows(recount, [[order.id]]);
  });
}

const dispute = statement('seed_disputed', 'update payments set disputed_amount = $2 where order_id = $1');

/** What disputes hold of an order's payment. */
export async function seedDisputed(db: Database, order: SeedOrder, amount: number): Promise<void> {
  await db.rows(dispute, [order.id, amount]);
}
