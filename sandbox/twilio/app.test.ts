import { createServer, type Server } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import express from 'express';
import twilio from 'twilio';
import webhooks from 'twilio/lib/webhooks/webhooks.js';
import { waitFor } from '../../test/support/wait-for.ts';
import { listenOn } from '../sendgrid/test-sandbox.ts';
import { startTwilioSandbox } from './start-for-test.ts';

type Client = ReturnType<typeof twilio>;
type RequestClient = NonNullable<NonNullable<Parameters<typeof twilio>[2]>['httpClient']>;

let twilioSandbox: Awaited<ReturnType<typeof startTwilioSandbox>>;
let server: Server;
let callback: string;
let heard: { form: Record<string, string>; genuine: boolean; query: string }[];
let callbackStatus: number;

/** Twilio's own client, led here. */
function officialClient(token = twilioSandbox.authToken): Client {
  const { accountSid, url } = twilioSandbox;
  const httpClient = {
    async request({ method, uri, headers, data, params, username, password }: Parameters<RequestClient['request']>[0]) {
      const { pathname } = new URL(uri);
      const query = params ? `?${new URLSearchParams(params as Record<string, string>)}` : '';
      const answer = await fetch(`${url}${pathname}${query}`, {
        method: method.toUpperCase(),
        headers: {
          'content-type': (headers as Record<string, string>)['Content-Type'] ?? 'text/plain',
          authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
        },
        ...(data ? { body: new URLSearchParams(data as Record<string, string>).toString() } : {}),
      });
      return { statusCode: answer.status, body: await answer.text(), headers: {} };
    },
  } as unknown as RequestClient;
  return twilio(accountSid, token, { httpClient });
}

beforeEach(async () => {
  heard = [];
  callbackStatus = 204;
  twilioSandbox = await startTwilioSandbox({ senders: ['+4930123456'] });
  const receiver = express();
  receiver.post('/status', express.urlencoded({ extended: false }), (req, res) => {
    const form = req.body as Record<string, string>;
    const address = callback + req.originalUrl.slice('/status'.length);
    const signature = req.get('x-twilio-signature') ?? '';
    const genuine = webhooks.validateRequest(twilioSandbox.authToken, signature, address, form);
    heard.push({ form, genuine, query: req.originalUrl.split('?')[1] ?? '' });
    res.sendStatus(callbackStatus);
  });
  server = createServer(receiver);
  callback = `${await listenOn(server)}/status`;
});
afterEach(async () => {
  await twilioSandbox.close();
  server.closeAllConnections();
  server.close();
});

const send = (more: object = {}) =>
  officialClient().messages.create({ to: '+4915112345678', from: '+4930123456', body: 'Grüße', ...more });
const settled = () => waitFor(() => twilioSandbox.sandbox.callbacks.pending() === 0);
const statuses = () => heard.map(({ form }) => form.MessageStatus);

describe('the official client', () => {
  it('finds in the answer all that its type promises', async () => {
    const { accountSid } = twilioSandbox;
    const sent = await send({ body: `${'a'.repeat(160)}€`, statusCallback: `${callback}?notification_id=n-1` });
    expect(sent).toMatchObject({
      ...{ accountSid, apiVersion: '2010-04-01', direction: 'outbound-api', status: 'queued', numSegments: '2' },
      ...{ from: '+4930123456', to: '+4915112345678', errorCode: null, errorMessage: null, numMedia: '0' },
      ...{
        messagingServiceSid: null,
        dateSent: null,
        priceUnit: 'USD',
        sid: expect.stringMatching(/^SM[0-9a-f]{32}$/),
      },
      uri: `/2010-04-01/Accounts/${accountSid}/Messages/${sent.sid}.json`,
    });
    expect(Math.abs(sent.dateCreated.getTime() - Date.now())).toBeLessThan(5_000);
    // What the package's own tests show of a message, field by field.
    const names = Object.keys(sent.toJSON());
    for (const name of names)
      expect([name, (sent as unknown as Record<string, unknown>)[name] !== undefined]).toEqual([name, true]);
    await settled();
    expect((await officialClient().messages(sent.sid).fetch()).status).toBe('delivered');
    expect((await officialClient().messages.list({ to: '+4915112345678' })).map(({ sid }) => sid)).toEqual([sent.sid]);
  });

  it('gets a status of a messaging service before a sender is chosen', async () => {
    const service = `MG${'c'.repeat(32)}`;
    const sent = await send({ from: undefined, messagingServiceSid: service, statusCallback: callback });
    expect(sent).toMatchObject({ status: 'accepted', messagingServiceSid: service, numSegments: '0', from: null });
    await settled();
    expect(statuses()).toEqual(['queued', 'sent', 'delivered']);
  });

  it.each([
    [{ to: '+15005550001' }, 21211],
    [{ to: '015112345678' }, 21211],
    [{ to: '+15005550002' }, 21612],
    [{ to: '+15005550003' }, 21408],
    [{ to: '+15005550004' }, 21610],
    [{ to: '+15005550009' }, 21614],
    [{ from: '+15005550001' }, 21212],
    [{ from: '+15005550007' }, 21606],
    [{ from: '+15005550008' }, 21611],
    [{ from: '+14155550100' }, 21606],
    [{ from: undefined }, 21603],
    [{ body: '' }, 21602],
    [{ body: 'a'.repeat(1_601) }, 21617],
    [{ statusCallback: 'nowhere' }, 21609],
  ])('is refused for %j with %i', async (more, code) => {
    const refusal = await send(more).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ status: 400, code, moreInfo: `https://www.twilio.com/docs/errors/${code}` });
    expect(await twilioSandbox.messages()).toMatchObject({ total: 0 });
  });

  it('must have the account’s token', async () => {
    const refusal = await officialClient('wrong')
      .messages.create({ to: '+1', from: '+1', body: 'x' })
      .catch((error) => error);
    expect(refusal).toMatchObject({ status: 401, code: 20003 });
    const other = await fetch(`${twilioSandbox.url}/2010-04-01/Accounts/AC${'f'.repeat(32)}/Messages.json`, {
      headers: {
        authorization: `Basic ${Buffer.from(`${twilioSandbox.accountSid}:${twilioSandbox.authToken}`).toString('base64')}`,
      },
    });
    expect(other.status).toBe(404);
  });
});

describe('status callbacks', () => {
  it('are signed, in order, and carry what the address carries', async () => {
    const { sid } = await send({ statusCallback: `${callback}?notification_id=n-1` });
    await settled();
    expect(statuses()).toEqual(['sent', 'delivered']);
    expect(heard.every(({ genuine, query }) => genuine && query === 'notification_id=n-1')).toBe(true);
    expect(heard[1]!.form).toEqual({
      ...{ AccountSid: twilioSandbox.accountSid, ApiVersion: '2010-04-01', From: '+4930123456', To: '+4915112345678' },
      ...{ MessageSid: sid, SmsSid: sid, MessageStatus: 'delivered', SmsStatus: 'delivered' },
    });
  });

  it('tell of errors by the number’s end', async () => {
    await send({ to: '+4915130003', statusCallback: callback });
    await send({ to: '+4915130001', statusCallback: callback });
    await settled();
    expect(heard.map(({ form }) => [form.MessageStatus, form.ErrorCode])).toEqual(
      expect.arrayContaining([
        ['sent', undefined],
        ['undelivered', '30003'],
        ['failed', '30001'],
      ]),
    );
  });

  it('come again as often as the address asks for, and the signature leaves the fragment out', async () => {
    callbackStatus = 500;
    await send({ to: '+4915130001', statusCallback: callback });
    await settled();
    expect(heard).toHaveLength(1);
    await send({ to: '+4915130001', statusCallback: `${callback}#rc=2&rp=5xx` });
    await settled();
    expect([heard.length, heard.every(({ genuine }) => genuine)]).toEqual([4, true]);
  });

  it('are lost, doubled and delayed on request', async () => {
    const add = (kind: 'webhook_lose' | 'webhook_double', event_type: string) =>
      twilioSandbox.faults.add({ provider: 'twilio', kind, match: { event_type }, times: 1, delay_ms: 20 });
    add('webhook_lose', 'sent');
    add('webhook_double', 'delivered');
    await send({ statusCallback: callback });
    await settled();
    expect(statuses()).toEqual(['delivered', 'delivered']);
  });
});

describe('trouble on request', () => {
  it('looks like Twilio’s', async () => {
    twilioSandbox.faults.add({ provider: 'twilio', kind: 'rate_limit', times: 1 });
    expect(await send().catch((error) => error)).toMatchObject({ status: 429, code: 20429 });
    twilioSandbox.faults.add({ provider: 'twilio', kind: 'server_error', times: 1, status: 503 });
    expect(await send().catch((error) => error)).toMatchObject({ status: 503, code: 20503 });
  });

  it('loses the answer after the message was taken', async () => {
    twilioSandbox.faults.add({ provider: 'twilio', kind: 'answer_lost', times: 1 });
    await expect(send()).rejects.toThrow();
    expect(await twilioSandbox.messages()).toMatchObject({ total: 1 });
  });
});

describe('the page', () => {
  it('shows what phones were told, and runs nothing', async () => {
    await send({ body: '<script>alert(1)</script> https://shop.example/?order=1&token=2' });
    await send({ to: '+15551234567' });
    const answer = await fetch(`${twilioSandbox.url}/sms?to=4915`);
    const html = await answer.text();
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(html).toContain('1 message to 4915');
    expect(html).toContain('&lt;script&gt;');
    expect(html).toContain('<a href="https://shop.example/?order=1&amp;token=2"');
    expect(html).not.toContain('<script');
  });
});
