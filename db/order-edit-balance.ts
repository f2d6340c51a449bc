/** The order of kind `balance` that takes what an edit adds to a price which its own payment cannot take any more. */
import { type Executor, statement } from './database.ts';
import { uuidv7 } from './ids.ts';
import { awaitBalance, type EditRow } from './order-edits.ts';
import { appendOrderEvent } from './order-events.ts';
import { placeOrder, startOrder } from './place-order.ts';
import { tell } from './tell.ts';

interface Parent {
  number: string;
  customer_email: string;
  customer_name: string | null;
  customer_phone: string | null;
  locale: string | null;
  shipping_address: object;
  billing_address: object | null;
  shipping_method: string;
  livemode: boolean;
  customer_id: string | null;
  payment_method: string | null;
  pay_within_seconds: number;
}

const parent = statement(
  'parent_of_balance',
  `select o.number, o.customer_email, o.customer_name, o.customer_phone, o.locale, o.shipping_address, o.billing_address, o.shipping_method,
     o.livemode, p.customer_id, c.default_payment_method as payment_method,
     coalesce((e.wish ->> 'pay_within_seconds')::integer, 86400) as pay_within_seconds
   from order_edits e join orders o on o.id = e.order_id join payments p on p.order_id = o.id left join customers c on c.id = p.customer_id
   where e.id = $1`,
);

/**
 * Places the balance with its checkout job, and lets the edit wait for it. A known customer's default method is charged without
 * them; who has none, or whose bank wants them, is told where to pay.
 */
export async function openBalance(tx: Executor, edit: EditRow): Promise<string> {
  const { id: editId, order_id: parentId, currency, difference_amount: amount } = edit;
  const [from] = await tx.rows<Parent>(parent, [editId]);
  const { customer_email: email, customer_id, payment_method } = from!;
  const { number, now } = await startOrder(tx, { skus: [], currency });
  const id = uuidv7();
  const isCharged = customer_id !== null && payment_method !== null;
  await placeOrder(tx, {
    id,
    number,
    kind: 'balance',
    parentId,
    paymentId: uuidv7(),
    attemptId: uuidv7(),
    createdAt: new Date(now),
    currency,
    totals: { subtotal: 0, shipping: 0, tax: 0, adjustment: amount, total: amount },
    customer: { email, name: from!.customer_name ?? undefined, phone: from!.customer_phone ?? undefined },
    locale: from!.locale ?? undefined,
    shippingAddress: from!.shipping_address,
    billingAddress: from!.billing_address ?? undefined,
    shippingMethod: from!.shipping_method,
    payment: {
      ...(customer_id ? { customer_id } : {}),
      ...(isCharged ? { payment_method, confirm: true, off_session: true } : {}),
    },
    metadata: {},
    livemode: from!.livemode,
    expirySeconds: from!.pay_within_seconds,
    lines: [],
    // As queues/check-out-order.ts makes it, which this folder does not know.
    job: { queue: 'check-out-order', jobId: `order-${id}`, payload: { order_id: id } },
    idempotency: undefined,
  });
  await awaitBalance(tx, editId, id);
  await appendOrderEvent(tx, parentId, 'order.edit_requested', {
    edit_id: editId,
    balance_order_id: id,
    amount,
    currency,
  });
  const data = { parentNumber: from!.number };
  if (!isCharged)
    await tell(tx, { event: 'order.balance_due', orderId: id, cause: `order.balance_due/${editId}`, email, data });
  return id;
}
