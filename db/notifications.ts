/**
 * Messages as rows (db/tell.ts writes them): one per cause and recipient, and from queued to settled each step is a guarded update.
 *
 * queued → sending → accepted → delivered | bounced | dropped, or failed (refused), or uncertain (nobody knows whether
 * the provider took it; only the provider's events, or the sender that holds the claim, move it on).
 */
import type { DeliveryStatus } from '../domain/messages/delivery.ts';
import type { MessageTemplate } from '../domain/messages/order-view.ts';
import { type Executor, statement } from './database.ts';

export type NotificationStatus = DeliveryStatus;

export interface NotificationRecord {
  id: string;
  order_id: string;
  cause: string;
  channel: string;
  template: MessageTemplate;
  recipient: string;
  subject: string | null;
  status: NotificationStatus;
  provider_message_id: string | null;
  error: { code: string; message: string } | null;
  created_at: Date;
  updated_at: Date;
}

const list = statement(
  'list_notifications',
  `select id, order_id, cause, channel, template, recipient, subject, status, provider_message_id,
     case when error ? 'code' then error - 'claim' end as error, created_at, updated_at
   from notifications where order_id = $1 order by id`,
);

/** An order's messages, oldest first, for its history. */
export function listNotifications(db: Executor, orderId: string): Promise<NotificationRecord[]> {
  return db.rows<NotificationRecord>(list, [orderId]);
}
