import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { sendNotification } from '../queues/send-notification.ts';
import { type MailRoom, openMailRoom } from '../test/support/mail-room.ts';
import { insertNotification, listNotifications } from './notifications.ts';

let room: MailRoom;

beforeAll(async () => {
  room = await openMailRoom('notifications-test');
});
beforeEach(() => room.clear());
afterAll(() => room.close());

describe('writing a message', () => {
  it('writes one row and one job per cause and recipient, however often it is told', async () => {
    const notification = {
      orderId: room.orderId,
      cause: `order.paid/${room.orderId}`,
      template: 'order-confirmation' as const,
      recipient: 'ada@example.com',
    };
    const written = await Promise.all(
      Array.from({ length: 10 }, () => room.db.transaction((tx) => insertNotification(tx, notification))),
    );
    expect(written.filter(Boolean)).toHaveLength(1);
    expect(await listNotifications(room.db, room.orderId)).toHaveLength(1);
    const jobs = await room.sql<{ job_id: string; payload: { notification_id: string; order_id: string } }>(
      `select job_id, payload from outbox where queue = 'send-notification' and order_id = $1`,
      [room.orderId],
    );
    expect(jobs).toHaveLength(1);
    expect(sendNotification.jobId(sendNotification.payload.parse(jobs[0]!.payload))).toBe(jobs[0]!.job_id);
  });

  it('writes nothing when its transaction fails', async () => {
    const failing = room.db.transaction(async (tx) => {
      await insertNotification(tx, {
        orderId: room.orderId,
        cause: 'a/b',
        template: 'canceled',
        recipient: 'ada@example.com',
      });
      throw new Error('rolled back');
    });
    await expect(failing).rejects.toThrow('rolled back');
    expect(await listNotifications(room.db, room.orderId)).toEqual([]);
  });
});
