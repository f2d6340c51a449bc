import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { statement } from '../db/database.ts';
import { findSuppressions, suppress } from '../db/suppressions.ts';
import type { Channel } from '../domain/messages/channels.ts';
import type { Topic } from '../domain/messages/topics.ts';
import { startApi, type TestApi } from '../test/support/api.ts';
import { call } from '../test/support/client.ts';
import { createUnsubscribeTokens } from '../unsubscribe-token.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startApi({ orderTokenSecret: 'unsubscribe-test-secret' });
});
afterAll(() => api?.close());
beforeEach(() => api.db.rows(statement('test_clear', 'delete from suppressions')));

const tokens = createUnsubscribeTokens('unsubscribe-test-secret');
const tokenOf = (topic: Topic, address = 'Ada@Example.com', channel: Channel = 'email') =>
  tokens.issue({ channel, address, topic });
const addressOf = (token: string, more = '') => `${api.apiUrl}/unsubscribe?token=${encodeURIComponent(token)}${more}`;
const reasons = async (address = 'ada@example.com', channel: Channel = 'email') =>
  (await findSuppressions(api.db, channel, address)).map(({ reason, topic }) => `${reason} ${topic}`);

/** As mail programs do it: RFC 8058 §3.1. */
const oneClick = (
  token: string,
  body: string | FormData | URLSearchParams = new URLSearchParams({ 'List-Unsubscribe': 'One-Click' }),
) => fetch(addressOf(token), { method: 'POST', body, redirect: 'error' });

describe('unsubscribing in one click', () => {
  it('is done by one POST without a cookie or a redirect, however the body is written', async () => {
    const form = new FormData();
    form.set('List-Unsubscribe', 'One-Click');
    const bodies = ['', form, 'anything', new URLSearchParams({ 'List-Unsubscribe': 'One-Click' })];
    for (const [n, body] of bodies.entries()) {
      const address = `reader${n}@example.com`;
      const answer = await oneClick(tokenOf('price_alert', address), body);
      expect(answer.status).toBe(200);
      expect(answer.headers.get('set-cookie')).toBeNull();
      expect(answer.headers.get('cache-control')).toBe('no-store');
      expect(await reasons(address)).toEqual(['unsubscribe price_alert']);
    }
  });

  it('is done once by many at the same moment', async () => {
    const answers = await Promise.all(Array.from({ length: 12 }, () => oneClick(tokenOf('stock'))));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect(await reasons()).toEqual(['unsubscribe stock']);
  });

  it('works for numbers as for e-mail addresses', async () => {
    expect((await oneClick(tokenOf('dispute', '+4915112345678', 'sms'))).status).toBe(200);
    expect(await reasons('+4915112345678', 'sms')).toEqual(['unsubscribe dispute']);
  });

  it('is never done by following the link, however often a scanner does', async () => {
    for (const method of ['GET', 'HEAD', 'GET']) {
      const answer = await fetch(addressOf(tokenOf('price_alert')), { method });
      expect(answer.status).toBe(200);
    }
    expect(await reasons()).toEqual([]);
    expect((await fetch(addressOf(tokenOf('price_alert')), { method: 'DELETE' })).status).toBe(405);
  });

  it('leaves alone what the address is suppressed for besides', async () => {
    await suppress(api.db, { channel: 'email', address: 'ada@example.com', reason: 'bounce' });
    await oneClick(tokenOf('stock'));
    expect(await reasons()).toEqual(['bounce ', 'unsubscribe stock']);
  });
});

describe('the page', () => {
  it('asks with one button, says what was done, and takes it back', async () => {
    const token = tokenOf('price_alert');
    const asked = await (await fetch(addressOf(token))).text();
    expect(asked).toContain('Ada@Example.com gets messages about price alerts.');
    expect(asked).toContain(`action="?token=${token}"`);
    const done = await (await oneClick(token)).text();
    expect(done).toContain('You are unsubscribed');
    expect(done).toContain(`action="?token=${token}&amp;action=subscribe"`);
    expect(await (await fetch(addressOf(token))).text()).toContain('You are unsubscribed');
    const back = await fetch(addressOf(token, '&action=subscribe'), { method: 'POST' });
    expect(await back.text()).toContain('You are subscribed');
    expect(await reasons()).toEqual([]);
  });

  it('takes back one topic of an unsubscribing from all, and leaves the others', async () => {
    await suppress(api.db, { channel: 'email', address: 'ada@example.com', reason: 'unsubscribe' });
    await fetch(addressOf(tokenOf('stock'), '&action=subscribe'), { method: 'POST' });
    const left = await reasons();
    expect(left).toContain('unsubscribe price_alert');
    expect(left).not.toContain('unsubscribe stock');
    expect(left).not.toContain('unsubscribe ');
    expect(left.join()).not.toMatch(/order|shipment/);
  });

  it.each([
    ['de-AT,de', 'Abmelden?', 'de'],
    ['es', '¿Darse de baja?', 'es'],
    ['ja', '配信を停止しますか?', 'ja'],
    ['fr', 'Unsubscribe?', 'en'],
  ])('speaks to %s', async (languages, title, language) => {
    const answer = await fetch(addressOf(tokenOf('finance')), { headers: { 'accept-language': languages } });
    const page = await answer.text();
    expect(page).toContain(`<h1>${title}</h1>`);
    expect(page).toContain(`<html lang="${language}">`);
    expect(page).not.toMatch(/undefined|\{topic\}|\{address\}/);
  });

  it('speaks as the recipient said, whatever their browser asks for', async () => {
    const body = { audience: 'finance', email: 'keiri@example.com', locale: 'ja-JP' };
    const { body: made } = await call(api, 'POST', '/v1/recipients', { body });
    const target = { channel: 'email', address: 'keiri@example.com', topic: 'finance', recipientId: made.id } as const;
    const headers = { 'accept-language': 'de' };
    expect(await (await fetch(addressOf(tokens.issue(target)), { headers })).text()).toContain('<html lang="ja">');
  });

  it('shows an address as text, whatever it holds, and may load nothing', async () => {
    const answer = await fetch(addressOf(tokenOf('stock', '"<script>$&alert(1)</script>"@example.com')));
    const page = await answer.text();
    expect(page).not.toContain('<script');
    expect(page).toContain('&lt;script&gt;$&amp;alert(1)');
    expect(page).not.toMatch(/src=|https?:/);
    expect(answer.headers.get('referrer-policy')).toBe('no-referrer');
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'self'");
  });
});

describe('a link that is none', () => {
  const foreign = createUnsubscribeTokens('another-secret').issue({
    channel: 'email',
    address: 'a@b.example',
    topic: 'stock',
  });
  it.each(['', 'us_x', foreign, tokenOf('stock').slice(0, -5), `${tokenOf('stock')}x`, 'x'.repeat(10_000)])(
    'is told with a page and changes nothing: %.20s',
    async (token) => {
      for (const answer of [await oneClick(token), await fetch(addressOf(token))]) {
        expect(answer.status).toBe(400);
        expect(answer.headers.get('content-type')).toContain('text/html');
        expect(await answer.text()).toContain('This link is not valid');
      }
      expect(await api.db.rows(statement('test_all', 'select 1 from suppressions'))).toEqual([]);
    },
  );

  it('cannot switch off what belongs to an order', async () => {
    for (const topic of ['order', 'payment', 'shipment', 'refund', 'return', 'subscription'] as const) {
      for (const answer of [await oneClick(tokenOf(topic)), await fetch(addressOf(tokenOf(topic)))]) {
        expect(answer.status).toBe(422);
        expect(await answer.text()).toContain('cannot be switched off');
      }
    }
    expect(await reasons()).toEqual([]);
  });
});
