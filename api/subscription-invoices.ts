/** GET /v1/subscriptions/{id}/invoices: what Stripe billed, and the order that each paid invoice has made. */
import { z } from 'zod';
import { type ListedInvoice, listInvoices } from '../db/subscription-invoices.ts';
import { Problem } from './problem.ts';
import { defineRoute, type Route } from './route.ts';
import { decodeCursor, listOf, money, page, toPage, uuidParams } from './schemas.ts';
import { subscriptionHeaders } from './subscription-schemas.ts';
import { getSubscription, type SubscriptionDeps, tag } from './subscriptions.ts';

const line = z.object({
  description: z.string().nullable(),
  quantity: z.int(),
  amount: z.int().meta({ description: 'Minor units, before discounts; negative for what is taken off' }),
  discount: z.int().meta({ description: 'What coupons take off it' }),
  proration: z.boolean().meta({ description: 'For a part of a period, because something was changed in between' }),
});

const invoice = z
  .object({
    id: z.uuid(),
    stripe_invoice: z.string(),
    number: z.string().nullable(),
    status: z.enum(['draft', 'open', 'paid', 'void', 'uncollectible']),
    reason: z.string().nullable().meta({ description: "Stripe's `billing_reason`", example: 'subscription_cycle' }),
    total: money.meta({
      description: 'May be negative: it is then left on the balance that the customer has at Stripe',
    }),
    discount: money,
    amount_due: money,
    from_balance: money.meta({ description: "What the customer's balance at Stripe paid" }),
    captured: money.meta({ description: 'What was charged for it' }),
    period_start: z.iso.datetime().nullable(),
    period_end: z.iso.datetime().nullable(),
    attempt_count: z.int().meta({ description: 'How often Stripe has tried to charge it' }),
    next_attempt_at: z.iso.datetime().nullable(),
    pay_url: z.string().nullable().meta({ description: 'Where the customer pays it, as long as it is open' }),
    lines: z.array(line),
    order: z.object({ id: z.uuid(), number: z.string(), status: z.string() }).nullable(),
    no_order_because: z
      .enum(['trial', 'several_payments'])
      .nullable()
      .meta({ description: 'trial: nothing is delivered yet · several_payments: a person looks at it' }),
    created_at: z.iso.datetime(),
    paid_at: z.iso.datetime().nullable(),
  })
  .meta({ id: 'SubscriptionInvoice' });

export function subscriptionInvoicesRoute(deps: Pick<SubscriptionDeps, 'db' | 'tokens'>): Route {
  return defineRoute({
    method: 'get',
    path: '/v1/subscriptions/{id}/invoices',
    tag,
    summary: "List a subscription's invoices, newest first",
    description: 'As they were last read at Stripe. Every paid one makes one order, which is sent like any other.',
    scope: 'subscriptions:read',
    publishable: true,
    params: uuidParams,
    query: z.object(page),
    requestHeaders: subscriptionHeaders,
    responses: { 200: { description: 'A page of them', schema: listOf('SubscriptionInvoiceList', invoice) } },
    async handle(call) {
      await getSubscription(deps, call);
      const { limit, cursor } = call.query;
      const after = decodeCursor(cursor);
      if (after !== undefined && !z.uuid().safeParse(after).success)
        throw new Problem({ status: 400, code: 'cursor_malformed', detail: 'cursor takes the next_cursor of a page.' });
      const rows = await listInvoices(deps.db, call.params.id, after, limit + 1);
      return { status: 200, body: toPage(rows, limit, ({ id }) => id, render) };
    },
  });
}

function render(row: ListedInvoice) {
  const of = (amount: number) => ({ amount, currency: row.currency });
  const { order_id: id, order_number: number, order_status: status } = row;
  return {
    id: row.id,
    stripe_invoice: row.provider_id,
    number: row.number,
    status: row.status,
    reason: row.billing_reason,
    total: of(row.total_amount),
    discount: of(row.discount_amount),
    amount_due: of(row.due_amount),
    from_balance: of(row.balance_amount),
    captured: of(row.captured_amount),
    period_start: row.period_start,
    period_end: row.period_end,
    attempt_count: row.attempt_count,
    next_attempt_at: row.next_attempt_at,
    pay_url: row.status === 'open' ? row.hosted_invoice_url : null,
    lines: row.lines.map(({ description, quantity, amount, discount, proration }) => ({
      ...{ description, quantity, amount, discount, proration },
    })),
    order: id && number && status ? { id, number, status } : null,
    no_order_because: row.orderless,
    created_at: row.created_at,
    paid_at: row.paid_at,
  };
}
