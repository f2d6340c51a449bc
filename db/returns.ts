/**
 * Return rows: written, read and moved. Whoever moves one holds its order's lock first, then the return's row; every move names
 * the states it may start from, and is told in the return's own history and in the order's.
 */

import type { ExchangeQuote } from '../domain/exchanges/settle-exchange.ts';
import { statesBefore } from '../domain/order-status.ts';
import { OPEN_RETURNS, type ReturnStatus, returnTransitions } from '../domain/returns/return-status.ts';
import type { Payer, ReturnReason, ReturnResolution, ReturnTerms } from '../domain/returns/terms.ts';
import { type Executor, statement } from './database.ts';
import { appendOrderEvent } from './order-events.ts';

export interface ReturnRow {
  id: string;
  number: string;
  order_id: string;
  status: ReturnStatus;
  resolution: ReturnResolution;
  exchange_lines: { sku: string; quantity: number }[] | null;
  exchange_quote: ExchangeQuote | null;
  asked_by: Payer;
  note: string | null;
  reason: string | null;
  way: 'label' | 'own';
  way_back: Payer;
  address: Record<string, unknown> | null;
  location_id: string;
  restock_there: boolean;
  approved_at: Date | null;
  send_by: Date | null;
  received_at: Date | null;
  settled_at: Date | null;
  goods_amount: number | null;
  fee_amount: number | null;
  shipping_amount: number | null;
  amount: number | null;
  refund_id: string | null;
  exchange_order_id: string | null;
  version: number;
  created_at: Date;
  updated_at: Date;
}

export interface ReturnLineView {
  line_id: string;
  sku: string;
  name: string;
  quantity: number;
  approved_quantity: number | null;
  reason: ReturnReason;
  note: string | null;
  terms: ReturnTerms;
  good: number;
  damaged: number;
  wrong: number;
  missing: number;
  amount: number | null;
  restocked: number;
  written_off: number;
}

export interface ReturnParcelView {
  id: string;
  kind: 'label' | 'own';
  status: string;
  carrier: string | null;
  tracking_number: string | null;
  tracking_url: string | null;
  label_url: string | null;
  shipped_at: string | null;
  arrived_at: string | null;
}

export interface ReturnView extends ReturnRow {
  order_number: string;
  customer_email: string;
  currency: string;
  location: string;
  refund: { id: string; status: string; amount: number } | null;
  lines: ReturnLineView[];
  parcels: ReturnParcelView[];
}

const own = `r.id, r.number, r.order_id, r.status, r.resolution, r.exchange_lines, r.exchange_quote, r.asked_by, r.note, r.reason, r.way, r.way_back,
  r.address, r.location_id, r.restock_there, r.approved_at, r.send_by, r.received_at, r.settled_at, r.goods_amount, r.fee_amount, r.shipping_amount,
  r.amount, r.refund_id, r.exchange_order_id, r.version, r.created_at, r.updated_at`;
const view = `select ${own}, o.number as order_number, o.customer_email, o.currency, c.code as location,
    (select json_build_object('id', f.id, 'status', f.status, 'amount', f.amount) from refunds f where f.id = r.refund_id) as refund,
    (select json_agg(json_build_object('line_id', l.line_id, 'sku', x.sku, 'name', x.name, 'quantity', l.quantity,
       'approved_quantity', l.approved_quantity, 'reason', l.reason, 'note', l.note, 'terms', l.terms, 'good', l.good, 'damaged', l.damaged,
       'wrong', l.wrong, 'missing', l.missing, 'amount', l.amount, 'restocked', l.restocked, 'written_off', l.written_off) order by x.position)
     from return_lines l join order_lines x on x.id = l.line_id where l.return_id = r.id) as lines,
    coalesce((select json_agg(json_build_object('id', p.id, 'kind', p.kind, 'status', p.status, 'carrier', p.carrier,
       'tracking_number', p.tracking_number, 'tracking_url', p.tracking_url, 'label_url', p.label_url, 'shipped_at', p.shipped_at,
       'arrived_at', p.arrived_at) order by p.id)
     from return_parcels p where p.return_id = r.id), '[]') as parcels
  from returns r join orders o on o.id = r.order_id join locations c on c.id = r.location_id`;

const one = statement('find_return', `${view} where r.id = $1`);
const ofOrder = statement('list_order_returns', `${view} where r.order_id = $1 order by r.id`);

export async function findReturn(db: Executor, id: string): Promise<ReturnView | undefined> {
  const [row] = await db.rows<ReturnView>(one, [id]);
  return row;
}

export function listOrderReturns(db: Executor, orderId: string): Promise<ReturnView[]> {
  return db.rows<ReturnView>(ofOrder, [orderId]);
}

const list = statement(
  'list_returns',
  `${view} where ($1::text is null or r.status = $1) and ($2::uuid is null or r.order_id = $2)
     and ($3::text is null or r.number = upper($3)) and (not $4::boolean or r.status = any($5)) and ($6::uuid is null or r.id < $6)
   order by r.id desc limit $7`,
);

export interface ReturnFilter {
  status?: string | undefined;
  order_id?: string | undefined;
  number?: string | undefined;
  /** Only those that are not settled. */
  open?: boolean | undefined;
}

/** The newest first, one more than `limit` when there are more. */
export function listReturns(
  db: Executor,
  { status, order_id, number, open = false }: ReturnFilter,
  { after, limit }: { after?: string | undefined; limit: number },
): Promise<ReturnView[]> {
  const values = [status ?? null, order_id ?? null, number ?? null, open, OPEN_RETURNS, after ?? null, limit + 1];
  return db.rows<ReturnView>(list, values);
}

const orderOf = statement('order_of_return', 'select order_id from returns where id = $1');
const lockOrder = statement('lock_order_of_return', 'select 1 from orders where id = $1 for no key update');
const lock = statement('lock_return', `select ${own} from returns r where r.id = $1 for update`);

export async function findOrderOfReturn(db: Executor, id: string): Promise<string | undefined> {
  const [row] = await db.rows<{ order_id: string }>(orderOf, [id]);
  return row?.order_id;
}

/** Locks a return's order, then the return; undefined when there is none. */
export async function lockReturn(tx: Executor, id: string): Promise<ReturnRow | undefined> {
  const orderId = await findOrderOfReturn(tx, id);
  if (!orderId) return undefined;
  await tx.rows(lockOrder, [orderId]);
  const [row] = await tx.rows<ReturnRow>(lock, [id]);
  return row;
}

export interface NewReturn {
  id: string;
  orderId: string;
  resolution: ReturnResolution;
  exchangeLines: { sku: string; quantity: number }[] | null;
  exchangeQuote: ExchangeQuote | null;
  askedBy: Payer;
  note: string | null;
  way: 'label' | 'own';
  wayBack: Payer;
  address: object | null;
  lines: { lineId: string; quantity: number; reason: ReturnReason; note: string | null; terms: ReturnTerms }[];
}

// Goods go to the place that sent most of the order's parcels first: one address is all that a customer can be given.
const insert = statement(
  'insert_return',
  `with place as (
     select c.id, c.name, c.country from locations c
     order by exists (select from shipments s where s.order_id = $2 and s.location_id = c.id) desc, c.position, c.id limit 1
   ), made as (
     insert into returns (id, order_id, resolution, exchange_lines, exchange_quote, asked_by, note, way, way_back, address, location_id)
     select $1, $2, $3, $4, $11, $5, $6, $7, $8, coalesce($9, jsonb_build_object('company', name, 'country', country)), id from place
     returning id, number
   ), line as (
     insert into return_lines (return_id, line_id, quantity, reason, note, terms)
     select $1, l."lineId", l.quantity, l.reason, l.note, l.terms
     from jsonb_to_recordset($10::jsonb) as l ("lineId" uuid, quantity integer, reason text, note text, terms jsonb)
   )
   select number from made`,
);

/** Writes a return with its lines. Returns its number. The caller holds the order's lock and has counted the units. */
export async function insertReturn(tx: Executor, wish: NewReturn): Promise<string> {
  const { id, orderId, resolution, exchangeLines, exchangeQuote, askedBy, note, way, wayBack, address, lines } = wish;
  const json = (value: object | null) => (value ? JSON.stringify(value) : null);
  const about = [
    id,
    orderId,
    resolution,
    json(exchangeLines),
    askedBy,
    note,
    way,
    wayBack,
    json(address),
    json(lines),
    json(exchangeQuote),
  ];
  const [row] = await tx.rows<{ number: string }>(insert, about);
  return row!.number;
}

const append = statement(
  'append_return_event',
  `with r as (
     update returns set last_event = last_event + 1, version = version + 1, updated_at = now() where id = $1 returning id, last_event
   )
   insert into return_events (return_id, sequence, type, actor, data) select id, last_event, $2, $3, $4 from r`,
);

export interface ReturnNews {
  /** Without its topic: `approved` is told as `return.approved`. */
  type: string;
  /** The key that asked, `customer`, or the part of the program that acted. */
  actor: string;
  data?: object;
}

/** Adds to a return's history and to its order's. */
export async function tellReturn(
  tx: Executor,
  { id, order_id, number }: Pick<ReturnRow, 'id' | 'order_id' | 'number'>,
  { type, actor, data = {} }: ReturnNews,
): Promise<void> {
  await tx.rows(append, [id, type, actor, JSON.stringify(data)]);
  await appendOrderEvent(tx, order_id, `return.${type}`, { return_id: id, number, ...data });
}

const SETTABLE = [
  'reason',
  'way',
  'address',
  'location_id',
  'restock_there',
  'approved_at',
  'send_by',
  'received_at',
  'settled_at',
  'goods_amount',
  'fee_amount',
  'shipping_amount',
  'amount',
  'refund_id',
  'exchange_order_id',
] as const;

type Settable = Partial<Pick<ReturnRow, (typeof SETTABLE)[number]>>;

const move = statement(
  'move_return',
  `update returns set status = coalesce($2, status), ${SETTABLE.map(
    (column, index) => `${column} = coalesce($${index + 4}, ${column})`,
  ).join(', ')}, updated_at = now()
   where id = $1 and ($2::text is null or status = any($3)) returning id`,
);

/** Moves a return, where the table allows it from where it stands, and sets what goes with that. False when it may not. */
export async function moveReturn(
  tx: Executor,
  id: string,
  to: ReturnStatus | null,
  set: Settable = {},
): Promise<boolean> {
  const before = to ? statesBefore(returnTransitions, to) : null;
  const values = SETTABLE.map((column) => {
    const value = set[column];
    return value !== null && typeof value === 'object' && !(value instanceof Date)
      ? JSON.stringify(value)
      : (value ?? null);
  });
  return (await tx.rows(move, [id, to, before, ...values])).length > 0;
}

const approve = statement(
  'approve_return_lines',
  `update return_lines l set approved_quantity = coalesce((
     select w.quantity from jsonb_to_recordset($2::jsonb) as w ("lineId" uuid, quantity integer) where w."lineId" = l.line_id
   ), case when $2::jsonb is null then l.quantity else 0 end)
   where l.return_id = $1`,
);

/** Takes so many units of each line; all that was asked for when nothing is named. */
export async function approveLines(
  tx: Executor,
  id: string,
  lines: readonly { lineId: string; quantity: number }[] | undefined,
): Promise<void> {
  await tx.rows(approve, [id, lines ? JSON.stringify(lines) : null]);
}

export interface ReturnEvent {
  sequence: number;
  type: string;
  actor: string;
  data: Record<string, unknown>;
  created_at: Date;
}

const events = statement(
  'list_return_events',
  `select sequence, type, actor, data, created_at from return_events where return_id = $1
   union all
   select 0, 'scan.' || t.status, coalesce(p.carrier, 'carrier'), jsonb_build_object('parcel_id', p.id, 'description', t.description,
     'occurred_at', t.occurred_at), t.created_at
   from return_parcels p join return_tracking_events t on t.parcel_id = p.id where p.return_id = $1
   order by created_at, sequence`,
);

/** Who did what when, with the carrier's scans. */
export function listReturnEvents(db: Executor, id: string): Promise<ReturnEvent[]> {
  return db.rows<ReturnEvent>(events, [id]);
}
