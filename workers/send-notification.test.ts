import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { pino } from 'pino';
import { type Database, openDatabase, statement } from '../db/database.ts';
import { uuidv7 } from '../db/ids.ts';
import {
  claimNotification,
  insertNotification,
  listNotifications,
  recordAccepted,
  settleNotifications,
} from '../db/notifications.ts';
import { deliveryRank } from '../domain/messages/delivery.ts';
import { MESSAGE_TEMPLATES, type MessageTemplate } from '../domain/messages/order-view.ts';
import type { EmailMessage, SendResult } from '../providers/email.ts';
import { sendNotification } from '../queues/send-notification.ts';
import { createTestDatabase, type TestDatabase } from '../test/support/database.ts';
import { createSendNotification, EmailUnavailableError } from './send-notification.ts';

let test: TestDatabase;
let db: Database;
let sent: EmailMessage[];
let answer: (message: EmailMessage) => SendResult | Promise<SendResult>;
let orderId: string;

const log = pino({ level: 'silent' });
const email = {
  send: async (message: EmailMessage) => {
    sent.push(message);
    return answer(message);
  },
  close: () => {},
};
const from = { email: 'shop@shop.example', name: 'Shop' };
const orderUrl = ({ id }: { id: string }) => `https://shop.example/orders/${id}`;
const create = (database: Database = db) =>
  createSendNotification({ db: database, email, from, shopName: 'Shop', orderUrl, doubtMs: 7_000, patienceMs: 3_000 });
const run = (id: string, database: Database = db) =>
  create(database)({ notification_id: id, order_id: orderId }, { log });

const sql = <T = Record<string, unknown>>(text: string, values: unknown[] = []) =>
  db.rows<T>(statement(`test_${Buffer.from(text).toString('hex').slice(0, 50)}`, text), values);

beforeAll(async () => {
  test = await createTestDatabase();
  db = openDatabase({ url: test.url, applicationName: 'send-notification-test' });
});

afterAll(async () => {
  await db.close();
  await test.drop();
});

beforeEach(async () => {
  sent = [];
  answer = () => ({ kind: 'accepted', messageId: 'msg-1' });
  orderId = await insertOrder();
});

async function insertOrder(): Promise<string> {
  const id = uuidv7();
  const product = uuidv7();
  const variant = uuidv7();
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

async function queue(template: MessageTemplate = 'order-confirmation', cause = `order.paid/${orderId}`) {
  await db.transaction((tx) => insertNotification(tx, { orderId, cause, template, recipient: 'ada@example.com' }));
  const [row] = await sql<{ id: string }>('select id from notifications where cause = $1', [cause]);
  return row!.id;
}

const statusOf = async (id: string) => {
  const rows = await listNotifications(db, orderId);
  return rows.find((row) => row.id === id)?.status;
};
const eventsOf = async () =>
  (await sql<{ type: string }>('select type from order_events where order_id = $1 order by sequence', [orderId])).map(
    (row) => row.type,
  );

describe('writing a message', () => {
  it('writes one row and one job per cause and recipient, however often it is told', async () => {
    const notification = {
      orderId,
      cause: `order.paid/${orderId}`,
      template: 'order-confirmation' as const,
      recipient: 'ada@example.com',
    };
    const written = await Promise.all(
      Array.from({ length: 10 }, () => db.transaction((tx) => insertNotification(tx, notification))),
    );
    expect(written.filter(Boolean)).toHaveLength(1);
    expect(await listNotifications(db, orderId)).toHaveLength(1);
    const jobs = await sql<{ job_id: string; payload: { notification_id: string; order_id: string } }>(
      `select job_id, payload from outbox where queue = 'send-notification' and order_id = $1`,
      [orderId],
    );
    expect(jobs).toHaveLength(1);
    expect(sendNotification.jobId(sendNotification.payload.parse(jobs[0]!.payload))).toBe(jobs[0]!.job_id);
  });

  it('writes nothing when its transaction fails', async () => {
    const failing = db.transaction(async (tx) => {
      await insertNotification(tx, { orderId, cause: 'a/b', template: 'canceled', recipient: 'ada@example.com' });
      throw new Error('rolled back');
    });
    await expect(failing).rejects.toThrow('rolled back');
    expect(await listNotifications(db, orderId)).toEqual([]);
  });
});

describe('sending a message', () => {
  it('sends the order as it stands and records the provider and its id', async () => {
    const id = await queue();
    expect(await run(id)).toEqual({ kind: 'done' });
    expect(sent).toHaveLength(1);
    expect(sent[0]).toMatchObject({
      to: 'ada@example.com',
      from,
      notificationId: id,
      orderId,
      category: 'order-confirmation',
    });
    expect(sent[0]!.text).toContain('Stone mug');
    expect(sent[0]!.text).toContain('$45.98');
    const [row] = await listNotifications(db, orderId);
    expect(row).toMatchObject({
      status: 'accepted',
      provider_message_id: 'msg-1',
      subject: sent[0]!.subject,
      error: null,
    });
  });

  it('renders every template from the database', async () => {
    for (const template of MESSAGE_TEMPLATES)
      expect(await run(await queue(template, `${template}/${orderId}`))).toEqual({ kind: 'done' });
    expect(sent.map((message) => message.category)).toEqual([...MESSAGE_TEMPLATES]);
    for (const { text } of sent) expect(text).not.toMatch(/undefined|null|NaN/);
  });

  it('names the parcel of its cause', async () => {
    const location = uuidv7();
    const other = uuidv7();
    const shipment = uuidv7();
    await sql(`insert into locations (id, code, name, country) values ($1, $3, 'A', 'GB'), ($2, $4, 'B', 'GB')`, [
      location,
      other,
      location,
      other,
    ]);
    await sql(
      `insert into shipments (id, order_id, location_id, tracking_number, tracking_url) values
         ($1, $3, $4, 'TRACK-OTHER', null), ($2, $3, $5, 'TRACK-MINE', 'https://carrier.example/mine')`,
      [uuidv7(), shipment, orderId, other, location],
    );
    await run(await queue('shipped', `shipment.shipped/${shipment}`));
    expect(sent[0]!.text).toContain('TRACK-MINE');
    expect(sent[0]!.text).not.toContain('TRACK-OTHER');
  });

  it('does nothing on a second and on a late run', async () => {
    const id = await queue();
    await run(id);
    expect(await run(id)).toEqual({ kind: 'done', note: 'already accepted' });
    await settleNotifications(
      db,
      [{ notificationId: id, status: 'delivered', messageId: 'msg-1', error: null }],
      deliveryRank,
    );
    expect(await run(id)).toEqual({ kind: 'done', note: 'already delivered' });
    expect(sent).toHaveLength(1);
  });

  it('sends once when twenty runs start together', async () => {
    const id = await queue();
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => run(id)));
    expect(sent).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome.kind === 'done').length).toBeGreaterThanOrEqual(1);
    expect(await statusOf(id)).toBe('accepted');
  });

  it('never sends again what was in hand when its sender died, and lets the event settle it', async () => {
    const id = await queue();
    await claimNotification(db, id, 'a sender that dies now');
    expect(await run(id)).toEqual({ kind: 'done', note: 'uncertain: sender_lost' });
    expect(await run(id)).toEqual({ kind: 'done', note: 'already uncertain' });
    expect(sent).toEqual([]);
    expect(await statusOf(id)).toBe('uncertain');
    expect(await eventsOf()).toEqual(['notification.uncertain']);
    await settleNotifications(
      db,
      [{ notificationId: id, status: 'accepted', messageId: 'msg-9', error: null }],
      deliveryRank,
    );
    expect((await listNotifications(db, orderId))[0]).toMatchObject({
      status: 'accepted',
      provider_message_id: 'msg-9',
    });
  });

  it('lets a slow sender record what it alone knows after another run gave it up for lost', async () => {
    const id = await queue();
    answer = async () => {
      await run(id);
      return { kind: 'accepted', messageId: 'msg-slow' };
    };
    await run(id);
    expect(sent).toHaveLength(1);
    expect(await statusOf(id)).toBe('accepted');
  });

  it('keeps the outcome of an event that was faster than the record', async () => {
    const id = await queue();
    answer = async () => {
      await settleNotifications(
        db,
        [{ notificationId: id, status: 'delivered', messageId: 'msg-1', error: null }],
        deliveryRank,
      );
      return { kind: 'accepted', messageId: 'msg-1' };
    };
    await run(id);
    const [row] = await listNotifications(db, orderId);
    expect(row).toMatchObject({ status: 'delivered', provider_message_id: 'msg-1' });
    expect(row!.subject).toContain('confirmed');
  });
});

describe('when the provider does not accept it', () => {
  it('gives up on a refusal, on every run', async () => {
    const id = await queue();
    answer = () => ({ kind: 'refused', code: 'http_400', message: 'subject: is required' });
    expect(await run(id)).toEqual({ kind: 'give_up', code: 'http_400', message: 'subject: is required' });
    expect(await run(id)).toMatchObject({ kind: 'give_up', code: 'message_refused' });
    expect(sent).toHaveLength(1);
    expect((await listNotifications(db, orderId))[0]).toMatchObject({ status: 'failed', error: { code: 'http_400' } });
    expect(await eventsOf()).toEqual(['notification.failed']);
  });

  it('holds what nobody can tell as uncertain', async () => {
    const id = await queue();
    answer = () => ({ kind: 'unknown', code: 'ECONNRESET', message: 'socket hang up' });
    expect(await run(id)).toEqual({ kind: 'done', note: 'uncertain: ECONNRESET' });
    await run(id);
    expect(sent).toHaveLength(1);
    expect(await statusOf(id)).toBe('uncertain');
  });

  it('waits as long as it is told to', async () => {
    const id = await queue();
    answer = () => ({ kind: 'throttled', retryAfterMs: 4_200 });
    expect(await run(id)).toEqual({ kind: 'later', delayMs: 4_200 });
    answer = () => ({ kind: 'accepted', messageId: 'msg-2' });
    expect(await run(id)).toEqual({ kind: 'done' });
    expect(sent).toHaveLength(2);
  });

  it('tries again what never reached the provider', async () => {
    const id = await queue();
    answer = () => ({ kind: 'unavailable', code: 'ECONNREFUSED', message: 'refused', answered: false });
    await expect(run(id)).rejects.toThrow(EmailUnavailableError);
    expect(await statusOf(id)).toBe('queued');
    answer = () => ({ kind: 'accepted', messageId: 'msg-3' });
    await run(id);
    expect(await statusOf(id)).toBe('accepted');
  });

  it('waits after a 5xx, and does not send again when an event says that it left', async () => {
    const id = await queue();
    answer = () => ({ kind: 'unavailable', code: 'http_500', message: 'internal', answered: true });
    expect(await run(id)).toEqual({ kind: 'later', delayMs: 7_000 });
    expect(await statusOf(id)).toBe('queued');
    await settleNotifications(
      db,
      [{ notificationId: id, status: 'accepted', messageId: 'msg-4', error: null }],
      deliveryRank,
    );
    expect(await run(id)).toEqual({ kind: 'done', note: 'already accepted' });
    expect(sent).toHaveLength(1);
  });

  it('gives up after twenty answers of 5xx', async () => {
    const id = await queue();
    answer = () => ({ kind: 'unavailable', code: 'http_503', message: 'busy', answered: true });
    for (let i = 0; i < 19; i += 1) expect(await run(id)).toMatchObject({ kind: 'later' });
    expect(await run(id)).toEqual({ kind: 'give_up', code: 'http_503', message: 'busy' });
    expect(await statusOf(id)).toBe('failed');
  });

  it('gives up on a message that is not there', async () => {
    expect(await run(uuidv7())).toMatchObject({ kind: 'give_up', code: 'notification_missing' });
  });
});

describe('when the database goes away for a moment', () => {
  /** Runs the named statement but loses the answer the first time. */
  function losingAnswersOf(name: string): Database {
    const lost = new Set<string>();
    const rows: Database['rows'] = async (each, values) => {
      const result = await db.rows<never>(each, values);
      if (each.name === name && !lost.has(name)) {
        lost.add(name);
        throw new Error('Connection terminated unexpectedly');
      }
      return result;
    };
    return { ...db, rows };
  }

  it.each(['claim_notification', 'accept_notification'])('insists on %s, whose answer was lost', async (name) => {
    const id = await queue();
    expect(await run(id, losingAnswersOf(name))).toEqual({ kind: 'done' });
    expect(sent).toHaveLength(1);
    expect(await statusOf(id)).toBe('accepted');
  });

  it('leaves the message to its event when the record cannot be written', async () => {
    const id = await queue();
    const rows = jest.fn<Database['rows']>().mockImplementation((each, values) => {
      if (each.name === 'accept_notification')
        return Promise.reject(Object.assign(new Error('disk'), { code: '58030' }));
      return db.rows<never>(each, values);
    });
    await expect(run(id, { ...db, rows: rows as Database['rows'] })).rejects.toThrow('disk');
    await run(id);
    expect(sent).toHaveLength(1);
    expect(await statusOf(id)).toBe('uncertain');
    await recordAccepted(db, id, 'msg-1', 'late');
    expect(await statusOf(id)).toBe('accepted');
  });
});
