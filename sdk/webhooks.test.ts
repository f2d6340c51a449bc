/** Signatures against the reference implementation of Standard Webhooks, both ways, and everything that must be refused. */
import { describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { receiveWebhook } from './examples/receive-webhooks.ts';
import { signWebhook, verifyWebhook, type WebhookEvent } from './index.ts';

const secret = (letter: string) => `whsec_${btoa(letter.repeat(32))}`;
const [OLD, NEW, OTHER] = [secret('a'), secret('b'), secret('c')];
const body = JSON.stringify({
  type: 'order.paid',
  timestamp: '2026-11-20T10:00:00Z',
  data: { id: 'o1', object: 'order', order_id: 'o1', sequence: 3, note: 'für Ada 🛒' },
});
const now = () => new Date(Math.floor(Date.now() / 1_000) * 1_000);
const foreign = (by: string, text = body, at = now()) => ({
  'webhook-id': 'msg_1',
  'webhook-timestamp': String(at.getTime() / 1_000),
  'webhook-signature': new Webhook(by).sign('msg_1', at, text),
});

describe('verifyWebhook', () => {
  it('takes what the reference implementation signs, as text and as bytes, with any kind of headers', async () => {
    const headers = foreign(NEW);
    const upper = { 'Webhook-Id': 'msg_1', 'WEBHOOK-TIMESTAMP': [headers['webhook-timestamp']], host: undefined };
    for (const given of [
      headers,
      new Headers(headers),
      { ...upper, 'Webhook-Signature': headers['webhook-signature'] },
    ]) {
      expect(await verifyWebhook(body, given, NEW)).toEqual(JSON.parse(body));
      expect(await verifyWebhook(Buffer.from(body), given, [NEW])).toEqual(JSON.parse(body));
    }
  });

  it('signs what the reference implementation takes', async () => {
    const headers = await signWebhook(body, { id: 'msg_2', secrets: [OLD, NEW] });
    for (const each of [OLD, NEW]) expect(new Webhook(each).verify(body, headers)).toEqual(JSON.parse(body));
    expect(() => new Webhook(OTHER).verify(body, headers)).toThrow();
  });

  it('takes any of several secrets and any of several signatures, but no other version', async () => {
    const both = {
      ...foreign(OLD),
      'webhook-signature': `v1a,xyz ${foreign(OTHER)['webhook-signature']} ${foreign(OLD)['webhook-signature']}`,
    };
    await verifyWebhook(body, both, [NEW, OLD]);
    const unknown = { ...foreign(NEW), 'webhook-signature': foreign(NEW)['webhook-signature'].replace('v1,', 'v2,') };
    await expect(verifyWebhook(body, unknown, NEW)).rejects.toMatchObject({ code: 'signature_mismatch' });
  });

  it.each<[string, string, Record<string, string>, string | string[]]>([
    ['header_missing', body, { 'webhook-id': 'msg_1' }, NEW],
    ['header_malformed', body, { ...foreign(NEW), 'webhook-timestamp': '12x' }, NEW],
    ['signature_mismatch', `${body} `, foreign(NEW), NEW],
    ['signature_mismatch', body, { ...foreign(NEW), 'webhook-id': 'msg_9' }, NEW],
    [
      'signature_mismatch',
      body,
      { ...foreign(NEW), 'webhook-signature': foreign(NEW)['webhook-signature'].slice(0, -1) },
      NEW,
    ],
    ['signature_mismatch', body, { ...foreign(NEW), 'webhook-signature': 'v1,' }, NEW],
    ['signature_mismatch', body, foreign(NEW), [OLD, OTHER]],
    ['secret_malformed', body, foreign(NEW), []],
    ['secret_malformed', body, foreign(NEW), 'whsec_'],
    ['secret_malformed', body, foreign(NEW), 'whsec_ä'],
    ['payload_malformed', 'hello', foreign(NEW, 'hello'), NEW],
  ])('refuses with %s', async (code, payload, headers, secrets) => {
    await expect(verifyWebhook(payload, headers, secrets)).rejects.toMatchObject({
      name: 'WebhookVerificationError',
      code,
    });
  });

  it('refuses what is too old or too new, by the tolerance that is given', async () => {
    const shifted = (seconds: number) => foreign(NEW, body, new Date(now().getTime() + seconds * 1_000));
    const check = (seconds: number, toleranceSeconds?: number) =>
      verifyWebhook(body, shifted(seconds), NEW, toleranceSeconds === undefined ? {} : { toleranceSeconds });
    await check(-290);
    await check(290);
    await check(-3_000, 3_600);
    await expect(check(-310)).rejects.toMatchObject({ code: 'timestamp_too_old' });
    await expect(check(310)).rejects.toMatchObject({ code: 'timestamp_too_new' });
    await expect(check(-10, 5)).rejects.toMatchObject({ code: 'timestamp_too_old' });
  });
});

describe('the receiver of the example', () => {
  const kept: [string, WebhookEvent][] = [];
  const receiver = {
    secrets: [NEW, OLD],
    keep: async (id: string, event: WebhookEvent) => void kept.push([id, event]),
  };
  const deliver = (headers: Record<string, string>) =>
    receiveWebhook(new Request('https://shop.example/hook', { method: 'POST', headers, body }), receiver);

  it('keeps what is genuine and answers 400 to the rest', async () => {
    expect((await deliver(foreign(OLD))).status).toBe(204);
    expect((await deliver(foreign(OTHER))).status).toBe(400);
    expect(kept).toEqual([['msg_1', JSON.parse(body)]]);
  });
});
