import type { Store } from '../store.ts';
import { createAlarm } from './alarm.ts';
import { type Attempt, createDeliveries, type Deliveries, type Delivery, type WebhookEvent } from './deliveries.ts';
import { hold, isFree, type Lane, lookAt, openLane, type Target, takeDue } from './lane.ts';
import { createPost, type Post } from './post.ts';
import { judge, type RetryOptions } from './retry.ts';

/** How events are delivered; times in milliseconds. */
export interface WebhookOptions extends RetryOptions {
  concurrency: number;
  timeoutMs: number;
}

export const DEFAULT_WEBHOOK_OPTIONS: WebhookOptions = {
  concurrency: 32,
  timeoutMs: 10_000,
  firstRetryMs: 500,
  maxRetryMs: 8_000,
  maxAttempts: 100,
};

interface Parts {
  store: Store;
  options: WebhookOptions;
  nowMs(): number;
  /** The text of an event that is kept elsewhere. */
  bodyOf?(eventId: string): string | undefined;
}

export interface Deliverer {
  deliveries: Deliveries;
  /** Says where events go from now on. */
  setTargets(targets: Target[]): void;
  /** Records a delivery in the open transaction; it is sent after the commit, or at its time. */
  enqueue(event: WebhookEvent & { body: string }, target: Target, plan: { at: number; lost: boolean }): void;
  /** Looks for due deliveries, e.g. after the clock was advanced. */
  wake(): void;
  close(): void;
}

/** How attempts ended is written together. */
const RECORD_MS = 20;

/**
 * Sends events, a bounded number at a time per target. Rows are the truth: what is pending is sent also after a
 * restart, and an attempt that was not recorded before a kill is made again, as events come at least once. A fresh event goes
 * out as it was rendered; rows are read only where something waits.
 */
export function createDeliverer(parts: Parts, targets: Target[]): Deliverer {
  const { store, options } = parts;
  const deliveries = createDeliveries(store);
  const post = createPost(options.timeoutMs, options.concurrency);
  const sender = createSender(parts, deliveries, post);
  sender.setTargets(targets);
  return {
    deliveries,
    setTargets: sender.setTargets,
    enqueue: (event, target, { at, lost }) => {
      const id = deliveries.insert(parts.bodyOf ? { ...event, body: null } : event, target.id, at, lost);
      if (lost) return;
      const fresh = { id, event_id: event.id, body: event.body, attempts: 0, next_at: at };
      store.afterCommit(() => sender.offer(target.id, fresh));
    },
    wake: sender.wake,
    close: () => {
      sender.close();
      post.close();
    },
  };
}

function createSender(parts: Parts, deliveries: Deliveries, post: Post) {
  const { store, options, nowMs } = parts;
  const { concurrency } = options;
  const lanes = new Map<string, Lane>();
  let ended: Attempt[] = [];
  let closed = false;

  // What is not committed yet is offered when it is, so nobody may come across it before.
  const alarm = createAlarm(nowMs, () => store.afterCommit(look));
  const look = () => {
    if (closed) return;
    record();
    for (const lane of lanes.values()) {
      for (const delivery of takeDue(lane, deliveries, concurrency, nowMs())) send(lane, delivery);
      alarm.at(lookAt(lane, concurrency));
    }
  };
  const record = () => {
    const attempts = ended;
    ended = [];
    if (attempts.length > 0) store.transaction(() => attempts.map(deliveries.record), RECORD_MS);
    for (const { busy } of lanes.values()) for (const { id } of attempts) busy.delete(id);
  };
  const send = ({ target, busy }: Lane, delivery: Delivery) => {
    const body = delivery.body ?? parts.bodyOf?.(delivery.event_id) ?? '{}';
    busy.add(delivery.id);
    post.send(target.url, body, target.headers(body), (status, error) => {
      const now = nowMs();
      const attempt = judge(delivery, { status, error, now, options });
      ended.push(attempt);
      const lane = lanes.get(target.id);
      if (lane) hold(lane, status !== null, now);
      if (lane && attempt.state === 'pending') lane.nextAt = Math.min(lane.nextAt, attempt.nextAt);
      const others = lane !== undefined && lane.nextAt <= now && lane.heldUntil <= now;
      alarm.at(others ? now : now + RECORD_MS);
    });
  };
  return {
    setTargets: (targets: Target[]) => {
      const known = new Map(lanes);
      lanes.clear();
      for (const target of targets) lanes.set(target.id, openLane(target, known.get(target.id)?.busy));
      alarm.at(0);
    },
    offer: (targetId: string, delivery: Delivery) => {
      const lane = lanes.get(targetId);
      // Whoever looked between the commit and this found it among the rows.
      if (!lane || closed || lane.busy.has(delivery.id)) return;
      if (delivery.next_at <= nowMs() && isFree(lane, concurrency, nowMs())) return send(lane, delivery);
      lane.nextAt = Math.min(lane.nextAt, delivery.next_at);
      alarm.at(lookAt(lane, concurrency));
    },
    wake: () => alarm.at(0),
    close: () => {
      closed = true;
      alarm.close();
    },
  };
}
