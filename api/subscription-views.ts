/** Subscriptions' rows as their public shape. */
import type { Executor } from '../db/database.ts';
import { type ChangeRow, findShownChanges } from '../db/subscription-changes.ts';
import { findLiveLines, type SubscriptionLineRow, toPlan } from '../db/subscription-lines.ts';
import type { SubscriptionRow } from '../db/subscriptions.ts';
import type { ChangeWishes } from '../domain/subscriptions/change.ts';
import { type Plan, totalsOf } from '../domain/subscriptions/plan.ts';
import { nextPaymentAt } from '../domain/subscriptions/schedule.ts';
import type { SubscriptionTokens } from '../order-token.ts';
import type { InvoicePreview } from '../providers/billing.ts';

export type SubscriptionView = ReturnType<typeof render>;

/** Any number of them with two further reads. */
export async function renderSubscriptions(
  db: Executor,
  tokens: SubscriptionTokens,
  rows: readonly SubscriptionRow[],
): Promise<SubscriptionView[]> {
  if (rows.length === 0) return [];
  const ids = rows.map(({ id }) => id);
  const lines = await findLiveLines(db, ids);
  const changes = await findShownChanges(db, ids);
  const of = <T extends { subscription_id: string }>(all: T[], { id }: SubscriptionRow) =>
    all.filter((each) => each.subscription_id === id);
  return rows.map((row) => render(row, of(lines, row), of(changes, row), tokens.issue(row.id)));
}

export const nextPaymentOf = (row: SubscriptionRow): Date | null =>
  nextPaymentAt({
    status: row.status,
    cancelAtPeriodEnd: row.cancel_at_period_end,
    currentPeriodEnd: row.current_period_end,
    skipUntil: skipUntilOf(row),
    rhythm: { unit: row.interval_unit, count: row.interval_count },
  });

/** A skip whose time is over is none any more, though Stripe has not said so yet. */
export const skipUntilOf = ({ skip_until: until }: SubscriptionRow): Date | null =>
  until && until > new Date() ? until : null;

function render(row: SubscriptionRow, lines: SubscriptionLineRow[], changes: ChangeRow[], token: string) {
  const refusal = changes.find(({ status }) => status === 'refused');
  return {
    id: row.id,
    number: row.number,
    status: row.status,
    provider_id: row.provider_id,
    customer: { id: row.customer_id, email: row.customer_email, name: row.customer_name, phone: row.customer_phone },
    currency: row.currency,
    ...renderPlan(toPlan(row, lines)),
    out_of_stock: row.out_of_stock,
    shipping_address: row.shipping_address,
    billing_address: row.billing_address,
    coupon: row.coupon,
    payment: {
      payment_method: row.payment_method,
      client_secret: row.client_secret,
      client_secret_kind: row.client_secret_kind,
    },
    trial_end: row.trial_end,
    current_period:
      row.current_period_start && row.current_period_end
        ? { start: row.current_period_start, end: row.current_period_end }
        : null,
    next_payment_at: nextPaymentOf(row),
    skip_until: skipUntilOf(row),
    paused_at: row.paused_at,
    paused_until: row.paused_until,
    cancel_at_period_end: row.cancel_at_period_end,
    cancel_reason: row.cancel_reason,
    canceled_at: row.canceled_at,
    ended_at: row.ended_at,
    pending_changes: changes.filter(({ status }) => status === 'pending').map(renderChange),
    last_refusal: refusal?.error
      ? { change_id: refusal.id, kind: refusal.kind, ...refusal.error, at: refusal.settled_at }
      : null,
    subscription_token: token,
    metadata: row.metadata,
    locale: row.locale,
    livemode: row.livemode,
    created_at: row.created_at,
    updated_at: row.updated_at,
    version: row.version,
  };
}

function renderChange({ id, kind, wish, created_at }: ChangeRow) {
  const plan = kind === 'plan' || kind === 'create' ? (wish as ChangeWishes['plan']).plan : undefined;
  return { id, kind, plan: plan ? renderPlan(plan) : null, created_at };
}

export function renderPlan(plan: Plan) {
  const { subtotal, shipping, tax, total } = totalsOf(plan);
  const money = (amount: number) => ({ amount, currency: plan.currency });
  return {
    interval: plan.intervalUnit,
    interval_count: plan.intervalCount,
    shipping_method: plan.shippingMethod,
    lines: plan.lines.flatMap((line) => (line.kind === 'goods' ? [renderLine(line)] : [])),
    totals: { subtotal: money(subtotal), shipping: money(shipping), tax: money(tax), total: money(total) },
  };
}

const renderLine = (line: Plan['lines'][number]) => ({
  id: line.id,
  sku: line.sku,
  name: line.name,
  quantity: line.quantity,
  unit_amount: line.unitAmount,
  total_amount: line.unitAmount * line.quantity,
  out_of_stock: line.outOfStock,
  substitute_sku: line.substituteSku,
});

export function renderPreview(plan: Plan, preview: InvoicePreview) {
  const money = (amount: number) => ({ amount, currency: preview.currency });
  return {
    plan: renderPlan(plan),
    invoice: {
      at: preview.at,
      subtotal: money(preview.subtotal),
      discount: money(preview.discount),
      total: money(preview.total),
      amount_due: money(preview.amountDue),
      lines: preview.lines.map((line) => ({
        line_id: line.lineId,
        description: line.description,
        quantity: line.quantity,
        amount: line.amount,
        is_proration: line.isProration,
        period: { start: line.periodStart, end: line.periodEnd },
      })),
    },
  };
}
