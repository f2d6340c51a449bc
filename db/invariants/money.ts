/** Invariant 2: money moves once, by our own rows and by what Stripe holds. */
import { holdingStatuses } from '../../domain/disputes.ts';
import { rule } from './rule.ts';

const holding = holdingStatuses.map((status) => `'${status}'`).join();

/** Orders that the facts speak of: all, or those accepted since the facts begin. */
export const inScope = (order: string) =>
  `(:facts ->> 'since' is null or ${order}.created_at >= (:facts ->> 'since')::timestamptz)`;

/** Stripe's objects as its lists have them, reduced to what is compared. An invoice's intent names no order: its invoice does. */
export const stripeIntents = `(
  select i.id, i.status, coalesce(i.amount_received, 0) as received, i.currency,
    coalesce(i.metadata ->> 'order_id', (select s.order_id::text from subscription_invoices s where s.payment_intent = i.id)) as order_id
  from jsonb_to_recordset(:facts -> 'intents') as i (id text, status text, amount_received bigint, currency text, metadata jsonb)
)`;
// What was authorized and never captured shows as a refund that moved no balance: no money went back.
export const stripeRefunds = `(
  select r.id, r.status, r.amount, r.currency, r.payment_intent, r.metadata ->> 'refund_id' as refund_id
  from jsonb_array_elements(:facts -> 'refunds') as object,
    jsonb_to_record(object) as r (id text, status text, amount bigint, currency text, payment_intent text, metadata jsonb)
  where not (r.status = 'succeeded' and object ? 'balance_transaction' and object ->> 'balance_transaction' is null)
)`;
const stripeCharges = `(
  select c.id, c.status, c.captured, c.amount_captured, c.payment_intent
  from jsonb_to_recordset(:facts -> 'charges') as c (id text, status text, captured boolean, amount_captured bigint, payment_intent text)
)`;

export const money = [
  rule(
    2,
    'captured_out_of_bounds',
    `select order_id, provider_id, amount, captured_amount, refunded_amount from payments
     where captured_amount < 0 or captured_amount > amount or refunded_amount < 0 or refunded_amount > captured_amount`,
  ),
  rule(
    2,
    'two_payments_of_one_order',
    'select order_id, array_agg(provider_id) as intents from payments group by order_id having count(*) > 1',
  ),
  rule(
    2,
    'one_intent_for_two_orders',
    `select provider_id, array_agg(order_id) as orders from payments where provider_id is not null
     group by provider_id having count(*) > 1`,
  ),
  rule(
    2,
    'refunds_do_not_add_up',
    `select p.order_id, p.captured_amount, p.refunded_amount, p.refunding_amount, coalesce(r.succeeded, 0) as refunds_succeeded,
       coalesce(r.open, 0) as refunds_open
     from payments p left join (
       select payment_id, sum(amount) filter (where status = 'succeeded')::bigint as succeeded,
         sum(amount) filter (where status in ('pending', 'requested', 'requires_action'))::bigint as open
       from refunds group by payment_id
     ) r on r.payment_id = p.id
     where p.refunded_amount <> coalesce(r.succeeded, 0) or p.refunding_amount <> coalesce(r.open, 0)
       or coalesce(r.succeeded, 0) > p.captured_amount`,
  ),
  rule(
    2,
    'disputes_do_not_add_up',
    `select p.order_id, p.disputed_amount, coalesce(d.held, 0) as held_by_disputes
     from payments p left join (
       select d.payment_id, sum(case when d.currency = p.currency then d.amount else p.captured_amount end)::bigint as held
       from disputes d join payments p on p.id = d.payment_id where d.status in (${holding}) group by d.payment_id
     ) d on d.payment_id = p.id
     where p.disputed_amount <> coalesce(d.held, 0)`,
  ),
  // A refund and a dispute may cross at the bank; what we grant ourselves never passes what is left, so a person must know.
  rule(
    2,
    'more_returned_than_captured',
    `select p.order_id, p.captured_amount, p.refunded_amount, p.refunding_amount, p.disputed_amount from payments p
     where p.captured_amount < p.refunded_amount + p.disputed_amount
       and not exists (select from exceptions x where x.order_id = p.order_id and x.code = 'more_returned_than_captured')`,
  ),
  rule(
    2,
    'line_refunded_more_often_than_sold',
    `select l.order_id, l.sku, l.quantity, l.refunded_quantity, coalesce(r.units, 0) as units_of_refunds
     from order_lines l left join (
       select line_id, sum(units)::bigint as units from (
         select f.line_id, f.quantity as units from refund_lines f join refunds r on r.id = f.refund_id
         where r.status not in ('failed', 'canceled')
         union all
         select u.line_id, u.units from orders o cross join replaced_units(o.id) u
         where o.id in (select order_id from returns union select order_id from claims)
       ) given group by line_id
     ) r on r.line_id = l.id
     where l.refunded_quantity <> coalesce(r.units, 0) or coalesce(r.units, 0) > l.quantity`,
  ),
  rule(
    2,
    'two_refunds_for_one_cause',
    `select order_id, cause, array_agg(id) as refunds from refunds group by order_id, cause having count(*) > 1`,
  ),
  rule(
    2,
    'order_and_payment_disagree',
    `select o.id as order_id, o.status, o.payment_status, p.status as intent_status, p.amount, p.captured_amount, p.refunded_amount
     from orders o join payments p on p.order_id = o.id
     cross join lateral (select coalesce(sum(returned_amount), 0) as returned from order_credits c where c.to_order_id = o.id) c
     where (o.payment_status in ('paid', 'partially_captured', 'refund_pending', 'partially_refunded', 'refunded')) <> (p.captured_amount > 0 or (p.amount = 0 and p.status = 'succeeded'))
       or (o.payment_status = 'partially_captured' and p.captured_amount >= p.amount)
       or (o.status in ('paid', 'shipped', 'delivered') and p.captured_amount < p.amount and not exists (
         select from order_events e where e.order_id = o.id and e.type = 'payment.partially_captured'
       ))
       or (o.payment_status = 'refund_pending' and p.refunding_amount = 0)
       or (o.payment_status = 'refunded' and p.refunded_amount + c.returned <> p.captured_amount + o.credit_amount)
       or (o.payment_status = 'partially_refunded'
         and p.refunded_amount + c.returned not between 1 and p.captured_amount + o.credit_amount - 1)`,
  ),
  rule(
    2,
    'credits_do_not_add_up',
    `select o.id as order_id, o.credit_amount, coalesce(t.amount, 0) as credits, p.credited_amount, coalesce(f.amount, 0) as pays_for_others
     from orders o join payments p on p.order_id = o.id
     left join (select to_order_id, sum(amount)::bigint as amount from order_credits group by to_order_id) t on t.to_order_id = o.id
     left join (
       select from_order_id, sum(amount - returned_amount)::bigint as amount from order_credits group by from_order_id
     ) f on f.from_order_id = o.id
     where o.credit_amount <> coalesce(t.amount, 0) or p.credited_amount <> coalesce(f.amount, 0)`,
  ),
  // What the giver has lost to a dispute, or gave back at Stripe's dashboard, it cannot pay another order with: a person must know.
  rule(
    2,
    'more_credited_than_captured',
    `select p.order_id, p.captured_amount, p.refunded_amount, p.refunding_amount, p.credited_amount from payments p
     where p.credited_amount > 0 and p.captured_amount < p.refunded_amount + p.refunding_amount + p.credited_amount
       and not exists (select from exceptions x where x.order_id = p.order_id and x.code = 'credit_uncovered')`,
  ),
  rule(
    2,
    'returned_credit_that_nobody_refunds',
    `select c.id as credit_id, c.from_order_id, c.returned_amount, coalesce(sum(r.amount), 0)::bigint as refunds
     from order_credits c left join refunds r on r.credit_id = c.id and r.cause not like 'retry/%'
     where c.returned_amount > 0
       and not exists (select from exceptions x where x.code = 'credit_not_refunded' and x.subject like c.id || '/%')
     group by c.id having coalesce(sum(r.amount), 0) <> c.returned_amount`,
  ),
  rule(
    2,
    'two_succeeded_intents_of_one_order',
    `select order_id, array_agg(id) as intents from ${stripeIntents} i where order_id is not null and received > 0
     group by order_id having count(*) > 1`,
  ),
  rule(
    2,
    'two_charges_of_one_intent',
    `select payment_intent, array_agg(id) as charges from ${stripeCharges} c
     where payment_intent is not null and status = 'succeeded' and captured and amount_captured > 0
     group by payment_intent having count(*) > 1`,
  ),
  rule(
    2,
    'refunded_twice_at_stripe',
    `select refund_id, array_agg(id) as refunds from ${stripeRefunds} r
     where refund_id is not null and status in ('succeeded', 'pending') group by refund_id having count(*) > 1`,
  ),
];
