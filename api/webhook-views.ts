/** Shapes of webhooks out: endpoints, deliveries, and what a receiver gets. */
import { z } from 'zod';
import {
  WEBHOOK_DELIVERY_STATUSES,
  type WebhookAttemptRow,
  type WebhookDeliveryRow,
} from '../db/webhook-deliveries.ts';
import type { WebhookEndpointRow } from '../db/webhook-endpoints.ts';
import { isEventFilter } from '../domain/webhook-events.ts';
import { listOf, page, text } from './schemas.ts';

const filter = z.string().max(100).refine(isEventFilter, {
  error: 'is no known event: take *, a topic such as order.*, or one of GET /v1/webhook-event-types',
});
const eventTypes = z
  .array(filter)
  .min(1)
  .max(50)
  .transform((types) => [...new Set(types)])
  .meta({ description: '`*`, topics such as `order.*`, and single types', example: ['order.*', 'refund.succeeded'] });
const url = z
  .string()
  .max(2_048)
  .meta({ description: 'https, on the public Internet', example: 'https://shop.example/hooks' });

const maxPerSecond = z
  .int()
  .min(1)
  .max(1_000)
  .nullable()
  .optional()
  .meta({ description: 'So many webhooks begin in a second at most; null: as fast as it answers, eight at a time' });

export const newEndpoint = z
  .strictObject({
    url,
    event_types: eventTypes,
    description: text(200).optional(),
    max_per_second: maxPerSecond,
    vendor_id: z.uuid().optional().meta({ description: 'It is told of what names this vendor, and of nothing else' }),
  })
  .meta({ id: 'WebhookEndpointInput' });
export const endpointChange = z
  .strictObject({
    url: url.optional(),
    event_types: eventTypes.optional(),
    description: text(200).optional(),
    max_per_second: maxPerSecond,
  })
  .refine((change) => Object.values(change).some((value) => value !== undefined), 'names nothing to change')
  .meta({ id: 'WebhookEndpointChange' });

const DAY = 24 * 3_600;
export const rotation = z
  .strictObject({
    overlap_seconds: z
      .int()
      .min(0)
      .max(30 * DAY)
      .default(DAY),
  })
  .meta({ id: 'WebhookSecretRotation', description: 'How long the old secret signs beside the new one' });

const failure = z.object({ code: z.string(), message: z.string() }).nullable();
const time = z.iso.datetime();
const endpointMembers = {
  id: z.uuid(),
  vendor_id: z.uuid().nullable(),
  url: z.string(),
  description: z.string(),
  event_types: z.array(z.string()),
  max_per_second: z.int().nullable(),
  status: z.enum(['active', 'paused', 'disabled']).meta({
    description: 'paused: what happens is kept and told on resume; disabled (it answered 410): nothing is kept',
  }),
  status_reason: z.string().nullable(),
  failing_since: time.nullable(),
  rests_until: time.nullable().meta({ description: 'It failed several times in a row and is left alone until then' }),
  last_success_at: time.nullable(),
  last_failure_at: time.nullable(),
  last_error: failure,
  secrets: z.array(z.object({ id: z.uuid(), hint: z.string(), created_at: time, expires_at: time.nullable() })),
  created_at: time,
  updated_at: time,
};
export const endpoint = z.object(endpointMembers).meta({ id: 'WebhookEndpoint' });
export const endpointWithSecret = z
  .object({
    ...endpointMembers,
    secret: z.string().optional().meta({ description: 'whsec_…; shown this once, and not in a replayed answer' }),
  })
  .meta({ id: 'WebhookEndpointWithSecret' });
export const endpointList = listOf('WebhookEndpointList', endpoint);
export const endpointQuery = z.object({ ...page, status: z.enum(['active', 'paused', 'disabled']).optional() });

export function renderEndpoint({ version: _v, failures: _f, ...row }: WebhookEndpointRow) {
  return row;
}

export const eventData = z
  .object({
    object: z.string().meta({ description: 'What it happened to: order, refund, shipment, image …' }),
    id: z.string(),
    order_id: z.uuid().nullable(),
    sequence: z.int().meta({ description: "The event's number within its order (or object): 1, 2, 3 …" }),
  })
  .meta({ id: 'WebhookData' });
export const webhookPayload = z
  .object({ type: z.string(), timestamp: time, data: eventData })
  .meta({ id: 'WebhookPayload', description: 'Thin on purpose: read what it names to see how it stands now' });

const deliveryMembers = {
  id: z.uuid(),
  endpoint_id: z.uuid(),
  event_id: z.string().meta({ description: 'The webhook-id header: the same in every attempt' }),
  type: z.string(),
  order_id: z.uuid().nullable(),
  status: z.enum(WEBHOOK_DELIVERY_STATUSES),
  attempts: z.int(),
  next_attempt_at: time.nullable(),
  delivered_at: time.nullable(),
  response_status: z.int().nullable(),
  duration_ms: z.int().nullable(),
  error: failure,
  payload: webhookPayload,
  created_at: time,
};
export const delivery = z.object(deliveryMembers).meta({ id: 'WebhookDelivery' });
export const deliveryWithAttempts = z
  .object({
    ...deliveryMembers,
    failed_attempts: z.array(
      z.object({
        number: z.int(),
        response_status: z.int().nullable(),
        error: z.object({ code: z.string(), message: z.string() }),
        response_body: z.string().nullable().meta({ description: 'The first 500 characters' }),
        duration_ms: z.int(),
        created_at: time,
      }),
    ),
  })
  .meta({ id: 'WebhookDeliveryWithAttempts' });
export const deliveryList = listOf('WebhookDeliveryList', delivery);
export const deliveryQuery = z.object({
  ...page,
  status: z.enum(WEBHOOK_DELIVERY_STATUSES).optional(),
  type: z.string().max(100).optional(),
  order_id: z.uuid().optional(),
  event_id: z.string().max(100).optional(),
});

export function renderDelivery({ data, occurred_at, ...row }: WebhookDeliveryRow) {
  return { ...row, payload: { type: row.type, timestamp: occurred_at, data } };
}

export const renderDeliveryWithAttempts = (row: WebhookDeliveryRow, attempts: WebhookAttemptRow[]) => ({
  ...renderDelivery(row),
  failed_attempts: attempts,
});

export const replayWish = z
  .union([
    z.strictObject({ failed: z.literal(true) }),
    z.strictObject({
      since: z.iso.datetime({ offset: true }),
      until: z.iso.datetime({ offset: true }).optional(),
      event_types: eventTypes.optional(),
    }),
  ])
  .meta({
    id: 'WebhookReplay',
    description:
      'Either all that failed, or every event of a time that the filter (by default the endpoint’s own) takes',
  });
export const replayed = z
  .object({ replayed: z.int(), has_more: z.boolean().meta({ description: 'Ask again for the rest' }) })
  .meta({ id: 'WebhookReplayed' });

export const eventTypeList = z
  .object({ data: z.array(z.object({ type: z.string(), description: z.string() })) })
  .meta({ id: 'WebhookEventTypeList' });
