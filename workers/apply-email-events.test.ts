import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { type Database, openDatabase, statement } from '../db/database.ts';
import { openException } from '../db/exceptions.ts';
import { uuidv7 } from '../db/ids.ts';
import { listNotifications } from '../db/notifications.ts';
import { keepProviderEvents, type ProviderEvent } from '../db/provider-events.ts';
import { endTry } from '../db/settle-notification.ts';
import { tell } from '../db/tell.ts';
import { acceptByHand, claimByHand } from '../test/support/claims.ts';
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
  await rowsOf('test_forgive', 'delete from suppressions');
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
  await tell(db, { event: 'shipment.shipped', orderId, cause, email: 'ada@example.com' });
  const id = (await listNotifications(db, orderId)).find((row) => row.cause === cause)!.id;
  if (state !== 'queued') await claimByHand(db, id, 'test');
  if (state === 'accepted') await acceptByHand(db, id, 'msg-1', 'On its way');
  return id;
}

function event(type: string, notificationId: string | null, more: Partial<ProviderEvent> = {}): ProviderEvent {
  sequence += 1;
  return { id: `event-${sequence}`, type, notificationId, messageId: 'msg-1', code: null, reason: null, ...more };
}

async function apply(...events: ProviderEvent[]) {
  await keepProviderEvents(db, 'sendgrid', uuidv7(), events);
  const payload = { batch_id: uuidv7(), provider: 'sendgrid' as const, event_ids: events.map(({ id }) => id) };
  return createApplyEmailEvents({ db })(payload, { log });
}

const statusOf = async (id: string) => (await listNotifications(db, orderId)).find((row) => row.id === id)?.status;
const inboxOf = async (...events: ProviderEvent[]) => {
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
      event('dropped', first),
      event('bounce', second, { code: 'bounce', reason: '550 no such mailbox' }),
      event('open', first),
      event('delivered', uuidv7()),
      event('delivered', null),
      event('something_new', second),
    ];
    expect(await apply(...events)).toEqual({ kind: 'done' });
    expect([await statusOf(first), await statusOf(second)]).toEqual(['dropped', 'bounced']);
    expect(await inboxOf(...events)).toEqual([
      'applied',
      'applied',
      'applied',
      'applied',
      'ignored',
      'ignored',
      'applied',
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
    expect((await claimByHand(db, id, 'retry'))!.claimed).toBe(false);
  });

  it('changes nothing when it dies before the commit', async () => {
    const id = await message();
    const bounced = event('bounce', id);
    await keepProviderEvents(db, 'sendgrid', uuidv7(), [bounced]);
    const dying: Database = {
      ...db,
      each: (set, item) =>
        db.transaction(async (tx) => {
          await tx.each(set, item);
          throw new Error('killed');
        }),
    };
    const payload = { batch_id: uuidv7(), provider: 'sendgrid' as const, event_ids: [bounced.id] };
    await expect(createApplyEmailEvents({ db: dying })(payload, { log })).rejects.toThrow('killed');
    expect([await statusOf(id), await inboxOf(bounced), await history()]).toEqual(['accepted', ['received'], []]);
    await createApplyEmailEvents({ db })(payload, { log });
    expect([await statusOf(id), await inboxOf(bounced)]).toEqual(['bounced', ['applied']]);
  });

  it('settles two doubtful messages of one order, each with an entry of its own', async () => {
    const [first, second] = [await message('sending'), await message('sending')];
    const error = { code: 'ECONNRESET', message: 'socket hang up' };
    for (const id of [first, second])
      await endTry(db, { id, attempt: 1, status: 'uncertain', outcome: 'unknown', error });
    await apply(event('processed', first), event('delivered', first), event('bounce', second, { code: 'bounce' }));
    expect((await history()).map(({ type, data }) => [type, data.notification_id])).toEqual([
      ['notification.delivered', first],
      ['notification.bounced', second],
    ]);
    const numbers = await rowsOf<{ last_event: number; sequences: number[] }>(
      'test_sequences',
      `select last_event, array(select sequence from order_events where order_id = o.id order by 1) as sequences
       from orders o where id = $1`,
      [orderId],
    );
    expect(numbers).toEqual([{ last_event: 3, sequences: [2, 3] }]);
  });

  it('wakes whoever follows the order, once what went wrong is to be read', async () => {
    const id = await message();
    const bounce = event('bounce', id);
    await keepProviderEvents(db, 'sendgrid', uuidv7(), [bounce]);
    const signals: string[][] = [];
    const watched: Database = { ...db, signal: (...signal) => signals.push(signal) };
    await createApplyEmailEvents({ db: watched })(
      { batch_id: uuidv7(), provider: 'sendgrid' as const, event_ids: [bounce.id] },
      { log },
    );
    expect(signals).toEqual([['stockroom_orders', orderId]]);
  });

  it('applies overlapping batches at once without a deadlock', async () => {
    const ids = await Promise.all(Array.from({ length: 10 }, () => message('sending')));
    const forwards = ids.map((id) => event('delivered', id));
    const backwards = ids.map((id) => event('processed', id)).reverse();
    await Promise.all([forwards, backwards].map((events) => keepProviderEvents(db, 'sendgrid', uuidv7(), events)));
    const all = [...forwards, ...backwards].map(({ id }) => id);
    // Two processes: the batches of one take turns.
    const other = openDatabase({ url: test.url, applicationName: 'apply-email-events-other' });
    const runs = [db, other, db].map((each) => createApplyEmailEvents({ db: each }));
    const batches = [all, all.toReversed(), all];
    await Promise.all(
      batches.map((event_ids, i) =>
        runs[i]!({ batch_id: uuidv7(), provider: 'sendgrid' as const, event_ids }, { log }),
      ),
    );
    await other.close();
    expect(new Set(await Promise.all(ids.map(statusOf)))).toEqual(new Set(['delivered']));
    expect(new Set(await inboxOf(...forwards, ...backwards))).toEqual(new Set(['applied']));
  });
});

describe('what is told of a message', () => {
  const told = async (id: string) => {
    const text = `select events from notifications where id = $1`;
    const [row] = await rowsOf<{ events: { type: string; at: string; reason?: string }[] }>('test_told', text, [id]);
    return row!.events;
  };
  const suppressions = () =>
    rowsOf<{ channel: string; address: string; topic: string; reason: string; notification_id: string }>(
      'test_suppressions',
      'select channel, address, topic, reason, detail, notification_id from suppressions order by reason',
    );

  it('is kept with it, what moves nothing too, in the order of time', async () => {
    const id = await message();
    await apply(
      event('open', id, { at: '2026-01-01T10:00:02Z' }),
      event('deferred', id, { at: '2026-01-01T10:00:00Z', reason: '451 Try again later.' }),
      event('delivered', id, { at: '2026-01-01T10:00:01Z' }),
    );
    await apply(event('click', id));
    expect((await told(id)).map(({ type }) => type)).toEqual(['deferred', 'delivered', 'open', 'click']);
    expect((await told(id))[0]).toEqual({
      type: 'deferred',
      at: expect.stringContaining('2026-01-01T10:00:00'),
      provider: 'sendgrid',
      reason: '451 Try again later.',
    });
  });

  it('stays small: the first ones and the last', async () => {
    const id = await message();
    await apply(event('delivered', id));
    for (let i = 0; i < 25; i += 1) await apply(event('open', id, { reason: `${i}` }));
    const all = await told(id);
    expect(all).toHaveLength(20);
    expect(all[0]!.type).toBe('delivered');
    expect(all.at(-1)!.reason).toBe('24');
  });

  it('proves by any event that it has left', async () => {
    const types = ['deferred', 'open', 'something_new'];
    const ids = await Promise.all(types.map(() => message('sending')));
    await apply(...types.map((type, i) => event(type, ids[i]!)));
    expect(await Promise.all(ids.map(statusOf))).toEqual(['accepted', 'delivered', 'accepted']);
  });

  it('ends the writing to an address that is no more, and of what is optional when somebody complains', async () => {
    const [hard, soft, annoyed] = [await message(), await message(), await message()];
    await apply(event('bounce', soft, { code: 'blocked' }));
    expect(await suppressions()).toEqual([]);
    await apply(event('spamreport', annoyed));
    expect(await suppressions()).toEqual([expect.objectContaining({ reason: 'complaint', topic: '' })]);
    await apply(event('bounce', hard, { code: 'bounce', reason: '550 no such mailbox' }));
    await apply(event('spamreport', annoyed));
    expect(await suppressions()).toEqual([
      {
        channel: 'email',
        address: 'ada@example.com',
        topic: '',
        reason: 'bounce',
        detail: '550 no such mailbox',
        notification_id: hard,
      },
      expect.objectContaining({ reason: 'complaint', notification_id: annoyed }),
    ]);
  });

  it("moves an SMS by Twilio's statuses, with its own reasons", async () => {
    const id = await message();
    await rowsOf('test_sms', `update notifications set channel = 'sms', recipient = '+4915112345678' where id = $1`, [
      id,
    ]);
    const undelivered = event('undelivered', id, { messageId: 'SM1', code: '30005', reason: 'Unknown destination.' });
    await keepProviderEvents(db, 'twilio', uuidv7(), [undelivered]);
    await createApplyEmailEvents({ db })(
      { batch_id: uuidv7(), provider: 'twilio', event_ids: [undelivered.id] },
      { log },
    );
    expect(await statusOf(id)).toBe('bounced');
    expect(await suppressions()).toEqual([
      expect.objectContaining({ channel: 'sms', address: '+4915112345678', reason: 'bounce' }),
    ]);
  });
});

describe('keeping the e-mail events', () => {
  const keep = (...events: ProviderEvent[]) => keepProviderEvents(db, 'sendgrid', uuidv7(), events);
  const jobsOf = async ({ id }: ProviderEvent) => {
    const text = `select payload from outbox where queue = 'apply-email-events' and payload -> 'event_ids' ? $1`;
    return rowsOf('test_jobs', text, [id]);
  };

  it('leaves out what the message says already, and writes no job for it', async () => {
    const id = await message();
    await apply(event('delivered', id));
    const late = [event('processed', id), event('delivered', id)];
    await keep(...late);
    expect(await inboxOf(...late)).toEqual([]);
    expect(await jobsOf(late[0]!)).toEqual([]);
  });

  it.each(['queued', 'sending'] as const)('keeps what may tell that a message in %s has left', async (state) => {
    const processed = event('processed', await message(state));
    await keep(processed);
    expect(await inboxOf(processed)).toEqual(['received']);
    expect(await jobsOf(processed)).toHaveLength(1);
  });

  it('keeps what is about no message of ours, closed and without a job', async () => {
    const events = [event('delivered', null), event('delivered', uuidv7())];
    await keep(...events);
    expect(await inboxOf(...events)).toEqual(['ignored', 'ignored']);
    expect(await Promise.all(events.map(jobsOf))).toEqual([[], []]);
  });

  it('keeps what tells of an earlier try of a message, though its status is known', async () => {
    const late = event('processed', await message(), { messageId: 'msg-of-the-first-try' });
    await keep(late);
    expect(await inboxOf(late)).toEqual(['received']);
  });

  it('writes one job for what is new of a batch that comes again with more', async () => {
    const [first, second] = [event('delivered', await message()), event('bounce', await message())];
    await keep(first, first);
    await keep(second, first);
    expect(await inboxOf(first, second)).toEqual(['received', 'received']);
    expect(await jobsOf(first)).toEqual([
      { payload: { batch_id: expect.any(String), provider: 'sendgrid', event_ids: [first.id] } },
    ]);
    expect(await jobsOf(second)).toEqual([
      { payload: { batch_id: expect.any(String), provider: 'sendgrid', event_ids: [second.id] } },
    ]);
  });
});
