/** What customers are told of their returns; what else there is to say of one stands in its own row. */
import type { CustomerEvent } from '../domain/messages/routes.ts';
import type { Executor } from './database.ts';
import type { ReturnView } from './returns.ts';
import { tell } from './tell.ts';

type ReturnEvent = Extract<CustomerEvent, `return.${string}`>;

/** Tells the customer once of each step. */
export async function tellCustomer(
  tx: Executor,
  event: ReturnEvent,
  ret: ReturnView,
  data: object = {},
): Promise<void> {
  const items = ret.lines
    .map(({ name, sku, quantity, approved_quantity }) => ({
      name: name || sku,
      sku,
      quantity: approved_quantity ?? quantity,
    }))
    .filter((item) => item.quantity > 0);
  await tell(tx, {
    event,
    orderId: ret.order_id,
    cause: `${event}/${ret.id}`,
    email: ret.customer_email,
    data: { returnNumber: ret.number, items, ...data },
  });
}

/** How to send the goods, once that is known: the label, or only the address. */
export async function tellApproved(tx: Executor, ret: ReturnView): Promise<void> {
  const labelUrl = ret.parcels.find((parcel) => parcel.label_url && parcel.status !== 'canceled')?.label_url ?? '';
  const data = { returnAddress: ret.address ?? {}, labelUrl, sendBy: ret.send_by?.toISOString() ?? '' };
  await tellCustomer(tx, 'return.approved', ret, data);
}

/** That the goods were counted, and what goes back for them. */
export async function tellReturned(tx: Executor, ret: ReturnView, status: string, amount: number): Promise<void> {
  // Its own message tells of an exchange, on the order that goes out.
  if (status === 'exchanged') return;
  if (status === 'closed') return tellCustomer(tx, 'return.closed', ret, { reason: 'nothing_refunded' });
  const refund = status === 'refunded' ? { refund: { amount, currency: ret.currency } } : {};
  return tellCustomer(tx, 'return.received', ret, refund);
}
