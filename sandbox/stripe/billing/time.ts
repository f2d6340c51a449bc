import type { Sandbox } from '../context.ts';
import { badParam, noSuch } from '../errors.ts';
import type { TestClock } from './types.ts';

/** What Billing does by itself at a time of its own. */
export type BillingTask =
  | 'renew'
  | 'tell_upcoming'
  | 'tell_trial_end'
  | 'finalize'
  | 'collect'
  | 'expire_incomplete'
  | 'expire_update'
  | 'resume_collection'
  | 'cancel'
  | 'tell_due'
  | 'tell_overdue';

/** Tasks of customers that live on a test clock; those of others are tasks like any. */
export const CLOCK_SCHEMA = `
CREATE TABLE IF NOT EXISTS stripe_clock_tasks (
  id INTEGER PRIMARY KEY, clock TEXT NOT NULL, due_at INTEGER NOT NULL, kind TEXT NOT NULL, ref TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS stripe_clock_tasks_due ON stripe_clock_tasks (clock, due_at, id);`;

/** The clock as it was asked for by a parameter or a path. */
export function getClock(sandbox: Sandbox, id: string, param?: string): TestClock {
  const clock = sandbox.objects.find<TestClock>(id, 'test_helpers.test_clock');
  if (!clock) throw noSuch('test_clock', id, param);
  return clock;
}

/** The sandbox at this time of a clock: what is made through it is made then. Events keep the sandbox's own time. */
export function atTime(sandbox: Sandbox, clock: string, time: number): Sandbox {
  return Object.assign(Object.create(sandbox) as Sandbox, { clock, now: () => time, nowMs: () => time * 1000 });
}

/** The sandbox as the objects of this clock see it; without a clock, or on it already, it is the same. */
export function onClock(sandbox: Sandbox, clock: string | null): Sandbox {
  if (clock === null || sandbox.clock === clock) return sandbox;
  const found = sandbox.objects.find<TestClock>(clock, 'test_helpers.test_clock');
  if (!found) return sandbox;
  const { time } = sandbox.objects.hidden<{ time: number }>(clock);
  return atTime(sandbox, clock, time ?? found.frozen_time);
}

/** Does `kind` to the object `ref` at this time, in seconds, of the time that the sandbox is on. */
export function plan(sandbox: Sandbox, kind: BillingTask, ref: string, at: number): void {
  if (sandbox.clock === undefined) {
    sandbox.schedule('bill', `${kind} ${ref}`, Math.max(0, at * 1000 - sandbox.nowMs()));
    return;
  }
  sandbox.store
    .statement('INSERT INTO stripe_clock_tasks (clock, due_at, kind, ref) VALUES (?, ?, ?, ?)')
    .run(sandbox.clock, at, kind, ref);
}

/** Refuses a time that has passed. */
export function requireFuture(sandbox: Sandbox, time: number, param: string): void {
  if (time <= sandbox.now())
    throw badParam(`Invalid timestamp: must be an integer Unix timestamp in the future. (${param})`, param);
}
