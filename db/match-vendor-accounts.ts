/** What was read of a vendor's connected account against our transfers; only what does not agree leaves the database. */
import type { BalancePair, SentTransfer, StrangeMovement, VendorPayoutSums } from '../domain/vendors/payouts.ts';
import { type Executor, statement } from './database.ts';

const whose = `d.number as vendor_number`;
const openSubjects = `select f.subject from findings f where f.kind = 'payouts' and f.status = 'open'`;

const sums = statement(
  'vendor_payout_sums',
  `select p.id, p.account_id, p.status, p.amount, p.currency, p.automatic, p.reconciliation_status, p.failure_code, p.created_at, ${whose},
     coalesce(l.lines, 0) as lines, coalesce(l.net, 0)::bigint as lines_net
   from vendor_payouts p join vendors d on d.id = p.vendor_id
   left join lateral (
     select count(*)::integer as lines, sum(m.net)::bigint as net from vendor_account_movements m
     where m.payout_id = p.id and m.source_id is distinct from p.id
   ) l on true
   where p.account_id = $1 and (p.created_at >= $2 or p.id in (${openSubjects}))
     and (p.status = 'failed' or p.automatic and p.reconciliation_status = 'completed' and coalesce(l.net, 0) <> p.amount)
   order by p.created_at, p.id`,
);

/** Payouts that failed, or are not what they consist of. */
export const matchVendorPayouts = (db: Executor, accountId: string, since: Date): Promise<VendorPayoutSums[]> =>
  db.rows<VendorPayoutSums>(sums, [accountId, since]);

const sent = statement(
  'vendor_transfers_received',
  `select v.id as row_id, v.kind, v.provider_id, v.amount, v.currency, v.order_id, v.account_id, v.settled_at, ${whose}, m.amount as received
   from vendor_transfers v join vendors d on d.id = v.vendor_id
   left join lateral (
     select sum(x.amount)::bigint as amount from vendor_account_movements x
     where x.account_id = v.account_id and x.currency = v.currency and case v.kind
       when 'transfer' then x.transfer_id = v.provider_id and x.type = 'payment'
       else x.reversal_id = v.provider_id and x.type = 'payment_refund' end
   ) m on true
   where v.vendor_id = $1 and v.account_id = $2 and v.status = 'succeeded' and v.settled_at < now() - make_interval(secs => $4)
     and (v.settled_at >= $3 or v.provider_id in (${openSubjects}))
     and m.amount is distinct from case v.kind when 'transfer' then v.amount else -v.amount end
   order by v.id limit 1000`,
);

/** Transfers and reversals of ours that the account does not show, or with another amount. */
export const matchSentTransfers = (
  db: Executor,
  { vendor_id, account_id }: { vendor_id: string; account_id: string },
  since: Date,
  graceSeconds: number,
): Promise<SentTransfer[]> => db.rows<SentTransfer>(sent, [vendor_id, account_id, since, graceSeconds]);

const strange = statement(
  'vendor_movements_unexplained',
  `select m.id, m.account_id, m.type, m.amount, m.net, m.currency, m.source_id, m.created_at, ${whose}
   from vendor_account_movements m join vendors d on d.id = m.vendor_id
   where m.account_id = $1 and (m.created_at >= $2 or m.id in (${openSubjects}))
     and m.created_at not between now() - make_interval(secs => $3) and now()
     and m.type not in ('payout', 'payout_failure', 'payout_cancel')
     and not exists (
       select from vendor_transfers v
       where v.provider_id = case m.type when 'payment' then m.transfer_id when 'payment_refund' then m.reversal_id end
     )
   order by m.created_at, m.id limit 1000`,
);

/** Movements of the account that are no transfer of ours and no payout. */
export const findStrangeMovements = (
  db: Executor,
  accountId: string,
  since: Date,
  graceSeconds: number,
): Promise<StrangeMovement[]> => db.rows<StrangeMovement>(strange, [accountId, since, graceSeconds]);

const balances = statement(
  'vendor_balance_pairs',
  `select b.account_id, b.currency, b.available_amount + b.pending_amount as held, b.read_at, ${whose},
     coalesce((select sum(m.net) from vendor_account_movements m where m.account_id = b.account_id and m.currency = b.currency), 0)::bigint as moved
   from vendor_account_balances b join vendors d on d.id = b.vendor_id where b.account_id = $1 order by b.currency`,
);

/** What Stripe holds, and the sum of what moved there. */
export const readBalancePairs = (db: Executor, accountId: string): Promise<BalancePair[]> =>
  db.rows<BalancePair>(balances, [accountId]);
