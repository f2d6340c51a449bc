/** A receiver for any server that speaks fetch's Request and Response. Deliveries come at least once and in any order. */
import { verifyWebhook, type WebhookEvent, WebhookVerificationError } from '../index.ts';

export interface Receiver {
  /** Two while one is rolled. */
  secrets: string[];
  /** Keeps the event in your database under its id, once, and answers at once: the work is for a job. */
  keep: (id: string, event: WebhookEvent) => Promise<void>;
}

export async function receiveWebhook(request: Request, { secrets, keep }: Receiver): Promise<Response> {
  try {
    const event = await verifyWebhook(await request.text(), request.headers, secrets);
    await keep(request.headers.get('webhook-id')!, event);
    return new Response(null, { status: 204 });
  } catch (error) {
    if (error instanceof WebhookVerificationError) return new Response(error.message, { status: 400 });
    throw error;
  }
}
