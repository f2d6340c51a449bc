/** What people want of messages they may do without, looked at before each sending; and what no preference touches. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { uuidv7 } from '../db/ids.ts';
import { findUnsentNotifications } from '../db/sweep.ts';
import { type MailRoom, openMailRoom } from '../test/support/mail-room.ts';

let room: MailRoom;
let recipientId: string;
let address: string;
let made = 0;

beforeAll(async () => {
  room = await openMailRoom('judge-test');
});
beforeEach(async () => {
  await room.clear();
  recipientId = uuidv7();
  address = `m${++made}@shop.example`;
  const text = `insert into recipients (id, audience, email, time_zone) values ($1, 'merchandisers', $2, 'Europe/Berlin')`;
  await room.sql(text, [recipientId, address]);
});
afterAll(() => room.close());

/** A message about a price, to the recipient. */
async function alert(change: { urgency?: string; topic?: string } = {}): Promise<string> {
  const id = await room.queue('operations-notice', `price_alert/${uuidv7()}`);
  const { urgency = 'normal', topic = 'price_alert' } = change;
  await room.sql('update notifications set topic = $2, urgency = $3, recipient = $4, recipient_id = $5 where id = $1', [
    ...[id, topic, urgency, address],
    recipientId,
  ]);
  return id;
}
const wants = (delivery: string, hour = 8) =>
  room.sql(
    `insert into message_preferences (recipient_id, topic, channel, delivery, hour) values ($1, 'price_alert', 'email', $2, $3)
     on conflict (recipient_id, topic, channel) do update set delivery = excluded.delivery`,
    [recipientId, delivery, hour],
  );
const suppress = (reason: string, topic = '') =>
  room.sql(
    `insert into suppressions (id, channel, address, topic, reason) values (gen_random_uuid(), 'email', $1, $2, $3)`,
    [address, topic, reason],
  );
const at = (now: string) => {
  room.settings = { ...room.settings, now: () => new Date(now) };
};
const rowOf = async (id: string) => {
  type Row = { status: string; error: { code: string } | null; due_at: Date | null };
  return (await room.sql<Row>('select status, error, due_at from notifications where id = $1', [id]))[0]!;
};

describe('a message that its recipient may do without', () => {
  it('is sent to whoever has said nothing, with a way to end it', async () => {
    room.settings = { unsubscribeUrl: ({ topic }) => `https://shop.example/unsubscribe?of=${topic}` };
    expect(await room.run(await alert())).toEqual({ kind: 'done' });
    expect(room.sent[0]).toMatchObject({
      to: address,
      unsubscribeUrl: 'https://shop.example/unsubscribe?of=price_alert',
    });
  });

  it('is not sent when it was switched off in the last moment, on no run', async () => {
    const id = await alert();
    await wants('off');
    expect(await room.run(id)).toEqual({ kind: 'done', note: 'suppressed: switched off' });
    expect(await room.run(id)).toEqual({ kind: 'done', note: 'already suppressed' });
    expect(room.sent).toEqual([]);
    expect(await rowOf(id)).toMatchObject({ status: 'suppressed', error: { code: 'switched_off' } });
  });

  it('is held until the hour that its recipient has named, on their clock', async () => {
    const id = await alert();
    await wants('daily', 9);
    at('2026-01-10T12:00:00Z');
    expect(await room.run(id)).toEqual({ kind: 'done', note: 'held until 2026-01-11T08:00:00.000Z' });
    expect(await room.run(id)).toEqual({ kind: 'done', note: 'already held' });
    expect(await rowOf(id)).toMatchObject({ status: 'held', due_at: new Date('2026-01-11T08:00:00Z') });
    expect(room.sent).toEqual([]);
  });

  it('waits in quiet hours, and is sent when they are over', async () => {
    await room.sql(`update recipients set quiet_from = '22:00', quiet_to = '07:00' where id = $1`, [recipientId]);
    const id = await alert();
    at('2026-01-11T05:50:00Z');
    expect(await room.run(id)).toEqual({ kind: 'later', delayMs: 600_000 });
    expect(await rowOf(id)).toMatchObject({ status: 'queued', due_at: new Date('2026-01-11T06:00:00Z') });
    at('2026-01-11T06:00:00Z');
    expect(await room.run(id)).toEqual({ kind: 'done' });
    expect(room.sent).toHaveLength(1);
  });

  it('is looked at again within quiet hours, so that who changes them is heard', async () => {
    await room.sql(`update recipients set quiet_from = '22:00', quiet_to = '07:00' where id = $1`, [recipientId]);
    at('2026-01-10T22:00:00Z');
    expect(await room.run(await alert())).toEqual({ kind: 'later', delayMs: 900_000 });
  });

  it('is sent at once when it is urgent', async () => {
    await room.sql(`update recipients set quiet_from = '22:00', quiet_to = '07:00' where id = $1`, [recipientId]);
    await wants('daily');
    room.settings = { capPerHour: 1 };
    at('2026-01-10T23:00:00Z');
    for (let i = 0; i < 3; i += 1) expect(await room.run(await alert({ urgency: 'now' }))).toEqual({ kind: 'done' });
  });

  it('is held beyond so many in an hour, however many are sent at once', async () => {
    room.settings = { capPerHour: 3 };
    const ids = await Promise.all(Array.from({ length: 8 }, () => alert()));
    await Promise.all(ids.map((id) => room.run(id)));
    const rows = await Promise.all(ids.map(rowOf));
    expect(rows.filter(({ status }) => status === 'accepted')).toHaveLength(3);
    const held = rows.filter(({ status }) => status === 'held');
    expect(held).toHaveLength(5);
    for (const { due_at } of held) expect(due_at!.getMinutes()).toBe(0);
    expect(room.sent).toHaveLength(3);
  });

  it('counts once against the hour, though it is tried again', async () => {
    room.settings = { capPerHour: 1 };
    const id = await alert();
    room.answer = () => ({ kind: 'throttled', retryAfterMs: 1_000 });
    await room.run(id);
    room.answer = () => ({ kind: 'accepted', messageId: 'msg-1' });
    expect(await room.run(id)).toEqual({ kind: 'done' });
  });

  it.each(['complaint', 'unsubscribe', 'bounce', 'gone', 'manual'])('is not sent after a %s', async (reason) => {
    const id = await alert();
    await suppress(reason);
    expect(await room.run(id)).toEqual({ kind: 'done', note: `suppressed: ${reason}` });
    expect(await rowOf(id)).toMatchObject({ status: 'suppressed', error: { code: 'suppressed' } });
  });

  it('is sent when another topic was ended', async () => {
    await suppress('unsubscribe', 'stock');
    expect(await room.run(await alert())).toEqual({ kind: 'done' });
    await suppress('unsubscribe', 'price_alert');
    expect(await room.run(await alert())).toMatchObject({ note: 'suppressed: unsubscribe' });
  });

  it('is suppressed whatever the case of its address', async () => {
    await suppress('bounce');
    const id = await alert();
    await room.sql('update notifications set recipient = upper(recipient) where id = $1', [id]);
    expect(await room.run(id)).toMatchObject({ note: 'suppressed: bounce' });
  });
});

describe('a message that belongs to an order', () => {
  const receipt = () => alert({ topic: 'order' });

  it.each(['complaint', 'unsubscribe'])('is sent after a %s, by which only the rest is meant', async (reason) => {
    await suppress(reason);
    expect(await room.run(await receipt())).toEqual({ kind: 'done' });
    expect(room.sent).toHaveLength(1);
    expect(room.sent[0]!.unsubscribeUrl).toBeUndefined();
  });

  it.each(['bounce', 'gone', 'manual'])('is not sent after a %s', async (reason) => {
    await suppress(reason);
    expect(await room.run(await receipt())).toEqual({ kind: 'done', note: `suppressed: ${reason}` });
  });

  it('takes no notice of preferences, quiet hours and caps', async () => {
    await room.sql(`update recipients set quiet_from = '00:00', quiet_to = '23:59' where id = $1`, [recipientId]);
    await room.sql(
      `insert into message_preferences (recipient_id, topic, channel, delivery) values ($1, 'order', 'email', 'off')`,
      [recipientId],
    );
    room.settings = { capPerHour: 1 };
    for (let i = 0; i < 3; i += 1) expect(await room.run(await receipt())).toEqual({ kind: 'done' });
    expect(room.sent).toHaveLength(3);
  });

  it('is claimed in one round trip, and an optional one in two', async () => {
    const names: string[] = [];
    const watched = {
      ...room.db,
      each: ((set, item) => {
        names.push(set.name);
        return room.db.each(set, item);
      }) as typeof room.db.each,
    };
    await room.run(await receipt(), watched);
    expect(names).toEqual(['claim_notifications', 'accept_notifications']);
    names.length = 0;
    await room.run(await alert(), watched);
    expect(names).toEqual(['claim_notifications', 'take_turns', 'claim_notifications', 'accept_notifications']);
  });
});

describe('a push', () => {
  const endpoint = () => `https://push.example/${address}`;
  async function push(): Promise<string> {
    const id = await room.queue('shipped', `shipment.shipped/${uuidv7()}`);
    const text = `update notifications set channel = 'web_push', recipient = $2, recipient_id = $3 where id = $1`;
    await room.sql(text, [id, endpoint(), recipientId]);
    return id;
  }
  const subscribe = () =>
    room.sql(
      `insert into push_subscriptions (id, recipient_id, endpoint, p256dh, auth) values ($1, $2, $3, 'key', 'auth')`,
      [uuidv7(), recipientId, endpoint()],
    );

  it('is encrypted for the browser by the keys that it has now', async () => {
    await subscribe();
    expect(await room.run(await push())).toEqual({ kind: 'done' });
    expect(JSON.parse(room.short[0]!.to)).toEqual({ endpoint: endpoint(), keys: { p256dh: 'key', auth: 'auth' } });
  });

  it('is not sent to a browser that has ended its subscription', async () => {
    const id = await push();
    expect(await room.run(id)).toEqual({ kind: 'done', note: 'refused: gone' });
    expect(room.short).toEqual([]);
    expect(await room.statusOf(id)).toBe('failed');
  });

  it('that finds the browser gone ends the subscription and the writing to it', async () => {
    await subscribe();
    const gone = { kind: 'refused', fault: 'message', suppress: 'gone', code: 'http_410', message: 'Gone.' } as const;
    room.answerShort = () => gone;
    expect(await room.run(await push())).toEqual({ kind: 'done', note: 'refused: http_410' });
    expect(await room.sql('select 1 from push_subscriptions where endpoint = $1', [endpoint()])).toEqual([]);
    expect(await room.sql('select reason from suppressions where address = $1', [endpoint()])).toEqual([
      { reason: 'gone' },
    ]);
    expect(await room.run(await push())).toEqual({ kind: 'done', note: 'suppressed: gone' });
  });
});

it('the sweeper does not miss what waits for the morning', async () => {
  await room.sql(`update recipients set quiet_from = '00:00', quiet_to = '23:59' where id = $1`, [recipientId]);
  const tomorrow = new Date(Math.floor(Date.now() / 86_400_000 + 1) * 86_400_000 + 12 * 3_600_000);
  at(tomorrow.toISOString());
  const id = await alert();
  const missed = async () => (await findUnsentNotifications(room.db, -1, 1_000)).map((row) => row.id).includes(id);
  expect(await missed()).toBe(true);
  await room.run(id);
  expect(await missed()).toBe(false);
});
