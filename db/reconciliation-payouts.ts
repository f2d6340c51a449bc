/** Payouts with the sums of their lines, at Stripe and in the ledger. */
import { corrections, OF_PAYMENT, withCorrection } from './booked-corrections.ts';
import { type Executor, statement } from './database.ts';

export interface PayoutSums {
  id: string;
  status: string;
  amount: number;
  currency: string;
  created_at: Date;
  automatic: boolean;
  reconciliation_status: string;
  failure_code: string | null;
  own_amount: number | null;
  own_fee: number | null;
  own_currency: string | null;
  lines: number;
  lines_net: number;
  /** Of those lines that are to agree with the ledger now: without an open finding of their own, and with nothing left to post. */
  checked_net: number;
  lines_booked: number | null;
}

// What the ledger holds for a line: of a payment by its order, of everything else by the cause that it is booked under. For the
// fence and the `|| ''` see db/match-movements.ts.
const sums = statement(
  'payout_sums',
  `with po as materialized (
     select o.*, own.amount as own_amount, own.fee as own_fee, own.currency as own_currency
     from stripe_objects o left join stripe_balance_transactions own on own.id = o.balance_transaction_id
     where o.type = 'payout' and o.id = any($1)
   ), line as materialized (
     select po.id as payout_id, t.id, t.type, t.net, t.amount, t.currency, t.source_id, s.type as source_type, s.intent_id, r.id as refund_id, v.id as transfer_row
     from po join stripe_balance_transactions t on t.payout_id = po.id and t.source_id is distinct from po.id
     left join stripe_objects s on s.id = t.source_id
     left join lateral (select x.id from refunds x where x.provider_id = t.source_id limit 1) r on true
     left join vendor_transfers v on v.provider_id = t.source_id
   ), checked as materialized (
     select l.* from line l
     where not exists (select from findings f where f.status = 'open' and f.subject = any(array[l.id, l.source_id]))
       and not exists (
         select from ledger_due d where d.subject_id = l.refund_id
           or d.subject_id = (select p.id from payments p where p.provider_id = l.intent_id)
       )
   ), causes as (
     select l.payout_id, l.currency, lt.id from checked l join payments p on p.provider_id = l.intent_id and p.charge_id = l.source_id
       join ledger_transactions lt on lt.order_id = p.order_id and ${OF_PAYMENT}
     where l.source_type = 'charge'
     union
     select l.payout_id, l.currency, lt.id from checked l join ledger_transactions lt
       on lt.cause_id = any(array[l.id, l.refund_id::text, l.transfer_row::text, case when l.source_type in ('dispute', 'payout') then l.source_id end, l.source_id || '/' || l.id])
      and lt.cause_kind = any(array['exchange', 'balance_transaction'] || case
        when l.source_type = 'refund' then array[case when l.amount < 0 then 'refund' else 'refund_failure' end]
        when l.source_type = 'dispute' then array[case when l.amount < 0 then 'dispute' else 'dispute_won' end]
        when l.source_type = 'payout' then array[case when l.amount < 0 then 'payout' else 'payout_failure' end]
        when l.transfer_row is not null then array['transfer', 'transfer_reversal']
        else array[]::text[] end)
     union
     select l.payout_id, l.currency, c.id from checked l
       cross join lateral (${corrections('array[l.id, l.source_id]')}) as c (id)
   ), booked as (
     select c.payout_id, sum(e.amount)::bigint as amount from causes c
     cross join lateral (
       select x.amount from ${withCorrection('c.id')} b join ledger_entries x on x.transaction_id = b.id
       where x.account = 'stripe_balance' and x.currency = c.currency offset 0
     ) e
     group by c.payout_id
   ), listed as (
     select payout_id, count(*)::integer as lines, sum(net)::bigint as net from line group by payout_id
   )
   select po.id, po.status, po.amount, po.currency, po.created_at, (po.data ->> 'automatic')::boolean as automatic,
     po.data ->> 'reconciliation_status' as reconciliation_status, po.data ->> 'failure_code' as failure_code,
     -po.own_amount as own_amount, po.own_fee, po.own_currency,
     coalesce(listed.lines, 0) as lines, coalesce(listed.net, 0)::bigint as lines_net,
     (select coalesce(sum(net), 0)::bigint from checked where checked.payout_id = po.id) as checked_net, booked.amount as lines_booked
   from po left join listed on listed.payout_id = po.id left join booked on booked.payout_id = po.id
   order by po.created_at, po.id`,
);

export function readPayoutSums(db: Executor, ids: readonly string[]): Promise<PayoutSums[]> {
  return db.rows<PayoutSums>(sums, [ids]);
}

const toRead = statement(
  'payouts_to_read',
  `select o.id from stripe_objects o where o.type = 'payout' and (
     o.status in ('pending', 'in_transit')
     or ((o.data ->> 'automatic')::boolean and o.status = 'paid' and not exists (
       select from stripe_balance_transactions t where t.payout_id = o.id and t.source_id is distinct from o.id
     ) and o.created_at > now() - interval '30 days')
     or o.id in (select f.subject from findings f where f.kind = 'payouts' and f.status = 'open')
   ) and o.created_at < $1 order by o.id`,
);

/** Payouts from before a time that may have moved on since: not at the bank yet, not listed yet, or an open finding. */
export async function findPayoutsToRead(db: Executor, before: Date): Promise<string[]> {
  return (await db.rows<{ id: string }>(toRead, [before])).map(({ id }) => id);
}
