/** Stripe's objects as rows: written in sets, each guarded by how far its state is and by when it was read. */
import { type BalanceMovement, rankOf, type StripeObject } from '../domain/stripe-objects.ts';
import { type Executor, statement } from './database.ts';

// Rows are locked in the order of their ids, so that two readers of the same objects never wait for each other in a ring.
const keep = statement(
  'keep_stripe_objects',
  `insert into stripe_objects (id, type, status, rank, amount, currency, created_at, intent_id, charge_id, balance_transaction_id,
     order_id, data, read_at)
   select id, type, status, rank, amount, currency, "createdAt", "intentId", "chargeId", "balanceTransactionId", "orderId", data, $2
   from json_to_recordset($1) as item (
     id text, type text, status text, rank smallint, amount bigint, currency text, "createdAt" timestamptz, "intentId" text,
     "chargeId" text, "balanceTransactionId" text, "orderId" text, data jsonb
   ) order by id
   on conflict (id) do update set
     status = excluded.status, rank = excluded.rank, amount = excluded.amount,
     intent_id = coalesce(excluded.intent_id, stripe_objects.intent_id),
     charge_id = coalesce(excluded.charge_id, stripe_objects.charge_id),
     balance_transaction_id = coalesce(excluded.balance_transaction_id, stripe_objects.balance_transaction_id),
     order_id = coalesce(excluded.order_id, stripe_objects.order_id), data = excluded.data, read_at = excluded.read_at
   where excluded.rank > stripe_objects.rank
     or (excluded.rank = stripe_objects.rank and excluded.read_at >= stripe_objects.read_at)`,
);

/** @param readAt when the reading began: what was asked for later counts, whichever is written first */
export async function keepStripeObjects(db: Executor, objects: readonly StripeObject[], readAt: Date): Promise<void> {
  if (objects.length === 0) return;
  const items = distinct(objects).map((object) => ({ ...object, rank: rankOf(object.type, object.status) }));
  await db.rows(keep, [JSON.stringify(items), readAt]);
}

// Of a movement only two things ever change, and each once: it becomes available, and it leaves with a payout.
const keepAll = statement(
  'keep_balance_transactions',
  `insert into stripe_balance_transactions (id, type, status, amount, fee, fee_detailed, net, currency, source_id, payout_id, exchange_rate,
     description, created_at, available_at, read_at)
   select id, type, status, amount, fee, "feeDetailed", net, currency, "sourceId", $3, "exchangeRate", description, "createdAt", "availableAt", $2
   from json_to_recordset($1) as item (
     id text, type text, status text, amount bigint, fee bigint, "feeDetailed" bigint, net bigint, currency text, "sourceId" text,
     "exchangeRate" numeric, description text, "createdAt" timestamptz, "availableAt" timestamptz
   ) order by id
   on conflict (id) do update set
     status = case when stripe_balance_transactions.status = 'available' then 'available' else excluded.status end,
     payout_id = coalesce(excluded.payout_id, stripe_balance_transactions.payout_id),
     amount = excluded.amount, fee = excluded.fee, fee_detailed = excluded.fee_detailed, net = excluded.net, read_at = excluded.read_at
   where excluded.read_at >= stripe_balance_transactions.read_at`,
);

/** @param payoutId the payout that they left with, when they were listed by it */
export async function keepMovements(
  db: Executor,
  movements: readonly BalanceMovement[],
  readAt: Date,
  payoutId: string | null = null,
): Promise<void> {
  if (movements.length > 0) await db.rows(keepAll, [JSON.stringify(distinct(movements)), readAt, payoutId]);
}

/** A page may show an object twice (two movements of one charge); one statement may not write it twice. */
const distinct = <T extends { id: string }>(all: readonly T[]): T[] => [
  ...new Map(all.map((each) => [each.id, each])).values(),
];
