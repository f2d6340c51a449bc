import type { Sandbox } from '../context.ts';
import { refuse } from '../errors.ts';
import { activeDiscounts, takeDiscounts } from './apply-discounts.ts';
import { addSpans } from './calendar.ts';
import { prorationItem } from './invoice-item-rows.ts';
import { changeItems } from './items.ts';
import { itemLine, prorate } from './lines.ts';
import { readCancelAt, sharedFields } from './subscription-fields.ts';
import type { UpdateSubscription } from './subscription-params.ts';
import { copyOf, periodOf, setPeriod, spanOf } from './subscription-rows.ts';
import { requireFuture } from './time.ts';
import type { InvoiceItem, InvoiceLine, Subscription, SubscriptionItem } from './types.ts';

/** What a change makes of a subscription, and what it costs; nothing of it is kept yet. */
export interface Change {
  after: Subscription;
  /** Credits and charges for the rest of the period. */
  prorations: InvoiceItem[];
  /** Lines of a period that begins with the change, whose invoice comes at once. */
  lines: InvoiceLine[] | undefined;
}

/** Works a change out. `keep` is false for a preview, which leaves no price, item or discount behind. */
export function changeSubscription(
  sandbox: Sandbox,
  before: Subscription,
  params: UpdateSubscription,
  keep: boolean,
): Change {
  const after = copyOf(before);
  Object.assign(after, sharedFields(sandbox, after, params));
  if (params.items) changeItems(sandbox, after, params.items, keep);
  if (params.discounts !== undefined && keep)
    after.discounts = takeDiscounts(sandbox, params.discounts, { customer: after.customer, subscription: after.id });
  if (params.cancellation_details)
    after.cancellation_details = { ...after.cancellation_details, ...params.cancellation_details };
  if (params.pause_collection !== undefined) {
    const { pause_collection: pause } = params;
    after.pause_collection = pause && { behavior: pause.behavior, resumes_at: pause.resumes_at ?? null };
  }
  const at = readDate(sandbox, before, params);
  const restarts = restart(sandbox, before, after, params);
  Object.assign(after, readCancelAt(sandbox, after, params));
  const context = { sandbox, subscription: after };
  const prorations = params.proration_behavior === 'none' ? [] : prorateChange(sandbox, before, after, at, restarts);
  const trial = after.status === 'trialing';
  const lines = restarts ? after.items.data.map((item) => itemLine(context, item, trial)) : undefined;
  return { after, prorations, lines };
}

function readDate(sandbox: Sandbox, before: Subscription, { proration_date: at }: UpdateSubscription): number {
  const { end, start } = periodOf(before);
  if (at !== undefined && (at < start || at > end))
    throw refuse('Invalid proration_date: it must be within the current period.', { param: 'proration_date' });
  return at ?? sandbox.now();
}

/** Begins a new period when the change asks for one: another interval, the anchor set to now, a trial that begins or ends. */
function restart(sandbox: Sandbox, before: Subscription, after: Subscription, params: UpdateSubscription): boolean {
  const now = sandbox.now();
  const span = spanOf(after);
  const was = spanOf(before);
  const { trial_end: trialEnd } = params;
  if (typeof trialEnd === 'number') {
    requireFuture(sandbox, trialEnd, 'trial_end');
    Object.assign(after, { status: 'trialing', trial_end: trialEnd, billing_cycle_anchor: trialEnd });
    after.trial_start ??= now;
    setPeriod(after, now, trialEnd);
    return true;
  }
  const endsTrial = trialEnd === 'now' && before.status === 'trialing';
  const other = span.interval !== was.interval || span.interval_count !== was.interval_count;
  if (!endsTrial && params.billing_cycle_anchor?.type !== 'now' && !(other && before.status !== 'trialing'))
    return false;
  if (endsTrial) Object.assign(after, { status: 'active', trial_end: now });
  after.billing_cycle_anchor = now;
  setPeriod(after, now, addSpans(now, span, 1));
  return true;
}

const isSame = (a: SubscriptionItem, b: SubscriptionItem | undefined) =>
  a.price.id === b?.price.id && a.quantity === b.quantity;

/** The rest of the period that was paid for is given back; where the period goes on the rest of it is charged anew. */
function prorateChange(
  sandbox: Sandbox,
  before: Subscription,
  after: Subscription,
  at: number,
  restarts: boolean,
): InvoiceItem[] {
  if (!['active', 'past_due'].includes(before.status)) return [];
  const context = { sandbox, subscription: after };
  const ofBefore = activeDiscounts(sandbox, before.discounts);
  const ofAfter = activeDiscounts(sandbox, after.discounts);
  const find = (items: SubscriptionItem[], id: string) => items.find((item) => item.id === id);
  const gone = before.items.data.filter((item) => restarts || !isSame(item, find(after.items.data, item.id)));
  const come = after.items.data.filter((item) => !restarts && !isSame(item, find(before.items.data, item.id)));
  return [
    ...gone.map((item) => prorate(context, item, -1, at, ofBefore)),
    ...come.map((item) => prorate(context, item, 1, at, ofAfter)),
  ].map((proration) => prorationItem(context, proration));
}
