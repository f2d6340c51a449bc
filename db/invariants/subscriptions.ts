/** Invoices of subscriptions, their orders and the money between them: each once, and explained to the cent. */
import { rule } from './rule.ts';

const job = (queue: string, id: string) =>
  `exists (select from outbox j where j.queue = '${queue}' and j.job_id = ${id} and j.status = 'pending')`;

/** Stripe's invoices as its list has them, reduced to what is compared. */
const stripeInvoices = `(
  select i.id, i.status, i.parent -> 'subscription_details' ->> 'subscription' as subscription
  from jsonb_to_recordset(:facts -> 'invoices') as i (id text, status text, parent jsonb)
)`;

export const subscriptions = [
  rule(
    1,
    'paid_at_stripe_and_not_known',
    `select i.id as invoice, s.id as subscription_id, k.status as known_as from ${stripeInvoices} i
     join subscriptions s on s.provider_id = i.subscription left join subscription_invoices k on k.provider_id = i.id
     where :facts ? 'invoices' and i.status = 'paid' and k.status is distinct from 'paid'`,
  ),
  rule(
    2,
    'paid_here_and_not_at_stripe',
    `select k.provider_id as invoice, k.order_id, i.status from subscription_invoices k
     left join ${stripeInvoices} i on i.id = k.provider_id
     where :facts ? 'invoices' and :facts ->> 'since' is null and k.status = 'paid' and i.status is distinct from 'paid'`,
  ),
  rule(
    1,
    'paid_invoice_without_order',
    `select i.id as invoice_id, i.provider_id, i.subscription_id from subscription_invoices i
     where i.status = 'paid' and i.order_id is null and i.orderless is null and i.updated_at < now() - :grace
       and not ${job('make-recurring-order', `'invoice-' || i.id`)}`,
  ),
  rule(
    2,
    'recurring_order_without_invoice',
    `select o.id as order_id from orders o
     where o.kind = 'recurring' and not exists (select from subscription_invoices i where i.order_id = o.id)`,
  ),
  // What the intent took is the order's own payment; the order's total is that, with what credits pay.
  rule(
    2,
    'invoice_and_order_disagree',
    `select i.provider_id as invoice, o.id as order_id, i.captured_amount, o.total_amount, o.credit_amount, p.amount, p.provider_id
     from subscription_invoices i join orders o on o.id = i.order_id join payments p on p.order_id = o.id
     where o.kind <> 'recurring' or o.currency <> i.currency or p.amount <> i.captured_amount
       or o.total_amount - o.credit_amount <> i.captured_amount
       or (p.status = 'succeeded' and p.captured_amount <> i.captured_amount)
       or (i.captured_amount > 0 and p.provider_id is distinct from i.payment_intent)`,
  ),
  // Once it is past its checkout, the money of a paid invoice is in the books.
  rule(
    4,
    'invoice_not_captured',
    `select i.provider_id as invoice, o.id as order_id, o.status, p.status as payment from subscription_invoices i
     join orders o on o.id = i.order_id join payments p on p.order_id = o.id
     where p.status <> 'succeeded' and not (o.status = 'pending' and ${job('check-out-order', `'order-' || o.id`)})
       and not exists (select from exceptions x where x.order_id = o.id and x.resolved_at is null)`,
  ),
  // What was paid for goods that were not sent goes back once: by refunds, or by credits on the next invoice.
  rule(
    2,
    'shortage_not_returned',
    `select * from (
       select r.order_id, sum(r.returned_amount) as returned, (
           select coalesce(sum(f.amount), 0) from refunds f where f.order_id = r.order_id and f.cause = any (
             select 'out_of_stock/' || l.order_line_id from recurring_lines l where l.order_id = r.order_id)
         ) + (
           select coalesce(sum(c.amount), 0) from subscription_credits c
           where c.order_id = r.order_id and c.cause = any (select l.order_line_id::text from recurring_lines l where l.order_id = r.order_id)
         ) as given
       from recurring_lines r where r.outcome <> 'billed' group by r.order_id
     ) back where returned > given and not exists (
       select from order_credits c where c.to_order_id = back.order_id
     )`,
  ),
  rule(
    2,
    'credit_without_its_invoice',
    `select c.id as credit_id, c.status, c.order_id from subscription_credits c
     left join subscription_invoices i on i.id = c.invoice_id
     where (c.status = 'used') <> (i.id is not null) or (c.status = 'used' and i.order_id is null)`,
  ),
  rule(
    7,
    'stock_wait_and_hold_disagree',
    `select o.id as order_id, o.status, o.hold_reason, w.ended_at from orders o left join stock_waits w on w.order_id = o.id
     where o.status = 'paid' and o.kind = 'recurring'
       and coalesce(o.hold_reason = 'out_of_stock', false) <> (w.order_id is not null and w.ended_at is null)`,
  ),
  rule(
    7,
    'credit_waits_to_be_listed',
    `select c.id as credit_id, c.order_id, c.updated_at from subscription_credits c
     where c.status = 'pending' and c.updated_at < now() - :wait and not ${job('credit-subscription', `'credit-' || c.id`)}`,
  ),
];
