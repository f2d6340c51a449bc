/** Stripe's movements of transfers and reversals joined to our rows and to the ledger; only what does not agree leaves the database. */
import type { TransferPair, UnseenTransfer } from '../domain/reconciliation-transfers.ts';
import { type Executor, statement } from './database.ts';
import { ownTransfer, TRANSFERS } from './own-transfers.ts';

interface Page {
  after: string;
  limit: number;
}

const match = statement(
  'match_transfers',
  `with t as materialized (
     select b.* from stripe_balance_transactions b
     where b.type in ${TRANSFERS} and b.created_at >= $1 and b.id > $3
     union
     select b.* from stripe_balance_transactions b where b.id > $3 and b.id in (
       select f.stripe ->> 'transaction' from findings f where f.kind = 'balance' and f.status = 'open' and f.code like 'transfer%'
     )
   )
   select t.id, t.type, t.amount, t.fee, t.net, t.currency, t.source_id, t.created_at,
     case when s.type = 'transfer_reversal' then s.data ->> 'transfer' else t.source_id end as transfer_id,
     v.id as row_id, v.kind, v.status, v.amount as row_amount, v.currency as row_currency, v.order_id, o.number as order_number,
     d.number as vendor_number, ledger.amount as booked
   from t left join stripe_objects s on s.id = t.source_id
   join lateral ${ownTransfer('t', 's')} v on true
   join orders o on o.id = v.order_id join vendors d on d.id = v.vendor_id
   left join lateral (
     select sum(e.amount)::bigint as amount from ledger_transactions lt join ledger_entries e on e.transaction_id = lt.id
     where lt.cause_kind = case v.kind when 'transfer' then 'transfer' else 'transfer_reversal' end and lt.cause_id = v.id::text
       and e.account = 'stripe_balance' and e.currency = t.currency
   ) ledger on true
   where t.created_at not between now() - make_interval(secs => $2) and now()
     and not (v.status = 'succeeded' and v.currency = t.currency and t.fee = 0 and ledger.amount is not distinct from t.net
       and t.amount = case v.kind when 'transfer' then -v.amount else v.amount end)
   order by t.id limit $4`,
);

/** Movements that stand for a row of ours and do not agree with it, or with what was booked for it. */
export function matchTransfers(
  db: Executor,
  since: Date,
  graceSeconds: number,
  { after, limit }: Page,
): Promise<TransferPair[]> {
  return db.rows<TransferPair>(match, [since, graceSeconds, after, limit]);
}

// Rows older than the oldest movement that was ever read say nothing: their movements were never asked for.
const unseen = statement(
  'transfers_without_movement',
  `select v.id as row_id, v.kind, v.provider_id, v.amount, v.currency, v.order_id, o.number as order_number, d.number as vendor_number,
     v.settled_at
   from vendor_transfers v join orders o on o.id = v.order_id join vendors d on d.id = v.vendor_id
   where v.status = 'succeeded' and v.settled_at < now() - make_interval(secs => $2)
     and (v.settled_at >= $1 or v.provider_id in (select f.subject from findings f where f.code = 'transfer_missing' and f.status = 'open'))
     and v.created_at >= coalesce((select min(created_at) from stripe_balance_transactions), '-infinity')
     and not exists (select from stripe_balance_transactions t where t.source_id = v.provider_id)
     and v.id > $3
   order by v.id limit $4`,
);

/** Transfers and reversals that were made as far as we know, and that no movement of Stripe's stands for. */
export function findUnseenTransfers(
  db: Executor,
  since: Date,
  graceSeconds: number,
  { after, limit }: Page,
): Promise<UnseenTransfer[]> {
  return db.rows<UnseenTransfer>(unseen, [since, graceSeconds, after, limit]);
}
