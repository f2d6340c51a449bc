/** What providers told us, each event once, kept before it is answered. */
import type { Intent } from '../domain/judge-intent.ts';
import { type Executor, FEW, setStatement } from './database.ts';
import type { OutboxJob } from './outbox.ts';
import { columns, type PaymentRow, tables } from './payments.ts';

export interface ReceivedEvent {
  id: string;
  type: string;
  objectId: string | null;
  /** Undefined for an event that nothing acts on: it is kept as ignored. */
  job: OutboxJob | undefined;
}

/**
 * Whether a payment has nothing more to learn from an event of this type: it is settled, and only `charge.updated` brings the
 * fee. A refund's events speak of the refund's own row.
 */
const settles = (type: string) => `${type} not like '%refund%'
       and (p.status = 'canceled' or (p.status = 'succeeded' and (${type} <> 'charge.updated' or p.fee_amount is not null)))`;

/** By what it is not: `= 'received'` would let the planner walk the index of all open events where the event's key is meant. */
const open = (status: string) => `${status} not in ('applied', 'ignored', 'failed')`;

interface KeptEvent {
  event_id: string;
  type: string;
  object_id: string | null;
  queue: string | undefined;
  job_id: string | undefined;
  payload: object | undefined;
  order_id: string | undefined;
}

// An event that a settled payment has nothing to learn from is closed as it comes, without a job.
const receive = setStatement<KeptEvent>(
  'receive_stripe_event',
  (item) => item.event_id,
  `with item as materialized (
     select item.*, p.status as settled
     from json_to_recordset($1) as item (n integer, event_id text, type text, object_id text, queue text, job_id text, payload jsonb, order_id uuid)
     left join payments p on p.provider_id = item.object_id and item.queue is not null and ${settles('item.type')}
     where ${FEW}
   ), kept as (
     insert into inbox_events (provider, event_id, type, object_id, status, outcome, applied_at)
     select 'stripe', event_id, type, object_id,
       case when queue is null then 'ignored' when settled is null then 'received' else 'applied' end,
       case when queue is null then 'not a type that is acted on' else 'known: the payment is ' || settled end,
       case when settled is not null then now() end
     from item
     on conflict (provider, event_id) do nothing returning event_id, status
   ), job as (
     insert into outbox (queue, job_id, payload, order_id)
     select item.queue, item.job_id, item.payload, o.id
     from kept join item using (event_id) left join orders o on o.id = item.order_id where kept.status = 'received'
     on conflict (queue, job_id) do nothing returning job_id
   )
   select item.n from job join item using (job_id)`,
);

/** Keeps an event, and its job when there is something to do, in one statement; a known event changes nothing. */
export async function receiveStripeEvent(db: Executor, { id, type, objectId, job }: ReceivedEvent): Promise<void> {
  const written = await db.each(receive, {
    event_id: id,
    type,
    object_id: objectId,
    queue: job?.queue,
    job_id: job?.jobId,
    payload: job?.payload,
    order_id: job?.orderId,
  });
  if (written.length > 0) db.signal('stockroom_outbox', '');
}

export interface InboxEvent {
  event_id: string;
  type: string;
  object_id: string | null;
  status: string;
}

export interface TakenEvent extends InboxEvent {
  /** Why it was closed on the way: its payment is settled and has nothing to learn from it. */
  closed: string | null;
  /** Of the intent that it speaks of. */
  payment: PaymentRow | null;
}

/** The provider is a part of the key like any other: as a constant it would look selective where there are no statistics yet. */
const keyOf = (eventId: string) => ({ provider: 'stripe', event_id: eventId });

const take = setStatement<ReturnType<typeof keyOf>, TakenEvent>(
  'take_stripe_event',
  (item) => item.event_id,
  `with event as materialized (
     select item.n, i.provider, i.event_id, i.type, i.object_id, i.status
     from json_to_recordset($1) as item (n integer, provider text, event_id text)
     join inbox_events i on i.provider = item.provider and i.event_id = item.event_id
     where ${FEW}
   ), closed as (
     update inbox_events i set status = 'applied', outcome = 'known: the payment is ' || p.status, applied_at = now()
     from event join payments p on p.provider_id = event.object_id
     where i.provider = event.provider and i.event_id = event.event_id and ${open('i.status')} and ${settles('event.type')}
     returning i.event_id, i.outcome
   )
   select event.*, (select outcome from closed where closed.event_id = event.event_id) as closed,
     (select row_to_json(known) from (select ${columns} from ${tables} where p.provider_id = event.object_id) known) as payment
   from event`,
);

/** Reads an event and the payment of its intent; closes it on the way when that payment has nothing to learn from it. */
export async function takeStripeEvent(db: Executor, eventId: string): Promise<TakenEvent | undefined> {
  const [row] = await db.each(take, keyOf(eventId));
  return row;
}

interface Closing {
  provider: string;
  event_id: string;
  status: 'applied' | 'ignored';
  outcome: string;
  intent: string | undefined;
  fee_amount: number | null | undefined;
  fee_currency: string | null | undefined;
  charge_id: string | null | undefined;
}

// Payments are locked in the order of their orders, as everywhere.
const close = setStatement<Closing>(
  'close_stripe_event',
  (item) => item.event_id,
  `with item as materialized (
     select * from json_to_recordset($1)
       as item (n integer, provider text, event_id text, status text, outcome text, intent text, fee_amount bigint, fee_currency text, charge_id text)
     where ${FEW}
   ), fee as materialized (
     select p.id, item.fee_amount, item.fee_currency, item.charge_id from item join payments p on p.provider_id = item.intent
     where item.fee_amount is not null and p.fee_amount is null order by p.order_id for no key update of p
   ), kept as (
     update payments p set fee_amount = fee.fee_amount, fee_currency = fee.fee_currency,
       charge_id = coalesce(fee.charge_id, p.charge_id), updated_at = now()
     from fee where p.id = fee.id
   )
   update inbox_events i set status = item.status, outcome = item.outcome, applied_at = now()
   from item where i.provider = item.provider and i.event_id = item.event_id and ${open('i.status')}
   returning item.n`,
);

/** Closes an event, and keeps the fee that it brought for its intent's payment, unless one is known. */
export async function closeStripeEvent(
  db: Executor,
  eventId: string,
  to: Pick<Closing, 'status' | 'outcome'>,
  fee?: Pick<Intent, 'id' | 'feeAmount' | 'feeCurrency' | 'chargeId'>,
): Promise<void> {
  const { status, outcome } = to;
  const { id: intent, feeAmount: fee_amount, feeCurrency: fee_currency, chargeId: charge_id } = fee ?? {};
  const brought = { intent, fee_amount, fee_currency, charge_id };
  await db.each(close, { ...keyOf(eventId), status, outcome, ...brought });
}
