/**
 * What vendors earn: shares are what their orders' money comes to, the ledger says the same, and what was transferred follows from the
 * transfers and never stays beyond what is payable without somebody who takes it back.
 */
import { countShares } from '../../domain/vendors/facts.ts';
import { changeOf, isNothing } from '../../domain/vendors/ledger.ts';
import { type Executor, statement } from '../database.ts';
import { readVendorFacts } from '../vendor-facts.ts';
import { rule, type Violations } from './rule.ts';

const isPending = (share: string) =>
  `exists (select from vendor_transfers t where t.vendor_order_id = ${share}.vendor_order_id and t.status = 'pending')`;
const notDue = (order: string) => `not exists (select from vendor_due d where d.order_id = ${order}.order_id)`;

export const vendors = [
  rule(
    2,
    'transfers_do_not_add_up',
    `select s.vendor_order_id, s.transferred_amount, coalesce(t.amount, 0) as transfers, s.settled_amount, coalesce(x.amount, 0) as settlements
     from vendor_shares s left join (
       select vendor_order_id, sum(case kind when 'transfer' then amount else -amount end)::bigint as amount
       from vendor_transfers where status = 'succeeded' group by vendor_order_id
     ) t using (vendor_order_id) left join (
       select part as vendor_order_id, sum(amount)::bigint as amount from (
         select to_vendor_order_id as part, amount from vendor_settlements
         union all select from_vendor_order_id, -amount from vendor_settlements
       ) moved group by part
     ) x using (vendor_order_id)
     where s.transferred_amount <> coalesce(t.amount, 0) or s.settled_amount <> coalesce(x.amount, 0)`,
  ),
  rule(
    2,
    'reversals_do_not_add_up',
    `select t.id as transfer_id, t.amount, t.reversed_amount, coalesce(r.amount, 0) as reversals
     from vendor_transfers t left join (
       select transfer_id, sum(amount)::bigint as amount from vendor_transfers where kind = 'reversal' and status = 'succeeded' group by transfer_id
     ) r on r.transfer_id = t.id
     where t.reversed_amount <> coalesce(r.amount, 0)`,
  ),
  // Beyond what is payable only what is being taken back, or what the vendor owes and the list of exceptions or its next orders settle.
  rule(
    2,
    'vendor_paid_beyond_payable',
    `select s.vendor_order_id, s.payable_amount, s.transferred_amount, s.settled_amount from vendor_shares s
     where s.transferred_amount + s.settled_amount > s.payable_amount and s.pay_at is null and s.waits_for is distinct from 'owed'
       and not ${isPending('s')} and ${notDue('s')}`,
  ),
  rule(
    2,
    'vendors_have_more_than_was_paid',
    `select s.order_id, sum(s.payable_amount + s.commission_amount)::bigint as of_vendors, max(p.captured_amount) as captured
     from vendor_shares s join payments p on p.order_id = s.order_id
     where ${notDue('s')} group by s.order_id
     having sum(s.payable_amount + s.commission_amount) > greatest(0, max(p.captured_amount - p.refunded_amount - p.disputed_amount)
       + coalesce((select sum(c.amount - c.returned_amount) from order_credits c where c.to_order_id = s.order_id), 0))`,
  ),
  rule(
    4,
    'share_differs_from_its_changes',
    `select s.vendor_order_id, s.version, s.payable_amount, c.payable as changes from vendor_shares s left join (
       select vendor_order_id, max(version) as version, count(*) as changes, sum(gross_change)::bigint as gross,
         sum(refunded_change)::bigint as refunded, sum(disputed_change)::bigint as disputed, sum(commission_change)::bigint as commission,
         sum(payable_change)::bigint as payable
       from vendor_share_changes group by vendor_order_id
     ) c using (vendor_order_id)
     where (s.version, s.version, s.gross_amount, s.refunded_amount, s.disputed_amount, s.commission_amount, s.payable_amount)
       is distinct from (coalesce(c.version, 0), coalesce(c.changes, 0), coalesce(c.gross, 0), coalesce(c.refunded, 0), coalesce(c.disputed, 0),
         coalesce(c.commission, 0), coalesce(c.payable, 0))`,
  ),
  rule(
    4,
    'ledger_differs_from_vendors',
    `select coalesce(s.order_id, b.order_id) as order_id, coalesce(s.currency, b.currency) as currency, s.payable, s.commission, s.transferred,
       b.payable as booked_payable, b.commission as booked_commission, b.transferred as booked_transfers
     from (
       select order_id, currency::text as currency, sum(payable_amount)::bigint as payable, sum(commission_amount)::bigint as commission,
         sum(transferred_amount)::bigint as transferred
       from vendor_shares group by order_id, currency
     ) s full join (
       select t.order_id, e.currency, -coalesce(sum(e.amount) filter (where e.account = 'vendor_payable' and t.cause_kind = 'vendor_share'), 0)::bigint as payable,
         -coalesce(sum(e.amount) filter (where e.account = 'commission'), 0)::bigint as commission,
         coalesce(sum(e.amount) filter (where e.account = 'vendor_payable' and t.cause_kind <> 'vendor_share'), 0)::bigint as transferred
       from ledger_transactions t join ledger_entries e on e.transaction_id = t.id
       where t.cause_kind in ('vendor_share', 'transfer', 'transfer_reversal') group by t.order_id, e.currency
     ) b on b.order_id = s.order_id and b.currency = s.currency
     where (coalesce(s.payable, 0), coalesce(s.commission, 0), coalesce(s.transferred, 0))
       is distinct from (coalesce(b.payable, 0), coalesce(b.commission, 0), coalesce(b.transferred, 0))`,
  ),
  rule(
    7,
    'vendor_order_waits_to_be_counted',
    `select order_id, since, tries from vendor_due d where since < now() - greatest(:wait, interval '1 minute')
       and not exists (select from exceptions x where x.code = 'vendor_share_not_counted' and x.subject = 'order/' || d.order_id and x.resolved_at is null)`,
  ),
  rule(
    7,
    'vendor_payment_waits',
    `select s.vendor_order_id, s.pay_at, s.waits_for from vendor_shares s
     where (s.pay_at < now() - :wait or (s.pay_at is null and ${isPending('s')} and s.updated_at < now() - :wait))
       and not exists (select from outbox j where j.queue = 'pay-vendor' and j.job_id = 'vendor-order-' || s.vendor_order_id and j.status = 'pending')`,
  ),
];

const PAGE = 500;
const page = statement(
  'invariant_4_vendor_orders',
  'select distinct order_id from vendor_orders where order_id > $1 order by order_id limit $2',
);

/** Counts every order's shares anew, a page at a time: they are what was booked. */
export async function recountShares(db: Executor, limit: number): Promise<Violations> {
  const found: Violations = { count: 0, examples: [] };
  let after = '00000000-0000-0000-0000-000000000000';
  for (;;) {
    const orders = (await db.rows<{ order_id: string }>(page, [after, PAGE])).map((row) => row.order_id);
    if (orders.length === 0) return found;
    for (const facts of await readVendorFacts(db, orders)) {
      const wrong = facts.isDue ? [] : countShares(facts).filter((share) => !isNothing(changeOf(share, share.before)));
      found.count += wrong.length;
      const described = wrong.map((share) => ({ rule: 'share_differs_from_its_order', ...share }));
      found.examples.push(...described.slice(0, Math.max(0, limit - found.examples.length)));
    }
    after = orders.at(-1)!;
  }
}
