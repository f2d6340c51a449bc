import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { sendNotification } from '../queues/send-notification.ts';
import { type MailRoom, openMailRoom } from '../test/support/mail-room.ts';
import { uuidv7 } from './ids.ts';
import { claimNotification, insertNotification, listNotifications, recordAccepted } from './notifications.ts';
import { findUnsentNotifications, listUncertainNotifications } from './sweep.ts';

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

  it('writes the messages of many orders at once, each with its own job', async () => {
    const orders: string[] = [];
    for (let i = 0; i < 5; i += 1) {
      await room.clear();
      orders.push(room.orderId);
    }
    const write = (orderId: string, template: 'shipped' | 'delivered') =>
      insertNotification(room.db, { orderId, cause: `${template}/${orderId}`, template, recipient: 'ada@example.com' });
    const all = [...orders, ...orders.toReversed()].flatMap((id) => [write(id, 'shipped'), write(id, 'delivered')]);
    expect((await Promise.all(all)).filter(Boolean)).toHaveLength(10);
    for (const orderId of orders) {
      const rows = await listNotifications(room.db, orderId);
      expect(rows.map(({ template }) => template).sort()).toEqual(['delivered', 'shipped']);
      const jobs = await room.sql<{ id: string }>(
        `select payload ->> 'notification_id' as id from outbox where order_id = $1 order by 1`,
        [orderId],
      );
      expect(jobs.map(({ id }) => id)).toEqual(rows.map(({ id }) => id));
    }
  });

  it('fails for an order that is not there, and writes the others of the same moment', async () => {
    const message = { cause: 'a/b', template: 'canceled', recipient: 'ada@example.com' } as const;
    const settled = await Promise.allSettled(
      [room.orderId, uuidv7()].map((orderId) => insertNotification(room.db, { ...message, orderId })),
    );
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect(await listNotifications(room.db, room.orderId)).toHaveLength(1);
  });
});

describe('what is open', () => {
  const open = async () => (await findUnsentNotifications(room.db, -1, 100)).map(({ id }) => id);

  it('is found by the sweeper until it is sent, and not afterwards', async () => {
    const [sent, waiting] = [await room.queue(), await room.queue('shipped', 'shipment.shipped/1')];
    expect(await open()).toEqual(expect.arrayContaining([sent, waiting]));
    await claimNotification(room.db, sent, 'run');
    await listUncertainNotifications(room.db, -1);
    const listed = await room.sql(`select 1 from exceptions where subject = $1`, [sent]);
    expect(listed).toHaveLength(1);
    await recordAccepted(room.db, sent, 'msg-1', 'Thank you');
    expect(await open()).toContain(waiting);
    expect(await open()).not.toContain(sent);
  });

  it('leaves all indexes alone when it is claimed, and when what was sent is delivered', async () => {
    const ids = await Promise.all(Array.from({ length: 5 }, (_, i) => room.queue('shipped', `shipment.shipped/${i}`)));
    const indexed = await room.sql<{ column: string }>(
      `select a.attname as column from pg_index i
       join pg_attribute a on a.attrelid = i.indrelid
         and (a.attnum = any(i.indkey) or pg_get_expr(i.indpred, i.indrelid) ~ ('\\m' || a.attname || '\\M'))
       where i.indrelid = 'notifications'::regclass`,
    );
    const columns = new Set(indexed.map(({ column }) => column));
    for (const changing of ['status', 'updated_at', 'error', 'subject', 'provider_message_id'])
      expect(columns).not.toContain(changing);
    const openOf = async () =>
      (await room.sql<{ open: boolean }>('select open from notifications where id = any($1)', [ids])).map(
        (row) => row.open,
      );
    await Promise.all(ids.map((id) => claimNotification(room.db, id, 'run')));
    expect(await openOf()).toEqual(ids.map(() => true));
    await Promise.all(ids.map((id) => recordAccepted(room.db, id, null, 'On its way')));
    expect(await openOf()).toEqual(ids.map(() => false));
  });
});
