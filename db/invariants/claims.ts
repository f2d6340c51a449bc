/** Claims: every unit is made good once, by goods that are on their way or by money. */
import { rule } from './rule.ts';

export const claims = [
  rule(
    2,
    'claim_without_what_it_was_given',
    `select c.id as claim_id, c.order_id, c.status, c.replacement_order_id, c.refund_id from claims c
     left join orders o on o.id = c.replacement_order_id
     where (c.status = 'reshipped' and (o.kind is distinct from 'replacement' or o.total_amount <> 0 or o.parent_id <> c.order_id))
       or (c.status = 'refunded' and not exists (select from refunds f where f.id = c.refund_id))`,
  ),
  rule(
    2,
    'two_claims_with_one_refund',
    `select refund_id, array_agg(id) as claims from claims where refund_id is not null group by refund_id having count(*) > 1`,
  ),
  rule(
    3,
    'replacement_of_other_goods',
    `select c.id as claim_id, c.replacement_order_id, l.variant_id, l.units as claimed, coalesce(r.units, 0) as sent
     from claims c
     join lateral (
       select x.variant_id, sum(k.quantity)::bigint as units from claim_lines k join order_lines x on x.id = k.line_id
       where k.claim_id = c.id group by x.variant_id
     ) l on true
     left join lateral (
       select sum(x.quantity)::bigint as units from order_lines x where x.order_id = c.replacement_order_id and x.variant_id = l.variant_id
     ) r on true
     where c.replacement_order_id is not null and l.units <> coalesce(r.units, 0)`,
  ),
  rule(
    2,
    'exchange_without_its_order',
    `select r.id as return_id, r.order_id, r.exchange_order_id, r.amount, coalesce(c.amount, 0) as credited, coalesce(f.amount, 0) as refunded
     from returns r left join order_credits c on c.cause = 'exchange/' || r.id
     left join refunds f on f.order_id = r.order_id and f.cause = 'return/' || r.id
     where r.status = 'exchanged' and (
       not exists (select from orders o where o.id = r.exchange_order_id and o.kind = 'exchange' and o.parent_id = r.order_id)
       or (not exists (select from order_credits e where e.to_order_id = r.order_id) and r.amount <> coalesce(c.amount, 0) + coalesce(f.amount, 0))
     )`,
  ),
  rule(
    7,
    'replacement_ended_and_claim_waits',
    `select c.id as claim_id, c.order_id, o.status from claims c join orders o on o.id = c.replacement_order_id
     where c.status = 'reshipped' and o.status in ('canceled', 'expired', 'rejected') and o.updated_at < now() - :wait
       and not exists (select from exceptions x where x.code = 'claim_not_refunded' and x.subject = c.id::text and x.resolved_at is null)`,
  ),
];
