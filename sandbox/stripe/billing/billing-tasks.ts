import type { Sandbox } from '../context.ts';
import { saveInvoice } from './build-invoice.ts';
import { collectInvoice } from './collect-invoice.ts';
import { endSubscription } from './end-subscription.ts';
import { finalizeInvoice } from './finalize-invoice.ts';
import { invoiceOfUpdate } from './pending-update.ts';
import { renewSubscription, tellTrialEnd, tellUpcoming } from './renew-subscription.ts';
import { copyOf, findSubscription, saveSubscription } from './subscription-rows.ts';
import { atTime, type BillingTask } from './time.ts';
import type { Invoice, TestClock } from './types.ts';
import { voidInvoice } from './withdraw-invoice.ts';

const findInvoice = (sandbox: Sandbox, id: string) => sandbox.objects.find<Invoice>(id, 'invoice');

/** What each task does. What became of its object since it was planned decides whether it still does anything. */
const HANDLERS: Record<BillingTask, (sandbox: Sandbox, ref: string) => void> = {
  renew: renewSubscription,
  tell_upcoming: tellUpcoming,
  tell_trial_end: tellTrialEnd,
  finalize: finalizeDraft,
  collect: collectOpen,
  expire_incomplete: expireIncomplete,
  expire_update: expireUpdate,
  resume_collection: resumeCollection,
  cancel: cancelAtTime,
  tell_due: (sandbox, id) => tellOpen(sandbox, id, 'invoice.will_be_due'),
  tell_overdue: tellOverdue,
};

/** A draft's hour is over. */
function finalizeDraft(sandbox: Sandbox, id: string): void {
  const draft = findInvoice(sandbox, id);
  if (draft?.status !== 'draft' || !draft.auto_advance) return;
  const invoice = finalizeInvoice(sandbox, draft);
  if (invoice.status !== 'open') return;
  if (invoice.collection_method === 'charge_automatically') return void collectInvoice(sandbox, invoice);
  sandbox.emit('invoice.sent', invoice);
}

function collectOpen(sandbox: Sandbox, id: string): void {
  const invoice = findInvoice(sandbox, id);
  if (invoice?.status !== 'open' || invoice.next_payment_attempt === null) return;
  if (invoice.next_payment_attempt <= sandbox.now()) collectInvoice(sandbox, invoice);
}

/** Nobody paid the first invoice within 23 hours. */
function expireIncomplete(sandbox: Sandbox, id: string): void {
  const subscription = findSubscription(sandbox, id);
  const invoice = findInvoice(sandbox, subscription?.latest_invoice ?? '');
  if (subscription?.status === 'incomplete' && invoice) voidInvoice(sandbox, invoice);
}

/** A change that was not paid for in time is dropped. */
function expireUpdate(sandbox: Sandbox, id: string): void {
  const subscription = findSubscription(sandbox, id);
  const expires = subscription?.pending_update?.expires_at;
  if (!subscription || typeof expires !== 'number' || expires > sandbox.now()) return;
  const invoice = findInvoice(sandbox, invoiceOfUpdate(sandbox, subscription) ?? '');
  const before = copyOf(subscription);
  subscription.pending_update = null;
  saveSubscription(sandbox, subscription, before);
  sandbox.emit('customer.subscription.pending_update_expired', subscription);
  if (invoice?.status === 'open') voidInvoice(sandbox, invoice);
}

function resumeCollection(sandbox: Sandbox, id: string): void {
  const subscription = findSubscription(sandbox, id);
  const at = subscription?.pause_collection?.resumes_at;
  if (!subscription || !at || at > sandbox.now()) return;
  const before = copyOf(subscription);
  subscription.pause_collection = null;
  saveSubscription(sandbox, subscription, before);
}

function cancelAtTime(sandbox: Sandbox, id: string): void {
  const subscription = findSubscription(sandbox, id);
  if (!subscription?.cancel_at || subscription.cancel_at > sandbox.now()) return;
  if (['canceled', 'incomplete_expired'].includes(subscription.status)) return;
  endSubscription(sandbox, subscription, 'cancellation_requested');
}

function tellOpen(sandbox: Sandbox, id: string, type: string): void {
  const invoice = findInvoice(sandbox, id);
  if (invoice?.status === 'open') sandbox.emit(type, invoice);
}

/** An invoice that was sent is not paid by its date. */
function tellOverdue(sandbox: Sandbox, id: string): void {
  const invoice = findInvoice(sandbox, id);
  if (invoice?.status !== 'open') return;
  sandbox.emit('invoice.overdue', invoice);
  const subscription = findSubscription(sandbox, invoice.parent?.subscription_details?.subscription);
  if (subscription?.status !== 'active') return;
  const before = copyOf(subscription);
  subscription.status = 'past_due';
  saveSubscription(sandbox, subscription, before);
  saveInvoice(sandbox, invoice);
}

/** Does a task of Billing's; `what` is its kind and the id of its object. */
export function doBilling(sandbox: Sandbox, what: string): void {
  const [kind, ref] = what.split(' ') as [BillingTask, string];
  HANDLERS[kind](sandbox, ref);
}

/** So long at a time a clock may keep others from being served. */
const SLICE_MS = 40;

/**
 * Moves a clock towards its target: what falls due happens in the order of its time, each at its own. The rest is done
 * after others had their turn; a restart goes on where this stopped.
 */
export function advanceClock(sandbox: Sandbox, id: string): void {
  const clock = sandbox.objects.find<TestClock>(id, 'test_helpers.test_clock');
  const target = clock?.status_details.advancing?.target_frozen_time;
  if (!clock || target === undefined) return;
  const next = sandbox.store.statement(
    'SELECT id, due_at, kind, ref FROM stripe_clock_tasks WHERE clock = ? AND due_at <= ? ORDER BY due_at, id LIMIT 1',
  );
  const remove = sandbox.store.statement('DELETE FROM stripe_clock_tasks WHERE id = ?');
  const until = performance.now() + SLICE_MS;
  let time = sandbox.objects.hidden<{ time: number }>(id).time ?? clock.frozen_time;
  while (performance.now() < until) {
    const task = next.get(id, target) as { id: number; due_at: number; kind: BillingTask; ref: string } | undefined;
    if (!task) return void arrive(sandbox, clock, target);
    remove.run(task.id);
    time = Math.max(time, task.due_at);
    doSafely(atTime(sandbox, id, time), task);
  }
  sandbox.objects.update(clock, { time });
  sandbox.schedule('advance_clock', id, 0);
}

function doSafely(sandbox: Sandbox, { kind, ref }: { kind: BillingTask; ref: string }): void {
  try {
    HANDLERS[kind](sandbox, ref);
  } catch (error) {
    sandbox.log('a task on a test clock of the Stripe sandbox failed', { kind, ref, error: String(error) });
  }
}

function arrive(sandbox: Sandbox, clock: TestClock, target: number): void {
  clock.status = 'ready';
  clock.status_details = {};
  clock.frozen_time = target;
  sandbox.objects.update(clock, { time: target });
  sandbox.emit('test_helpers.test_clock.ready', clock);
}
