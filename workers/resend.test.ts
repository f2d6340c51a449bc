/** A message in doubt: settled by its event, or sent again once, or left to a person; never twice what an event told of. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import type { Attempt } from '../db/claim-notification.ts';
import { uuidv7 } from '../db/ids.ts';
import { keepProviderEvents } from '../db/provider-events.ts';
import type { MessageTemplate } from '../domain/messages/order-view.ts';
import type { SendResult } from '../providers/message-channel.ts';
import { acceptByHand, claimByHand } from '../test/support/claims.ts';
import { type MailRoom, openMailRoom } from '../test/support/mail-room.ts';
import { settleUncertain } from './sweep-messages.ts';

let room: MailRoom;
const log = pino({ level: 'silent' });

beforeAll(async () => {
  room = await openMailRoom('resend-test');
});
beforeEach(() => room.clear());
afterAll(() => room.close());

const WAIT_SECONDS = 600;
const unknown: SendResult = { kind: 'unknown', code: 'ECONNRESET', message: 'socket hang up' };

async function doubtful(template: MessageTemplate = 'order-confirmation'): Promise<string> {
  const id = await room.queue(template);
  room.answer = () => unknown;
  await room.run(id);
  room.answer = () => ({ kind: 'accepted', messageId: 'msg-again' });
  return id;
}
const sweep = (resendUncertain = true) =>
  settleUncertain({ db: room.db, log, uncertainSeconds: WAIT_SECONDS, resendUncertain });
const waitFor = (id: string, seconds = WAIT_SECONDS + 1) =>
  room.sql('update notifications set updated_at = now() - make_interval(secs => $2) where id = $1', [id, seconds]);
const exceptionsOf = async (id: string) => {
  const text = `select code from exceptions where subject = $1 and resolved_at is null`;
  return (await room.sql<{ code: string }>(text, [id])).map(({ code }) => code);
};
const rowOf = async (id: string) => {
  const text = 'select status, attempts, events, resent_at from notifications where id = $1';
  type Row = { status: string; attempts: Attempt[]; events: { type: string }[]; resent_at: Date | null };
  return (await room.sql<Row>(text, [id]))[0]!;
};

describe('a message that nobody told of', () => {
  it('is sent again after the wait, and not before', async () => {
    const id = await doubtful();
    await waitFor(id, WAIT_SECONDS - 5);
    await sweep();
    expect(await room.statusOf(id)).toBe('uncertain');
    await waitFor(id);
    await sweep();
    expect(await room.statusOf(id)).toBe('queued');
    expect(await room.run(id)).toEqual({ kind: 'done' });
    expect(room.sent).toHaveLength(2);
    const { status, attempts, resent_at } = await rowOf(id);
    expect([status, resent_at !== null]).toEqual(['accepted', true]);
    expect(attempts.map(({ number, outcome, resend }) => [number, outcome, resend])).toEqual([
      [1, 'unknown', undefined],
      [2, 'accepted', true],
    ]);
    expect(await exceptionsOf(id)).toEqual([]);
    expect(await room.eventTypes()).toEqual(['notification.uncertain', 'notification.resent']);
  });

  it('is no matter for a person when it is a push', async () => {
    const id = await doubtful();
    await room.sql(
      `update notifications set channel = 'web_push', recipient = 'https://push.example/x' where id = $1`,
      [id],
    );
    await sweep(false);
    expect(await room.statusOf(id)).toBe('uncertain');
    await waitFor(id);
    await sweep(false);
    expect(await room.find(id)).toMatchObject({ status: 'failed', error: { code: 'unconfirmed' } });
    expect(await exceptionsOf(id)).toEqual([]);
  });

  it('has its job when it is to be sent again', async () => {
    const id = await doubtful();
    await room.sql('delete from outbox');
    await waitFor(id);
    await sweep();
    expect(await room.sql(`select job_id from outbox where queue = 'send-notification'`)).toEqual([
      { job_id: `notification-${id}` },
    ]);
  });

  it('is sent again once in its life: in doubt again it is a person’s', async () => {
    const id = await doubtful();
    await waitFor(id);
    await sweep();
    room.answer = () => unknown;
    await room.run(id);
    expect(room.sent).toHaveLength(2);
    for (let i = 0; i < 3; i += 1) {
      await waitFor(id);
      await sweep();
      await room.run(id);
    }
    expect(room.sent).toHaveLength(2);
    expect(await room.statusOf(id)).toBe('uncertain');
    expect(await exceptionsOf(id)).toEqual(['notification_uncertain']);
  });

  it('is sent again once by any number of sweepers at once', async () => {
    const id = await doubtful();
    await waitFor(id);
    await Promise.all(Array.from({ length: 8 }, () => sweep()));
    expect(await room.eventTypes()).toEqual(['notification.uncertain', 'notification.resent']);
    await Promise.all(Array.from({ length: 8 }, () => room.run(id)));
    expect(room.sent).toHaveLength(2);
  });

  it.each(['operations-notice', 'price-alert', 'digest', 'delivered'] as const)(
    'is left to a person where a double is worse: %s',
    async (template) => {
      const id = await doubtful(template);
      await waitFor(id);
      await sweep();
      expect(await room.statusOf(id)).toBe('uncertain');
      expect(await exceptionsOf(id)).toEqual(['notification_uncertain']);
      expect(room.sent).toHaveLength(1);
    },
  );

  it('is left to a person where the shop wants nothing sent again', async () => {
    const id = await doubtful();
    await waitFor(id);
    await sweep(false);
    expect(await exceptionsOf(id)).toEqual(['notification_uncertain']);
    expect(await room.statusOf(id)).toBe('uncertain');
  });

  it('goes through the provider that tried it first, or through none', async () => {
    room.providers = ['first', 'second'];
    const id = await doubtful();
    room.providers = ['second', 'first'];
    await waitFor(id);
    await sweep();
    await room.run(id);
    expect(room.by).toEqual(['first', 'first']);
    await room.clear();
    room.providers = ['first'];
    const gone = await doubtful();
    room.providers = ['second'];
    await waitFor(gone);
    await sweep();
    await room.run(gone);
    expect(room.by).toEqual(['first']);
    expect(await room.statusOf(gone)).toBe('uncertain');
  });

  it.each([
    ['refuses', { kind: 'refused', fault: 'provider', code: 'http_401', message: 'The key is wrong.' }],
    ['answers 503 to', { kind: 'unavailable', code: 'http_503', message: 'busy', answered: true }],
  ] as const)('is in doubt for good when the provider %s the second sending', async (_, result) => {
    room.providers = ['first', 'second'];
    const id = await doubtful();
    await waitFor(id);
    await sweep();
    room.answer = () => result;
    await room.run(id);
    await room.run(id);
    expect(room.by).toEqual(['first', 'first']);
    expect(await room.statusOf(id)).toBe('uncertain');
  });

  it('is tried until it has left when the second sending cannot even be handed over', async () => {
    const id = await doubtful();
    await waitFor(id);
    await sweep();
    room.answer = () => ({ kind: 'unavailable', code: 'ECONNREFUSED', message: 'refused', answered: false });
    await expect(room.run(id)).rejects.toThrow('unavailable');
    room.answer = () => ({ kind: 'accepted', messageId: 'msg-again' });
    expect(await room.run(id)).toEqual({ kind: 'done' });
    expect((await rowOf(id)).status).toBe('accepted');
  });
});

describe('a message that an event told of', () => {
  it('is not sent again, though its event is kept and not applied yet', async () => {
    const id = await doubtful();
    const event = { id: uuidv7(), type: 'processed', notificationId: id, messageId: 'msg-1', code: null, reason: null };
    await keepProviderEvents(room.db, 'sendgrid', uuidv7(), [event]);
    await waitFor(id);
    await sweep();
    expect(await room.statusOf(id)).toBe('uncertain');
    expect(room.sent).toHaveLength(1);
  });

  it('is not sent again when it comes between the decision and the second sending', async () => {
    const id = await doubtful();
    await waitFor(id);
    await sweep();
    const event = { id: uuidv7(), type: 'processed', notificationId: id, messageId: 'msg-1', code: null, reason: null };
    await keepProviderEvents(room.db, 'sendgrid', uuidv7(), [event]);
    expect(await room.run(id)).toEqual({ kind: 'later', delayMs: 1_000 });
    await room.hear('delivered', id);
    expect(await room.run(id)).toEqual({ kind: 'done', note: 'already delivered' });
    expect(room.sent).toHaveLength(1);
  });

  it.each(['processed', 'deferred', 'delivered', 'dropped', 'bounce', 'open', 'something_new'])(
    'is never sent again after %s',
    async (type) => {
      const id = await doubtful();
      await room.hear(type, id);
      await waitFor(id);
      await sweep();
      await room.run(id);
      expect(room.sent).toHaveLength(1);
      expect(await exceptionsOf(id)).toEqual([]);
    },
  );

  it('keeps a late event of the first try after the second sending, which changes nothing', async () => {
    const id = await doubtful();
    await waitFor(id);
    await sweep();
    await room.run(id);
    await room.hear('processed', id, 'msg-of-the-first-try');
    await room.hear('delivered', id, 'msg-again');
    await room.hear('delivered', id, 'msg-of-the-first-try');
    const { status, events } = await rowOf(id);
    expect(status).toBe('delivered');
    expect(events.map(({ type }) => type)).toEqual(['processed', 'delivered', 'delivered']);
    await waitFor(id);
    await sweep();
    await room.run(id);
    expect(room.sent).toHaveLength(2);
  });

  it('is settled by a sender that wakes up after the decision, so that nothing is sent again', async () => {
    const id = await room.queue();
    await claimByHand(room.db, id, 'a sender that sleeps');
    await room.run(id);
    await waitFor(id);
    await sweep();
    expect(await room.statusOf(id)).toBe('queued');
    await acceptByHand(room.db, id, 'msg-1');
    expect(await room.run(id)).toEqual({ kind: 'done', note: 'already accepted' });
    expect(room.sent).toHaveLength(0);
  });
});
