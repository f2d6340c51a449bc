import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { sendNotification } from '../queues/send-notification.ts';
import { type MailRoom, openMailRoom } from '../test/support/mail-room.ts';
import { uuidv7 } from './ids.ts';
import { listNotifications } from './notifications.ts';
import { hasAudience, tell } from './tell.ts';

let room: MailRoom;

beforeAll(async () => {
  room = await openMailRoom('tell-test');
});
beforeEach(async () => {
  await room.clear();
  await room.sql('delete from recipients');
  await room.sql('delete from message_routes');
});
afterAll(() => room.close());

describe('telling a customer', () => {
  it('writes one row and one job per cause and recipient, however often it is told', async () => {
    const news = {
      orderId: room.orderId,
      cause: `order.paid/${room.orderId}`,
      event: 'order.paid' as const,
      email: 'ada@example.com',
    };
    const written = await Promise.all(Array.from({ length: 10 }, () => room.db.transaction((tx) => tell(tx, news))));
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
      await tell(tx, { event: 'order.canceled', orderId: room.orderId, cause: 'a/b', email: 'ada@example.com' });
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
    const write = (orderId: string, event: 'shipment.shipped' | 'order.delivered') =>
      tell(room.db, { event, orderId, cause: `${event}/${orderId}`, email: 'ada@example.com' });
    const all = [...orders, ...orders.toReversed()].flatMap((id) => [
      write(id, 'shipment.shipped'),
      write(id, 'order.delivered'),
    ]);
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
    const news = { event: 'order.canceled', cause: 'a/b', email: 'ada@example.com' } as const;
    const settled = await Promise.allSettled(
      [room.orderId, uuidv7()].map((orderId) => tell(room.db, { ...news, orderId })),
    );
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect(await listNotifications(room.db, room.orderId)).toHaveLength(1);
  });
});

interface Person {
  audience?: string;
  email?: string | null;
  phone?: string;
  chatUrl?: string;
  locale?: string;
  wants?: [topic: string, channel: string, delivery: string][];
  browsers?: string[];
}

async function insertPerson({
  audience = 'customer',
  email = 'ada@example.com',
  wants = [],
  browsers = [],
  ...of
}: Person) {
  const id = uuidv7();
  const about = [id, audience, email, of.phone ?? null, of.chatUrl ?? null, of.locale ?? null];
  await room.sql(
    'insert into recipients (id, audience, email, phone, chat_url, locale) values ($1, $2, $3, $4, $5, $6)',
    about,
  );
  for (const [topic, channel, delivery] of wants)
    await room.sql('insert into message_preferences (recipient_id, topic, channel, delivery) values ($1, $2, $3, $4)', [
      id,
      topic,
      channel,
      delivery,
    ]);
  for (const endpoint of browsers)
    await room.sql(
      `insert into push_subscriptions (id, recipient_id, endpoint, p256dh, auth) values ($1, $2, $3, 'key', 'auth')`,
      [uuidv7(), id, endpoint],
    );
  return id;
}

const setRoute = (event: string, audience: string, channel: string, enabled: boolean, urgency = 'normal') =>
  room.sql('insert into message_routes (event, audience, channel, enabled, urgency) values ($1, $2, $3, $4, $5)', [
    event,
    audience,
    channel,
    enabled,
    urgency,
  ]);

interface Written {
  id: string;
  channel: string;
  recipient: string;
  recipient_id: string | null;
  locale: string | null;
  topic: string;
  template: string;
  urgency: string;
}

const writtenFor = (orderId: string | null) =>
  room.sql<Written>(
    `select id, channel, recipient, recipient_id, locale, topic, template, urgency from notifications
     where order_id is not distinct from $1 order by channel, recipient`,
    [orderId],
  );

describe('where a customer is told', () => {
  const shipped = () =>
    tell(room.db, {
      event: 'shipment.shipped',
      orderId: room.orderId,
      cause: `shipment.shipped/${room.orderId}`,
      email: 'Ada@Example.com',
    });

  it('is the e-mail address of the order, when no more is known', async () => {
    expect(await shipped()).toBe(true);
    expect(await writtenFor(room.orderId)).toMatchObject([
      {
        channel: 'email',
        recipient: 'Ada@Example.com',
        recipient_id: null,
        locale: null,
        topic: 'shipment',
        template: 'shipped',
        urgency: 'normal',
      },
    ]);
    expect(await shipped()).toBe(false);
  });

  it('is each channel that they asked for, in their language, once each', async () => {
    const phone = '+4915112345678';
    const browsers = ['https://push.example/1', 'https://push.example/2'];
    const wants: Person['wants'] = [
      ['shipment', 'sms', 'immediate'],
      ['shipment', 'web_push', 'immediate'],
      ['order', 'chat', 'immediate'],
    ];
    const id = await insertPerson({ phone, browsers, wants, chatUrl: 'https://chat.example/1', locale: 'de' });
    expect(await shipped()).toBe(true);
    const rows = await writtenFor(room.orderId);
    expect(rows.map(({ channel, recipient }) => [channel, recipient])).toEqual([
      ['email', 'Ada@Example.com'],
      ['sms', phone],
      ['web_push', browsers[0]],
      ['web_push', browsers[1]],
    ]);
    for (const row of rows) expect(row).toMatchObject({ recipient_id: id, locale: 'de', topic: 'shipment' });
    const jobs = await room.sql<{ id: string }>(
      `select payload ->> 'notification_id' as id from outbox where order_id = $1 and queue = 'send-notification'`,
      [room.orderId],
    );
    expect(jobs.map((job) => job.id).sort()).toEqual(rows.map((row) => row.id).sort());
    expect(await shipped()).toBe(false);
  });

  it('is not a channel whose address they never gave, nor one of another person of that name in the shop', async () => {
    await insertPerson({ wants: [['shipment', 'sms', 'immediate']] });
    await insertPerson({ audience: 'operations', phone: '+4915112345678' });
    await insertPerson({
      email: 'adah@example.com',
      phone: '+4915112345679',
      wants: [['shipment', 'sms', 'immediate']],
    });
    await shipped();
    expect((await writtenFor(room.orderId)).map(({ channel }) => channel)).toEqual(['email']);
  });

  it('follows the shop where it has routes of its own, at once', async () => {
    await insertPerson({
      phone: '+4915112345678',
      wants: [['shipment', 'chat', 'immediate']],
      chatUrl: 'https://chat.example/1',
    });
    await setRoute('shipment.shipped', 'customer', 'sms', true, 'now');
    await setRoute('shipment.shipped', 'customer', 'chat', false);
    await shipped();
    expect(await writtenFor(room.orderId)).toMatchObject([
      { channel: 'email', urgency: 'normal' },
      { channel: 'sms', urgency: 'now' },
    ]);
  });
});

describe('telling the shop', () => {
  const opened = (fallback?: string, orderId: string | null = room.orderId, cause = `dispute.opened/${room.orderId}`) =>
    tell(room.db, {
      event: 'dispute.opened',
      orderId,
      cause,
      data: { kind: 'dispute_opened' },
      fallback: { operations: fallback },
    });

  it('goes to the configured address while nobody is known, once', async () => {
    expect(await hasAudience(room.db, 'operations', undefined)).toBe(false);
    expect(await opened()).toBe(false);
    expect(await opened('ops@shop.example')).toBe(true);
    expect(await opened('ops@shop.example')).toBe(false);
    expect(await writtenFor(room.orderId)).toMatchObject([
      {
        channel: 'email',
        recipient: 'ops@shop.example',
        recipient_id: null,
        topic: 'dispute',
        template: 'operations-notice',
      },
    ]);
  });

  it('goes to everybody of the audience instead, on the channels that they asked for as well', async () => {
    await insertPerson({ audience: 'operations', email: 'a@shop.example', locale: 'ja' });
    await insertPerson({
      audience: 'operations',
      email: 'b@shop.example',
      chatUrl: 'https://chat.example/ops',
      wants: [['dispute', 'chat', 'immediate']],
    });
    await insertPerson({
      audience: 'operations',
      email: null,
      chatUrl: 'https://chat.example/ops',
      wants: [['dispute', 'chat', 'hourly']],
    });
    await insertPerson({
      audience: 'finance',
      email: 'f@shop.example',
      phone: '+15005550006',
      wants: [['dispute', 'sms', 'immediate']],
    });
    expect(await hasAudience(room.db, 'operations', undefined)).toBe(true);
    expect(await opened('ops@shop.example')).toBe(true);
    expect(
      (await writtenFor(room.orderId)).map(({ channel, recipient, locale }) => [channel, recipient, locale]),
    ).toEqual([
      ['chat', 'https://chat.example/ops', null],
      ['email', 'a@shop.example', 'ja'],
      ['email', 'b@shop.example', null],
    ]);
  });

  it('goes to the chat, else the telephone, of who has no e-mail address, once', async () => {
    const chatUrl = 'https://chat.example/ops';
    await insertPerson({ audience: 'operations', email: null, phone: '+15005550006' });
    await insertPerson({ audience: 'operations', email: null, phone: '+15005550007', chatUrl });
    await insertPerson({ audience: 'operations', email: 'a@shop.example', phone: '+15005550008' });
    await insertPerson({ audience: 'finance', email: null, phone: '+15005550009' });
    await opened('ops@shop.example');
    expect((await writtenFor(room.orderId)).map(({ channel, recipient }) => [channel, recipient])).toEqual([
      ['chat', chatUrl],
      ['email', 'a@shop.example'],
      ['sms', '+15005550006'],
    ]);
  });

  it('goes there only where the shop routes by e-mail', async () => {
    await insertPerson({ audience: 'operations', email: null, phone: '+15005550006' });
    await insertPerson({ audience: 'finance', email: null, phone: '+15005550007' });
    await setRoute('dispute.opened', 'operations', 'email', false);
    await setRoute('dispute.opened', 'finance', 'email', true);
    await opened('ops@shop.example');
    expect((await writtenFor(room.orderId)).map(({ recipient }) => recipient)).toEqual(['+15005550007']);
  });

  it('goes where the shop routes it: to another audience, and not by e-mail', async () => {
    await insertPerson({ audience: 'finance', email: 'f@shop.example' });
    await insertPerson({ audience: 'operations', email: 'a@shop.example', chatUrl: 'https://chat.example/ops' });
    await setRoute('dispute.opened', 'finance', 'email', true, 'now');
    await setRoute('dispute.opened', 'operations', 'email', false);
    await setRoute('dispute.opened', 'operations', 'chat', true);
    await opened('ops@shop.example');
    expect(await writtenFor(room.orderId)).toMatchObject([
      { channel: 'chat', recipient: 'https://chat.example/ops', urgency: 'normal' },
      { channel: 'email', recipient: 'f@shop.example', urgency: 'now' },
    ]);
  });

  it('says nothing that the shop switched off, not even to the configured address', async () => {
    await setRoute('dispute.opened', 'operations', 'email', false);
    expect(await opened('ops@shop.example')).toBe(false);
  });

  it('tells what is about no order once as well, whoever tells it at the same time', async () => {
    const cause = `dispute.opened/${uuidv7()}`;
    const told = await Promise.all(Array.from({ length: 8 }, () => opened('ops@shop.example', null, cause)));
    expect(told.filter(Boolean)).toHaveLength(1);
    const jobs = await room.sql<{ payload: object }>(
      `select payload from outbox where queue = 'send-notification' and order_id is null`,
    );
    expect(jobs).toHaveLength(1);
    expect(jobs[0]!.payload).not.toHaveProperty('order_id');
  });
});
