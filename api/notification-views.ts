/** Shapes of messages: a row of the list, and one with its attempts, events and text. */
import { z } from 'zod';
import { NOTIFICATION_STATUSES, type NotificationRow, type NotificationTimeline } from '../db/notification-timeline.ts';
import { CHANNELS } from '../domain/messages/channels.ts';
import { listOf, page, text } from './schemas.ts';

const channel = z.enum(CHANNELS);
const status = z.enum(NOTIFICATION_STATUSES).meta({
  description:
    '`uncertain`: nobody knows whether the provider took it; `suppressed`: the recipient does not want it, or cannot be reached; `held`: waits for a digest; `digested`: was told by one',
});

const notification = z
  .object({
    id: z.uuid(),
    order_id: z.uuid().nullable(),
    order_number: z.string().nullable(),
    cause: z
      .string()
      .meta({ description: 'What it tells of, once per channel and recipient', example: 'order.paid/0193…' }),
    channel,
    template: z.string().meta({ example: 'order-confirmation' }),
    topic: z.string().meta({ example: 'order' }),
    urgency: z.string(),
    recipient: z.string().meta({
      description:
        'E-mail address or telephone number; of a chat or a browser the host alone, since its address is a secret',
    }),
    recipient_id: z.uuid().nullable(),
    locale: z.string().nullable().meta({ description: 'null: the order’s, else the shop’s' }),
    status,
    provider: z.string().nullable().meta({ description: 'What took it last', example: 'sendgrid' }),
    provider_message_id: z.string().nullable(),
    template_version: z.int().nullable(),
    subject: z.string().nullable(),
    error: z.object({ code: z.string(), message: z.string().optional() }).nullable(),
    tries: z.int(),
    text_kept: z.boolean().meta({ description: 'Whether the text that was sent can be read' }),
    due_at: z.string().nullable().meta({ description: 'When it is to be told, of one that is held' }),
    digest_id: z.uuid().nullable().meta({ description: 'The message that told of this one' }),
    created_at: z.string(),
    updated_at: z.string(),
  })
  .meta({ id: 'Notification' });

export const notificationList = listOf('NotificationList', notification);

const facts = z.array(z.record(z.string(), z.unknown()));

export const notificationTimeline = notification
  .extend({
    attempts: facts.meta({
      description:
        'Each try, oldest first: `number`, `provider`, `started_at`, `ended_at`, `outcome` and the provider’s words',
    }),
    events: facts.meta({ description: 'What the provider told of it: `type`, `at`, `provider` and its reason' }),
    content: z.object({ subject: z.string(), text: z.string(), rendered_at: z.string() }).nullable().meta({
      description:
        'What was sent, without the HTML, which says the same; what could be a secret in its links is `…`. null: not sent, or older than `STOCKROOM_MESSAGE_RETENTION_DAYS`',
    }),
  })
  .meta({ id: 'NotificationTimeline' });

export const notificationQuery = z.object({
  ...page,
  order: text(40).optional().meta({ description: 'An order’s id or number' }),
  order_id: z.uuid().optional(),
  recipient: text(320).optional().meta({ description: 'An address as a whole, in whatever case' }),
  status: status.optional(),
  channel: channel.optional(),
  topic: text(40).optional(),
  template: text(80).optional(),
  updated_since: z.iso.datetime({ offset: true }).optional(),
});

export const renderNotification = (row: NotificationRow) => ({
  ...row,
  due_at: row.due_at?.toISOString() ?? null,
  created_at: row.created_at.toISOString(),
  updated_at: row.updated_at.toISOString(),
});

export const renderTimeline = ({ content, ...row }: NotificationTimeline) => ({
  ...renderNotification(row as NotificationTimeline),
  content: content && { ...content, rendered_at: content.rendered_at.toISOString() },
});
