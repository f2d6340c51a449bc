/** Invariant 4, as far as there is no double entry: what we hold of each order is what Stripe says, to the cent. */
import { inScope, stripeIntents, stripeRefunds } from './money.ts';
import { rule } from './rule.ts';

export const ledger = [
  rule(
    4,
    'refund_in_another_currency',
    `select r.order_id, r.id as refund_id, r.currency, p.currency as payment_currency
     from refunds r join payments p on p.id = r.payment_id where r.currency <> p.currency or r.order_id <> p.order_id`,
  ),
  rule(
    4,
    'differs_from_stripe',
    `select coalesce(ours.order_id, theirs.order_id) as order_id, coalesce(ours.currency, theirs.currency) as currency,
       coalesce(ours.net, 0) as ours, coalesce(theirs.net, 0) as stripes
     from (
       select p.order_id::text, p.currency, (p.captured_amount - p.refunded_amount)::bigint as net
       from payments p join orders o on o.id = p.order_id
       where ${inScope('o')} and p.captured_amount > 0
     ) ours full join (
       select i.order_id, i.currency, (sum(i.received) - sum(coalesce(r.returned, 0)))::bigint as net
       from ${stripeIntents} i left join (
         select payment_intent, sum(amount) as returned from ${stripeRefunds} x where status = 'succeeded' group by payment_intent
       ) r on r.payment_intent = i.id
       where i.order_id is not null and i.received > 0
         and not exists (select from orders o where o.id::text = i.order_id and not ${inScope('o')})
       group by i.order_id, i.currency
     ) theirs on theirs.order_id = ours.order_id and theirs.currency = ours.currency
     where :facts -> 'intents' is not null and coalesce(ours.net, 0) <> coalesce(theirs.net, 0)`,
  ),
  rule(
    4,
    'another_intent_than_recorded',
    `select i.order_id, i.id as intent, p.provider_id as recorded from ${stripeIntents} i
     left join payments p on p.order_id::text = i.order_id
     where i.order_id is not null and i.received > 0 and p.provider_id is distinct from i.id`,
  ),
];
