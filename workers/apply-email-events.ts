/**
 * Applies a batch of the e-mail provider's events to the messages they name. Triggered by its webhook.
 * A message only moves up in rank, so repeated, late and reordered events are harmless; events, messages and history
 * change in one transaction, so a crash leaves all or nothing. Never gives up: what is not ours is ignored.
 */
import type { Logger } from 'pino';
import type { Database, Executor } from '../db/database.ts';
import { closeEmailEvents, type EmailEvent, takeEmailEvents } from '../db/email-events.ts';
import { resolveException } from '../db/exceptions.ts';
import { type SettledNotification, type Settlement, settleNotifications } from '../db/notifications.ts';
import { appendOrderEvent } from '../db/order-events.ts';
import { deliveryRank, outranks, statusOfEvent } from '../domain/messages/delivery.ts';
import { done, type Outcome } from './outcome.ts';

type Payload = { batch_id: string; event_ids: string[] };

export function createApplyEmailEvents({ db }: { db: Database }) {
  return ({ event_ids }: Payload, { log }: { log: Logger }): Promise<Outcome> =>
    db.transaction(async (tx) => {
      const events = await takeEmailEvents(tx, event_ids);
      if (events.length === 0) return done('already applied');
      const settlements = settlementsOf(events);
      const settled = await settleNotifications(tx, settlements, deliveryRank);
      for (const each of settled) await tell(tx, each, settlements);
      await closeEmailEvents(tx, events.map(outcomeOf));
      log.debug({ events: events.length, settled: settled.length }, 'e-mail events applied');
      return done();
    });
}

/** The furthest that the events take each message. */
export function settlementsOf(events: readonly EmailEvent[]): Settlement[] {
  const furthest = new Map<string, Settlement>();
  for (const { type, notificationId, messageId, code, reason } of events) {
    const status = statusOfEvent(type);
    if (!status || !notificationId) continue;
    const present = furthest.get(notificationId);
    if (present && !outranks(status, present.status)) continue;
    const bad = status === 'bounced' || status === 'dropped';
    const error = bad ? { code: code ?? type, message: reason ?? `The provider reported: ${type}.` } : null;
    furthest.set(notificationId, { notificationId, status, messageId, error });
  }
  return [...furthest.values()];
}

const outcomeOf = ({ id, type, notificationId }: EmailEvent) =>
  ({ id, status: notificationId && statusOfEvent(type) ? 'applied' : 'ignored' }) as const;

/** What went wrong belongs to the order's history; what went well is told by the message's row. */
async function tell(tx: Executor, settled: SettledNotification, settlements: readonly Settlement[]): Promise<void> {
  const { id, order_id, template, before, status } = settled;
  if (before === 'uncertain' || before === 'sending') {
    await resolveException(tx, 'notification_uncertain', id, `The provider reported it ${status}.`);
  }
  const doubtful = before === 'uncertain' || before === 'failed';
  const error = settlements.find((each) => each.notificationId === id)?.error;
  if (!order_id || (!error && !doubtful)) return;
  await appendOrderEvent(tx, order_id, `notification.${status}`, { notification_id: id, template, ...error });
}
