import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import PostalMime from 'postal-mime';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { createSmtp, type SmtpOptions } from './email-smtp.ts';
import type { EmailChannel, EmailMessage } from './message-channel.ts';
import { type ScriptedSmtp, type Step, startScriptedSmtp, type Trouble } from './smtp-server-for-test.ts';
import { readSmtpUrl } from './smtp-url.ts';

const message: EmailMessage = {
  notificationId: '0190b1d2-0000-7000-8000-000000000001',
  orderId: null,
  to: 'ada@example.com',
  from: { email: 'shop@shop.example', name: 'Café, “Shop”' },
  subject: 'Ihre Bestellung – größer als 5 €, ありがとう',
  text: 'Hello\n.\n.hidden dot\nbye',
  html: '<p>Grüße</p>',
  category: 'shipped',
};

let server: ScriptedSmtp;
let channels: EmailChannel[];

function connect(options: Partial<SmtpOptions> = {}): EmailChannel {
  const channel = createSmtp({ url: server.url, timeoutMs: 5_000, ...options });
  channels.push(channel);
  return channel;
}

beforeEach(async () => {
  channels = [];
  server = await startScriptedSmtp();
});
afterEach(async () => {
  for (const channel of channels) channel.close();
  await server.close();
});

describe('what is sent', () => {
  it('holds both parts in any language, and the notification’s id where a server and a person can find it', async () => {
    expect(await connect().send(message)).toEqual({
      kind: 'accepted',
      messageId: `${message.notificationId}@shop.example`,
    });
    const mail = await PostalMime.parse(Buffer.from(server.messages[0]!.replaceAll('\r\n..', '\r\n.'), 'latin1'));
    expect(mail).toMatchObject({
      from: { address: 'shop@shop.example', name: message.from.name },
      to: [{ address: 'ada@example.com' }],
      subject: message.subject,
      messageId: `<${message.notificationId}@shop.example>`,
    });
    expect(mail.text?.trim().replaceAll('\r\n', '\n')).toBe(message.text);
    expect(mail.html?.trim()).toBe(message.html);
    const header = (name: string) => mail.headers.find(({ key }) => key === name)?.value;
    expect(header('x-notification-id')).toBe(message.notificationId);
    expect(header('list-unsubscribe')).toBeUndefined();
    expect(header('auto-submitted')).toBe('auto-generated');
  });

  it('can be ended with one click where it is optional', async () => {
    const unsubscribeUrl = `https://shop.example/unsubscribe?token=${'a.b-'.repeat(60)}`;
    await connect().send({ ...message, unsubscribeUrl });
    const { headers } = await PostalMime.parse(Buffer.from(server.messages[0]!, 'latin1'));
    const header = (name: string) => headers.find(({ key }) => key === name)?.value;
    expect(header('list-unsubscribe')?.replaceAll(/\s/g, '')).toBe(`<${unsubscribeUrl}>`);
    expect(header('list-unsubscribe-post')).toBe('List-Unsubscribe=One-Click');
  });

  it.each([
    '\r\nBcc: eve@example.com',
    '\nBcc: eve@example.com\n\nHello',
    '\rBcc: eve@example.com',
    '\0',
    '\u2028Bcc: x',
  ])('cannot be given another header by %j', async (hostile) => {
    const channel = connect();
    await channel.send({ ...message, subject: `Mug${hostile}` });
    await channel.send({ ...message, from: { ...message.from, name: `Shop${hostile}` } });
    await channel.send({ ...message, unsubscribeUrl: `https://shop.example/${hostile}` });
    expect(server.messages).toHaveLength(3);
    for (const raw of server.messages) {
      const { headers } = await PostalMime.parse(Buffer.from(raw, 'latin1'));
      expect(headers.map(({ key }) => key)).not.toContain('bcc');
      expect(headers.find(({ key }) => key === 'to')?.value).toBe('ada@example.com');
    }
    expect(server.commands.filter((line) => line.startsWith('RCPT'))).toEqual(
      Array(3).fill('RCPT TO:<ada@example.com>'),
    );
  });

  it.each([
    'ada@example.com, eve@example.com',
    'ada@example.com\r\nRCPT TO:<eve@example.com>',
    'ada@example.com> <eve@example.com',
    'list: ada@example.com;',
    '"a@b"@example.com',
    'Ada <ada@example.com>',
    '',
  ])('goes to one address, never to a list: %j', async (to) => {
    expect(await connect().send({ ...message, to })).toMatchObject({ kind: 'refused', fault: 'message' });
    expect(server.connections).toBe(0);
  });

  it('never shows a secret', async () => {
    expect(await connect().send({ ...message, text: 'sk_live_abc' })).toMatchObject({
      kind: 'refused',
      code: 'message_invalid',
      fault: 'message',
    });
    expect(server.connections).toBe(0);
  });
});

/** Nothing was said that could have been taken for the message. */
const BEFORE_THE_END: Step[] = ['connect', 'EHLO', 'MAIL', 'RCPT', 'DATA', 'content'];
/** So large that it is still being written when the server stops reading. */
const large = { ...message, text: 'many words\n'.repeat(1_000_000) };

describe.each([[['PIPELINING', '8BITMIME']], [['8BITMIME']]])('a session with %j', (extensions) => {
  beforeEach(() => {
    server.extensions = extensions;
  });

  const attempt = (step: Step, trouble: Trouble) => {
    server.trouble = { [step]: trouble, ...(step === 'EHLO' ? { HELO: trouble } : {}) };
    return connect({ timeoutMs: trouble === 'hang' ? 200 : 5_000 }).send(step === 'content' ? large : message);
  };

  it.each(
    BEFORE_THE_END.flatMap((step) => (['close', 'reset', 'hang'] as const).map((trouble) => [step, trouble] as const)),
  )('that ends at %s by a %s has sent nothing', async (step, trouble) => {
    expect(await attempt(step, trouble)).toMatchObject({ kind: 'unavailable', answered: false });
    expect(server.messages).toEqual([]);
  });

  it.each(['close', 'reset'])(
    'that ends after the final dot by a %s: nobody knows, and it is not tried again',
    async (trouble) => {
      expect(await attempt('dot', trouble)).toMatchObject({ kind: 'unknown' });
      expect([server.messages.length, server.connections]).toEqual([1, 1]);
    },
  );

  it('that is silent after the final dot: nobody knows', async () => {
    server.trouble = { dot: 'hang' };
    expect(await connect({ timeoutMs: 400 }).send(message)).toMatchObject({ kind: 'unknown', code: 'ETIMEDOUT' });
    expect(server.messages).toHaveLength(1);
  });

  it.each(['MAIL', 'RCPT', 'DATA', 'dot'] as const)(
    'that is told 4xx at %s has sent nothing, and may be tried later',
    async (step) => {
      expect(await attempt(step, '451 4.3.0 local error')).toMatchObject({
        kind: 'unavailable',
        code: 'smtp_451',
        answered: false,
      });
      expect(await attempt(step, '450 4.2.0 greylisted, come back')).toEqual({
        kind: 'throttled',
        retryAfterMs: 60_000,
      });
      expect(await attempt(step, '451 4.7.1 greylisted')).toMatchObject({ kind: 'throttled' });
      expect(await attempt(step, '421 4.3.2 shutting down')).toMatchObject({ kind: 'unavailable', code: 'smtp_421' });
    },
  );

  it.each(['connect', 'EHLO', 'MAIL', 'RCPT', 'DATA', 'dot'] as const)(
    'that is told 5xx at %s is refused',
    async (step) => {
      expect(await attempt(step, '554 5.7.1 not from you')).toMatchObject({
        kind: 'refused',
        code: 'smtp_554',
        fault: 'provider',
      });
    },
  );
});

describe('whose fault a refusal is', () => {
  it.each([
    ['RCPT', '550 5.1.1 no such user', 'message', 'bounce'],
    ['RCPT', '550-5.1.1 no such user\r\n550 5.1.1 try harder', 'message', 'bounce'],
    ['RCPT', '556 5.1.10 null MX', 'message', 'bounce'],
    ['RCPT', '550 5.2.1 mailbox disabled', 'message', 'bounce'],
    ['RCPT', '552 5.2.2 mailbox full', 'message', undefined],
    ['RCPT', '550 no such user', 'message', undefined],
    ['RCPT', '550 5.7.1 relaying denied', 'provider', undefined],
    ['MAIL', '550 5.1.8 bad sender domain', 'provider', undefined],
    ['MAIL', '552 too large', 'message', undefined],
    ['MAIL', '530 5.7.0 authenticate first', 'provider', undefined],
    ['dot', '552 5.3.4 too large', 'message', undefined],
    ['dot', '554 5.6.0 malformed', 'message', undefined],
    ['dot', '554 looks like spam', 'provider', undefined],
    ['dot', '550 5.1.1 not here after all', 'message', undefined],
  ] as [Step, string, string, string | undefined][])('%s answered %j: %s', async (step, reply, fault, suppress) => {
    server.trouble = { [step]: reply };
    const result = await connect().send(message);
    expect(result).toMatchObject({ kind: 'refused', fault });
    expect((result as { suppress?: string }).suppress).toBe(suppress);
  });

  it('the provider’s when the password is wrong, and nothing is sent', async () => {
    server.extensions = ['AUTH PLAIN'];
    server.trouble = { AUTH: '535 5.7.8 wrong' };
    const result = await connect({ url: `smtp://shop:wrong@127.0.0.1:${server.port}` }).send(message);
    expect(result).toMatchObject({ kind: 'refused', code: 'smtp_535', fault: 'provider' });
    server.trouble = { AUTH: '454 4.7.0 later' };
    expect(await connect({ url: `smtp://shop:wrong@127.0.0.1:${server.port}` }).send(message)).toMatchObject({
      kind: 'unavailable',
    });
    expect(server.commands.filter((line) => line.startsWith('MAIL'))).toEqual([]);
  });
});

describe('connections', () => {
  it('are kept, and one that the server has dropped meanwhile costs nothing', async () => {
    const channel = connect();
    for (let i = 0; i < 3; i += 1) expect(await channel.send(message)).toMatchObject({ kind: 'accepted' });
    expect(server.connections).toBe(1);
    server.dropAll();
    expect(await channel.send(message)).toMatchObject({ kind: 'accepted' });
    expect([server.messages.length, server.connections]).toEqual([4, 2]);
  });

  it('that the server drops with the next command are replaced once', async () => {
    const channel = connect();
    await channel.send(message);
    server.trouble = { MAIL: 'close' };
    expect(await channel.send(message)).toMatchObject({ kind: 'unavailable' });
    expect([server.messages.length, server.connections]).toEqual([1, 2]);
  });

  it('survive a refusal, and are as many as allowed', async () => {
    const channel = connect({ connections: 2 });
    server.trouble = { RCPT: '550 5.1.1 no' };
    await channel.send(message);
    server.trouble = {};
    const results = await Promise.all(Array.from({ length: 20 }, () => channel.send(message)));
    expect(results.every(({ kind }) => kind === 'accepted')).toBe(true);
    expect([server.messages.length, server.connections]).toEqual([20, 2]);
  });

  it('that cannot be made send nothing: no listener, no such host', async () => {
    expect(await connect({ url: 'smtp://127.0.0.1:9' }).send(message)).toMatchObject({ kind: 'unavailable' });
    expect(await connect({ url: 'smtp://no-such-host.invalid?starttls=optional' }).send(message)).toMatchObject({
      kind: 'unavailable',
      answered: false,
    });
  });
});

describe('TLS', () => {
  const read = (name: string) => readFileSync(new URL(`../test/fixtures/tls/${name}.pem`, import.meta.url));
  let secured: SMTPServer;
  let received: number;

  async function listen(options: SMTPServerOptions): Promise<number> {
    received = 0;
    secured = new SMTPServer({
      ...{ key: read('key'), cert: read('cert'), closeTimeout: 100, ...options },
      onAuth: ({ username, password }, _session, done) =>
        done(password === 'p:ss wörd' ? null : new Error('wrong'), { user: username }),
      onData: (stream, _session, done) => {
        stream.resume().on('end', () => {
          received += 1;
          done();
        });
      },
    });
    secured.on('error', () => {});
    const listener = secured.listen(0, '127.0.0.1');
    await once(listener, 'listening');
    return (listener.address() as AddressInfo).port;
  }
  afterEach(() => new Promise<void>((resolve) => secured.close(() => resolve())));

  const login = `shop%40x:${encodeURIComponent('p:ss wörd')}`;

  it('is there before the password, by STARTTLS or from the first byte', async () => {
    const ca = read('cert');
    const starttls = await listen({ secure: false });
    expect(await connect({ url: `smtp://${login}@127.0.0.1:${starttls}`, tls: { ca } }).send(message)).toMatchObject({
      kind: 'accepted',
    });
    secured.close();
    const implicit = await listen({ secure: true });
    expect(await connect({ url: `smtps://${login}@127.0.0.1:${implicit}`, tls: { ca } }).send(message)).toMatchObject({
      kind: 'accepted',
    });
    expect(received).toBe(1);
  });

  it('is asked for where the address says so: a server without it gets nothing', async () => {
    const port = await listen({ hideSTARTTLS: true, authOptional: true });
    const url = `smtp://127.0.0.1:${port}`;
    const strict = connect({ url: `${url}?starttls=required` });
    expect(await strict.send(message)).toMatchObject({ kind: 'unavailable', answered: false });
    expect(received).toBe(0);
    expect(await connect({ url }).send(message)).toMatchObject({ kind: 'accepted' });
  });

  it('refuses a certificate that nobody vouches for', async () => {
    const port = await listen({ secure: true });
    expect(await connect({ url: `smtps://${login}@127.0.0.1:${port}` }).send(message)).toMatchObject({
      kind: 'unavailable',
      answered: false,
    });
    expect(received).toBe(0);
  });
});

describe('the address', () => {
  it('asks for TLS but on this machine or where it is told not to', () => {
    expect(readSmtpUrl('smtp://mail.example')).toMatchObject({ port: 587, secure: false, requireTLS: true });
    expect(readSmtpUrl('smtps://mail.example')).toMatchObject({ port: 465, secure: true });
    expect(readSmtpUrl('smtp://mail.example:25?starttls=optional').requireTLS).toBe(false);
    expect(readSmtpUrl('smtp://127.0.0.1?starttls=required').requireTLS).toBe(true);
    for (const host of ['localhost', '127.0.0.1', '[::1]'])
      expect(readSmtpUrl(`smtp://${host}:2525`).requireTLS).toBe(false);
    expect(readSmtpUrl('smtp://a%40b:p%3Ass@mail.example').auth).toEqual({ user: 'a@b', pass: 'p:ss' });
  });

  it.each([
    'http://mail.example',
    'smtp://',
    'smtp://u:secret@mail.example?debug=true',
    'smtp://u:secret@mail.example?starttls=no',
    'smtp://u:secret%@mail.example',
    'smtp://u:secret@mail.example?starttls=optional&debug=true',
    'mail.example',
  ])('is refused at the start when it is none: %s', (url) => {
    expect(() => createSmtp({ url, timeoutMs: 100 })).toThrow(/must be like|says|has a %/);
    expect(() => createSmtp({ url, timeoutMs: 100 })).not.toThrow(/secret/);
  });
});
