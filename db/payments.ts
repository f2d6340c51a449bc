/** Payments: what we know of an order's PaymentIntent and of the attempts to pay it. */
import type { CaptureMethod, Intent, KnownPayment } from '../domain/judge-intent.ts';
import type { OrderKind } from '../domain/order-money.ts';
import type { FulfillmentStatus } from '../domain/order-status.ts';
import { type Executor, statement } from './database.ts';

export interface PaymentRow {
  id: string;
  order_id: string;
  order_number: string;
  order_kind: OrderKind;
  order_status: KnownPayment['orderStatus'];
  payment_status: KnownPayment['paymentStatus'];
  fulfillment_status: FulfillmentStatus;
  /** Of the order: a write that names it finds out whether anything has happened since. */
  last_event: number;
  provider_id: string | null;
  status: string;
  capture_method: CaptureMethod;
  amount: number;
  currency: string;
  fee_amount: number | null;
  last_error: { cause?: string } | null;
  tries: number;
  customer_email: string;
  attempt_id: string;
  attempt_number: number;
  attempt_payment_method: string | null;
  attempt_status: string;
  attempt_tries: number;
  confirm: boolean;
  off_session: boolean;
  save_method: boolean;
  /** Another message is the receipt of its payment. */
  has_receipt: boolean;
  customer_id: string | null;
  /** Of a recurring order, whose money is taken before its checkout: its goods are neither reserved nor waited for. */
  unreserved: boolean;
  due: boolean;
}

/** The columns of a {@link PaymentRow}, for any statement that reads `from ${tables}`. */
export const columns = `p.id, p.order_id, o.number as order_number, o.kind as order_kind, o.status as order_status, o.payment_status,
  o.fulfillment_status, o.last_event, p.provider_id, p.status,
  p.capture_method, p.amount, p.currency, p.fee_amount, p.last_error, p.tries, o.customer_email, a.id as attempt_id, a.number as attempt_number,
  a.payment_method as attempt_payment_method, a.status as attempt_status, a.tries as attempt_tries,
  coalesce((o.payment_options ->> 'confirm')::boolean, false) as confirm,
  coalesce((o.payment_options ->> 'off_session')::boolean, false) as off_session,
  coalesce((o.payment_options ->> 'save_method')::boolean, false) as save_method,
  coalesce((o.payment_options ->> 'has_receipt')::boolean, false) as has_receipt, p.customer_id,
  case when o.kind = 'recurring' and o.status = 'pending' and o.hold_reason is null then
    exists (select from order_lines l where l.order_id = o.id) and not exists (select from reservations r where r.order_id = o.id)
  else false end as unreserved, o.expires_at < now() as due`;
export const tables = `payments p join orders o on o.id = p.order_id
  join lateral (select * from payment_attempts t where t.payment_id = p.id order by t.number desc limit 1) a on true`;

const byOrder = statement('payment_by_order', `select ${columns} from ${tables} where p.order_id = $1`);

/** An order's payment with its latest attempt. */
export async function findPayment(db: Executor, orderId: string): Promise<PaymentRow | undefined> {
  const [row] = await db.rows<PaymentRow>(byOrder, [orderId]);
  return row;
}

const byProvider = statement('payment_by_provider', `select ${columns} from ${tables} where p.provider_id = $1`);

export async function findPaymentByIntent(db: Executor, intentId: string): Promise<PaymentRow | undefined> {
  const [row] = await db.rows<PaymentRow>(byProvider, [intentId]);
  return row;
}

const lock = statement('lock_payment', `select ${columns} from ${tables} where p.order_id = $1 for update of o, p`);

/** Locks an order and its payment until the transaction ends. */
export async function lockPayment(tx: Executor, orderId: string): Promise<PaymentRow | undefined> {
  const [row] = await tx.rows<PaymentRow>(lock, [orderId]);
  return row;
}

const writeFee = statement(
  'record_fee',
  `update payments set fee_amount = $2, fee_currency = $4, charge_id = coalesce($3, charge_id), updated_at = now()
   where provider_id = $1 and fee_amount is null returning id`,
);

/** Keeps what the provider took for a charge, once. False when it is not known yet, or was kept before. */
export async function recordFee(
  db: Executor,
  { id, feeAmount, feeCurrency = null, chargeId }: Pick<Intent, 'id' | 'feeAmount' | 'feeCurrency' | 'chargeId'>,
): Promise<boolean> {
  return feeAmount !== null && (await db.rows(writeFee, [id, feeAmount, chargeId, feeCurrency])).length > 0;
}
