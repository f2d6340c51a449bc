import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Database } from '../db/database.ts';
import { uuidv7 } from '../db/ids.ts';
import { listNotifications } from '../db/notifications.ts';
import { acceptByHand } from '../test/support/claims.ts';
import { type MailRoom, openMailRoom } from '../test/support/mail-room.ts';
import { ChannelUnavailableError } from './record-try.ts';

let room: MailRoom;

beforeAll(async () => {
  room = await openMailRoom('send-failures-test');
});
beforeEach(() => room.clear());
afterAll(() => room.close());

describe('when the provider does not accept it', () => {
  it('gives up on a refusal, on every run', async () => {
    const id = await room.queue();
    room.answer = () => ({ kind: 'refused', code: 'http_400', message: 'subject: is required', fault: 'message' });
    expect(await room.run(id)).toEqual({ kind: 'give_up', code: 'http_400', message: 'subject: is required' });
    expect(await room.run(id)).toMatchObject({ kind: 'give_up', code: 'message_refused' });
    expect(room.sent).toHaveLength(1);
    expect((await listNotifications(room.db, room.orderId))[0]).toMatchObject({
      status: 'failed',
      error: { code: 'http_400' },
    });
    expect(await room.eventTypes()).toEqual(['notification.failed']);
  });

  it('holds what nobody can tell as uncertain', async () => {
    const id = await room.queue();
    room.answer = () => ({ kind: 'unknown', code: 'ECONNRESET', message: 'socket hang up' });
    expect(await room.run(id)).toEqual({ kind: 'done', note: 'uncertain: ECONNRESET' });
    await room.run(id);
    expect(room.sent).toHaveLength(1);
    expect(await room.statusOf(id)).toBe('uncertain');
  });

  it('waits as long as it is told to', async () => {
    const id = await room.queue();
    room.answer = () => ({ kind: 'throttled', retryAfterMs: 4_200 });
    expect(await room.run(id)).toEqual({ kind: 'later', delayMs: 4_200 });
    room.answer = () => ({ kind: 'accepted', messageId: 'msg-2' });
    expect(await room.run(id)).toEqual({ kind: 'done' });
    expect(room.sent).toHaveLength(2);
  });

  it('tries again what never reached the provider', async () => {
    const id = await room.queue();
    room.answer = () => ({ kind: 'unavailable', code: 'ECONNREFUSED', message: 'refused', answered: false });
    await expect(room.run(id)).rejects.toThrow(ChannelUnavailableError);
    expect(await room.statusOf(id)).toBe('queued');
    room.answer = () => ({ kind: 'accepted', messageId: 'msg-3' });
    await room.run(id);
    expect(await room.statusOf(id)).toBe('accepted');
  });

  it('waits after a 5xx, and does not send again when an event says that it left', async () => {
    const id = await room.queue();
    room.answer = () => ({ kind: 'unavailable', code: 'http_500', message: 'internal', answered: true });
    expect(await room.run(id)).toEqual({ kind: 'later', delayMs: 7_000 });
    expect(await room.statusOf(id)).toBe('queued');
    await room.hear('processed', id, 'msg-4');
    expect(await room.run(id)).toEqual({ kind: 'done', note: 'already accepted' });
    expect(room.sent).toHaveLength(1);
  });

  it('gives up after twenty answers of 5xx', async () => {
    const id = await room.queue();
    room.answer = () => ({ kind: 'unavailable', code: 'http_503', message: 'busy', answered: true });
    for (let i = 0; i < 19; i += 1) expect(await room.run(id)).toMatchObject({ kind: 'later' });
    expect(await room.run(id)).toEqual({ kind: 'give_up', code: 'http_503', message: 'busy' });
    expect(await room.statusOf(id)).toBe('failed');
  });

  it('gives up on a message that is not there', async () => {
    expect(await room.run(uuidv7())).toMatchObject({ kind: 'give_up', code: 'notification_missing' });
  });
});

describe('a sender that was stopped between its claim and its sending', () => {
  /** Whatever happens while the sender sleeps, right behind its claim. */
  function sleepingThrough(what: () => Promise<unknown>): Database {
    let slept = false;
    const each: Database['each'] = async (set, item) => {
      const result = await room.db.each(set, item);
      if (set.name === 'claim_notifications' && !slept) {
        slept = true;
        await what();
      }
      return result;
    };
    return { ...room.db, each };
  }
  const attempts = async (id: string) => {
    const [row] = await room.sql<{ attempts: { code?: string }[] }>(
      'select attempts from notifications where id = $1',
      [id],
    );
    return row!.attempts;
  };

  it('does not send what was given up for lost meanwhile: it is queued again, since it has certainly not left', async () => {
    const id = await room.queue();
    room.settings = { fenceMs: 0 };
    expect(
      await room.run(
        id,
        sleepingThrough(() => room.run(id)),
      ),
    ).toEqual({ kind: 'later', delayMs: 100 });
    expect(room.sent).toHaveLength(0);
    expect((await attempts(id)).map(({ code }) => code)).toEqual(['sender_stopped']);
    expect(await room.run(id)).toEqual({ kind: 'done' });
    expect(room.sent).toHaveLength(1);
  });

  it('does not send what another run has sent meanwhile', async () => {
    const id = await room.queue();
    room.settings = { fenceMs: 0 };
    const again = async () => {
      await room.run(id);
      await room.sql(`update notifications set status = 'queued', resent_at = now() where id = $1`, [id]);
      await room.run(id);
    };
    expect(await room.run(id, sleepingThrough(again))).toEqual({ kind: 'done', note: 'settled by an event meanwhile' });
    expect(room.sent).toHaveLength(1);
    expect(await room.statusOf(id)).toBe('accepted');
  });

  it('goes on when the claim is still its own', async () => {
    const id = await room.queue();
    room.settings = { fenceMs: 0 };
    expect(await room.run(id)).toEqual({ kind: 'done' });
    expect(await attempts(id)).toHaveLength(1);
  });
});

describe('when the database goes away for a moment', () => {
  /** Runs the named statement but loses the answer the first time. */
  function losingAnswersOf(name: string): Database {
    const lost = new Set<string>();
    const each: Database['each'] = async (set, item) => {
      const result = await room.db.each(set, item);
      if (set.name === name && !lost.has(name)) {
        lost.add(name);
        throw new Error('Connection terminated unexpectedly');
      }
      return result;
    };
    return { ...room.db, each };
  }

  it.each(['claim_notifications', 'accept_notifications'])('insists on %s, whose answer was lost', async (name) => {
    const id = await room.queue();
    expect(await room.run(id, losingAnswersOf(name))).toEqual({ kind: 'done' });
    expect(room.sent).toHaveLength(1);
    expect(await room.statusOf(id)).toBe('accepted');
  });

  it('leaves the message to its event when the record cannot be written', async () => {
    const id = await room.queue();
    const each: Database['each'] = (set, item) =>
      set.name === 'accept_notifications'
        ? Promise.reject(Object.assign(new Error('disk'), { code: '58030' }))
        : room.db.each(set, item);
    await expect(room.run(id, { ...room.db, each })).rejects.toThrow('disk');
    await room.run(id);
    expect(room.sent).toHaveLength(1);
    expect(await room.statusOf(id)).toBe('uncertain');
    await acceptByHand(room.db, id, 'msg-1', 'late');
    expect(await room.statusOf(id)).toBe('accepted');
  });
});
