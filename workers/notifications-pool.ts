/** The processors of what leaves: messages to people, webhooks to storefronts, and what providers tell of messages. */
import type { Database } from '../db/database.ts';
import { applyEmailEvents } from '../queues/apply-email-events.ts';
import type { Worker } from '../queues/connection.ts';
import type { QueueDefinition } from '../queues/define-queue.ts';
import { deliverWebhook } from '../queues/deliver-webhook.ts';
import { sendNotification } from '../queues/send-notification.ts';
import { createApplyEmailEvents } from './apply-email-events.ts';
import { createDeliverWebhook, type DeliverWebhookDeps } from './deliver-webhook.ts';
import type { Processor } from './run-worker.ts';
import { createSendNotification, type SendNotificationDeps } from './send-notification.ts';

/** What the pool is given beside the database. */
export interface MessageTools
  extends Omit<SendNotificationDeps, 'db' | 'orderUrl' | 'subscriptionUrl' | 'patienceMs' | 'now'> {
  webhooks: Omit<DeliverWebhookDeps, 'db' | 'operationsEmail'> & { endpointsAtOnce: number };
}

interface PoolDeps extends MessageTools, Pick<SendNotificationDeps, 'orderUrl' | 'subscriptionUrl'> {
  db: Database;
  operationsEmail: string | undefined;
}

export function startNotificationsPool(
  { db, webhooks, operationsEmail, ...messages }: PoolDeps,
  start: <P extends object>(queue: QueueDefinition<P>, processor: Processor<P>, concurrency?: number) => Worker,
): Worker[] {
  const { endpointsAtOnce } = webhooks;
  return [
    start(sendNotification, createSendNotification({ ...messages, db })),
    start(applyEmailEvents, createApplyEmailEvents({ db })),
    start(deliverWebhook, createDeliverWebhook({ ...webhooks, db, operationsEmail }), endpointsAtOnce),
  ];
}
