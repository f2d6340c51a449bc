/** A shop with vendors, written straight into the tables: each with a place, a product with stock, and orders of several of them. */
import { type Database, statement } from '../../db/database.ts';
import { uuidv7 } from '../../db/ids.ts';
import { placeOrder } from '../../db/place-order.ts';
import { reserveStock } from '../../db/stock.ts';

export interface TestVendor {
  id: string;
  locationId: string;
  productId: string;
  variantId: string;
  sku: string;
}

const vendor = statement(
  'test_vendor',
  `insert into vendors (id, name, slug, email, country, currency, status, account_id, transfers_enabled, payouts_enabled, settings)
   values ($1, $2, $2, $2 || '@vendor.example', 'GB', 'usd', 'active', 'acct_' || replace($2, '-', ''), true, true, '{"locale":"en","lead_time_days":2}')`,
);
const home = statement(
  'test_vendor_home',
  `with l as (insert into locations (id, code, name, country, vendor_id) values ($3, 'at-' || $2, 'Kiln of ' || $2, 'GB', $1))
   insert into products (id, slug, name, status, vendor_id, approval) values ($4, 'pot-' || $2, 'Pot of ' || $2, 'active', $1, 'approved')`,
);
const goods = statement(
  'test_vendor_goods',
  `with v as (insert into variants (id, product_id, sku, weight_grams) values ($1, $2, $3, 250)),
   r as (insert into prices (variant_id, currency, amount) values ($1, 'usd', $4))
   select 1`,
);
const level = statement(
  'test_vendor_level',
  `with m as (
     insert into stock_movements (variant_id, location_id, kind, on_hand_change, reserved_change, reason) values ($1, $2, 'received', 1000, 0, 'test')
   ) insert into stock_levels (variant_id, location_id, on_hand) values ($1, $2, 1000)`,
);

/** An active vendor with 1,000 units of one SKU (`<NAME>-1`) at its place. */
export async function seedVendor(db: Database, name: string, amount = 2_000): Promise<TestVendor> {
  const [id, locationId, productId, variantId] = [uuidv7(), uuidv7(), uuidv7(), uuidv7()];
  const sku = `${name.toUpperCase()}-1`;
  await db.rows(vendor, [id, name]);
  await db.rows(home, [id, name, locationId, productId]);
  await db.rows(goods, [variantId, productId, sku, amount]);
  await db.rows(level, [variantId, locationId]);
  return { id, locationId, productId, variantId, sku };
}

export interface TestLine {
  variantId: string;
  sku: string;
  quantity: number;
  unitAmount?: number;
}

/** An order with its stock reserved; `paid` runs the triggers as a payment does. Returns its id. */
export async function seedVendorOrder(db: Database, lines: readonly TestLine[]): Promise<string> {
  const id = uuidv7();
  const whole = lines.map(({ unitAmount = 2_000, ...line }) => ({ ...line, unitAmount }));
  const subtotal = whole.reduce((sum, { quantity, unitAmount }) => sum + quantity * unitAmount, 0);
  await placeOrder(db, {
    id,
    number: `ORD-T${id.slice(-8)}`,
    paymentId: uuidv7(),
    attemptId: uuidv7(),
    createdAt: new Date(),
    currency: 'usd',
    totals: { subtotal, shipping: 0, tax: 0, total: subtotal },
    customer: { email: `secret-${id.slice(-8)}@customer.example`, name: 'Ada Buyer', phone: '+15550100' },
    customerIp: '203.0.113.77',
    shippingAddress: { line1: '1 Main Street', city: 'Springfield', country: 'US', phone: '+15550199' },
    billingAddress: { line1: '9 Secret Billing Row', city: 'Elsewhere', country: 'US' },
    shippingMethod: 'standard',
    payment: {},
    metadata: {},
    livemode: false,
    expirySeconds: 1_800,
    lines: whole.map((line, at) => ({ ...line, id: uuidv7(), name: `Goods ${at} ${line.sku}`, weightGrams: 250 })),
    job: { queue: 'check-out-order', jobId: `order-${id}`, payload: { order_id: id } },
    idempotency: undefined,
  });
  const short = await reserveStock(db, id);
  if (short.length > 0) throw new Error(`short: ${JSON.stringify(short)}`);
  return id;
}

/** The order becomes paid, as by a capture. */
export async function payOrder(db: Database, id: string): Promise<void> {
  await db.pool.query(`update orders set status = 'paid', payment_status = 'paid' where id = $1`, [id]);
}

/** The turns of the jobs that triggers have written for an order, oldest first. */
export async function turnsOf(db: Database, orderId: string): Promise<string[]> {
  const { rows } = await db.pool.query<{ turn: string }>(
    `select payload ->> 'turn' as turn from outbox where queue = 'follow-vendor-orders' and order_id = $1 order by created_at`,
    [orderId],
  );
  return rows.map(({ turn }) => turn);
}
