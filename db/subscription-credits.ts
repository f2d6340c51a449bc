/** Value of goods that were paid and skipped: pending → listed (an item at Stripe) → used by an invoice, or refunded without one. */
import { type Executor, statement } from './database.ts';
import { uuidv7 } from './ids.ts';

export interface CreditRow {
  id: string;
  subscription_id: string;
  order_id: string;
  currency: string;
  amount: number;
  status: 'pending' | 'listed' | 'used' | 'refunded';
  provider_id: string | null;
  tries: number;
  order_number: string;
  /** Stripe's ids. */
  stripe_subscription: string | null;
  stripe_customer: string | null;
  subscription_ended: boolean;
}

const insert = statement(
  'insert_subscription_credit',
  `insert into subscription_credits (id, subscription_id, order_id, cause, currency, amount, captured_amount)
   values ($1, $2, $3, $4, $5, $6, $7)
   on conflict (cause) do nothing returning id`,
);

/** Undefined when the cause was credited. The caller's transaction holds the order's lock and writes the job. */
export async function insertCredit(
  tx: Executor,
  credit: {
    subscriptionId: string;
    orderId: string;
    cause: string;
    currency: string;
    amount: number;
    captured: number;
  },
): Promise<string | undefined> {
  const { subscriptionId, orderId, cause, currency, amount, captured } = credit;
  const [row] = await tx.rows<{ id: string }>(insert, [
    ...[uuidv7(), subscriptionId, orderId, cause, currency, amount, captured],
  ]);
  return row?.id;
}

const columns = `c.id, c.subscription_id, c.order_id, c.currency, c.amount, c.status, c.provider_id, c.tries, o.number as order_number,
  s.provider_id as stripe_subscription, k.provider_id as stripe_customer,
  s.status in ('canceled', 'incomplete_expired', 'rejected') as subscription_ended`;
const tables = `subscription_credits c join orders o on o.id = c.order_id join subscriptions s on s.id = c.subscription_id
  join customers k on k.id = s.customer_id`;

const find = statement('find_subscription_credit', `select ${columns} from ${tables} where c.id = $1`);

export async function findCredit(db: Executor, id: string): Promise<CreditRow | undefined> {
  const [row] = await db.rows<CreditRow>(find, [id]);
  return row;
}

const list = statement(
  'list_subscription_credit',
  `update subscription_credits set status = 'listed', provider_id = $2, updated_at = now() where id = $1 and status = 'pending'`,
);

export async function recordListed(db: Executor, id: string, providerId: string): Promise<void> {
  await db.rows(list, [id, providerId]);
}

const refund = statement(
  'refund_subscription_credit',
  `update subscription_credits set status = 'refunded', updated_at = now() where id = $1 and status in ('pending', 'listed') returning id`,
);

/** False when an invoice has used it, or it was refunded. */
export async function recordRefunded(tx: Executor, id: string): Promise<boolean> {
  return (await tx.rows(refund, [id])).length > 0;
}

const rotate = statement(
  'rotate_credit_key',
  'update subscription_credits set tries = tries + 1 where id = $1 and tries = $2',
);

/** The provider has stored a failure of its own under the key: the next call takes a new one. */
export async function rotateCreditKey(db: Executor, { id, tries }: Pick<CreditRow, 'id' | 'tries'>): Promise<void> {
  await db.rows(rotate, [id, tries]);
}

const waiting = statement(
  'waiting_subscription_credits',
  `select c.id, c.order_id from subscription_credits c join subscriptions s on s.id = c.subscription_id
   where c.updated_at < now() - make_interval(secs => $1) and (
     c.status = 'pending' or (c.status = 'listed' and s.status in ('canceled', 'incomplete_expired'))
   ) order by c.updated_at limit $2`,
);

/** Not at Stripe yet, or there and of a subscription that has no next invoice any more. */
export function findWaitingCredits(
  db: Executor,
  olderThanSeconds: number,
  limit: number,
): Promise<{ id: string; order_id: string }[]> {
  return db.rows(waiting, [olderThanSeconds, limit]);
}
