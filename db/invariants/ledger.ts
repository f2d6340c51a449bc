/** Invariant 4: the ledger balances, it says of each order what our own rows say, and those say what Stripe says, to the cent. */
import { inScope, stripeIntents, stripeRefunds } from './money.ts';
import { rule } from './rule.ts';

/** What the ledger holds of each order on an account, by the causes that our own rows account for. */
const booked = (account: string, causes: string[], corrections = 'false') => `(
  select t.order_id, e.currency, sum(e.amount)::bigint as amount
  from ledger_transactions t join ledger_entries e on e.transaction_id = t.id
  where e.account = '${account}' and t.order_id is not null
    and (t.cause_kind in (${causes.map((cause) => `'${cause}'`).join(', ')}) or (t.cause_kind = 'correction' and (${corrections})))
  group by t.order_id, e.currency
)`;

/** Corrections that speak of the fee of a payment: the poster's own, those of its findings, and reversals by hand. */
const FEE_CORRECTED = `t.cause_id like 'fee/%' or t.cause_id like 'reversal/%'
  or left(t.cause_id, 36) in (select f.id::text from findings f where f.code in ('fee_differs', 'charge_missing'))`;

/** What moved Stripe's balance for each order: captured − refunded − disputed, if all went well. Fees are counted apart. */
const stripeMovements = `(
  select i.order_id, m.currency, sum(m.amount)::bigint as net
  from jsonb_to_recordset(:facts -> 'movements') as m (source text, amount bigint, currency text, exchange_rate numeric)
  join (
    select id, payment_intent from jsonb_to_recordset(:facts -> 'charges') as c (id text, payment_intent text)
    union all select id, payment_intent from ${stripeRefunds} r
    union all select id, payment_intent from jsonb_to_recordset(:facts -> 'disputes') as d (id text, payment_intent text)
  ) source on source.id = m.source
  join ${stripeIntents} i on i.id = source.payment_intent
  where i.order_id is not null
  group by i.order_id, m.currency having bool_and(m.exchange_rate is null)
)`;

/** Facts that wait for their booking are not wrong, only late; they have a rule of their own. */
const notDue = (order: string) => `not exists (
  select from ledger_due d where d.subject_id = ${order}.payment_id or d.subject_id in (
    select id from refunds r where r.order_id = ${order}.order_id
    union all select id from order_credits c where ${order}.order_id in (c.from_order_id, c.to_order_id)
    union all select id from order_edits e where e.order_id = ${order}.order_id
  )
)`;

export const ledger = [
  rule(
    4,
    'transaction_does_not_balance',
    `select transaction_id, currency, sum(amount)::bigint as amount from ledger_entries
     group by transaction_id, currency having sum(amount) <> 0`,
  ),
  rule(
    4,
    'transaction_is_not_whole',
    `select t.id as transaction_id, t.cause_kind, t.cause_id, t.entries, count(e.position)::integer as found
     from ledger_transactions t full join ledger_entries e on e.transaction_id = t.id
     group by t.id having t.id is null or t.entries <> count(e.position)`,
  ),
  rule(
    4,
    'reversal_is_not_the_opposite',
    `select t.id as transaction_id, t.reverses, e.account, e.currency, sum(e.amount)::bigint as amount
     from ledger_transactions t join ledger_entries e on e.transaction_id in (t.id, t.reverses)
     where t.reverses is not null group by t.id, t.reverses, e.account, e.currency having sum(e.amount) <> 0`,
  ),
  rule(
    4,
    'not_booked_for_a_minute',
    `select subject, subject_id, since, tries from ledger_due where since < now() - greatest(:grace, interval '1 minute')`,
  ),
  rule(
    4,
    'ledger_differs_from_payment',
    `select coalesce(p.order_id, b.order_id) as order_id, coalesce(p.currency, b.currency) as currency,
       coalesce(p.net, 0) as captured_less_refunded, coalesce(b.amount, 0) as booked
     from (
       select id as payment_id, order_id, currency, captured_amount - refunded_amount as net from payments where captured_amount > 0
     ) p full join ${booked('stripe_balance', ['capture', 'refund', 'refund_failure'], `t.cause_id like 'capture/%'`)} b on b.order_id = p.order_id and b.currency = p.currency
     where coalesce(p.net, 0) <> coalesce(b.amount, 0) and ${notDue('p')}`,
  ),
  rule(
    4,
    'credit_not_booked',
    `select c.id as credit_id, c.to_order_id as order_id, c.amount, c.returned_amount from order_credits c
     where not exists (select from ledger_due d where d.subject_id = c.id) and (
       not exists (select from ledger_transactions t where t.cause_kind = 'credit' and t.cause_id = c.id::text)
       or (c.kind = 'exchange' and not exists (select from ledger_transactions t where t.cause_kind = 'credit' and t.cause_id = c.id || '/from'))
       or (c.returned_amount > 0 and not exists (
         select from ledger_transactions t where t.cause_kind = 'credit_return' and t.cause_id = c.id || '/' || c.returned_amount
       ))
     )`,
  ),
  // Of orders that credits or edits have had to do with; what somebody corrected speaks for itself.
  rule(
    4,
    'sold_otherwise_than_priced',
    `select p.order_id, p.total_amount, p.captured_amount, p.credit_amount, coalesce(b.sold, 0) as booked_as_sold from (
       select o.id as order_id, x.id as payment_id, o.total_amount, x.captured_amount, o.credit_amount from orders o join payments x on x.order_id = o.id
       where o.kind <> 'balance' and (o.credit_amount > 0 or o.revision > 1)
         and not exists (select from refunds r where r.order_id = o.id and r.cause = 'late_payment')
     ) p left join (
       select t.order_id, -sum(e.amount)::bigint as sold from ledger_transactions t join ledger_entries e on e.transaction_id = t.id
       where e.account in ('revenue', 'shipping_revenue', 'tax_payable') and t.cause_id not like '%/from' and t.cause_kind in ('capture', 'credit', 'edit')
       group by t.order_id
     ) b on b.order_id = p.order_id
     where coalesce(b.sold, 0) <> least(p.captured_amount + p.credit_amount, p.total_amount) and ${notDue('p')}
       and not exists (select from ledger_transactions t where t.order_id = p.order_id and t.cause_kind = 'correction')`,
  ),
  rule(
    4,
    'ledger_differs_from_fee',
    `select p.order_id, p.fee_amount, coalesce(b.amount, 0) as booked
     from (
       select id as payment_id, order_id, coalesce(fee_amount, 0) as fee_amount, coalesce(fee_currency, currency) as currency from payments
     ) p left join ${booked('stripe_fees', ['fee'], FEE_CORRECTED)} b on b.order_id = p.order_id and b.currency = p.currency
     where p.fee_amount <> coalesce(b.amount, 0) and ${notDue('p')}`,
  ),
  rule(
    4,
    'day_does_not_sum',
    `select day, currency, sum(opening)::bigint as opening, sum(debit - credit)::bigint as moved, sum(closing)::bigint as closing
     from ledger_day_lines group by day, currency having sum(opening) <> 0 or sum(debit) <> sum(credit) or sum(closing) <> 0`,
  ),
  rule(
    4,
    'day_differs_from_its_entries',
    `select coalesce(l.day, e.day) as day, coalesce(l.account, e.account) as account, coalesce(l.currency, e.currency) as currency,
       coalesce(l.debit - l.credit, 0) as journal, coalesce(e.amount, 0) as entries
     from ledger_day_lines l full join (
       select t.booked_on as day, e.account, e.currency, sum(e.amount)::bigint as amount
       from ledger_transactions t join ledger_entries e on e.transaction_id = t.id
       where t.booked_on <= (select max(day) from ledger_days) group by t.booked_on, e.account, e.currency
     ) e on e.day = l.day and e.account = l.account and e.currency = l.currency
     where coalesce(l.debit - l.credit, 0) <> coalesce(e.amount, 0)`,
  ),
  rule(
    4,
    'day_does_not_open_as_the_last_one_closed',
    `select n.day, n.account, n.currency, n.opening, l.closing as closed_before
     from ledger_day_lines l full join ledger_day_lines n on n.day = l.day + 1 and n.account = l.account and n.currency = l.currency
     where coalesce(n.opening, 0) <> coalesce(l.closing, 0)
       and coalesce(n.day, l.day + 1) <= (select max(day) from ledger_days)`,
  ),
  rule(
    4,
    'day_not_closed_in_time',
    `select day from ledger_day_to_close(172800 + extract(epoch from :wait)::float8) as day where day is not null`,
  ),
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
    'differs_from_stripes_balance',
    `select p.order_id, p.currency, p.captured_amount, p.refunded_amount, p.disputed_amount, moved.net as moved_at_stripe
     from ${stripeMovements} moved join payments p on p.order_id::text = moved.order_id and p.currency = moved.currency
     join orders o on o.id = p.order_id
     where ${inScope('o')} and p.captured_amount - p.refunded_amount - p.disputed_amount <> moved.net`,
  ),
  rule(
    4,
    'ledger_differs_from_disputes',
    `select coalesce(d.order_id, b.order_id) as order_id, coalesce(d.currency, b.currency) as currency,
       coalesce(d.net, 0) as moved_for_disputes, coalesce(b.amount, 0) as booked
     from (
       select d.order_id, m.currency, sum(m.net_amount)::bigint as net
       from dispute_movements m join disputes d on d.id = m.dispute_id group by d.order_id, m.currency
     ) d full join ${booked('stripe_balance', ['dispute', 'dispute_won', 'dispute_lost'])} b
       on b.order_id = d.order_id and b.currency = d.currency
     where coalesce(d.net, 0) <> coalesce(b.amount, 0)`,
  ),
  rule(
    4,
    'dispute_differs_from_stripe',
    `select coalesce(d.provider_id, s.id) as dispute, d.status as ours, s.status as stripes, d.amount, s.amount as stripes_amount
     from (
       select s.* from jsonb_to_recordset(:facts -> 'disputes') as s (id text, status text, amount bigint, payment_intent text)
       where exists (select from payments p where p.provider_id = s.payment_intent)
     ) s full join (
       select d.* from disputes d join orders o on o.id = d.order_id where ${inScope('o')}
     ) d on d.provider_id = s.id
     where :facts -> 'disputes' is not null and (d.status, d.amount) is distinct from (s.status, s.amount)`,
  ),
  rule(
    4,
    'another_intent_than_recorded',
    `select i.order_id, i.id as intent, p.provider_id as recorded from ${stripeIntents} i
     left join payments p on p.order_id::text = i.order_id
     where i.order_id is not null and i.received > 0 and p.provider_id is distinct from i.id`,
  ),
];
