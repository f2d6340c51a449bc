/**
 * Money of one order that pays for another: granted against what is left of the giver's payment, and given back there, by a refund of
 * its own, when the order that it went to returns it. So for all orders together captured − refunded stays what customers have paid.
 * Locks go from the order that is paid for to the one that pays; a new order, which nobody else sees yet, may be paid for at once.
 */
import { type Executor, statement } from './database.ts';
import { openException } from './exceptions.ts';
import { uuidv7 } from './ids.ts';
import { appendOrderEvent } from './order-events.ts';
import { insertJobs, type OutboxJob } from './outbox.ts';
import { insertRefund, type NewRefund, refundableAmount, tellRefund } from './refunds.ts';

export interface NewCredit {
  /** Whose captured money it is. */
  fromOrderId: string;
  /** What it pays for. */
  toOrderId: string;
  kind: 'exchange' | 'balance';
  /** `exchange/<return id>`, `balance/<edit id>`: credited once. */
  cause: string;
  /** Minor units. */
  amount: number;
}

// Guarded as a refund is: of a credit and a refund at once the second sees what the first has left.
const grant = statement(
  'grant_credit',
  `with granted as (
     update payments set credited_amount = credited_amount + $6, updated_at = now()
     where order_id = $2 and status = 'succeeded'
       and $6 between 1 and captured_amount - refunded_amount - refunding_amount - disputed_amount - credited_amount
       and not exists (select from order_credits where cause = $5)
     returning order_id, currency
   )
   insert into order_credits (id, from_order_id, to_order_id, kind, cause, currency, amount)
   select $1, order_id, $3, $4, $5, currency, $6 from granted returning currency`,
);

// What the credit pays is not asked of Stripe, as long as Stripe was not asked.
const raise = statement(
  'raise_order_credit',
  `with o as (
     update orders set credit_amount = credit_amount + $2, version = version + 1, updated_at = now()
     where id = $1 and currency = $3 returning id, payment_status, total_amount - credit_amount as rest
   ), p as (
     update payments p set amount = o.rest, updated_at = now() from o
     where p.order_id = o.id and $4 and p.provider_id is null and p.status = 'pending'
   )
   select payment_status from o`,
);

/**
 * Lets captured money of one order pay for another, in the caller's transaction, which has both orders to itself (the giver's lock is
 * had, the taker is new or locked before). False, and nothing is written, when that much is not left, or the cause was credited before.
 * An `exchange` lowers what the new order's own payment is to take, unless its intent exists already.
 */
export async function grantCredit(tx: Executor, credit: NewCredit): Promise<boolean> {
  const { fromOrderId, toOrderId, kind, cause, amount } = credit;
  const id = uuidv7();
  const [granted] = await tx.rows<{ currency: string }>(grant, [id, fromOrderId, toOrderId, kind, cause, amount]);
  if (!granted) return false;
  const { currency } = granted;
  const raised = await tx.rows<{ payment_status: string }>(raise, [toOrderId, amount, currency, kind === 'exchange']);
  if (raised.length === 0) throw new Error(`a credit in ${currency} cannot pay for order ${toOrderId}`);
  const data = { credit_id: id, amount, currency, kind };
  await appendOrderEvent(tx, fromOrderId, 'credit.granted', { ...data, to_order_id: toOrderId });
  const received = { ...data, from_order_id: fromOrderId };
  // Of an order whose own money had all gone back, some is there again.
  if (raised[0]?.payment_status === 'refunded') await tellRefund(tx, toOrderId, 'credit.received', received);
  else await appendOrderEvent(tx, toOrderId, 'credit.received', received);
  return true;
}

const left = statement(
  'credit_left',
  'select coalesce(sum(amount - returned_amount), 0)::bigint as amount from order_credits where to_order_id = $1',
);

/** What credits pay of an order, less what went back of them. */
export async function creditLeft(tx: Executor, orderId: string): Promise<number> {
  const [row] = await tx.rows<{ amount: number }>(left, [orderId]);
  return row?.amount ?? 0;
}

const refundable = statement(
  'credit_refundable',
  `select coalesce(sum(greatest(0, least(c.amount - c.returned_amount, c.amount - c.returned_amount + p.captured_amount
     - p.refunded_amount - p.refunding_amount - p.disputed_amount - p.credited_amount))), 0)::bigint as amount
   from order_credits c join payments p on p.order_id = c.from_order_id where c.to_order_id = $1`,
);

/** Of what credits have paid for an order, what can be refunded now: money that is disputed where it was taken cannot. */
export async function creditRefundable(tx: Executor, orderId: string): Promise<number> {
  const [row] = await tx.rows<{ amount: number }>(refundable, [orderId]);
  return row?.amount ?? 0;
}

interface OpenCredit {
  id: string;
  from_order_id: string;
  currency: string;
  returned: number;
  left: number;
}

const givers = statement(
  'lock_credit_givers',
  `select id from orders where id in (select from_order_id from order_credits where to_order_id = $1)
   order by id for no key update`,
);
const open = statement(
  'open_credits',
  `select id, from_order_id, currency, returned_amount as returned, amount - returned_amount as left from order_credits
   where to_order_id = $1 and returned_amount < amount order by id desc`,
);
const giveBackPart = statement(
  'return_credit',
  `with c as (
     update order_credits set returned_amount = returned_amount + $2, updated_at = now()
     where id = $1 and returned_amount = $3 returning from_order_id
   )
   update payments p set credited_amount = p.credited_amount - $2, updated_at = now() from c where p.order_id = c.from_order_id
   returning p.id`,
);

type Wish = Pick<NewRefund, 'reason' | 'note' | 'shippingAmount'> & {
  /** Of the refund that gives it back; made when it is not given. */
  id?: string;
  /** Names the refunds; made from the credit when it is not given. */
  cause?: string;
};

/**
 * Gives back what credits have paid for an order, latest first: on the orders that the money was taken for, with the refunds' jobs.
 * The caller holds the order's lock. What cannot be refunded there now (it is disputed) stands in the exceptions list.
 * @param amount all that is left, when it is not given
 * @returns the amount that was returned
 */
export async function returnCredits(tx: Executor, toOrderId: string, amount?: number): Promise<number> {
  const { returned } = await returnParts(tx, toOrderId, amount ?? Number.MAX_SAFE_INTEGER, {});
  return returned;
}

async function returnParts(tx: Executor, toOrderId: string, amount: number, wish: Wish) {
  await tx.rows(givers, [toOrderId]);
  const refundIds: string[] = [];
  let returned = 0;
  for (const credit of await tx.rows<OpenCredit>(open, [toOrderId])) {
    const part = Math.min(credit.left, amount - returned);
    if (part <= 0) break;
    if ((await tx.rows(giveBackPart, [credit.id, part, credit.returned])).length === 0)
      throw new Error(`credit ${credit.id} was returned meanwhile`);
    returned += part;
    const { id, ...rest } = wish;
    const refundId = await refundPart(tx, credit, part, { ...rest, ...(id && refundIds.length === 0 ? { id } : {}) });
    if (refundId) refundIds.push(refundId);
    const data = { credit_id: credit.id, amount: part, currency: credit.currency, from_order_id: credit.from_order_id };
    await tellRefund(tx, toOrderId, 'credit.returned', data);
  }
  return { returned, refundIds };
}

async function refundPart(tx: Executor, credit: OpenCredit, part: number, wish: Wish): Promise<string | undefined> {
  const { id: creditId, from_order_id: orderId, currency } = credit;
  const amount = Math.min(part, await refundableAmount(tx, orderId));
  const { shippingAmount = 0, ...rest } = wish;
  const subject = `${creditId}/${credit.returned + part}`;
  const cause = wish.cause ? `${wish.cause}/${creditId}` : `credit/${subject}`;
  const refund = { ...rest, orderId, cause, amount, shippingAmount: Math.min(shippingAmount, amount) };
  const refundId = amount > 0 ? await insertRefund(tx, { ...refund, isOwed: true, creditId }) : undefined;
  if (refundId) await insertJobs(tx, [issueRefundJob(orderId, refundId)]);
  const missing = part - (refundId ? amount : 0);
  if (missing > 0) {
    const detail = { credit_id: creditId, amount: missing, currency };
    await openException(tx, { code: 'credit_not_refunded', subject, orderId, detail });
  }
  return refundId;
}

/** As queues/issue-refund.ts makes it, which this folder does not know. */
const issueRefundJob = (orderId: string, refundId: string): OutboxJob => ({
  queue: 'issue-refund',
  jobId: `refund-${refundId}`,
  payload: { order_id: orderId, refund_id: refundId },
  orderId,
  availableAt: undefined,
});

const known = statement(
  'refund_cause_known',
  `select from refunds where order_id = $1 and cause = $2
   union all
   select from order_credits c join refunds r on r.credit_id = c.id where c.to_order_id = $1 and r.cause = $2 || '/' || c.id`,
);

/**
 * Gives money of an order back, once per cause: its own payment's first, then what credits have paid for it, and writes the jobs.
 * Use it instead of `insertRefund` wherever an order may have credits. The caller holds the order's lock.
 * @returns the refunds it takes, the order's own first (`refund.id` is the first one's); undefined, and nothing is written, when that
 * much is not left or the cause is known
 */
export async function giveBack(tx: Executor, refund: NewRefund): Promise<[string, ...string[]] | undefined> {
  const { orderId, cause, amount, shippingAmount = 0 } = refund;
  const own = Math.min(amount, await refundableAmount(tx, orderId));
  if (own === amount) return withJob(tx, refund);
  if ((await tx.rows(known, [orderId, cause])).length > 0 || amount - own > (await creditRefundable(tx, orderId)))
    return undefined;
  const ownShipping = Math.min(shippingAmount, own);
  const first = own > 0 ? await withJob(tx, { ...refund, amount: own, shippingAmount: ownShipping }) : [];
  if (!first) return undefined;
  const { id, reason = null, note = null } = refund;
  const wish = {
    reason,
    note,
    cause,
    shippingAmount: shippingAmount - ownShipping,
    ...(own === 0 && id ? { id } : {}),
  };
  const { refundIds } = await returnParts(tx, orderId, amount - own, wish);
  const [head, ...tail] = [...first, ...refundIds];
  return head ? [head, ...tail] : undefined;
}

async function withJob(tx: Executor, refund: NewRefund): Promise<[string] | undefined> {
  const refundId = await insertRefund(tx, refund);
  if (!refundId) return undefined;
  await insertJobs(tx, [issueRefundJob(refund.orderId, refundId)]);
  return [refundId];
}

const ended = statement(
  'lock_ended_order',
  `with o as materialized (select id, status from orders where id = $1 for no key update)
   select id from o where status in ('canceled', 'expired', 'rejected')`,
);

/** Returns all that credits have paid of an order that has ended; of another one nothing. */
export async function returnEndedCredits(tx: Executor, orderId: string): Promise<number> {
  return (await tx.rows(ended, [orderId])).length > 0 ? returnCredits(tx, orderId) : 0;
}

const waiting = statement(
  'ended_orders_with_credits',
  `select distinct c.to_order_id as id from order_credits c join orders o on o.id = c.to_order_id
   where c.returned_amount < c.amount and o.status in ('canceled', 'expired', 'rejected')
     and o.updated_at < now() - make_interval(secs => $1) limit $2`,
);

/** Orders that have ended and keep what credits have paid for them. */
export async function findKeptCredits(db: Executor, olderThanSeconds: number, limit: number): Promise<string[]> {
  return (await db.rows<{ id: string }>(waiting, [olderThanSeconds, limit])).map(({ id }) => id);
}
