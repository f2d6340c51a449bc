import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { type Database, openDatabase, statement } from '../db/database.ts';
import { type EmailEvent, insertEmailEvents } from '../db/email-events.ts';
import { openException } from '../db/exceptions.ts';
import { uuidv7 } from '../db/ids.ts';
import { claimNotification, insertNotification, listNotifications, recordAccepted } from '../db/notifications.ts';
import { createTestDatabase, type TestDatabase } from '../test/support/database.ts';
import { createApplyEmailEvents } from './apply-email-events.ts';

let test: TestDatabase;
let db: Database;
let orderId: string;
let sequence = 0;
const log = pino({ level: 'silent' });

const rowsOf = <T>(name: string, text: string, values: unknown[] = []) => db.rows<T>(statement(name, text), values);

beforeAll(async () => {
  test = await createTestDatabase();
  db = openDatabase({ url: test.url, applicationName: 'apply-email-events-test' });
});

afterAll(async () => {
  await db.close();
  await test.drop();
});

beforeEach(async () => {
  orderId = uuidv7();
  await rowsOf(
    'test_order',
    `insert into orders (id, currency, subtotal_amount, shipping_amount, tax_amount, total_amount, customer_email,
       shipping_address, shipping_method, expires_at)
     values ($1, 'usd', 0, 0, 0, 0, 'ada@example.com', '{}', 'standard', now())`,
    [orderId],
  );
});

async function message(state: 'queued' | 'sending' | 'accepted' = 'accepted'): Promise<string> {
  const cause = `test/${uuidv7()}`;
  await insertNotification(db, { orderId, cause, template: 'shipped', recipient: 'ada@example.com' });
  const id = (await listNotifications(db, orderId)).find((row) => row.cause === cause)!.id;
  if (state !== 'queued') await claimNotification(db, id, 'test');
  if (state === 'accepted') await recordAccepted(db, id, 'msg-1', 'On its way');
  return id;
}

function event(type: string, notificationId: string | null, more: Partial<EmailEvent> = {}): EmailEvent {
  sequence += 1;
  return { id: `event-${sequence}`, type, notificationId, messageId: 'msg-1', code: null, reason: null, ...more };
}

async function apply(...events: EmailEvent[]) {
  await insertEmailEvents(db, events);
  const payload = { batch_id: uuidv7(), event_ids: events.map(({ id }) => id) };
  return createApplyEmailEvents({ db })(payload, { log });
}

const statusOf = async (id: string) => (await listNotifications(db, orderId)).find((row) => row.id === id)?.status;
const inboxOf = async (...events: EmailEvent[]) => {
  const ids = events.map(({ id }) => id);
  const text = `select event_id, status from inbox_events where provider = 'sendgrid' and event_id = any($1) order by event_id`;
  return (await rowsOf<{ status: string }>('test_inbox', text, [ids])).map((row) => row.status);
};
const history = async () => {
  const text = 'select type, data from order_events where order_id = $1 order by sequence';
  return rowsOf<{ type: string; data: Record<string, unknown> }>('test_history', text, [orderId]);
};

describe('applying the e-mail events', () => {
  it('takes a mixed batch to each message, and ignores what is not ours', async () => {
    const [first, second] = [await message(), await message()];
    const events = [
      event('delivered', first),
      event('processed', first),
      event('bounce', second, { code: 'bounce', reason: '550 no such mailbox' }),
      event('open', first),
      event('delivered', uuidv7()),
      event('delivered', null),
      event('something_new', second),
    ];
    expect(await apply(...events)).toEqual({ kind: 'done' });
    expect([await statusOf(first), await statusOf(second)]).toEqual(['delivered', 'bounced']);
    expect(await inboxOf(...events)).toEqual([
      'applied',
      'applied',
      'applied',
      'ignored',
      'applied',
      'ignored',
      'ignored',
    ]);
    const [row] = (await listNotifications(db, orderId)).filter(({ id }) => id === second);
    expect(row!.error).toEqual({ code: 'bounce', message: '550 no such mailbox' });
  });

  it('ends alike in every order of the same events', async () => {
    const orders = [
      ['processed', 'delivered', 'bounce'],
      ['bounce', 'delivered', 'processed'],
      ['delivered', 'bounce', 'processed'],
      ['processed', 'bounce', 'delivered'],
    ];
    for (const types of orders) {
      const id = await message();
      for (const type of types) await apply(event(type, id));
      expect(await statusOf(id)).toBe('bounced');
    }
  });

  it('does nothing with an event the second time, and late ones do not take a message back', async () => {
    const id = await message();
    const delivered = event('delivered', id);
    await apply(delivered);
    expect(await apply(delivered)).toEqual({ kind: 'done', note: 'already applied' });
    await apply(event('processed', id));
    expect(await statusOf(id)).toBe('delivered');
  });

  it('tells the order of what went wrong once, and not of what went well', async () => {
    const [good, bad] = [await message(), await message()];
    await apply(event('processed', good), event('delivered', good));
    expect(await history()).toEqual([]);
    await apply(event('dropped', bad, { reason: 'Bounced Address' }));
    await apply(event('dropped', bad));
    expect(await history()).toEqual([
      {
        type: 'notification.dropped',
        data: { notification_id: bad, template: 'shipped', code: 'dropped', message: 'Bounced Address' },
      },
    ]);
  });

  it('settles a message whose sender died, with its exception', async () => {
    const id = await message('sending');
    await openException(db, { code: 'notification_uncertain', subject: id, orderId, detail: {} });
    await apply(event('processed', id, { messageId: 'msg-7' }));
    const [row] = await listNotifications(db, orderId);
    expect(row).toMatchObject({ status: 'accepted', provider_message_id: 'msg-7' });
    const text = 'select resolved_at from exceptions where subject = $1';
    expect((await rowsOf<{ resolved_at: Date | null }>('test_exception', text, [id]))[0]!.resolved_at).not.toBeNull();
  });

  it('settles a message that waits to be tried again, so that it is not sent twice', async () => {
    const id = await message('queued');
    await apply(event('processed', id));
    expect((await claimNotification(db, id, 'retry'))!.claimed).toBe(false);
  });

  it('changes nothing when it dies before the commit', async () => {
    const id = await message();
    const bounced = event('bounce', id);
    await insertEmailEvents(db, [bounced]);
    const dying: Database = {
      ...db,
      transaction: (work) =>
        db.transaction(async (tx) => {
          await work(tx);
          throw new Error('killed');
        }),
    };
    const payload = { batch_id: uuidv7(), event_ids: [bounced.id] };
    await expect(createApplyEmailEvents({ db: dying })(payload, { log })).rejects.toThrow('killed');
    expect([await statusOf(id), await inboxOf(bounced), await history()]).toEqual(['accepted', ['received'], []]);
    await createApplyEmailEvents({ db })(payload, { log });
    expect([await statusOf(id), await inboxOf(bounced)]).toEqual(['bounced', ['applied']]);
  });

  it('applies overlapping batches at once without a deadlock', async () => {
    const ids = await Promise.all(Array.from({ length: 10 }, () => message()));
    const forwards = ids.map((id) => event('delivered', id));
    const backwards = ids.map((id) => event('processed', id)).reverse();
    await insertEmailEvents(db, [...forwards, ...backwards]);
    const all = [...forwards, ...backwards].map(({ id }) => id);
    const run = createApplyEmailEvents({ db });
    await Promise.all([all, all.toReversed(), all].map((event_ids) => run({ batch_id: uuidv7(), event_ids }, { log })));
    expect(new Set(await Promise.all(ids.map(statusOf)))).toEqual(new Set(['delivered']));
  });
});
