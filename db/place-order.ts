/** Accepting an order: one statement to price it by, one that writes all of it. */
import { type Executor, statement } from './database.ts';

export interface PriceQuestion {
  skus: readonly string[];
  currency: string;
}

export interface SellableVariant {
  id: string;
  sku: string;
  name: string;
  weight_grams: number;
  /** Null when the variant has no price in the currency. */
  amount: number | null;
}

export interface OrderStart {
  number: string;
  now: Date;
  variants: SellableVariant[];
}

// The database's clock and sequence come along, so that the answer is known before the order is written.
const start = statement(
  'start_order',
  `select 'ORD-' || nextval('order_numbers') as number, now() as now, coalesce(json_agg(v), '[]') as variants
   from (
     select v.id, v.sku, p.name || case when v.name = '' then '' else ' – ' || v.name end as name,
       coalesce(v.weight_grams, 0) as weight_grams, r.amount
     from variants v join products p on p.id = v.product_id and p.status = 'active'
     left join prices r on r.variant_id = v.id and r.currency = $2
     where v.sku = any($1)
   ) v`,
);

/** Takes an order number and reads what the order's SKUs cost; unknown and inactive SKUs are missing from the answer. */
export async function startOrder(db: Executor, { skus, currency }: PriceQuestion): Promise<OrderStart> {
  const [row] = await db.rows<OrderStart>(start, [skus, currency]);
  return row!;
}

export interface NewOrder {
  id: string;
  number: string;
  paymentId: string;
  attemptId: string;
  createdAt: Date;
  currency: string;
  totals: { subtotal: number; shipping: number; tax: number; total: number };
  customer: { email: string; name?: string | undefined; phone?: string | undefined };
  shippingAddress: object;
  billingAddress: object | undefined;
  shippingMethod: string;
  payment: { payment_method?: string | undefined; confirm?: boolean | undefined; capture_method?: string | undefined };
  metadata: object;
  livemode: boolean;
  expirySeconds: number;
  lines: readonly {
    id: string;
    variantId: string;
    sku: string;
    name: string;
    quantity: number;
    unitAmount: number;
    weightGrams: number;
  }[];
  job: { queue: string; jobId: string; payload: object };
  idempotency:
    | { apiKeyId: string; key: string; requestHash: Buffer; status: number; body: object; location: string }
    | undefined;
}

// All or nothing in one round trip. `claimed` is empty when the Idempotency-Key is taken, and then nothing is written.
const place = statement(
  'place_order',
  `with claimed as (
     insert into idempotency_records (api_key_id, key, request_hash, status, body, location)
     select $1::uuid, $2, $3, $4, $5, $6 where $1::uuid is not null
     on conflict (api_key_id, key) do nothing returning 1
   ), go as (
     select 1 from claimed union all select 1 where $1::uuid is null
   ), o as (
     insert into orders (id, number, currency, subtotal_amount, shipping_amount, tax_amount, total_amount, customer_email,
       customer_name, customer_phone, shipping_address, billing_address, shipping_method, payment_options, metadata,
       livemode, created_at, updated_at, expires_at)
     select $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $23, $23::timestamptz + make_interval(secs => $24)
     from go returning id
   ), l as (
     insert into order_lines (id, order_id, position, variant_id, sku, name, quantity, unit_amount, total_amount, weight_grams)
     select line.id, o.id, line.position, line.variant_id, line.sku, line.name, line.quantity, line.unit_amount,
       line.unit_amount * line.quantity, line.weight_grams
     from o, unnest($25::uuid[], $26::uuid[], $27::text[], $28::text[], $29::integer[], $30::bigint[], $31::integer[])
       with ordinality as line (id, variant_id, sku, name, quantity, unit_amount, weight_grams, position)
   ), p as (
     insert into payments (id, order_id, capture_method, currency, amount)
     select $32, o.id, coalesce($20::jsonb ->> 'capture_method', 'automatic'), $9, $13 from o returning id
   ), a as (
     insert into payment_attempts (id, payment_id, number, payment_method)
     select $33, p.id, 1, $20::jsonb ->> 'payment_method' from p
   ), e as (
     insert into order_events (order_id, sequence, type, data)
     select o.id, 1, 'order.accepted', jsonb_build_object('number', $8::text) from o
   ), j as (
     insert into outbox (queue, job_id, payload, order_id) select $34, $35, $36, o.id from o
   )
   select id from o`,
);

/** Writes the order, its lines, payment, first event, job and idempotency record. False when the key was used before. */
export async function placeOrder(db: Executor, order: NewOrder): Promise<boolean> {
  const rows = await db.rows(place, [
    ...idempotencyValues(order),
    ...orderValues(order),
    ...lineValues(order),
    ...partValues(order),
  ]);
  if (rows.length === 0) return false;
  db.signal('stockroom_outbox', '');
  return true;
}

function idempotencyValues({ idempotency }: NewOrder): unknown[] {
  if (!idempotency) return [null, null, null, null, null, null];
  const { apiKeyId, key, requestHash, status, body, location } = idempotency;
  return [apiKeyId, key, requestHash, status, JSON.stringify(body), location];
}

function orderValues(order: NewOrder): unknown[] {
  const { totals, customer } = order;
  return [
    order.id, order.number, order.currency,
    totals.subtotal, totals.shipping, totals.tax, totals.total,
    customer.email, customer.name ?? null, customer.phone ?? null,
    JSON.stringify(order.shippingAddress),
    order.billingAddress ? JSON.stringify(order.billingAddress) : null,
    order.shippingMethod,
    JSON.stringify(order.payment), JSON.stringify(order.metadata),
    order.livemode, order.createdAt, order.expirySeconds,
  ]; // biome-ignore format: one line per kind of value
}

function lineValues({ lines }: NewOrder): unknown[] {
  return [
    lines.map((line) => line.id),
    lines.map((line) => line.variantId),
    lines.map((line) => line.sku),
    lines.map((line) => line.name),
    lines.map((line) => line.quantity),
    lines.map((line) => line.unitAmount),
    lines.map((line) => line.weightGrams),
  ];
}

function partValues({ paymentId, attemptId, job }: NewOrder): unknown[] {
  return [paymentId, attemptId, job.queue, job.jobId, JSON.stringify(job.payload)];
}
