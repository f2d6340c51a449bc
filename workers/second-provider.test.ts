/** Who sends a message when the first provider does not: only what has definitely not left goes to another. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Attempt } from '../db/claim-notification.ts';
import type { SendResult } from '../providers/message-channel.ts';
import { claimByHand } from '../test/support/claims.ts';
import { type MailRoom, openMailRoom } from '../test/support/mail-room.ts';
import { ChannelUnavailableError } from './record-try.ts';

let room: MailRoom;

beforeAll(async () => {
  room = await openMailRoom('second-provider-test');
});
beforeEach(async () => {
  await room.clear();
  room.providers = ['first', 'second'];
});
afterAll(() => room.close());

const attemptsOf = async (id: string) =>
  (await room.sql<{ attempts: Attempt[] }>('select attempts from notifications where id = $1', [id]))[0]!.attempts;

/** The first provider fails in this way, the second one accepts. */
function firstFails(result: SendResult): void {
  room.answer = (_, provider) => (provider === 'first' ? result : { kind: 'accepted', messageId: 'msg-second' });
}

const refused = { kind: 'refused', code: 'http_401', message: 'The key is wrong.' } as const;
const unreachable = { kind: 'unavailable', code: 'ECONNREFUSED', message: 'refused', answered: false } as const;

describe('the second provider', () => {
  it('sends what the first one refuses for its own reasons, and both tries are told', async () => {
    const id = await room.queue();
    firstFails({ ...refused, fault: 'provider' });
    expect(await room.run(id)).toMatchObject({ kind: 'later' });
    expect(await room.run(id)).toEqual({ kind: 'done' });
    expect(room.by).toEqual(['first', 'second']);
    expect(await attemptsOf(id)).toEqual([
      {
        number: 1,
        provider: 'first',
        started_at: expect.any(String),
        ended_at: expect.any(String),
        outcome: 'refused',
        code: 'http_401',
        message: 'The key is wrong.',
      },
      {
        number: 2,
        provider: 'second',
        started_at: expect.any(String),
        ended_at: expect.any(String),
        outcome: 'accepted',
      },
    ]);
    const [row] = await room.sql('select provider, status from notifications where id = $1', [id]);
    expect(row).toEqual({ provider: 'second', status: 'accepted' });
  });

  it('is not asked for what is the fault of the message', async () => {
    const id = await room.queue();
    firstFails({ ...refused, fault: 'message' });
    expect(await room.run(id)).toMatchObject({ kind: 'give_up', code: 'http_401' });
    expect(room.by).toEqual(['first']);
  });

  it('is asked when the first could not be reached three times', async () => {
    const id = await room.queue();
    firstFails(unreachable);
    for (let i = 0; i < 2; i += 1) await expect(room.run(id)).rejects.toThrow(ChannelUnavailableError);
    expect(await room.run(id)).toMatchObject({ kind: 'later' });
    expect(await room.run(id)).toEqual({ kind: 'done' });
    expect(room.by).toEqual(['first', 'first', 'first', 'second']);
  });

  it('is asked after three answers of 429', async () => {
    const id = await room.queue();
    firstFails({ kind: 'throttled', retryAfterMs: 4_200 });
    expect(await room.run(id)).toEqual({ kind: 'later', delayMs: 4_200 });
    await room.run(id);
    await room.run(id);
    expect(await room.run(id)).toEqual({ kind: 'done' });
    expect(room.by.at(-1)).toBe('second');
  });

  it('waits after three answers of 5xx, so that an event can tell that the last one was untrue', async () => {
    const id = await room.queue();
    firstFails({ kind: 'unavailable', code: 'http_503', message: 'busy', answered: true });
    for (let i = 0; i < 3; i += 1) expect(await room.run(id)).toEqual({ kind: 'later', delayMs: 7_000 });
    await room.hear('processed', id, 'msg-first');
    expect(await room.run(id)).toEqual({ kind: 'done', note: 'already accepted' });
    expect(room.by).toEqual(['first', 'first', 'first']);
  });

  it('never gets what may have left: neither a doubt nor a lost sender', async () => {
    const id = await room.queue();
    firstFails({ kind: 'unknown', code: 'ECONNRESET', message: 'socket hang up' });
    await room.run(id);
    await room.run(id);
    expect(room.by).toEqual(['first']);
    expect(await room.statusOf(id)).toBe('uncertain');
    const lost = await room.queue('shipped', 'shipment.shipped/1');
    await claimByHand(room.db, lost, 'a sender that dies', {
      providers: { email: room.providers, sms: [], web_push: [], chat: [] },
    });
    await room.run(lost);
    await room.run(lost);
    expect(room.by).toEqual(['first']);
  });

  it('does not hand it on when it refuses too: then it has failed', async () => {
    const id = await room.queue();
    room.answer = () => ({ ...refused, fault: 'provider' });
    expect(await room.run(id)).toMatchObject({ kind: 'later' });
    expect(await room.run(id)).toMatchObject({ kind: 'give_up', code: 'http_401' });
    expect(await room.statusOf(id)).toBe('failed');
    expect(room.by).toEqual(['first', 'second']);
  });

  it('is left for the first again when it is not configured any more', async () => {
    const id = await room.queue();
    firstFails({ ...refused, fault: 'provider' });
    await room.run(id);
    room.providers = ['first'];
    room.answer = () => ({ kind: 'accepted', messageId: 'msg-1' });
    expect(await room.run(id)).toEqual({ kind: 'done' });
    expect(room.by).toEqual(['first', 'first']);
  });

  it('keeps count of the tries without end', async () => {
    const id = await room.queue();
    room.providers = ['first'];
    room.answer = () => unreachable;
    for (let i = 0; i < 45; i += 1) await expect(room.run(id)).rejects.toThrow(ChannelUnavailableError);
    const attempts = await attemptsOf(id);
    expect(attempts).toHaveLength(40);
    expect([attempts[0]!.number, attempts.at(-1)!.number]).toEqual([1, 45]);
  });
});

describe('a channel', () => {
  it('that has no provider fails its messages, and somebody is told', async () => {
    const id = await room.queue();
    room.providers = [];
    expect(await room.run(id)).toMatchObject({ kind: 'give_up', code: 'channel_not_configured' });
    expect(await room.statusOf(id)).toBe('failed');
  });

  it('of phones gets a few lines, and its address', async () => {
    const id = await room.queue('shipped', 'shipment.shipped/2');
    await room.sql(`update notifications set channel = 'sms', recipient = '+4915112345678' where id = $1`, [id]);
    expect(await room.run(id)).toEqual({ kind: 'done' });
    expect(room.short).toEqual([
      expect.objectContaining({ to: '+4915112345678', notificationId: id, urgency: 'normal' }),
    ]);
    const [kept] = await room.sql<{ text: string }>(
      'select text from notification_contents where notification_id = $1',
      [id],
    );
    expect(kept!.text).toContain(room.short[0]!.body);
  });

  it.each(['throttled', 'unavailable'] as const)(
    'of browsers gives up what was %s for a day, without a fuss',
    async (kind) => {
      const id = await room.queue('shipped', `shipment.shipped/${kind}`);
      await room.sql(`update notifications set channel = 'chat', recipient = 'https://chat.example/x' where id = $1`, [
        id,
      ]);
      const unavailable = { kind: 'unavailable', code: 'ECONNREFUSED', message: 'refused', answered: false } as const;
      room.answerShort = () => (kind === 'throttled' ? { kind, retryAfterMs: 1_000 } : unavailable);
      await room.run(id).catch(() => {});
      expect(await room.statusOf(id)).toBe('queued');
      await room.sql(`update notifications set created_at = now() - interval '25 hours' where id = $1`, [id]);
      expect(await room.run(id)).toEqual({ kind: 'done', note: 'too late' });
      expect((await room.find(id))!).toMatchObject({ status: 'failed', error: { code: 'too_late' } });
    },
  );

  it('whose number answered STOP is not written to again, and nobody needs to know', async () => {
    const id = await room.queue('shipped', 'shipment.shipped/3');
    await room.sql(`update notifications set channel = 'sms', recipient = '+4915100000000' where id = $1`, [id]);
    room.answerShort = () => ({
      kind: 'refused',
      fault: 'message',
      suppress: 'unsubscribe',
      code: '21610',
      message: 'STOP',
    });
    expect(await room.run(id)).toMatchObject({ kind: 'done' });
    expect(await room.statusOf(id)).toBe('failed');
    const rows = await room.sql(`select reason, notification_id from suppressions where address = '+4915100000000'`);
    expect(rows).toEqual([{ reason: 'unsubscribe', notification_id: id }]);
  });
});
