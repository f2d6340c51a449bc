/** The `webhooks` of the OpenAPI document: what a receiver gets, by type. */
import { z } from 'zod';
import type { ZodOpenApiPathsObject } from 'zod-openapi';
import { WEBHOOK_EVENT_TYPES } from '../domain/webhook-events.ts';
import { webhookPayload } from './webhook-views.ts';

const headers = z.object({
  'webhook-id': z.string().meta({ description: 'Of the event: the same whenever it is sent again' }),
  'webhook-timestamp': z.string().meta({ description: 'Of this attempt, in seconds since 1970' }),
  'webhook-signature': z.string().meta({
    description:
      '`v1,<base64>` of HMAC-SHA256 over `<id>.<timestamp>.<body>`; several, by spaces, while secrets are rotated',
  }),
});

export function webhookOperations(): ZodOpenApiPathsObject {
  return Object.fromEntries(
    Object.entries(WEBHOOK_EVENT_TYPES).map(([type, summary]) => [
      type,
      {
        post: {
          summary,
          tags: ['Webhooks'],
          requestParams: { header: headers },
          requestBody: { required: true, content: { 'application/json': { schema: webhookPayload } } },
          responses: {
            '2XX': { description: 'Taken' },
            '410': { description: 'Gone: the endpoint is disabled' },
            default: { description: 'Tried again over three days' },
          },
        },
      },
    ]),
  );
}
