import { z } from 'zod';
import { defineQueue, id } from './define-queue.ts';

/** Send one notification row to its recipient. */
export const sendNotification = defineQueue({
  name: 'send-notification',
  pool: 'notifications',
  payload: z.object({ notification_id: id, order_id: z.uuid().optional() }),
  jobId: (payload) => `notification-${payload.notification_id}`,
  orderId: (payload) => payload.order_id,
});
