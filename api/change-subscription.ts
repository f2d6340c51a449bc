/** Changes of subscriptions over HTTP: each is kept as a row before the answer, and a job brings them to Stripe in their order. */
import { z } from 'zod';
import type { Executor } from '../db/database.ts';
import { findShownChanges, findWantedPlan, insertChange } from '../db/subscription-changes.ts';
import { findLiveLines, toPlan } from '../db/subscription-lines.ts';
import { lockSubscription, type SubscriptionRow } from '../db/subscriptions.ts';
import { type Change, whyNot } from '../domain/subscriptions/change.ts';
import type { Plan } from '../domain/subscriptions/plan.ts';
import { skipUntil } from '../domain/subscriptions/schedule.ts';
import { awaitChange } from './await-change.ts';
import { assertVersion, etagOf, expectedVersion } from './etag.ts';
import { idempotentRequest, once } from './middleware/idempotency.ts';
import { paymentMethod } from './order-schemas.ts';
import { pricePlan } from './price-subscription.ts';
import { conflict, invalid, notFound } from './problem.ts';
import { type Answer, type Call, defineRoute, type Route } from './route.ts';
import { text, uuidParams } from './schemas.ts';
import { isTooLong, type SubscriptionChangeBody, subscription, subscriptionChange } from './subscription-schemas.ts';
import { nextPaymentOf, skipUntilOf } from './subscription-views.ts';
import { actorOf, assertMayOpen, changeHeaders, type SubscriptionDeps, show, tag } from './subscriptions.ts';

type SubscriptionCall = Call<unknown, unknown, { id: string }>;

const responses = {
  202: {
    description: 'Kept; a job brings it to Stripe. It stands in `pending_changes` until then',
    schema: subscription,
  },
  200: { description: 'Made, or refused: see `last_refusal` (with `Prefer: wait`)', schema: subscription },
};

export function subscriptionChangeRoutes(deps: SubscriptionDeps): Route[] {
  return [
    planRoute(deps),
    pauseRoute(deps),
    resumeRoute(deps),
    simple(deps, 'skip', 'Skip the next delivery', 'It is neither billed nor sent; the one after it is.', toSkip),
    simple(deps, 'unskip', 'Take back a skipped delivery', undefined, () => ({ kind: 'unskip', wish: {} })),
    cancelRoute(deps),
    simple(deps, 'reactivate', 'Take back that it ends with the period', undefined, () => ({
      kind: 'reactivate',
      wish: {},
    })),
    methodRoute(deps),
  ];
}

const common = {
  tag,
  scope: 'subscriptions:write',
  params: uuidParams,
  requestHeaders: changeHeaders,
  responses,
} as const;

function planRoute(deps: SubscriptionDeps): Route {
  return defineRoute({
    ...common,
    method: 'patch',
    path: '/v1/subscriptions/{id}',
    summary: 'Change its lines, interval, address, shipping or coupon',
    description:
      'Named lines are all of them as they shall be, priced by the catalogue as it is now; without `lines` the prices stay as they were agreed. What it costs for the rest of the period is prorated as `proration` says; `POST …/preview` tells it before. Another interval begins a new period and is billed at once. The address is that of the next orders.',
    body: subscriptionChange,
    handle: (call) => change(deps, call, (tx, row) => toPlanChange(tx, deps, row, call.body)),
  });
}

export async function toPlanChange(
  tx: Executor,
  { pricing }: Pick<SubscriptionDeps, 'pricing'>,
  row: SubscriptionRow,
  body: SubscriptionChangeBody,
): Promise<Change & { kind: 'plan' }> {
  const earlier = (await findWantedPlan(tx, row.id)) ?? toPlan(row, await findLiveLines(tx, [row.id]));
  const { lines: _, ...terms } = withWishes(earlier, body);
  if (isTooLong(terms.intervalUnit, terms.intervalCount))
    throw invalid([
      { pointer: '/interval_count', code: 'interval_too_long', message: 'It comes to more than three years.' },
    ]);
  const plan = await pricePlan(tx, pricing, terms, body.lines, earlier.lines);
  return { kind: 'plan', wish: { plan, proration: body.proration, setsCoupon: body.coupon !== undefined } };
}

const withWishes = (plan: Plan, body: SubscriptionChangeBody): Plan => ({
  ...plan,
  intervalUnit: body.interval ?? plan.intervalUnit,
  intervalCount: body.interval_count ?? (body.interval ? 1 : plan.intervalCount),
  shippingMethod: body.shipping_method ?? plan.shippingMethod,
  shippingAddress: (body.shipping_address as Record<string, string> | undefined) ?? plan.shippingAddress,
  outOfStock: body.out_of_stock ?? plan.outOfStock,
  coupon: body.coupon === undefined ? plan.coupon : body.coupon,
});

function pauseRoute(deps: SubscriptionDeps): Route {
  const body = z
    .object({ until: z.iso.datetime({ offset: true }).optional().meta({ description: 'It goes on by itself then' }) })
    .meta({ id: 'PauseSubscription' });
  return defineRoute({
    ...common,
    method: 'post',
    path: '/v1/subscriptions/{id}/pause',
    summary: 'Pause it: nothing is billed or sent until it is resumed',
    publishable: true,
    body: body.optional(),
    handle: (call) =>
      change(deps, call, async () => ({ kind: 'pause', wish: { until: laterThanNow(call.body?.until) } })),
  });
}

function laterThanNow(until: string | undefined): string | null {
  if (until === undefined) return null;
  if (new Date(until) > new Date()) return new Date(until).toISOString();
  throw invalid([{ pointer: '/until', code: 'in_the_past', message: 'until takes a time to come.' }]);
}

function resumeRoute(deps: SubscriptionDeps): Route {
  const body = z
    .object({
      bill: z.enum(['next_period', 'now']).default('next_period').meta({
        description: 'It goes on in its old rhythm, or a new one begins with a period that is billed at once',
      }),
    })
    .meta({ id: 'ResumeSubscription' });
  return defineRoute({
    ...common,
    method: 'post',
    path: '/v1/subscriptions/{id}/resume',
    summary: 'Resume a paused subscription',
    publishable: true,
    body: body.optional(),
    handle: (call) =>
      change(deps, call, async () => ({
        kind: 'resume',
        wish: { anchor: call.body?.bill === 'now' ? 'now' : 'unchanged' },
      })),
  });
}

function cancelRoute(deps: SubscriptionDeps): Route {
  const body = z
    .object({
      at: z.enum(['now', 'period_end']).default('period_end'),
      reason: text(500).optional(),
    })
    .meta({ id: 'CancelSubscription' });
  return defineRoute({
    ...common,
    method: 'post',
    path: '/v1/subscriptions/{id}/cancel',
    summary: 'End it, at once or with the period that is paid',
    description: 'Orders that are paid are sent all the same.',
    publishable: true,
    body: body.optional(),
    handle: (call) => {
      const { at = 'period_end', reason = null } = call.body ?? {};
      return change(deps, call, async () => ({ kind: 'cancel', wish: { at, reason } }));
    },
  });
}

function methodRoute(deps: SubscriptionDeps): Route {
  return defineRoute({
    ...common,
    method: 'put',
    path: '/v1/subscriptions/{id}/payment-method',
    summary: 'Charge another saved method from now on',
    description: 'An invoice that is open is tried with it at once.',
    body: z.object({ payment_method: paymentMethod }).meta({ id: 'SubscriptionPaymentMethod' }),
    handle: (call) =>
      change(deps, call, async () => ({ kind: 'payment_method', wish: { paymentMethod: call.body.payment_method } })),
  });
}

function simple(
  deps: SubscriptionDeps,
  word: string,
  summary: string,
  description: string | undefined,
  toChange: (row: SubscriptionRow) => Change,
): Route {
  return defineRoute({
    ...common,
    method: 'post',
    path: `/v1/subscriptions/{id}/${word}`,
    summary,
    ...(description ? { description } : {}),
    publishable: true,
    handle: (call) => change(deps, call, async (_, row) => toChange(row)),
  });
}

function toSkip(row: SubscriptionRow): Change {
  const delivery = nextPaymentOf(row);
  if (!delivery) throw conflict('no_next_delivery', WHY.no_next_delivery);
  const until = skipUntil(delivery, { unit: row.interval_unit, count: row.interval_count });
  return { kind: 'skip', wish: { delivery: delivery.toISOString(), until: until.toISOString() } };
}

/** Keeps a change of a locked subscription once per idempotency key, and answers with it as it then stands. */
async function change(
  deps: SubscriptionDeps,
  call: SubscriptionCall,
  toChange: (tx: Executor, row: SubscriptionRow) => Promise<Change>,
): Promise<Answer> {
  const { id } = call.params;
  assertMayOpen(deps.tokens, call);
  const answer = await once(deps.db, idempotentRequest(call), async (tx) => {
    const row = await lockSubscription(tx, id);
    if (row?.livemode !== (call.key.mode === 'live')) throw notFound('subscription', id);
    assertVersion(expectedVersion(call), row.version);
    const wanted = await toChange(tx, row);
    await assertPossible(tx, row, wanted);
    await insertChange(tx, id, wanted, actorOf(call));
    const body = await show({ ...deps, db: tx }, id);
    return { status: 202, body, headers: { ETag: etagOf(body.version) } };
  });
  if (!(await awaitChange(deps.db, call, answer))) return answer;
  const body = await show(deps, id);
  return { ...answer, status: 200, body, headers: { ...answer.headers, ETag: etagOf(body.version) } };
}

const WHY: Readonly<Record<string, string>> & { no_next_delivery: string } = {
  subscription_ended: 'The subscription has ended.',
  subscription_not_started: 'The subscription has not started yet.',
  subscription_paused: 'The subscription is paused.',
  subscription_not_paused: 'The subscription is not paused.',
  subscription_not_ending: 'Nobody has asked for its end.',
  delivery_skipped: 'The next delivery is skipped already.',
  delivery_not_skipped: 'No delivery is skipped.',
  no_next_delivery: 'There is no next delivery.',
};

/** What is on its way may make possible what is not yet, so Stripe's word decides then. */
export async function assertPossible(tx: Executor, row: SubscriptionRow, { kind }: Change): Promise<void> {
  const changes = await findShownChanges(tx, [row.id]);
  if (changes.some(({ status }) => status === 'pending')) return;
  const why = whyNot(kind, {
    status: row.status,
    cancelAtPeriodEnd: row.cancel_at_period_end,
    skipUntil: skipUntilOf(row),
    nextPaymentAt: nextPaymentOf(row),
  });
  if (why) throw conflict(why, WHY[why] ?? why);
}
