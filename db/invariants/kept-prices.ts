/** Invariants of what is kept of prices: one look has one observation, and every price of ours has its history. */
import { rule } from './rule.ts';

export const keptPrices = [
  rule(
    5,
    'two_observations_of_one_look',
    `select scrape_id, count(*) as observations from observations where observed_at > now() - interval '2 days'
     group by scrape_id having count(*) > 1`,
  ),
  rule(
    5,
    'price_that_no_change_led_to',
    `select p.variant_id, p.currency, p.amount, c.to_amount from prices p left join lateral (
       select to_amount from price_changes c where c.variant_id = p.variant_id and c.currency = p.currency
       order by changed_at desc, id desc limit 1
     ) c on true where c.to_amount is distinct from p.amount`,
  ),
  rule(
    5,
    'reprice_applied_without_a_change',
    `select r.id, r.status from reprices r where r.status in ('applied', 'undone')
       and (select count(*) from price_changes c where c.reprice_id = r.id and c.variant_id = r.variant_id)
         < case r.status when 'applied' then 1 else 2 end`,
  ),
  rule(
    7,
    'reprice_open_beyond_its_time',
    `select id, expires_at from reprices where status = 'proposed' and expires_at < now() - :wait - interval '10 minutes'`,
  ),
];
