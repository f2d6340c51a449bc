/** Writes what an intent's state means for its order: payment, attempt, states, events, message and job in one statement. */
import { type Intent, isPartial, type Move } from '../domain/judge-intent.ts';
import { type CustomerEvent, customerRoute } from '../domain/messages/routes.ts';
import { fulfillmentTransitions, orderTransitions, paymentTransitions } from '../domain/order-status.ts';
import { type Executor, FEW, setStatement } from './database.ts';
import { uuidv7 } from './ids.ts';
import type { OutboxJob } from './outbox.ts';
import type { PaymentRow } from './payments.ts';
import { CUSTOMER_MESSAGES, MESSAGE_JOBS } from './tell.ts';

type Written = ReturnType<typeof itemOf>;

/** Without an id where nothing is to be paid, and so Stripe is not asked. */
type WrittenIntent = Omit<Intent, 'id'> & { id: string | null };

// The first step locks the order and its payment as they were judged, or finds no row: the judgement is out of date then.
const write = setStatement<Written>(
  'write_intent',
  (item) => item.order_id,
  `with o as materialized (
     select item.*, p.id as payment_id
     from json_to_recordset($1) as item (
       n integer, order_id uuid, last_event integer, from_status text, from_payment_status text, from_intent text, from_intent_status text,
       intent text, intent_status text, client_secret text, charge_id text, next_action_url text, captured_amount bigint, fee_amount bigint,
       fee_currency text, capture_before timestamptz, error jsonb, attempt_id uuid, attempt_status text,
       status text, payment_status text, fulfillment_status text, reason text, events json,
       message_id uuid, event text, cause text, template text, topic text, routes jsonb, recipient text, message_data jsonb, queue text, job_id text, payload jsonb, again boolean
     ) join orders o on o.id = item.order_id join payments p on p.order_id = item.order_id
     where ${FEW} and o.last_event = item.last_event and o.status = item.from_status and o.payment_status = item.from_payment_status
       and p.provider_id is not distinct from item.from_intent and p.status = item.from_intent_status
     order by o.id for no key update of o, p
   ), payment as (
     update payments p set provider_id = o.intent, status = o.intent_status, client_secret = coalesce(o.client_secret, p.client_secret),
       charge_id = coalesce(o.charge_id, p.charge_id), next_action_url = o.next_action_url, captured_amount = o.captured_amount,
       last_error = coalesce(o.error, p.last_error), fee_amount = coalesce(o.fee_amount, p.fee_amount),
       fee_currency = coalesce(o.fee_currency, p.fee_currency), capture_before = coalesce(o.capture_before, p.capture_before), updated_at = now()
     from o where p.id = o.payment_id
   ), attempt as (
     update payment_attempts a set status = o.attempt_status, error = o.error, settled_at = now()
     from o where a.id = o.attempt_id and a.status = 'pending' and o.attempt_status is not null
   ), moved as (
     update orders x set status = coalesce(o.status, x.status), payment_status = coalesce(o.payment_status, x.payment_status),
       fulfillment_status = coalesce(o.fulfillment_status, x.fulfillment_status), status_reason = coalesce(o.reason, x.status_reason),
       last_event = x.last_event + json_array_length(o.events), version = x.version + 1, updated_at = now()
     from o where x.id = o.order_id
   ), event as (
     insert into order_events (order_id, sequence, type, data)
     select o.order_id, o.last_event + e.place, e.type, e.data
     from o cross join lateral rows from (json_to_recordset(o.events) as (type text, data jsonb)) with ordinality as e (type, data, place)
   ), news as (
     select o.message_id as id, o.order_id, o.event, o.cause, o.template, o.topic, o.routes, o.recipient as address, o.message_data as data
     from o where o.message_id is not null
   ), ${CUSTOMER_MESSAGES}, job as (
     insert into outbox (queue, job_id, payload, order_id, again)
     select o.queue, o.job_id, o.payload, o.order_id, o.again from o where o.queue is not null
     union all
     select jobs.*, false from (${MESSAGE_JOBS}) jobs
     on conflict (queue, job_id) do update
     set status = 'pending', xid = pg_current_xact_id(), again = true, available_at = now(), finished_at = null
     where outbox.status = 'failed'
   )
   select o.n from o`,
);

/**
 * Makes the move that an intent was judged to be, with at most one message and one job. False, and nothing is written,
 * when the order or its payment are not as `row` says any more.
 */
export async function writeIntent(
  db: Executor,
  row: PaymentRow,
  intent: WrittenIntent,
  move: Move,
  job: OutboxJob | undefined,
): Promise<boolean> {
  const item = itemOf(row, intent, move, job);
  if ((await db.each(write, item)).length === 0) return false;
  db.signal('stockroom_orders', row.order_id);
  if (job || item.message_id) db.signal('stockroom_outbox', '');
  return true;
}

const NOTHING_TO_PAY: WrittenIntent = {
  id: null,
  status: 'succeeded',
  amount: 0,
  amountReceived: 0,
  currency: '',
  clientSecret: null,
  nextActionUrl: null,
  chargeId: null,
  feeAmount: null,
  lastError: null,
  cancellationReason: null,
  orderId: null,
};

/** An order that costs nothing, or that credits have paid, is paid without Stripe. False when it is not pending any more. */
export async function settleUncharged(db: Executor, row: PaymentRow, job: OutboxJob): Promise<boolean> {
  const move: Move = { kind: 'move', status: 'paid', paymentStatus: 'paid', event: 'payment.succeeded' };
  return isLegal(row, move) && writeIntent(db, row, NOTHING_TO_PAY, move, job);
}

/** Whether the transition tables lead from where the order stands to where the move takes it. */
export function isLegal(row: PaymentRow, move: Move): boolean {
  const { status, payment_status, fulfillment_status } = target(row, move);
  return (
    leads(orderTransitions[row.order_status], status) &&
    leads(paymentTransitions[row.payment_status], payment_status) &&
    leads(fulfillmentTransitions[row.fulfillment_status], fulfillment_status)
  );
}

const leads = (next: readonly string[], to: string | null) => to === null || next.includes(to);

function itemOf(row: PaymentRow, intent: WrittenIntent, move: Move, job: OutboxJob | undefined) {
  const { error, attempt } = outcomeOf(intent, move);
  return {
    order_id: row.order_id,
    last_event: row.last_event,
    from_status: row.order_status,
    from_payment_status: row.payment_status,
    from_intent: row.provider_id,
    from_intent_status: row.status,
    intent: intent.id,
    intent_status: intent.status,
    client_secret: intent.clientSecret,
    charge_id: intent.chargeId,
    next_action_url: intent.nextActionUrl,
    captured_amount: intent.status === 'succeeded' ? intent.amountReceived : 0,
    fee_amount: intent.feeAmount,
    fee_currency: intent.feeCurrency,
    capture_before: intent.captureBefore ?? undefined,
    error,
    attempt_id: row.attempt_id,
    attempt_status: attempt,
    ...target(row, move),
    events: eventsOf(row, intent, move, error),
    ...messageOf(row, intent, move),
    ...(job ? { queue: job.queue, job_id: job.jobId, payload: job.payload, again: hasRunBefore(row) } : {}),
  };
}

/** Of an order that is paid when it is sent, the job that sends it has run when it was authorized. */
const hasRunBefore = ({ capture_method, order_status }: PaymentRow) =>
  capture_method === 'at_shipment' && order_status === 'authorized';

function outcomeOf(intent: WrittenIntent, move: Move) {
  const { lastError } = intent;
  const failed = move.failure !== undefined && lastError !== null;
  const error = failed
    ? { code: lastError.code, decline_code: lastError.declineCode, message: lastError.message, cause: move.failure }
    : null;
  const accepted = ['succeeded', 'requires_capture', 'processing'].includes(intent.status);
  return { error, attempt: failed ? 'declined' : accepted ? 'accepted' : null };
}

type Refusal = ReturnType<typeof outcomeOf>['error'];

/** Why an order ends, if it does. */
export function endingOf({ status, event }: Move): string | undefined {
  if (status === 'expired') return 'expired';
  if (status !== 'canceled') return undefined;
  return event === 'payment.authorization_expired' ? 'authorization_expired' : 'payment_canceled';
}

/** A second refusal leaves the payment's status as it is and is an event all the same. */
function target(row: PaymentRow, move: Move) {
  const reason = endingOf(move);
  return {
    status: move.status ?? null,
    payment_status: move.paymentStatus && move.paymentStatus !== row.payment_status ? move.paymentStatus : null,
    fulfillment_status: reason ? 'canceled' : null,
    reason: reason ?? null,
  };
}

function eventsOf(row: PaymentRow, intent: WrittenIntent, { event }: Move, error: Refusal) {
  const refusal = error ? { code: error.code, decline_code: error.decline_code } : {};
  const { amount, amountReceived: captured } = intent;
  const part = isPartial(intent) ? { captured, uncaptured: amount - captured, currency: intent.currency } : {};
  const data = { payment_intent: intent.id, ...refusal, ...part };
  const begins = row.order_status === 'pending' && event !== 'payment.created';
  return [...(begins ? ['payment.created'] : []), event].map((type) => ({ type, data }));
}

function messageOf(row: PaymentRow, intent: WrittenIntent, move: Move) {
  const news = newsOf(row, intent, move);
  if (!news) return { message_id: null };
  const { event, cause, data } = news;
  return {
    message_id: uuidv7(),
    recipient: row.customer_email,
    cause,
    message_data: data ?? {},
    ...customerRoute(event),
  };
}

function newsOf(
  row: PaymentRow,
  intent: WrittenIntent,
  move: Move,
): { event: CustomerEvent; cause: string; data?: object } | undefined {
  const id = row.order_id;
  const reason = endingOf(move);
  // What becomes of an edit is told of the order that it changes.
  if (row.order_kind === 'balance' && (reason || move.status === 'paid')) return undefined;
  if (move.status === 'paid') {
    if (row.has_receipt) return undefined;
    const data = isPartial(intent) ? { captured: intent.amountReceived } : {};
    return { event: 'order.paid', cause: `order.paid/${id}`, data };
  }
  // Of an attempt without the customer each of Stripe's two ways to ask for them may be heard, or both.
  if (move.needsCustomer)
    return { event: 'payment.action_required', cause: `payment.action_required/${row.attempt_id}` };
  if (reason) return { event: 'order.canceled', cause: `order.canceled/${id}`, data: { reason } };
  if (!move.failure) return undefined;
  const data = { code: intent.lastError?.code ?? null };
  return { event: 'payment.failed', cause: `payment.failed/${id}/${move.failure}`, data };
}
