/** The order of kind `balance` that takes what an edit adds to a price which its own payment cannot take any more. */
import { type Executor, statement } from './database.ts';
import { placeFollowOnOrder } from './follow-on-order.ts';
import { awaitBalance, type EditRow } from './order-edits.ts';
import { appendOrderEvent } from './order-events.ts';
import { tell } from './tell.ts';

const patience = statement(
  'patience_of_edit',
  `select coalesce((wish ->> 'pay_within_seconds')::integer, 86400) as seconds from order_edits where id = $1`,
);

/**
 * Places the balance with its checkout job, and lets the edit wait for it. A known customer's default method is charged without
 * them; who has none, or whose bank wants them, is told where to pay.
 */
export async function openBalance(tx: Executor, edit: EditRow): Promise<string> {
  const { id: editId, order_id: parentId, currency, difference_amount: amount } = edit;
  const [waits] = await tx.rows<{ seconds: number }>(patience, [editId]);
  const { id, isCharged, parent } = await placeFollowOnOrder(tx, {
    parentId,
    kind: 'balance',
    lines: [],
    totals: { subtotal: 0, shipping: 0, tax: 0, adjustment: amount, total: amount },
    expirySeconds: waits!.seconds,
    metadata: {},
  });
  await awaitBalance(tx, editId, id);
  await appendOrderEvent(tx, parentId, 'order.edit_requested', {
    edit_id: editId,
    balance_order_id: id,
    amount,
    currency,
  });
  if (!isCharged)
    await tell(tx, {
      event: 'order.balance_due',
      orderId: id,
      cause: `order.balance_due/${editId}`,
      email: parent.email,
      data: { parentNumber: parent.number },
    });
  return id;
}
