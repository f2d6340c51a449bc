/** Edits of orders: pending (Stripe is asked first) | awaiting_payment (an order of its own takes what is due) → applied | refused | canceled. */
import type { EditedLine, LineToEdit } from '../domain/order-edits/apply-wish.ts';
import type { OrderToSettle, Settlement } from '../domain/order-edits/settlement.ts';
import { type Executor, statement } from './database.ts';

export interface EditTotals {
  subtotal: number;
  shipping: number;
  tax: number;
  adjustment: number;
  total: number;
}

/** An order as an edit finds or leaves it. */
export interface EditSnapshot {
  lines: EditedLine[];
  shipping_address: Record<string, string>;
  shipping_method: string;
  totals: EditTotals;
}

export interface EditRow {
  id: string;
  order_id: string;
  revision: number | null;
  status: 'pending' | 'awaiting_payment' | 'applied' | 'refused' | 'canceled';
  before: EditSnapshot;
  after: EditSnapshot;
  difference_amount: number;
  settlement: Settlement;
  balance_order_id: string | null;
  refund_id: string | null;
  actor: string;
  note: string | null;
  error: { code: string; message?: string } | null;
  tries: number;
  created_at: Date;
  updated_at: Date;
  currency: string;
}

const columns = `e.id, e.order_id, e.revision, e.status, e.before, e.after, e.difference_amount, e.settlement, e.balance_order_id, e.refund_id,
  e.actor, e.note, e.error, e.tries, e.created_at, e.updated_at, o.currency`;
const tables = 'order_edits e join orders o on o.id = e.order_id';

const get = statement('get_order_edit', `select ${columns} from ${tables} where e.id = $1`);

export async function findEdit(db: Executor, id: string): Promise<EditRow | undefined> {
  const [row] = await db.rows<EditRow>(get, [id]);
  return row;
}

const list = statement('list_order_edits', `select ${columns} from ${tables} where e.order_id = $1 order by e.id`);

/** An order's edits, oldest first: its revisions, and what was asked beside. */
export function listEdits(db: Executor, orderId: string): Promise<EditRow[]> {
  return db.rows<EditRow>(list, [orderId]);
}

const open = statement(
  'open_order_edit',
  `select ${columns} from ${tables} where e.order_id = $1 and e.status in ('pending', 'awaiting_payment')`,
);

/** The edit of an order that is not settled yet: nothing of the order is sent or captured for its shipment meanwhile. */
export async function findOpenEdit(db: Executor, orderId: string): Promise<EditRow | undefined> {
  const [row] = await db.rows<EditRow>(open, [orderId]);
  return row;
}

export interface EditBasis extends OrderToSettle {
  id: string;
  currency: string;
  revision: number;
  adjustment_amount: number;
  shipping_address: Record<string, string>;
  shipping_method: string;
  customer_email: string;
  subtotal_amount: number;
  shipping_amount: number;
  tax_amount: number;
  lines: LineToEdit[];
}

const basis = statement(
  'edit_basis',
  `select o.id, o.kind, o.currency, o.revision, o.status, o.payment_status, o.fulfillment_status, o.dispute_status, o.total_amount,
     o.credit_amount, o.subtotal_amount, o.shipping_amount, o.tax_amount, o.adjustment_amount, o.shipping_address, o.shipping_method,
     o.customer_email, p.amount as intent_amount, p.captured_amount,
     greatest(0, p.captured_amount - p.refunded_amount - p.refunding_amount - p.disputed_amount - p.credited_amount) as refundable_amount,
     (select coalesce(-sum(e.difference_amount), 0)::bigint from order_edits e
      where e.order_id = o.id and e.status = 'applied' and e.settlement = 'refund') as given_back_amount,
     exists (select from captures c where c.payment_id = p.id and c.status <> 'failed') as has_capture,
     exists (select from order_edits e where e.order_id = o.id and e.status in ('pending', 'awaiting_payment')) as has_open_edit,
     exists (select from exceptions x where x.order_id = o.id and x.code = 'payment_mismatch' and x.resolved_at is null) as has_mismatch,
     (select coalesce(json_agg(json_build_object('id', l.id, 'position', l.position, 'variant_id', l.variant_id, 'sku', l.sku,
        'name', l.name, 'quantity', l.quantity, 'unit_amount', l.unit_amount, 'weight_grams', l.weight_grams,
        'refunded_quantity', l.refunded_quantity) order by l.position), '[]') from order_lines l where l.order_id = o.id) as lines
   from orders o join payments p on p.order_id = o.id where o.id = $1`,
);

/** What an edit of an order depends on; read it under the order's lock. */
export async function readEditBasis(tx: Executor, orderId: string): Promise<EditBasis> {
  const [row] = await tx.rows<EditBasis>(basis, [orderId]);
  return row!;
}

/** The order as it stands. */
export function snapshotOf(order: EditBasis): EditSnapshot {
  const { subtotal_amount, shipping_amount, tax_amount, adjustment_amount, total_amount } = order;
  return {
    lines: order.lines.map(({ refunded_quantity: _, ...line }) => line),
    shipping_address: order.shipping_address,
    shipping_method: order.shipping_method,
    totals: {
      subtotal: subtotal_amount,
      shipping: shipping_amount,
      tax: tax_amount,
      adjustment: adjustment_amount,
      total: total_amount,
    },
  };
}

export interface NewEdit {
  id: string;
  orderId: string;
  status: 'pending' | 'awaiting_payment';
  wish: object;
  before: EditSnapshot;
  after: EditSnapshot;
  difference: number;
  settlement: Settlement;
  actor: string;
  note: string | null;
}

// The order's version is raised with it: whoever has read the order before, to send it, finds that it has changed.
const insert = statement(
  'insert_order_edit',
  `with o as (update orders set version = version + 1, updated_at = now() where id = $2 returning id)
   insert into order_edits (id, order_id, status, wish, before, after, difference_amount, settlement, actor, note)
   select $1, id, $3, $4, $5, $6, $7, $8, $9, $10 from o`,
);

export async function insertEdit(tx: Executor, edit: NewEdit): Promise<void> {
  const { id, orderId, status, wish, before, after, difference, settlement, actor, note } = edit;
  const texts = [wish, before, after].map((each) => JSON.stringify(each));
  await tx.rows(insert, [id, orderId, status, ...texts, difference, settlement, actor, note]);
}

const link = statement(
  'link_balance_order',
  'update order_edits set balance_order_id = $2, status = $3, settlement = $4, updated_at = now() where id = $1',
);

/** The order that takes what the edit has added, until which it waits. */
export async function awaitBalance(tx: Executor, editId: string, balanceOrderId: string): Promise<void> {
  await tx.rows(link, [editId, balanceOrderId, 'awaiting_payment', 'balance']);
}

const rotate = statement('rotate_edit_key', 'update order_edits set tries = tries + 1 where id = $1 and tries = $2');

/** The provider has stored a failure of its own under the key: the next call takes a new one. */
export async function rotateEditKey(db: Executor, edit: Pick<EditRow, 'id' | 'tries'>): Promise<void> {
  await db.rows(rotate, [edit.id, edit.tries]);
}

const waiting = statement(
  'waiting_order_edits',
  `select e.id, e.order_id from order_edits e
   where e.status = 'pending' and e.updated_at < now() - make_interval(secs => $1)
   union all
   select e.id, e.order_id from order_edits e join orders b on b.id = e.balance_order_id
   where e.status = 'awaiting_payment' and b.status not in ('pending', 'awaiting_payment') and b.updated_at < now() - make_interval(secs => $1)
   limit $2`,
);

/** Edits that a job should move: not settled at Stripe yet, or with a balance that was paid or has ended. */
export function findWaitingEdits(
  db: Executor,
  olderThanSeconds: number,
  limit: number,
): Promise<{ id: string; order_id: string }[]> {
  return db.rows(waiting, [olderThanSeconds, limit]);
}
