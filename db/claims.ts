/**
 * Claim rows: written, read and moved. Whoever moves one holds its order's lock first, then the claim's row; every move names the
 * states it may start from, and is told in the claim's own history and in the order's.
 */
import { type ClaimKind, type ClaimStatus, type ClaimWish, claimTransitions } from '../domain/claims/claim-status.ts';
import { statesBefore } from '../domain/order-status.ts';
import { type Executor, statement } from './database.ts';
import { appendOrderEvent } from './order-events.ts';

export interface ClaimRow {
  id: string;
  number: string;
  order_id: string;
  shipment_id: string | null;
  kind: ClaimKind;
  status: ClaimStatus;
  wish: ClaimWish;
  asked_by: 'customer' | 'shop';
  note: string | null;
  reason: string | null;
  replacement_order_id: string | null;
  amount: number | null;
  refund_id: string | null;
  carrier_reference: string | null;
  carrier_amount: number | null;
  decided_at: Date | null;
  version: number;
  created_at: Date;
  updated_at: Date;
}

export interface ClaimLineView {
  line_id: string;
  sku: string;
  name: string;
  quantity: number;
  amount: number | null;
}

export interface ClaimView extends ClaimRow {
  order_number: string;
  customer_email: string;
  currency: string;
  tracking_number: string | null;
  replacement: { id: string; number: string; status: string } | null;
  refund: { id: string; status: string; amount: number } | null;
  lines: ClaimLineView[];
}

const own = `c.id, c.number, c.order_id, c.shipment_id, c.kind, c.status, c.wish, c.asked_by, c.note, c.reason, c.replacement_order_id, c.amount,
  c.refund_id, c.carrier_reference, c.carrier_amount, c.decided_at, c.version, c.created_at, c.updated_at`;
const view = `select ${own}, o.number as order_number, o.customer_email, o.currency,
    (select s.tracking_number from shipments s where s.id = c.shipment_id) as tracking_number,
    (select json_build_object('id', x.id, 'number', x.number, 'status', x.status) from orders x where x.id = c.replacement_order_id) as replacement,
    (select json_build_object('id', f.id, 'status', f.status, 'amount', f.amount) from refunds f where f.id = c.refund_id) as refund,
    (select json_agg(json_build_object('line_id', l.line_id, 'sku', x.sku, 'name', x.name, 'quantity', l.quantity, 'amount', l.amount)
       order by x.position)
     from claim_lines l join order_lines x on x.id = l.line_id where l.claim_id = c.id) as lines
  from claims c join orders o on o.id = c.order_id`;

const one = statement('find_claim', `${view} where c.id = $1`);
const ofOrder = statement('list_order_claims', `${view} where c.order_id = $1 order by c.id`);
const list = statement(
  'list_claims',
  `${view} where ($1::text is null or c.status = $1) and ($2::uuid is null or c.order_id = $2)
     and ($3::text is null or c.number = upper($3)) and ($4::uuid is null or c.id < $4)
   order by c.id desc limit $5`,
);

export async function findClaim(db: Executor, id: string): Promise<ClaimView | undefined> {
  const [row] = await db.rows<ClaimView>(one, [id]);
  return row;
}

/** Oldest first. */
export function listOrderClaims(db: Executor, orderId: string): Promise<ClaimView[]> {
  return db.rows<ClaimView>(ofOrder, [orderId]);
}

export interface ClaimFilter {
  status?: string | undefined;
  order_id?: string | undefined;
  number?: string | undefined;
}

/** The newest first, one more than `limit` when there are more. */
export function listClaims(
  db: Executor,
  { status, order_id, number }: ClaimFilter,
  { after, limit }: { after?: string | undefined; limit: number },
): Promise<ClaimView[]> {
  return db.rows<ClaimView>(list, [status ?? null, order_id ?? null, number ?? null, after ?? null, limit + 1]);
}

const orderOf = statement('order_of_claim', 'select order_id from claims where id = $1');
const lockOrder = statement('lock_order_of_claim', 'select 1 from orders where id = $1 for no key update');
const lock = statement('lock_claim', `select ${own} from claims c where c.id = $1 for update`);

export async function findOrderOfClaim(db: Executor, id: string): Promise<string | undefined> {
  const [row] = await db.rows<{ order_id: string }>(orderOf, [id]);
  return row?.order_id;
}

/** Locks a claim's order, then the claim; undefined when there is none. */
export async function lockClaim(tx: Executor, id: string): Promise<ClaimRow | undefined> {
  const orderId = await findOrderOfClaim(tx, id);
  if (!orderId) return undefined;
  await tx.rows(lockOrder, [orderId]);
  const [row] = await tx.rows<ClaimRow>(lock, [id]);
  return row;
}

export interface NewClaim {
  id: string;
  orderId: string;
  shipmentId: string | null;
  kind: ClaimKind;
  wish: ClaimWish;
  askedBy: 'customer' | 'shop';
  note: string | null;
  lines: readonly { lineId: string; quantity: number }[];
}

const insert = statement(
  'insert_claim',
  `with made as (
     insert into claims (id, order_id, shipment_id, kind, wish, asked_by, note) values ($1, $2, $3, $4, $5, $6, $7) returning id
   )
   insert into claim_lines (claim_id, line_id, quantity)
   select made.id, l."lineId", l.quantity from made cross join jsonb_to_recordset($8::jsonb) as l ("lineId" uuid, quantity integer)`,
);

/** Writes a claim with its lines. The caller holds the order's lock and has counted the units. */
export async function insertClaim(tx: Executor, claim: NewClaim): Promise<void> {
  const { id, orderId, shipmentId, kind, wish, askedBy, note, lines } = claim;
  await tx.rows(insert, [id, orderId, shipmentId, kind, wish, askedBy, note, JSON.stringify(lines)]);
}

const shipment = statement('shipment_of_order', 'select 1 from shipments where id = $1 and order_id = $2');

export async function isShipmentOf(tx: Executor, id: string, orderId: string): Promise<boolean> {
  return (await tx.rows(shipment, [id, orderId])).length > 0;
}

const append = statement(
  'append_claim_event',
  `with c as (
     update claims set last_event = last_event + 1, version = version + 1, updated_at = now() where id = $1 returning id, last_event
   )
   insert into claim_events (claim_id, sequence, type, actor, data) select id, last_event, $2, $3, $4 from c`,
);

export interface ClaimNews {
  /** Without its topic: `refunded` is told as `claim.refunded`. */
  type: string;
  /** The key that asked, `customer`, or the part of the program that acted. */
  actor: string;
  data?: object;
}

/** Adds to a claim's history and to its order's. */
export async function tellClaim(
  tx: Executor,
  { id, order_id, number }: Pick<ClaimRow, 'id' | 'order_id' | 'number'>,
  { type, actor, data = {} }: ClaimNews,
): Promise<void> {
  await tx.rows(append, [id, type, actor, JSON.stringify(data)]);
  await appendOrderEvent(tx, order_id, `claim.${type}`, { claim_id: id, number, ...data });
}

const SETTABLE = ['reason', 'replacement_order_id', 'amount', 'refund_id', 'decided_at'] as const;

const move = statement(
  'move_claim',
  `update claims set status = $2, ${SETTABLE.map((column, index) => `${column} = coalesce($${index + 4}, ${column})`).join(', ')},
     updated_at = now()
   where id = $1 and status = any($3) returning id`,
);

/** Moves a claim, where the table allows it from where it stands, and sets what goes with that. False when it may not. */
export async function moveClaim(
  tx: Executor,
  id: string,
  to: ClaimStatus,
  set: Partial<Pick<ClaimRow, (typeof SETTABLE)[number]>> = {},
): Promise<boolean> {
  const values = SETTABLE.map((column) => set[column] ?? null);
  return (await tx.rows(move, [id, to, statesBefore(claimTransitions, to), ...values])).length > 0;
}

const noteCarrier = statement(
  'note_carrier_of_claim',
  'update claims set carrier_reference = coalesce($2, carrier_reference), carrier_amount = coalesce($3, carrier_amount) where id = $1',
);

/** What the carrier was asked for and paid. */
export async function noteCarrierClaim(
  tx: Executor,
  id: string,
  { reference, amount }: { reference?: string | undefined; amount?: number | undefined },
): Promise<void> {
  await tx.rows(noteCarrier, [id, reference ?? null, amount ?? null]);
}

export interface ClaimEvent {
  sequence: number;
  type: string;
  actor: string;
  data: Record<string, unknown>;
  created_at: Date;
}

const events = statement(
  'list_claim_events',
  'select sequence, type, actor, data, created_at from claim_events where claim_id = $1 order by sequence',
);

export function listClaimEvents(db: Executor, id: string): Promise<ClaimEvent[]> {
  return db.rows<ClaimEvent>(events, [id]);
}
