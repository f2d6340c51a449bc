import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Stranger, startStranger } from '../test/support/stranger.ts';
import { waitFor } from '../test/support/wait-for.ts';
import type { Resolved } from './public-connector.ts';
import { createStrangerPost, type StrangerPost, type StrangerPostOptions } from './stranger-post.ts';

const LOCAL: Resolved = { address: '127.0.0.1', family: 4 };
const INSIDE = { 'inside.test': '127.0.0.1', 'ten.test': '10.1.2.3', 'metadata.test': '169.254.169.254' };

let stranger: Stranger;
let names: Record<string, Resolved[][]>;
let lookedUp: string[];
let opened: StrangerPost[];

beforeAll(async () => {
  stranger = await startStranger();
});
afterAll(() => stranger.close());

beforeEach(() => {
  stranger.received = [];
  stranger.answer = (res) => res.writeHead(201).end();
  lookedUp = [];
  opened = [];
  names = { 'other.test': [[LOCAL]] };
  for (const [name, address] of Object.entries(INSIDE)) names[name] = [[{ address, family: 4 }]];
});
afterEach(() => {
  for (const each of opened) each.close();
});

/** Each answer of a name in turn; the last one stays. */
const lookup = async (hostname: string) => {
  lookedUp.push(hostname);
  const answers = names[hostname];
  if (!answers) throw Object.assign(new Error(`getaddrinfo ENOTFOUND ${hostname}`), { code: 'ENOTFOUND' });
  return (answers.length > 1 ? answers.shift() : answers[0])!;
};

function open(options: Partial<StrangerPostOptions> = {}): StrangerPost {
  const allowedPrivateHosts = stranger.hosts('other.test');
  const http = createStrangerPost({ timeoutMs: 2_000, allowedPrivateHosts, lookup, ca: stranger.ca, ...options });
  opened.push(http);
  return http;
}

const send = (url: string, http = open()) =>
  http.send({ url, headers: {}, body: 'a message' }, () => ({ kind: 'accepted', messageId: null }));
const answering = (status: number, headers = {}, body = '') => {
  stranger.answer = (res) => res.writeHead(status, headers).end(body);
  return send(stranger.plain('/'));
};

describe('an address that a stranger gave', () => {
  it.each([
    ['a name that resolves to this machine', 'https://inside.test/'],
    ['a name that resolves to the network inside', 'https://ten.test/'],
    ['a name that resolves to the cloud’s metadata', 'https://metadata.test/'],
    ['this machine by its number', 'https://127.0.0.1/'],
    ['this machine by another spelling', 'https://2130706433/'],
    ['this machine in IPv6', 'https://[::1]/'],
    ['an address inside by its number', 'https://10.0.0.1:8443/'],
  ])('may not be %s', async (_, url) => {
    expect(await send(url)).toMatchObject({ kind: 'refused', code: 'address_not_public', fault: 'message' });
    expect(stranger.received).toEqual([]);
  });

  it('may not lead inside by a name that rebinds: one lookup is judged and used', async () => {
    names['rebinds.test'] = [[{ address: '192.88.99.1', family: 4 }], [LOCAL]];
    const first = await send(stranger.secure('/', 'rebinds.test'), open({ timeoutMs: 500 }));
    expect(first.kind).not.toBe('accepted');
    expect(lookedUp).toEqual(['rebinds.test']);
    expect(await send(stranger.secure('/', 'rebinds.test'))).toMatchObject({ code: 'address_not_public' });
    expect(stranger.received).toEqual([]);
  });

  it.each([
    ['in the clear', () => stranger.plain('/', 'elsewhere.test'), 'address_insecure'],
    ['with a password', () => 'https://user:secret@elsewhere.test/', 'address_invalid'],
    ['of another protocol', () => 'file:///etc/passwd', 'address_invalid'],
    ['for a mail server', () => 'https://elsewhere.test:25/', 'port_refused'],
    ['that is none', () => 'the chat', 'address_invalid'],
  ])('may not be one %s', async (_, url, code) => {
    expect(await send(url())).toMatchObject({ kind: 'refused', code, fault: 'message' });
    expect(lookedUp).toEqual([]);
  });

  it('is reached by TLS', async () => {
    expect(await send(stranger.secure('/a'))).toEqual({ kind: 'accepted', messageId: null });
    expect(stranger.received).toMatchObject([{ method: 'POST', path: '/a', body: Buffer.from('a message') }]);
  });
});

describe('what an answer means', () => {
  it.each([
    [400, { kind: 'refused', code: 'http_400', fault: 'message' }],
    [401, { kind: 'refused', code: 'http_401', fault: 'provider' }],
    [403, { kind: 'refused', code: 'http_403', fault: 'provider' }],
    [404, { kind: 'refused', code: 'gone', fault: 'message', suppress: 'gone' }],
    [408, { kind: 'unknown', code: 'http_408' }],
    [410, { kind: 'refused', code: 'gone', fault: 'message', suppress: 'gone' }],
    [413, { kind: 'refused', code: 'http_413', fault: 'message' }],
    [500, { kind: 'unavailable', code: 'http_500', answered: true }],
    [503, { kind: 'unavailable', code: 'http_503', answered: true }],
  ])('%i', async (status, result) => {
    expect(await answering(status, {}, `so it is\u0000`)).toEqual({ ...result, message: 'so it is' });
  });

  it.each([301, 302, 307, 308])('%i is refused, and nothing is sent where it leads', async (status) => {
    const result = await answering(status, { Location: stranger.plain('/elsewhere') });
    expect(result).toMatchObject({ kind: 'refused', code: `http_${status}`, fault: 'message' });
    expect(stranger.received).toHaveLength(1);
  });

  it.each([
    ['no time', {}, 1_000],
    ['a time', { 'Retry-After': '7' }, 7_000],
    ['no time at all', { 'Retry-After': '0' }, 1_000],
    ['a day', { 'Retry-After': '86400' }, 3_600_000],
    ['nonsense', { 'Retry-After': 'soon' }, 1_000],
  ])('429 with %s', async (_, headers, retryAfterMs) => {
    expect(await answering(429, headers)).toEqual({ kind: 'throttled', retryAfterMs });
  });
});

describe('no answer', () => {
  it('in time: nobody can tell', async () => {
    stranger.answer = () => {};
    const result = await send(stranger.plain('/'), open({ timeoutMs: 300 }));
    expect(result).toMatchObject({ kind: 'unknown', code: 'fetch_timeout' });
    expect(stranger.received).toHaveLength(1);
  });

  it('but the end of the connection, when the message was there: nobody can tell', async () => {
    stranger.answer = (res) => res.destroy();
    expect(await send(stranger.plain('/'))).toMatchObject({ kind: 'unknown', code: 'connection_failed' });
  });

  it('from where nobody listens: not sent', async () => {
    const gone = await startStranger();
    const url = gone.plain('/');
    await gone.close();
    const result = await send(url, open({ allowedPrivateHosts: gone.hosts('other.test') }));
    expect(result).toMatchObject({ kind: 'unavailable', code: 'connection_failed', answered: false });
  });

  it('from a name that nobody knows: not sent', async () => {
    expect(await send('https://nowhere.test/')).toMatchObject({ kind: 'unavailable', code: 'host_unknown' });
  });

  it('since the certificate is another’s: not sent', async () => {
    names['imposter.test'] = [[LOCAL]];
    const allowedPrivateHosts = stranger.hosts('imposter.test');
    const result = await send(stranger.secure('/', 'imposter.test'), open({ allowedPrivateHosts }));
    expect(result).toMatchObject({ kind: 'unavailable', code: 'certificate_invalid', answered: false });
    expect(stranger.received).toEqual([]);
  });
});

describe('servers that do not answer', () => {
  const others = { allowedPrivateHosts: [] as string[] };
  const hang = () => {
    stranger.answer = (res, { path }) => void (path === '/hangs' || res.writeHead(201).end());
    names['pictures.test'] = [[LOCAL]];
    others.allowedPrivateHosts = [...stranger.hosts('other.test'), ...stranger.hosts('pictures.test')];
  };
  const many = (count: number, url: string, http: StrangerPost) =>
    Promise.all(Array.from({ length: count }, () => send(url, http)));
  const kindsOf = (results: readonly { kind: string }[]) => results.map(({ kind }) => kind);

  it('are left alone for a minute, while others get theirs at once', async () => {
    hang();
    const http = open({ ...others, timeoutMs: 300, places: { silentAfterMs: 100 } });
    expect(kindsOf(await many(4, stranger.plain('/hangs'), http))).toEqual(Array(4).fill('unknown'));
    for (const result of await many(20, stranger.plain('/hangs'), http)) {
      expect(result).toEqual({ kind: 'throttled', retryAfterMs: expect.any(Number) });
      expect((result as { retryAfterMs: number }).retryAfterMs).toBeGreaterThan(50_000);
    }
    expect(await send(stranger.plain('/', 'pictures.test'), http)).toMatchObject({ kind: 'accepted' });
    expect(stranger.received.filter(({ path }) => path === '/hangs')).toHaveLength(4);
  });

  it('are asked by one message then, and as good as others when they answer it', async () => {
    hang();
    const http = open({ timeoutMs: 200, places: { silentAfterMs: 100, silentForMs: 1, lineMs: 50 } });
    await send(stranger.plain('/hangs'), http);
    const asking = send(stranger.plain('/hangs'), http);
    expect(await send(stranger.plain('/'), http)).toMatchObject({ kind: 'throttled' });
    await asking;
    await waitFor(async () => (await send(stranger.plain('/'), http)).kind === 'accepted');
    expect(kindsOf(await many(2, stranger.plain('/'), http))).toEqual(['accepted', 'accepted']);
  });

  it('leave room for those that have answered, however many names they have', async () => {
    hang();
    const http = open({ ...others, timeoutMs: 500, places: { atOnce: 4, unprovenAtOnce: 2, lineMs: 20 } });
    await send(stranger.plain('/', 'pictures.test'), http);
    const hanging = many(3, stranger.plain('/hangs'), http);
    expect(kindsOf(await many(2, stranger.plain('/', 'pictures.test'), http))).toEqual(['accepted', 'accepted']);
    expect(kindsOf(await hanging).sort()).toEqual(['throttled', 'unknown', 'unknown']);
  });

  it('do not keep those in line that find no place: they come again after a moment', async () => {
    hang();
    const http = open({ timeoutMs: 2_000, places: { lineMs: 50 } });
    const began = performance.now();
    const results = await Promise.race([many(4, stranger.plain('/hangs'), http), many(30, stranger.plain('/'), http)]);
    expect(performance.now() - began).toBeLessThan(1_500);
    for (const result of results) {
      expect(result).toEqual({ kind: 'throttled', retryAfterMs: expect.any(Number) });
      expect((result as { retryAfterMs: number }).retryAfterMs).toBeGreaterThanOrEqual(2_000);
    }
  });

  it('are not those that answer quickly: these get more with each answer', async () => {
    const http = open();
    for (let round = 0; round < 4; round++) await send(stranger.plain('/'), http);
    expect(kindsOf(await many(48, stranger.plain('/'), http))).toEqual(Array(48).fill('accepted'));
  });
});
