import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createSmtp } from '../../providers/email-smtp.ts';
import type { EmailChannel } from '../../providers/message-channel.ts';
import type { FaultRequest } from '../faults.ts';
import { createFaults, type Faults } from '../faults.ts';
import { createMailbox, type Mailbox } from '../sendgrid/mailbox.ts';
import { openStore, type Store } from '../store.ts';
import { createSmtpSandbox, type SmtpSandbox } from './app.ts';

let store: Store;
let faults: Faults;
let mailbox: Mailbox;
let sandbox: SmtpSandbox;
let url: string;
let channel: EmailChannel;

beforeEach(async () => {
  store = openStore(':memory:');
  faults = createFaults();
  mailbox = createMailbox(store, 100);
  sandbox = createSmtpSandbox({ store, faults, mailbox });
  const port = await sandbox.listen(0, '127.0.0.1');
  url = `smtp://anybody:anything@127.0.0.1:${port}`;
  channel = createSmtp({ url, timeoutMs: 5_000 });
});
afterEach(async () => {
  channel.close();
  await sandbox.close();
  store.close();
});

const send = (to = 'Ada@Example.com') =>
  channel.send({
    ...{ notificationId: 'n-1', orderId: null, to, from: { email: 'shop@shop.example', name: 'Käsehaus' } },
    ...{ subject: 'Grüße', text: 'Größe 5 €', html: '<p>Größe 5 €</p>', category: 'shipped' },
    unsubscribeUrl: 'https://shop.example/unsubscribe?token=abc',
  });
const mails = () => mailbox.list({ limit: 10 });
const add = (request: Omit<FaultRequest, 'provider' | 'times'>) =>
  faults.add({ provider: 'smtp', times: 1, ...request });

describe('the mail server', () => {
  it('delivers into the mailbox what a mail program would show', async () => {
    expect(await send()).toEqual({ kind: 'accepted', messageId: 'n-1@shop.example' });
    const [mail] = mails();
    expect(mail).toMatchObject({
      ...{ recipient: 'ada@example.com', from_email: 'shop@shop.example', from_name: 'Käsehaus', subject: 'Grüße' },
      ...{ html: expect.stringContaining('<p>Größe 5 €</p>'), status: 'delivered', message_id: 'n-1@shop.example' },
    });
    expect(mail!.text?.trim()).toBe('Größe 5 €');
    expect(JSON.parse(mail!.headers)).toMatchObject({
      'List-Unsubscribe': '<https://shop.example/unsubscribe?token=abc>',
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    });
    expect(JSON.parse(mail!.custom_args)).toEqual({ notification_id: 'n-1', received_by: 'SMTP' });
  });

  it('does to some addresses what they say', async () => {
    expect(await send('bounce@example.com')).toMatchObject({ kind: 'refused', fault: 'message', suppress: 'bounce' });
    expect(await send('blocked+7@example.com')).toMatchObject({ kind: 'refused', fault: 'provider' });
    expect(await send('dropped@example.com')).toMatchObject({ kind: 'refused', code: 'smtp_554', fault: 'message' });
    expect(await send('deferred@example.com')).toEqual({ kind: 'throttled', retryAfterMs: 60_000 });
    expect(mails()).toEqual([]);
    expect(await send('deferred@example.com')).toMatchObject({ kind: 'accepted' });
  });

  it.each<[Omit<FaultRequest, 'provider' | 'times'>, object, number]>([
    [{ kind: 'server_error' }, { kind: 'unavailable', code: 'smtp_451', answered: false }, 0],
    [{ kind: 'server_error', status: 554 }, { kind: 'refused', code: 'smtp_554' }, 0],
    [{ kind: 'rate_limit' }, { kind: 'throttled' }, 0],
    [{ kind: 'answer_lost' }, { kind: 'unknown' }, 1],
    [{ kind: 'answer_lost', phase: 'before' }, { kind: 'unknown' }, 0],
  ])('makes trouble on request: %j', async (request, result, kept) => {
    add(request);
    expect(await send()).toMatchObject(result);
    expect(mails()).toHaveLength(kept);
    expect(await send()).toMatchObject({ kind: 'accepted' });
  });

  it('is silent for a while on request', async () => {
    channel.close();
    // Six times as long is waited for the answer.
    channel = createSmtp({ url, timeoutMs: 500 });
    add({ kind: 'slow', delay_ms: 60_000 });
    expect(await send()).toMatchObject({ kind: 'unknown' });
    expect(mails()).toHaveLength(1);
  });

  it('strikes the recipient that it is asked to', async () => {
    add({ kind: 'rate_limit', match: { path: 'eve@*' } });
    expect(await send()).toMatchObject({ kind: 'accepted' });
    expect(await send('eve@example.com')).toMatchObject({ kind: 'throttled' });
  });

  it('takes many at once over a few connections', async () => {
    const results = await Promise.all(Array.from({ length: 200 }, (_, index) => send(`buyer${index}@example.com`)));
    expect(results.every(({ kind }) => kind === 'accepted')).toBe(true);
    expect(mailbox.count(undefined)).toBe(200);
  });
});
