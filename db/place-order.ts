/** Accepting an order: one statement to price it by, one that writes all of it. */
import type { CaptureMethod } from '../domain/judge-intent.ts';
import type { OrderKind } from '../domain/order-money.ts';
import { type Executor, FEW, setStatement } from './database.ts';
import { uuidv7 } from './ids.ts';

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

interface StartItem extends PriceQuestion {
  id: string;
}

// The database's clock and sequence come along, so that the answer is known before the order is written. A product's state is
// told by what it is not: `= 'active'` would let the planner walk the index of all active products for each order.
const start = setStatement<StartItem, Omit<OrderStart, 'now'> & { now: Date }>(
  'start_order',
  (item) => item.id,
  `select item.n, 'ORD-' || nextval('order_numbers') as number, now() as now, coalesce((
     select json_agg(json_build_object('id', v.id, 'sku', v.sku,
       'name', p.name || case when v.name = '' then '' else ' – ' || v.name end,
       'weight_grams', coalesce(v.weight_grams, 0), 'amount', r.amount))
     from unnest(item.skus) wanted (sku) join variants v on v.sku = wanted.sku
     join products p on p.id = v.product_id and p.status not in ('draft', 'archived') and not p.withheld
     left join prices r on r.variant_id = v.id and r.currency = item.currency
   ), '[]') as variants
   from json_to_recordset($1) as item (n integer, skus text[], currency text) where ${FEW}`,
);

/** Takes an order number and reads what the order's SKUs cost; unknown and inactive SKUs are missing from the answer. */
export async function startOrder(db: Executor, { skus, currency }: PriceQuestion): Promise<OrderStart> {
  const [row] = await db.each(start, { id: uuidv7(), skus, currency });
  return row!;
}

export interface NewOrder {
  id: string;
  number: string;
  paymentId: string;
  attemptId: string;
  createdAt: Date;
  currency: string;
  /** `adjustment`: beside the goods' prices, negative when it lowers the total. */
  totals: { subtotal: number; shipping: number; tax: number; total: number; adjustment?: number };
  /** What it is made for, when it is not bought at the shop; credits are granted to it in the same transaction. */
  kind?: OrderKind;
  /** The order that it belongs to. */
  parentId?: string;
  customer: { email: string; name?: string | undefined; phone?: string | undefined };
  /** Where the buyer is, for evidence. */
  customerIp?: string | undefined;
  /** BCP 47; undefined: the shop's. */
  locale?: string | undefined;
  shippingAddress: object;
  billingAddress: object | undefined;
  shippingMethod: string;
  payment: {
    payment_method?: string | undefined;
    confirm?: boolean | undefined;
    capture_method?: CaptureMethod | undefined;
    /** The card is kept for the customer's later orders. */
    save_method?: boolean | undefined;
    /** A saved method is charged without the customer being there. */
    off_session?: boolean | undefined;
    /** Another message is the receipt: the order's own confirmation is not sent. */
    has_receipt?: boolean | undefined;
    /** Of a known customer. */
    customer_id?: string | undefined;
  };
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

// All or nothing in one round trip. `claimed` lacks a key that is taken, and nothing is written for it then.
const place = setStatement<ReturnType<typeof itemOf>, { id: string }>(
  'place_order',
  (item) => (item.api_key_id ? `${item.api_key_id}/${item.key}` : item.id),
  `with item as materialized (
     select * from json_to_recordset($1) as item (
       n integer, api_key_id uuid, key text, request_hash text, answer_status integer, answer json, location text,
       id uuid, number text, currency text, subtotal bigint, shipping bigint, tax bigint, total bigint, adjustment bigint, kind text, parent_id uuid,
       email text, name text, phone text, locale text, ip inet, shipping_address jsonb, billing_address jsonb, shipping_method text,
       payment_options jsonb, metadata jsonb, livemode boolean, created_at timestamptz, expiry_seconds integer,
       lines json, payment_id uuid, attempt_id uuid, queue text, job_id text, payload jsonb
     ) where ${FEW}
   ), claimed as (
     insert into idempotency_records (api_key_id, key, request_hash, status, body, location)
     select api_key_id, key, decode(request_hash, 'hex'), answer_status, answer, location from item where api_key_id is not null
     on conflict (api_key_id, key) do nothing returning api_key_id, key
   ), o as materialized (
     select * from item
     where api_key_id is null or exists (select from claimed c where c.api_key_id = item.api_key_id and c.key = item.key)
   ), placed as (
     insert into orders (id, number, currency, subtotal_amount, shipping_amount, tax_amount, total_amount, adjustment_amount, kind, parent_id, customer_email,
       customer_name, customer_phone, locale, shipping_address, billing_address, shipping_method, payment_options, metadata,
       livemode, customer_ip, created_at, updated_at, expires_at)
     select id, number, currency, subtotal, shipping, tax, total, coalesce(adjustment, 0), coalesce(kind, 'sale'), parent_id, email, name, phone, locale, shipping_address, billing_address,
       shipping_method, payment_options, metadata, livemode, ip, created_at, created_at, created_at + make_interval(secs => expiry_seconds)
     from o
   ), line as (
     insert into order_lines (id, order_id, position, variant_id, sku, name, quantity, unit_amount, total_amount, weight_grams)
     select l.id, o.id, l.position, l.variant_id, l.sku, l.name, l.quantity, l.unit_amount, l.unit_amount * l.quantity, l.weight_grams
     from o cross join lateral rows from (
       json_to_recordset(o.lines) as (id uuid, variant_id uuid, sku text, name text, quantity integer, unit_amount bigint, weight_grams integer)
     ) with ordinality as l (id, variant_id, sku, name, quantity, unit_amount, weight_grams, position)
   ), payment as (
     insert into payments (id, order_id, capture_method, currency, amount, customer_id)
     select payment_id, id, coalesce(payment_options ->> 'capture_method', 'automatic'), currency, total,
       (payment_options ->> 'customer_id')::uuid
     from o
   ), attempt as (
     insert into payment_attempts (id, payment_id, number, payment_method)
     select attempt_id, payment_id, 1, payment_options ->> 'payment_method' from o
   ), event as (
     insert into order_events (order_id, sequence, type, data)
     select id, 1, 'order.accepted', jsonb_build_object('number', number) from o
   ), job as (
     insert into outbox (queue, job_id, payload, order_id) select queue, job_id, payload, id from o
   )
   select n, id from o`,
);

/** Writes the order, its lines, payment, first event, job and idempotency record. False when the key was used before. */
export async function placeOrder(db: Executor, order: NewOrder): Promise<boolean> {
  const rows = await db.each(place, itemOf(order));
  if (rows.length === 0) return false;
  db.signal('stockroom_outbox', '');
  return true;
}

function itemOf(order: NewOrder) {
  const { totals, customer, idempotency, job } = order;
  return {
    api_key_id: idempotency?.apiKeyId,
    key: idempotency?.key,
    request_hash: idempotency?.requestHash.toString('hex'),
    answer_status: idempotency?.status,
    answer: idempotency?.body,
    location: idempotency?.location,
    id: order.id,
    number: order.number,
    currency: order.currency,
    ...totals,
    kind: order.kind,
    parent_id: order.parentId,
    email: customer.email,
    name: customer.name,
    phone: customer.phone,
    locale: order.locale,
    ip: order.customerIp,
    shipping_address: order.shippingAddress,
    billing_address: order.billingAddress,
    shipping_method: order.shippingMethod,
    payment_options: order.payment,
    metadata: order.metadata,
    livemode: order.livemode,
    created_at: order.createdAt,
    expiry_seconds: order.expirySeconds,
    lines: order.lines.map(lineOf),
    payment_id: order.paymentId,
    attempt_id: order.attemptId,
    queue: job.queue,
    job_id: job.jobId,
    payload: job.payload,
  };
}

function lineOf({ id, variantId, sku, name, quantity, unitAmount, weightGrams }: NewOrder['lines'][number]) {
  return { id, variant_id: variantId, sku, name, quantity, unit_amount: unitAmount, weight_grams: weightGrams };
}
