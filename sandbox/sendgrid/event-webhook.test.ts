import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { waitFor } from '../../test/support/wait-for.ts';
import { openStore } from '../store.ts';
import { generateEventKeys } from './event-keys.ts';
import { makeMail, startReceiver, startSandbox } from './test-sandbox.ts';

const keys = generateEventKeys();
let receiver: Awaited<ReturnType<typeof startReceiver>>;
let sandbox: Awaited<ReturnType<typeof startSandbox>>;
let skewMs: number;

const nowMs = () => Date.now() + skewMs;
const start = (options = {}) =>
  startSandbox({ eventWebhook: { url: receiver.url, privateKey: keys.privateKey }, nowMs, ...options });
const to = (email: string) =>
  makeMail({ personalizations: [{ to: [{ email }], custom_args: { notification_id: 'n-1' } }] });
const eventsOf = (email: string) =>
  receiver.received.filter((each) => each.email === email).map((each) => String(each.type ?? each.event));
const settled = () => waitFor(() => sandbox.sandbox.events?.pending() === 0);

beforeEach(async () => {
  skewMs = 0;
  receiver = await startReceiver(keys);
  sandbox = await start();
});
afterEach(async () => {
  await sandbox.close();
  receiver.close();
});

describe('the event webhook', () => {
  it('tells of each mail in signed batches, ids on top, over one connection', async () => {
    const answer = await sandbox.send(to('ada@example.com'));
    await settled();
    expect(eventsOf('ada@example.com')).toEqual(['processed', 'delivered']);
    const [first] = receiver.received;
    expect(first).toMatchObject({
      notification_id: 'n-1',
      timestamp: expect.any(Number),
      'smtp-id': expect.any(String),
    });
    expect(String(first!.sg_message_id).split('.')[0]).toBe(answer.headers.get('x-message-id'));
    expect(new Set(receiver.received.map((each) => each.sg_event_id)).size).toBe(2);
    expect([receiver.forged, receiver.connections]).toEqual([0, 1]);
  });

  it('does to some addresses what they say', async () => {
    for (const word of ['bounce', 'bounce+7', 'blocked', 'dropped', 'deferred', 'bouncer']) {
      await sandbox.send(to(`${word}@example.com`));
    }
    skewMs = 5_000;
    await settled();
    expect(eventsOf('bounce@example.com')).toEqual(['processed', 'bounce']);
    expect(eventsOf('bounce+7@example.com')).toEqual(['processed', 'bounce']);
    expect(eventsOf('blocked@example.com')).toEqual(['processed', 'blocked']);
    expect(eventsOf('dropped@example.com')).toEqual(['dropped']);
    expect(eventsOf('deferred@example.com')).toEqual(['processed', 'deferred', 'delivered']);
    expect(eventsOf('bouncer@example.com')).toEqual(['processed', 'delivered']);
    expect((await sandbox.mails('?to=dropped@example.com')).data[0]).toMatchObject({ status: 'dropped' });
  });

  it('sends again until it is taken', async () => {
    receiver.status = 500;
    await sandbox.send(to('ada@example.com'));
    await waitFor(() => receiver.batches >= 1);
    receiver.status = 204;
    skewMs = 60_000;
    await settled();
    expect(eventsOf('ada@example.com').toSorted()).toEqual(['delivered', 'processed']);
  });

  it('keeps what waits over a restart', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sendgrid-'));
    const file = join(folder, 'sandbox.db');
    receiver.status = 503;
    const first = await start({ store: openStore(file) });
    await first.send(to('ada@example.com'));
    await first.close();
    receiver.status = 200;
    const second = await start({ store: openStore(file) });
    await waitFor(() => eventsOf('ada@example.com').length === 2);
    expect((await second.mails()).total).toBe(1);
    await second.close();
    rmSync(folder, { recursive: true });
  });

  it('loses, doubles and delays on request', async () => {
    const add = (kind: 'webhook_lose' | 'webhook_double' | 'webhook_delay', event_type: string) =>
      sandbox.faults.add({ provider: 'sendgrid', kind, match: { event_type }, times: 1, delay_ms: 50 });
    add('webhook_lose', 'processed');
    add('webhook_double', 'delivered');
    await sandbox.send(to('ada@example.com'));
    await settled();
    expect(eventsOf('ada@example.com')).toEqual(['delivered', 'delivered']);
    expect(new Set(receiver.received.map((each) => each.sg_event_id)).size).toBe(1);
    add('webhook_delay', 'processed').delay_ms = 1_000;
    await sandbox.send(to('bob@example.com'));
    await settled();
    expect(eventsOf('bob@example.com')).toEqual(['delivered', 'processed']);
  });
});
