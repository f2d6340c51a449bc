import type { Sandbox } from '../context.ts';
import { badParam, refuse } from '../errors.ts';
import { newId } from '../ids.ts';
import { listObjects } from '../lists.ts';
import * as p from '../params.ts';
import { type Call, route } from '../routes.ts';
import type { Customer } from '../types.ts';
import { addSpans, DAY } from './calendar.ts';
import { spanOf } from './subscription-rows.ts';
import { getClock } from './time.ts';
import type { Subscription, TestClock } from './types.ts';

const DELETED_AFTER_DAYS = 30;

const createFields = { name: p.text(300), ...p.expand };

function create({ sandbox, params }: Call<p.Params<{ frozen_time: p.Rule<number> }, typeof createFields>>): TestClock {
  const clock: TestClock = {
    id: newId('clock'),
    object: 'test_helpers.test_clock',
    created: sandbox.now(),
    deletes_after: sandbox.now() + DELETED_AFTER_DAYS * DAY,
    frozen_time: params.frozen_time,
    livemode: false,
    name: params.name ?? null,
    status: 'ready',
    status_details: {},
  };
  sandbox.objects.insert(clock);
  sandbox.emit('test_helpers.test_clock.created', clock);
  return clock;
}

function advance({ sandbox, ids, params }: Call<{ frozen_time: number }>): TestClock {
  const clock = getClock(sandbox, ids[0]!);
  const { frozen_time: target } = params;
  if (clock.status !== 'ready')
    throw refuse('Test clock advancement underway - cannot perform modifications', { param: 'frozen_time' });
  if (target <= clock.frozen_time) throw badParam('You can only advance test clocks forward in time.', 'frozen_time');
  checkReach(sandbox, clock, target);
  clock.status = 'advancing';
  clock.status_details = { advancing: { target_frozen_time: target } };
  sandbox.objects.update(clock);
  sandbox.emit('test_helpers.test_clock.advancing', clock);
  sandbox.schedule('advance_clock', clock.id, 0);
  return clock;
}

/** Stripe lets a clock go forward by two intervals of its shortest subscription at a time. */
function checkReach(sandbox: Sandbox, clock: TestClock, target: number): void {
  const { testClockIntervals: most } = sandbox.settings;
  if (most === 0) return;
  const ends = allOf<Subscription>(sandbox, 'subscription', clock.id)
    .filter(({ status }) => !['canceled', 'incomplete_expired'].includes(status))
    .map((subscription) => addSpans(clock.frozen_time, spanOf(subscription), most));
  const latest = Math.min(...ends, Number.POSITIVE_INFINITY);
  if (target > latest) {
    throw refuse(
      `You may only advance test clocks by at most ${most} intervals at a time from the shortest subscription interval.`,
      { param: 'frozen_time' },
    );
  }
}

function* pagesOf(sandbox: Sandbox, kind: string, clock: string) {
  let after = 0;
  for (;;) {
    const rows = sandbox.objects.page({ kind, where: { test_clock: clock }, order: 'ASC', limit: 100, after });
    yield* rows;
    if (rows.length < 100) return;
    after = rows.at(-1)!.seq;
  }
}

const allOf = <T>(sandbox: Sandbox, kind: string, clock: string): T[] =>
  [...pagesOf(sandbox, kind, clock)].map((row): T => JSON.parse(row.body));

/** A clock goes with its customers and their subscriptions. What they paid stays in the books. */
function remove({ sandbox, ids }: Call<object>) {
  const clock = getClock(sandbox, ids[0]!);
  for (const subscription of allOf<Subscription>(sandbox, 'subscription', clock.id))
    sandbox.objects.remove(subscription.id);
  for (const { id, object, created } of allOf<Customer>(sandbox, 'customer', clock.id))
    sandbox.objects.update({ id, object, deleted: true, created } as { id: string; object: string });
  sandbox.store.statement('DELETE FROM stripe_clock_tasks WHERE clock = ?').run(clock.id);
  sandbox.objects.remove(clock.id);
  sandbox.emit('test_helpers.test_clock.deleted', clock);
  return { id: clock.id, object: clock.object, deleted: true };
}

const URL = '/v1/test_helpers/test_clocks';

export const testClockRoutes = [
  route('POST', URL, { frozen_time: p.integer(0) }, createFields, create),
  route('GET', URL, {}, p.listParams, ({ sandbox, params }) =>
    listObjects(sandbox.objects, 'test_helpers.test_clock', URL, params),
  ),
  route('GET', `${URL}/:id`, {}, p.expand, ({ sandbox, ids }) => getClock(sandbox, ids[0]!)),
  route('POST', `${URL}/:id/advance`, { frozen_time: p.integer(0) }, p.expand, advance),
  route('DELETE', `${URL}/:id`, {}, {}, remove),
];
