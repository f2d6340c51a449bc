/** A database with an order that wants messages, and an e-mail provider in memory. */
import { pino } from 'pino';
import { type Database, openDatabase, statement } from '../../db/database.ts';
import { uuidv7 } from '../../db/ids.ts';
import { listNotifications } from '../../db/notifications.ts';
import { applyProviderEvents, keepProviderEvents } from '../../db/provider-events.ts';
import { tell } from '../../db/tell.ts';
import type { MessageTemplate } from '../../domain/messages/order-view.ts';
import type { EmailMessage, SendResult, ShortMessage } from '../../providers/message-channel.ts';
import type { Channels } from '../../providers/message-channels.ts';
import { createSendNotification, type SendNotificationDeps } from '../../workers/send-notification.ts';
import { createTestDatabase } from './database.ts';

export type Answer = (message: EmailMessage, provider: string) => SendResult | Promise<SendResult>;

export async function openMailRoom(name: string) {
  const test = await createTestDatabase();
  const db = openDatabase({ url: test.url, applicationName: name });
  const room = {
    db,
    url: test.url,
    orderId: '',
    sent: [] as EmailMessage[],
    /** Who was given each of them. */
    by: [] as string[],
    /** What went by SMS, push and chat. */
    short: [] as ShortMessage[],
    answer: accept as Answer,
    answerShort: accept as (message: ShortMessage) => SendResult,
    /** The e-mail providers there are, the first one first. */
    providers: ['memory'],
    /** What a test changes of the shop's settings. */
    settings: {} as Partial<SendNotificationDeps>,
  };
  const email = (provider: string) => ({
    channel: 'email' as const,
    provider,
    send: async (message: EmailMessage) => {
      room.sent.push(message);
      room.by.push(provider);
      return room.answer(message, provider);
    },
    close: () => {},
  });
  const short = <C extends 'sms' | 'web_push' | 'chat'>(channel: C) => ({
    channel,
    provider: `${channel}-memory`,
    send: async (message: ShortMessage) => {
      room.short.push(message);
      return room.answerShort(message);
    },
    close: () => {},
  });
  const channels = (): Channels => ({
    email: room.providers.map(email),
    sms: [short('sms')],
    web_push: [short('web_push')],
    chat: [short('chat')],
  });
  const sql = <T>(text: string, values: unknown[] = []) => db.rows<T>(statement(nameOf(text), text), values);
  const find = async (id: string) => (await listNotifications(db, room.orderId)).find((row) => row.id === id);

  return Object.assign(room, {
    sql,
    find,
    statusOf: async (id: string) => (await find(id))?.status,
    /** A fresh order, nothing sent, and one provider that accepts. */
    async clear() {
      const usual = { answer: accept, answerShort: accept, providers: ['memory'], settings: {} };
      Object.assign(room, { orderId: await insertOrder(sql), sent: [], by: [], short: [], ...usual });
    },
    async queue(template: MessageTemplate = 'order-confirmation', cause = `order.paid/${room.orderId}`) {
      await tell(db, { event: 'order.paid', orderId: room.orderId, cause, email: 'ada@example.com' });
      await sql('update notifications set template = $2 where cause = $1', [cause, template]);
      return (await listNotifications(db, room.orderId)).find((row) => row.cause === cause)!.id;
    },
    /** Runs the job once, on this database or on one that misbehaves. */
    run(id: string, database: Database = db) {
      const orderUrl = (order: { id: string }) => `https://shop.example/orders/${order.id}`;
      const from = { email: 'shop@shop.example', name: 'Shop' };
      const rest = {
        locale: 'en',
        timeZone: 'UTC',
        capPerHour: 20,
        doubtMs: 7_000,
        patienceMs: 3_000,
        ...room.settings,
      };
      const deps = { db: database, channels: channels(), from, shopName: 'Shop', orderUrl, ...rest };
      const process = createSendNotification(deps);
      return process({ notification_id: id, order_id: room.orderId }, { log: pino({ level: 'silent' }) });
    },
    /** The provider's event about a message, kept and applied. */
    async hear(type: string, notificationId: string, messageId = 'msg-1') {
      const event = { id: uuidv7(), type, notificationId, messageId, code: null, reason: null };
      await keepProviderEvents(db, 'sendgrid', uuidv7(), [event]);
      await applyProviderEvents(db, 'sendgrid', [event.id]);
    },
    async eventTypes() {
      const text = 'select type from order_events where order_id = $1 order by sequence';
      return (await sql<{ type: string }>(text, [room.orderId])).map((row) => row.type);
    },
    async close() {
      await db.close();
      await test.drop();
    },
  });
}

export type MailRoom = Awaited<ReturnType<typeof openMailRoom>>;

const accept = (): SendResult => ({ kind: 'accepted', messageId: 'msg-1' });

/** Prepared statements need a name per text. */
const names = new Map<string, string>();
function nameOf(text: string): string {
  const name = names.get(text) ?? `mail_room_${names.size}`;
  names.set(text, name);
  return name;
}

type Sql = <T>(text: string, values?: unknown[]) => Promise<T[]>;

async function insertOrder(sql: Sql): Promise<string> {
  const [id, product, variant] = [uuidv7(), uuidv7(), uuidv7()];
  await sql(`insert into products (id, slug, name) values ($1, $2, 'Mug')`, [product, product]);
  await sql(`insert into variants (id, product_id, sku) values ($1, $2, $3)`, [variant, product, variant]);
  await sql(
    `insert into orders (id, currency, subtotal_amount, shipping_amount, tax_amount, total_amount, customer_email, customer_name,
       shipping_address, shipping_method, expires_at)
     values ($1, 'usd', 3998, 600, 0, 4598, 'ada@example.com', 'Ada', '{"line1":"1 Long Lane","country":"GB"}', 'standard', now())`,
    [id],
  );
  await sql(
    `insert into order_lines (id, order_id, position, variant_id, sku, name, quantity, unit_amount, total_amount)
     values ($1, $2, 1, $3, 'MUG-1', 'Stone mug', 2, 1999, 3998)`,
    [uuidv7(), id, variant],
  );
  return id;
}
