/**
 * An edit's effect: lines, address, totals, stock and money, in the caller's transaction, which holds the order's lock. What is
 * written names the state it expects, so that an edit is applied once.
 */
import { unitsOf } from '../domain/order-edits/apply-wish.ts';
import type { Settlement } from '../domain/order-edits/settlement.ts';
import { type Executor, statement } from './database.ts';
import { uuidv7 } from './ids.ts';
import { grantCredit } from './order-credits.ts';
import type { EditRow, EditSnapshot } from './order-edits.ts';
import { appendOrderEvent } from './order-events.ts';
import { insertJobs, reopenJobs } from './outbox.ts';
import { insertRefund } from './refunds.ts';
import type { Shortage } from './stock.ts';
import { tell } from './tell.ts';

const adjust = statement(
  'adjust_reserved_stock',
  'select sku, requested, available from adjust_reserved_stock($1, $2)',
);

type Units = { variant_id: string; sku: string; quantity: number };

/** Brings what the order holds to these units. Returns what is short; nothing has changed then. */
export function adjustStock(tx: Executor, orderId: string, units: Iterable<Units>): Promise<Shortage[]> {
  return tx.rows<Shortage>(adjust, [orderId, JSON.stringify([...units])]);
}

const removeLines = statement('remove_order_lines', 'delete from order_lines where order_id = $1 and id <> all($2)');
const writeLines = statement(
  'write_edited_lines',
  `insert into order_lines (id, order_id, position, variant_id, sku, name, quantity, unit_amount, total_amount, weight_grams)
   select l.id, $1, l.position, l.variant_id, l.sku, l.name, l.quantity, l.unit_amount, l.unit_amount * l.quantity, l.weight_grams
   from jsonb_to_recordset($2::jsonb) as l (id uuid, position integer, variant_id uuid, sku text, name text, quantity integer,
     unit_amount bigint, weight_grams integer)
   on conflict (id) do update set quantity = excluded.quantity, total_amount = excluded.total_amount
   where order_lines.quantity <> excluded.quantity`,
);
const writeOrder = statement(
  'write_edited_order',
  `update orders set subtotal_amount = $2, shipping_amount = $3, tax_amount = $4, total_amount = $5, shipping_address = $6,
     shipping_method = $7, revision = revision + 1, version = version + 1, updated_at = now()
   where id = $1 returning revision, customer_email`,
);
const writePayment = statement(
  'write_edited_payment',
  'update payments set amount = amount + $2, updated_at = now() where order_id = $1',
);
const finish = statement(
  'finish_order_edit',
  `update order_edits set status = 'applied', revision = $2, settlement = $3, refund_id = $4, updated_at = now()
   where id = $1 and status in ('pending', 'awaiting_payment')`,
);

/**
 * Applies an open edit with the settlement that fits where the money is now. The caller has judged that the order may be edited.
 * @throws when the stock it needs is not there, which the caller has reserved, or a refund is not granted
 */
export async function applyEdit(tx: Executor, edit: EditRow, settlement: Settlement): Promise<void> {
  const { id, order_id: orderId, after, difference_amount: difference } = edit;
  const short = await adjustStock(tx, orderId, unitsOf(after.lines).values());
  if (short.length > 0) throw new Error(`edit ${id}: the stock of ${short.map(({ sku }) => sku).join()} is short`);
  const { revision, email } = await write(tx, orderId, after);
  if (settlement === 'intent') await tx.rows(writePayment, [orderId, difference]);
  if (settlement === 'balance') await takeBalance(tx, edit);
  const refundId = settlement === 'refund' ? await refund(tx, edit) : null;
  await tx.rows(finish, [id, revision, settlement, refundId]);
  await appendOrderEvent(tx, orderId, 'order.edited', { edit_id: id, revision, difference, settlement });
  await tell(tx, {
    event: 'order.edited',
    orderId,
    cause: `order.edited/${id}`,
    email,
    data: toldOf(edit, settlement),
  });
  await goOn(tx, orderId);
}

/** What the customer hears of the difference: what is not paid yet is in the total. */
function toldOf({ difference_amount: difference, currency }: EditRow, settlement: Settlement): object {
  if (settlement === 'refund') return { refund: { amount: -difference, currency } };
  return settlement === 'balance' ? { charged: { amount: difference, currency } } : {};
}

async function write(tx: Executor, orderId: string, { lines, totals, ...after }: EditSnapshot) {
  await tx.rows(removeLines, [orderId, lines.map(({ id }) => id)]);
  await tx.rows(writeLines, [orderId, JSON.stringify(lines)]);
  const { subtotal, shipping, tax, total } = totals;
  const address = JSON.stringify(after.shipping_address);
  const [row] = await tx.rows<{ revision: number; customer_email: string }>(writeOrder, [
    orderId,
    ...[subtotal, shipping, tax, total],
    ...[address, after.shipping_method],
  ]);
  return { revision: row!.revision, email: row!.customer_email };
}

/** What the balance's order has taken pays for this one. */
async function takeBalance(tx: Executor, edit: EditRow): Promise<void> {
  const { id, order_id: toOrderId, balance_order_id: fromOrderId, difference_amount: amount } = edit;
  const granted = await grantCredit(tx, {
    fromOrderId: fromOrderId!,
    toOrderId,
    kind: 'balance',
    cause: `balance/${id}`,
    amount,
  });
  if (!granted) throw new Error(`edit ${id}: its balance is not there any more`);
}

async function refund(tx: Executor, { id, order_id: orderId, difference_amount }: EditRow): Promise<string> {
  const refundId = uuidv7();
  const wish = { id: refundId, orderId, cause: `edit/${id}`, amount: -difference_amount, isOwed: true };
  if (!(await insertRefund(tx, wish))) throw new Error(`edit ${id}: ${-difference_amount} cannot be refunded`);
  const payload = { order_id: orderId, refund_id: refundId };
  await insertJobs(tx, [
    { queue: 'issue-refund', jobId: `refund-${refundId}`, payload, orderId, availableAt: undefined },
  ]);
  return refundId;
}

/** The order waited for its edit: it is sent now, if it may be. */
async function goOn(tx: Executor, orderId: string): Promise<void> {
  const payload = { order_id: orderId };
  await reopenJobs(tx, [
    { queue: 'fulfill-order', jobId: `order-${orderId}`, payload, orderId, availableAt: undefined },
  ]);
}

const end = statement(
  'end_order_edit',
  `update order_edits set status = $2, error = $3, updated_at = now()
   where id = $1 and status in ('pending', 'awaiting_payment') returning before`,
);
const isOpen = statement(
  'order_is_editable',
  `select 1 from orders where id = $1 and status in ('awaiting_payment', 'authorized', 'paid') and fulfillment_status = 'unfulfilled'`,
);

/** Ends an open edit without its effect: the units that were held for it are free, and the order goes on as it was. */
export async function endEdit(
  tx: Executor,
  edit: EditRow,
  status: 'refused' | 'canceled',
  error: { code: string; message?: string },
): Promise<boolean> {
  const { id, order_id: orderId, before } = edit;
  if ((await tx.rows(end, [id, status, JSON.stringify(error)])).length === 0) return false;
  // Of an order that has ended all is free already.
  if ((await tx.rows(isOpen, [orderId])).length > 0) {
    await adjustStock(tx, orderId, unitsOf(before.lines).values());
    await goOn(tx, orderId);
  }
  await appendOrderEvent(tx, orderId, `order.edit_${status}`, { edit_id: id, ...error });
  return true;
}
