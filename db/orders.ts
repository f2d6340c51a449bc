/** Reading orders: one statement gives an order with all that its answer shows. */
import type { CaptureMethod } from '../domain/judge-intent.ts';
import type { OrderKind } from '../domain/order-money.ts';
import type { FulfillmentStatus, OrderStatus, PaymentStatus } from '../domain/order-status.ts';
import { type Executor, type Statement, statement } from './database.ts';

export interface OrderRow {
  id: string;
  number: string;
  status: OrderStatus;
  payment_status: PaymentStatus;
  fulfillment_status: FulfillmentStatus;
  currency: string;
  subtotal_amount: number;
  shipping_amount: number;
  tax_amount: number;
  adjustment_amount: number;
  total_amount: number;
  /** Of the total, what credits of other orders pay. */
  credit_amount: number;
  kind: OrderKind;
  parent_id: string | null;
  /** Raised by each edit. */
  revision: number;
  customer_email: string;
  customer_name: string | null;
  customer_phone: string | null;
  locale: string | null;
  shipping_address: Record<string, string>;
  billing_address: Record<string, string> | null;
  shipping_method: string;
  payment_options: { payment_method?: string; confirm?: boolean; capture_method?: CaptureMethod };
  metadata: Record<string, string>;
  status_reason: string | null;
  dispute_status: 'inquiry' | 'open' | 'won' | 'lost' | 'closed' | null;
  hold_reason: 'dispute' | 'early_fraud_warning' | 'refunded' | 'partially_captured' | 'out_of_stock' | null;
  shortages: { sku: string; requested: number; available: number }[] | null;
  livemode: boolean;
  last_event: number;
  version: number;
  expires_at: Date;
  created_at: Date;
  updated_at: Date;
}

export interface OrderLineView {
  id: string;
  sku: string;
  name: string;
  quantity: number;
  unit_amount: number;
  total_amount: number;
}

export interface PaymentView {
  id: string;
  provider_id: string | null;
  status: string;
  capture_method: CaptureMethod;
  capture_before: string | null;
  amount: number;
  customer_id: string | null;
  captured_amount: number;
  refunded_amount: number;
  refunding_amount: number;
  credited_amount: number;
  /** Of what credits have paid, what has not gone back. */
  credit_left: number;
  disputed_amount: number;
  client_secret: string | null;
  next_action_url: string | null;
  last_error: { code: string; decline_code?: string | null; message: string } | null;
}

export interface ShipmentView {
  id: string;
  status: string;
  location: string;
  carrier: string | null;
  tracking_number: string | null;
  tracking_url: string | null;
  shipped_at: string | null;
  delivered_at: string | null;
}

export interface RefundView {
  id: string;
  status: string;
  cause: string;
  amount: number;
  currency: string;
}

export interface OrderView extends OrderRow {
  lines: OrderLineView[];
  payment: PaymentView;
  shipments: ShipmentView[];
  refunds: RefundView[];
  returns: { id: string; number: string; status: string; resolution: string }[];
}

const columns = `o.id, o.number, o.status, o.payment_status, o.fulfillment_status, o.currency, o.subtotal_amount, o.shipping_amount,
  o.tax_amount, o.adjustment_amount, o.total_amount, o.credit_amount, o.kind, o.parent_id, o.revision, o.customer_email, o.customer_name, o.customer_phone, o.locale, o.shipping_address, o.billing_address,
  o.shipping_method, o.payment_options, o.metadata, o.status_reason, o.dispute_status, o.hold_reason, o.shortages, o.livemode, o.last_event, o.version,
  o.expires_at, o.created_at, o.updated_at`;

const parts = `
  coalesce((select json_agg(json_build_object('id', l.id, 'sku', l.sku, 'name', l.name, 'quantity', l.quantity,
     'unit_amount', l.unit_amount, 'total_amount', l.total_amount) order by l.position)
   from order_lines l where l.order_id = o.id), '[]') as lines,
  (select json_build_object('id', p.id, 'provider_id', p.provider_id, 'status', p.status, 'capture_method', p.capture_method,
     'capture_before', p.capture_before, 'amount', p.amount, 'customer_id', p.customer_id, 'captured_amount', p.captured_amount, 'refunded_amount', p.refunded_amount, 'refunding_amount', p.refunding_amount,
     'credited_amount', p.credited_amount, 'credit_left', case when o.credit_amount = 0 then 0 else (
       select coalesce(sum(c.amount - c.returned_amount), 0) from order_credits c where c.to_order_id = o.id
     ) end, 'disputed_amount', p.disputed_amount, 'client_secret', p.client_secret,
     'next_action_url', p.next_action_url, 'last_error', case when p.status not in ('succeeded', 'requires_capture') then p.last_error end)
   from payments p where p.order_id = o.id) as payment,
  coalesce((select json_agg(json_build_object('id', s.id, 'status', s.status, 'location', c.code, 'carrier', s.carrier,
     'tracking_number', s.tracking_number, 'tracking_url', s.tracking_url, 'shipped_at', s.shipped_at,
     'delivered_at', s.delivered_at) order by s.id)
   from shipments s join locations c on c.id = s.location_id where s.order_id = o.id), '[]') as shipments,
  coalesce((select json_agg(json_build_object('id', r.id, 'status', r.status, 'cause', r.cause, 'amount', r.amount,
     'currency', r.currency) order by r.id)
   from refunds r where r.order_id = o.id), '[]') as refunds,
  coalesce((select json_agg(json_build_object('id', t.id, 'number', t.number, 'status', t.status, 'resolution', t.resolution) order by t.id)
   from returns t where t.order_id = o.id), '[]') as returns`;

const find = statement('find_orders', `select ${columns}, ${parts} from orders o where o.id = any($1::uuid[])`);

/** Several orders at once, in no order. */
export function findOrders(db: Executor, ids: readonly string[]): Promise<OrderView[]> {
  return db.rows<OrderView>(find, [ids]);
}

export async function findOrder(db: Executor, id: string): Promise<OrderView | undefined> {
  const [row] = await findOrders(db, [id]);
  return row;
}

const lock = statement('lock_order', `select ${columns} from orders o where o.id = $1 for update`);

/** Locks an order's row until the transaction ends. */
export async function lockOrder(tx: Executor, id: string): Promise<OrderRow | undefined> {
  const [row] = await tx.rows<OrderRow>(lock, [id]);
  return row;
}

export interface OrderFilter {
  status?: string | undefined;
  payment_status?: string | undefined;
  fulfillment_status?: string | undefined;
  email?: string | undefined;
  number?: string | undefined;
  sku?: string | undefined;
  created_from?: string | undefined;
  created_to?: string | undefined;
}

/** Each filter is a condition of its own, so that the planner sees only those that are asked for. */
const conditions: Record<keyof OrderFilter, (parameter: string) => string> = {
  status: (p) => `o.status = ${p}`,
  payment_status: (p) => `o.payment_status = ${p}`,
  fulfillment_status: (p) => `o.fulfillment_status = ${p}`,
  email: (p) => `lower(o.customer_email) = lower(${p})`,
  number: (p) => `o.number = upper(${p})`,
  sku: (p) => `exists (select from order_lines l where l.order_id = o.id and l.sku = ${p})`,
  created_from: (p) => `o.created_at >= ${p}::timestamptz`,
  created_to: (p) => `o.created_at < ${p}::timestamptz`,
};

function listStatement(names: (keyof OrderFilter)[], descending: boolean): Statement {
  const where = names.map((name, index) => conditions[name](`$${index + 3}`));
  const sort = descending ? 'desc' : 'asc';
  // A prepared statement's name counts to 63 bytes, so the filters stand in it by their places, not their names.
  const places = names.map((name) => Object.keys(conditions).indexOf(name));
  return statement(
    `list_orders_${[...places, sort].join('_')}`,
    `select ${columns}, ${parts} from orders o
     where ($1::uuid is null or o.id ${descending ? '<' : '>'} $1) ${where.map((each) => `and ${each}`).join(' ')}
     order by o.id ${sort} limit $2`,
  );
}

/** Orders by id, which is by time: newest first unless asked otherwise. Reads one more than a page for `has_more`. */
export function listOrders(
  db: Executor,
  filter: OrderFilter,
  page: { after: string | undefined; limit: number; descending: boolean },
): Promise<OrderView[]> {
  const names = (Object.keys(conditions) as (keyof OrderFilter)[]).filter((name) => filter[name] !== undefined);
  const values = names.map((name) => filter[name]);
  return db.rows<OrderView>(listStatement(names, page.descending), [page.after ?? null, page.limit + 1, ...values]);
}
