/** Invariants of price alerts: one per change, each with what it rests on and with an owner, and nobody told of what is doubted. */
import { rule } from './rule.ts';

export const priceAlerts = [
  rule(
    6,
    'price_alert_told_twice',
    `select listing_id, rule_id, observation_id, count(*) as alerts from price_alerts
     where listing_id is not null and rule_id is not null group by 1, 2, 3 having count(*) > 1`,
  ),
  rule(
    6,
    'price_alert_told_that_is_held',
    `select a.id as alert_id, n.id as notification_id from price_alerts a join notifications n on n.cause = 'price_alert.opened/' || a.id
     where a.opened_at is null and n.order_id is null`,
  ),
  // What was seen is kept for good, what was kept of the page for its time.
  rule(
    6,
    'price_alert_without_what_was_seen',
    `select a.id as alert_id, a.observation_id from price_alerts a
     where a.opened_at is not null and not exists (
       select from observations o where o.id = a.observation_id and o.observed_at = a.observed_at and o.outcome = 'observed'
     )`,
  ),
  rule(
    6,
    'price_alert_of_what_may_be_another_product',
    `select a.id as alert_id, a.observation_id from price_alerts a
     join observations o on o.id = a.observation_id and o.observed_at = a.observed_at
     where a.opened_at is not null and o.match ->> 'verdict' in ('contradicted', 'unmatched')
       and not exists (select from price_alert_events e where e.alert_id = a.id and e.type = 'unheld')`,
  ),
  rule(
    7,
    'price_alert_not_escalated',
    `select id as alert_id, escalate_at from price_alerts where status = 'open' and escalate_at < now() - :wait`,
  ),
  rule(
    7,
    'price_alert_of_nothing',
    `select a.id as alert_id, a.status, a.listing_id, a.rule_id from price_alerts a
     where a.status in ('held', 'open', 'escalated') and a.updated_at < now() - :wait and (
       a.rule_id is null or a.listing_id is null
       or not exists (select from alert_rules r where r.id = a.rule_id and r.enabled)
     )`,
  ),
  rule(
    7,
    'observation_not_judged',
    `select distinct o.listing_id from observations o join listings l on l.id = o.listing_id
     where o.outcome = 'observed' and o.observed_at between now() - interval '25 hours' and now() - :wait - interval '5 minutes'
       and not exists (select from price_watches w where w.listing_id = o.listing_id and w.judged_at >= o.observed_at)
       and not exists (select from outbox j where j.queue = 'judge-price' and j.payload ->> 'listing_id' = o.listing_id::text)`,
  ),
  rule(
    1,
    'price_alert_history_has_gaps',
    `select a.id as alert_id, a.last_event, count(e.*) as events from price_alerts a left join price_alert_events e on e.alert_id = a.id
     group by a.id having count(e.*) <> a.last_event or a.last_event = 0`,
  ),
];
