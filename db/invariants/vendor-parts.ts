/** Invariants of vendors: what is theirs lies with them, each paid order has its parts, and nothing of a vendor waits for nobody. */
import { rule } from './rule.ts';

const followed = `exists (
  select from outbox j where j.queue = 'follow-vendor-orders' and j.order_id = o.id and j.status = 'pending'
)`;
const told = `exists (select from exceptions x where x.order_id = o.id and x.resolved_at is null)`;

export const vendorParts = [
  rule(
    3,
    'goods_in_a_place_of_somebody_else',
    `select v.sku, l.code, p.vendor_id as goods_of, l.vendor_id as place_of from stock_levels s
     join variants v on v.id = s.variant_id join products p on p.id = v.product_id join locations l on l.id = s.location_id
     where p.vendor_id is distinct from l.vendor_id`,
  ),
  rule(
    5,
    'product_withheld_without_a_reason',
    `select p.id as product_id, p.approval, w.status, p.withheld from products p left join vendors w on w.id = p.vendor_id
     where p.withheld <> coalesce(p.approval <> 'approved' or w.status not in ('active', 'restricted'), false)`,
  ),
  rule(
    7,
    'order_without_the_part_of_a_vendor',
    `select distinct o.id as order_id, p.vendor_id, o.status from orders o
     join order_lines l on l.order_id = o.id join variants v on v.id = l.variant_id join products p on p.id = v.product_id
     where p.vendor_id is not null and o.status in ('paid', 'shipped', 'delivered') and o.updated_at < now() - :wait
       and not exists (select from vendor_order_lines k where k.order_line_id = l.id) and not ${followed} and not ${told}`,
  ),
  rule(
    7,
    'part_that_does_not_follow_its_order',
    `select k.vendor_order_id, o.id as order_id, k.sku, k.quantity, l.quantity as ordered, k.refunded_quantity, l.refunded_quantity as refunded
     from vendor_order_lines k join vendor_orders vo on vo.id = k.vendor_order_id join orders o on o.id = vo.order_id
     left join order_lines l on l.id = k.order_line_id
     where o.updated_at < now() - :wait and (k.quantity, k.refunded_quantity) is distinct from (coalesce(l.quantity, 0), coalesce(l.refunded_quantity, k.refunded_quantity))
       and not ${followed}`,
  ),
  rule(
    7,
    'vendor_waits_for_its_account',
    `select w.id as vendor_id, w.updated_at from vendors w
     where w.status = 'onboarding' and w.account_id is null and w.updated_at < now() - :wait
       and not exists (select from outbox j where j.queue = 'open-vendor-account' and j.job_id = 'vendor-' || w.id)`,
  ),
];
