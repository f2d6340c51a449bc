/** Held messages are told together when they are due: each once, by one message, whoever looks and however often. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { type Database, openDatabase } from '../db/database.ts';
import { findDueDigests } from '../db/digests.ts';
import { uuidv7 } from '../db/ids.ts';
import { type MailRoom, openMailRoom } from '../test/support/mail-room.ts';
import { waitFor } from '../test/support/wait-for.ts';
import { closeDueDigests, startDigestTimer } from './close-digests.ts';

let room: MailRoom;
let address: string;
let made = 0;

beforeAll(async () => {
  room = await openMailRoom('digests-test');
});
beforeEach(async () => {
  await room.clear();
  await room.sql(`delete from notifications where status = 'held'`);
  address = `m${++made}@shop.example`;
});
afterAll(() => room.close());

/** Messages held for a recipient, by default due a minute ago. */
async function hold(count: number, { topic = 'price_alert', to = address, dueSeconds = -60 } = {}): Promise<string[]> {
  const rows = await room.sql<{ id: string }>(
    `insert into notifications (id, order_id, cause, channel, template, topic, recipient, status, due_at, data)
     select gen_random_uuid(), $1, $2 || '/' || gen_random_uuid(), 'email', 'operations-notice', $2, $3, 'held',
       now() + make_interval(secs => $4), jsonb_build_object('kind', 'capture_failed', 'number', i)
     from generate_series(1, $5::integer) i returning id`,
    [room.orderId, topic, to, dueSeconds, count],
  );
  return rows.map(({ id }) => id);
}
interface Digest {
  id: string;
  topic: string;
  cause: string;
  status: string;
  data: {
    count: number;
    topic: string;
    since: string;
    items: { template: string; order_number: string; data: object }[];
  };
}
const digests = (to = address) =>
  room.sql<Digest>(
    `select id, topic, cause, status, data from notifications where template = 'digest' and recipient = $1`,
    [to],
  );
const membersOf = async (digest: string) => {
  const text = `select id from notifications where digest_id = $1 and status = 'digested'`;
  return (await room.sql<{ id: string }>(text, [digest])).map(({ id }) => id);
};

describe('a digest', () => {
  it('is one message of all that is due for a recipient of a topic', async () => {
    const ids = await hold(3);
    await hold(2, { topic: 'stock' });
    await hold(1, { to: `other-${address}` });
    await hold(1, { dueSeconds: 3_600 });
    expect(await closeDueDigests(room.db)).toBe(3);
    const all = await digests();
    expect(all.map(({ topic, data }) => [topic, data.count]).sort()).toEqual([
      ['price_alert', 3],
      ['stock', 2],
    ]);
    const digest = all.find(({ topic }) => topic === 'price_alert')!;
    expect((await membersOf(digest.id)).sort()).toEqual([...ids].sort());
    expect(digest.cause).toMatch(/^digest\/price_alert\/\d{4}-\d\d-\d\dT/);
    expect(digest.data.items).toHaveLength(3);
    expect(digest.data.items[0]).toMatchObject({ template: 'operations-notice', order_number: expect.any(String) });
    const [job] = await room.sql(`select queue from outbox where job_id = $1`, [`notification-${digest.id}`]);
    expect(job).toEqual({ queue: 'send-notification' });
  });

  it('is written once, however often and by how many it is closed', async () => {
    await hold(40);
    const others = Array.from({ length: 3 }, () => openDatabase({ url: room.url, applicationName: 'digests-other' }));
    const looks = [room.db, ...others].flatMap((db: Database) => [closeDueDigests(db), closeDueDigests(db)]);
    const written = (await Promise.all(looks)).reduce((sum, each) => sum + each, 0);
    await Promise.all(others.map((db) => db.close()));
    expect(written).toBe(1);
    const all = await digests();
    expect(all.map(({ data }) => data.count)).toEqual([40]);
    expect(await membersOf(all[0]!.id)).toHaveLength(40);
    expect(await closeDueDigests(room.db)).toBe(0);
  });

  it('leaves nothing half done when it dies before the commit', async () => {
    await hold(3);
    const dying: Database = {
      ...room.db,
      rows: (sql, values) =>
        room.db.transaction(async (tx) => {
          const rows = await tx.rows(sql, values);
          if (sql.name === 'close_digest') throw new Error('killed');
          return rows as never;
        }),
    };
    await expect(closeDueDigests(dying)).rejects.toThrow('killed');
    expect(await digests()).toEqual([]);
    expect(await closeDueDigests(room.db)).toBe(1);
    expect((await digests())[0]!.data.count).toBe(3);
  });

  it('names fifty, and says how many there are', async () => {
    await hold(120);
    await closeDueDigests(room.db);
    const [digest] = await digests();
    expect([digest!.data.count, digest!.data.items.length]).toEqual([120, 50]);
    expect(await membersOf(digest!.id)).toHaveLength(120);
  });

  it('is sent like any message, and held for no other', async () => {
    const recipientId = uuidv7();
    await room.sql(`insert into recipients (id, audience, email) values ($1, 'merchandisers', $2)`, [
      recipientId,
      address,
    ]);
    const text = `insert into message_preferences (recipient_id, topic, channel, delivery) values ($1, 'price_alert', 'email', 'daily')`;
    await room.sql(text, [recipientId]);
    await room.sql(`update recipients set time_zone = 'Asia/Tokyo' where id = $1`, [recipientId]);
    const ids = await hold(2);
    await room.sql(`update notifications set created_at = '2026-01-10T23:30:00Z' where id = any($1)`, [ids]);
    await room.sql('update notifications set recipient_id = $2 where id = any($1)', [ids, recipientId]);
    await closeDueDigests(room.db);
    const [digest] = await digests();
    expect(await room.run(digest!.id)).toEqual({ kind: 'done' });
    expect(room.sent).toEqual([expect.objectContaining({ to: address, category: 'digest', orderId: null })]);
    expect(await room.run(digest!.id)).toEqual({ kind: 'done', note: 'already accepted' });
    for (const id of ids) expect(await room.run(id)).toEqual({ kind: 'done', note: 'already digested' });
    expect(room.sent).toHaveLength(1);
  });

  it('comes a second time for what is held after it', async () => {
    await hold(1);
    await closeDueDigests(room.db);
    await hold(1);
    await closeDueDigests(room.db);
    expect((await digests()).map(({ data }) => data.count)).toEqual([1, 1]);
  });

  it('is found by an index of what is held', async () => {
    await hold(1);
    const due = await findDueDigests(room.db, 10);
    expect(due).toEqual([{ channel: 'email', recipient: address, topic: 'price_alert' }]);
  });
});

it('the timer closes what becomes due, beside another one', async () => {
  const timer = () => startDigestTimer({ db: room.db, log: pino({ level: 'silent' }), everyMs: 20 });
  const timers = [timer(), timer()];
  await hold(5, { dueSeconds: 0.2 });
  await waitFor(async () => (await digests()).length > 0, { timeoutMs: 5_000, describe: 'a digest' });
  await Promise.all(timers.map((each) => each.close()));
  expect((await digests()).map(({ data }) => data.count)).toEqual([5]);
});
