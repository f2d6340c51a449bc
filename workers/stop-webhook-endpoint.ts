/** Ends or interrupts what is told to an endpoint, with an entry in the exceptions list and a message to operations. */
import type { Executor } from '../db/database.ts';
import { openException } from '../db/exceptions.ts';
import type { PatientDatabase } from '../db/patience.ts';
import { disableWebhookEndpoint, pauseWebhookEndpoint } from '../db/webhook-endpoints.ts';
import type { WaitingDelivery } from '../db/webhook-work.ts';
import { tellOperations } from './tell-operations.ts';

interface Failure {
  code: string;
  message: string;
}

export interface StoppedEndpoint {
  endpointId: string;
  url: string;
  /** `failing`: for too long, it is paused. `gone`: it answered 410, it is disabled. */
  reason: 'failing' | 'gone';
  error: Failure;
}

const STOPS = {
  failing: { stop: pauseWebhookEndpoint, code: 'webhook_endpoint_paused' },
  gone: { stop: disableWebhookEndpoint, code: 'webhook_endpoint_gone' },
} as const;

/** Does nothing when the endpoint was stopped before. */
export async function stopEndpoint(
  db: PatientDatabase,
  operationsEmail: string | undefined,
  { endpointId, url, reason, error }: StoppedEndpoint,
): Promise<void> {
  const { stop, code } = STOPS[reason];
  await db.transaction(async (tx) => {
    if (!(await stop(tx, endpointId, reason))) return;
    await openException(tx, { code, subject: endpointId, orderId: null, detail: { url, ...error } });
    const facts = { endpoint: endpointId, url, reason: error.message };
    const cause = `${code}/${endpointId}/${new Date().toISOString()}`;
    await tellOperations(tx, operationsEmail, { orderId: null, cause, kind: code, facts });
  });
}

/** One entry per endpoint, however many events it did not take: it names the last. */
export async function tellFailedDelivery(
  tx: Executor,
  endpointId: string,
  { id, event_id, type }: WaitingDelivery,
  error: Failure,
): Promise<void> {
  const detail = { delivery_id: id, event_id, type, ...error };
  await openException(tx, { code: 'webhook_delivery_failed', subject: endpointId, orderId: null, detail });
}
