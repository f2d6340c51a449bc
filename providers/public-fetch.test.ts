import { readFileSync } from 'node:fs';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import https from 'node:https';
import net, { type AddressInfo } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { FETCH_PROBLEMS } from '../domain/fetch-problems.ts';
import type { Resolved } from './public-connector.ts';
import { createPublicFetch, type FetchLimits, type PublicFetch, PublicFetchError } from './public-fetch.ts';

const tls = (name: string) => readFileSync(new URL(`../test/fixtures/tls/${name}.pem`, import.meta.url));
const LIMITS: FetchLimits = { maxBytes: 1_000_000, timeoutMs: 4_000 };
const LOCAL: Resolved = { address: '127.0.0.1', family: 4 };

type Handler = (req: IncomingMessage, res: ServerResponse) => void;

let handle: Handler;
let asked: IncomingMessage[];
let names: Record<string, Resolved[][]>;
let lookedUp: string[];
let plain: http.Server;
let secure: https.Server;
let fetcher: PublicFetch;

const portOf = (server: net.Server) => (server.address() as AddressInfo).port;
const at = (path: string, host = 'pictures.test') => `http://${host}:${portOf(plain)}${path}`;
const securely = (path: string, host = 'pictures.test') => `https://${host}:${portOf(secure)}${path}`;
const get = (url: string, limits: Partial<FetchLimits> = {}) => fetcher.fetch(url, { ...LIMITS, ...limits });
/** Each answer of a name in turn; the last one stays. */
const lookup = async (hostname: string) => {
  lookedUp.push(hostname);
  const answers = names[hostname];
  if (!answers) throw Object.assign(new Error(`getaddrinfo ENOTFOUND ${hostname}`), { code: 'ENOTFOUND' });
  return (answers.length > 1 ? answers.shift() : answers[0])!;
};

async function problemOf(attempt: Promise<unknown>): Promise<string> {
  const error = await attempt.then(
    (answer) => expect(answer).toBe('refused'),
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(PublicFetchError);
  const { code, message } = error as PublicFetchError;
  expect(message.startsWith(FETCH_PROBLEMS[code])).toBe(true);
  return code;
}

beforeAll(async () => {
  const listener: Handler = (req, res) => {
    asked.push(req);
    handle(req, res);
  };
  plain = http.createServer(listener);
  secure = https.createServer({ key: tls('key'), cert: tls('cert') }, listener);
  for (const server of [plain, secure]) await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterAll(async () => {
  for (const server of [plain, secure]) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

beforeEach(() => {
  asked = [];
  lookedUp = [];
  names = { 'pictures.test': [[LOCAL]], 'other.test': [[LOCAL]], 'inside.test': [[LOCAL]] };
  handle = (_req, res) => res.end('a picture');
  const allowedPrivateHosts = ['pictures.test', 'other.test'].flatMap((host) =>
    [plain, secure].map((server) => `${host}:${portOf(server)}`),
  );
  fetcher = createPublicFetch({ userAgent: 'Test/1', allowedPrivateHosts, lookup, ca: tls('cert').toString() });
});

afterEach(() => fetcher.close());

describe('what is fetched', () => {
  it('comes with its status, its headers and its address', async () => {
    handle = (_req, res) => res.writeHead(200, { 'Content-Type': 'image/png', 'X-Twice': ['a', 'b'] }).end('a picture');
    const answer = await get(at('/a.png?size=1#top'), { accept: 'image/*' });
    expect(Buffer.from(answer.bytes).toString()).toBe('a picture');
    expect(answer).toMatchObject({
      status: 200,
      finalUrl: at('/a.png?size=1'),
      headers: { 'content-type': 'image/png' },
    });
    expect(asked[0]!.url).toBe('/a.png?size=1');
    expect(asked[0]!.headers).toMatchObject({
      'user-agent': 'Test/1',
      accept: 'image/*',
      'accept-encoding': 'identity',
    });
    expect(Object.keys(asked[0]!.headers).sort()).toEqual([
      'accept',
      'accept-encoding',
      'connection',
      'host',
      'user-agent',
    ]);
  });

  it('comes over TLS, from a server that proves its name', async () => {
    expect((await get(securely('/'))).status).toBe(200);
    fetcher = createPublicFetch({
      userAgent: 'Test/1',
      lookup,
      allowedPrivateHosts: [`pictures.test:${portOf(secure)}`],
    });
    expect(await problemOf(get(securely('/')))).toBe('certificate_invalid');
  });

  it('is not taken from a server with the certificate of another', async () => {
    names['wrong.test'] = [[LOCAL]];
    const allowedPrivateHosts = [`wrong.test:${portOf(secure)}`];
    fetcher = createPublicFetch({ userAgent: 'Test/1', allowedPrivateHosts, lookup, ca: tls('cert').toString() });
    expect(await problemOf(get(securely('/', 'wrong.test')))).toBe('certificate_invalid');
  });

  it.each([404, 410, 429, 500, 503, 304])('may be a %i, whose body nobody reads', async (status) => {
    handle = (_req, res) => {
      res.writeHead(status, { 'Retry-After': '7' });
      if (status === 304) return res.end();
      const timer = setInterval(() => res.write('sorry '.repeat(10_000)), 1);
      res.on('close', () => clearInterval(timer));
    };
    const answer = await get(at('/'));
    expect(answer).toMatchObject({ status, headers: { 'retry-after': '7' } });
    expect(answer.bytes).toHaveLength(0);
  });

  it('uses a connection again, and no more of them than allowed', async () => {
    const sockets = new Set<unknown>();
    handle = (req, res) => {
      sockets.add(req.socket);
      setTimeout(() => res.end('a picture'), 20);
    };
    await Promise.all(Array.from({ length: 40 }, () => get(at('/'))));
    expect(asked).toHaveLength(40);
    expect(sockets.size).toBeLessThanOrEqual(8);
  });
});

describe('an address that is not public', () => {
  it.each([
    ...[
      '127.0.0.1',
      '2130706433',
      '0x7f000001',
      '0177.0.0.1',
      '127.1',
      '0',
      '１２７.0.0.1',
      '[::1]',
      '[::ffff:127.0.0.1]',
    ],
    ...[
      '[::ffff:7f00:1]',
      '[64:ff9b::7f00:1]',
      '169.254.169.254',
      '10.0.0.1',
      '192.168.0.1',
      '[fd00:ec2::254]',
      '100.64.0.1',
    ],
  ])('is refused as %s', async (host) => {
    expect(await problemOf(get(at('/', host)))).toBe('address_not_public');
    expect(asked).toHaveLength(0);
  });

  it('is refused behind a name, over http and https', async () => {
    expect(await problemOf(get(at('/', 'inside.test')))).toBe('address_not_public');
    expect(await problemOf(get(securely('/', 'inside.test')))).toBe('address_not_public');
    expect(asked).toHaveLength(0);
  });

  it('is not told to whoever asks', async () => {
    names['inside.test'] = [[{ address: '10.11.12.13', family: 4 }]];
    await expect(get(at('/', 'inside.test'))).rejects.toThrow(/^(?!.*10\.11\.12\.13).*inside\.test/);
  });

  it.each([
    ['first', [LOCAL, { address: '93.184.215.14', family: 4 }]],
    ['last', [{ address: '2606:4700::1111', family: 6 }, { address: '93.184.215.14', family: 4 }, LOCAL]],
    [
      'mapped',
      [
        { address: '93.184.215.14', family: 4 },
        { address: '::ffff:127.0.0.1', family: 6 },
      ],
    ],
    ['zoned', [{ address: 'fe80::1%eth0', family: 6 }]],
  ] as [string, Resolved[]][])('is refused when it is the %s of several', async (_which, addresses) => {
    names['mixed.test'] = [addresses];
    expect(await problemOf(get(at('/', 'mixed.test')))).toBe('address_not_public');
    expect(asked).toHaveLength(0);
  });

  it('cannot take the place of one that was judged (rebinding)', async () => {
    // Public when it is judged, ours a moment later: whoever asks twice is led inside.
    names['rebound.test'] = [[{ address: '93.184.215.14', family: 4 }], [LOCAL]];
    expect(await problemOf(get(at('/', 'rebound.test'), { timeoutMs: 800 }))).toMatch(
      /fetch_timeout|connection_failed/,
    );
    expect(asked).toHaveLength(0);
    expect(lookedUp).toEqual(['rebound.test']);
    expect(await problemOf(get(at('/', 'rebound.test')))).toBe('address_not_public');
  });

  it('is allowed by host and port, and the neighbour port is not', async () => {
    const other = http.createServer((_req, res) => res.end('inside'));
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    try {
      expect(await problemOf(get(`http://pictures.test:${portOf(other)}/`))).toBe('address_not_public');
    } finally {
      other.close();
    }
  });

  it('is allowed by its number', async () => {
    fetcher = createPublicFetch({ userAgent: 'Test/1', allowedPrivateHosts: [`127.0.0.1:${portOf(plain)}`] });
    expect((await get(at('/', '127.0.0.1'))).status).toBe(200);
    expect((await get(at('/', '2130706433'))).status).toBe(200);
    expect(await problemOf(get(at('/', 'localhost')))).toBe('address_not_public');
  });
});

describe('addresses that are refused unread', () => {
  it.each([
    ['file:///etc/passwd', 'address_invalid'],
    ['ftp://pictures.test/', 'address_invalid'],
    ['http://user:secret@pictures.test/', 'address_invalid'],
    ['http://pictures.test:25/', 'port_refused'],
    ['nonsense', 'address_invalid'],
  ])('%s: %s', async (url, code) => {
    expect(await problemOf(get(url))).toBe(code);
    expect(lookedUp).toEqual([]);
  });

  it('a name that nobody has', async () => {
    expect(await problemOf(get('http://nobody.test/'))).toBe('host_unknown');
    names['empty.test'] = [[]];
    expect(await problemOf(get('http://empty.test/'))).toBe('host_unknown');
  });

  it('a server that is not there', async () => {
    const gone = net.createServer();
    await new Promise<void>((resolve) => gone.listen(0, '127.0.0.1', resolve));
    const port = portOf(gone);
    await new Promise((resolve) => gone.close(resolve));
    fetcher = createPublicFetch({ userAgent: 'Test/1', lookup, allowedPrivateHosts: [`pictures.test:${port}`] });
    expect(await problemOf(get(`http://pictures.test:${port}/`))).toBe('connection_failed');
  });
});

describe('redirects', () => {
  const redirect = (to: (path: string) => string | undefined, status = 302): void => {
    handle = (req, res) => {
      const location = to(req.url!);
      if (location) res.writeHead(status, { Location: location }).end('moved');
      else res.end('a picture');
    };
  };

  it.each([301, 302, 303, 307, 308])('are followed (%i), also to other hosts and to https', async (status) => {
    redirect((path) => ({ '/a': '/b', '/b': at('/c', 'other.test'), '/c': securely('/d') })[path], status);
    const answer = await get(at('/a'));
    expect(answer.finalUrl).toBe(securely('/d'));
    expect(Buffer.from(answer.bytes).toString()).toBe('a picture');
    expect(asked).toHaveLength(4);
  });

  it.each([
    ['http://127.0.0.1/', 'address_not_public'],
    ['http://169.254.169.254/latest/meta-data/', 'address_not_public'],
    ['http://[::1]:6379/', 'address_not_public'],
    ['//inside.test/', 'address_not_public'],
    ['http://0x7f.1/', 'address_not_public'],
    ['file:///etc/passwd', 'redirect_refused'],
    ['gopher://pictures.test/', 'redirect_refused'],
    ['http://user:secret@pictures.test/', 'redirect_refused'],
    ['http://pictures.test:22/', 'port_refused'],
    ['http://', 'redirect_refused'],
  ])('do not lead to %s', async (location, code) => {
    redirect((path) => (path === '/a' ? location : undefined));
    expect(await problemOf(get(at('/a')))).toBe(code);
    expect(asked).toHaveLength(1);
  });

  it('do not lead from https to http', async () => {
    redirect((path) => (path === '/a' ? at('/b') : undefined));
    expect(await problemOf(get(securely('/a')))).toBe('redirect_refused');
  });

  it('are judged anew when a name changes between them', async () => {
    names['turning.test'] = [[LOCAL]];
    redirect((path) => (path === '/a' ? at('/b', 'turning.test') : undefined));
    expect(await problemOf(get(at('/a')))).toBe('address_not_public');
  });

  it('end when there are too many, or when they go round', async () => {
    redirect((path) => (path === '/5' ? undefined : `/${Number(path.slice(1)) + 1}`));
    expect((await get(at('/0'))).finalUrl).toBe(at('/5'));
    redirect(() => '/again');
    asked = [];
    expect(await problemOf(get(at('/0')))).toBe('too_many_redirects');
    expect(asked).toHaveLength(6);
    expect(await problemOf(get(at('/0'), { maxRedirects: 0 }))).toBe('too_many_redirects');
  });

  it('without an address are an answer', async () => {
    handle = (_req, res) => res.writeHead(302).end();
    expect((await get(at('/'))).status).toBe(302);
  });
});

describe('limits', () => {
  const endless = (chunk: Buffer, everyMs: number, head: http.OutgoingHttpHeaders = {}): void => {
    handle = (_req, res) => {
      res.writeHead(200, head);
      const timer = setInterval(() => res.write(chunk), everyMs);
      res.on('close', () => clearInterval(timer));
      res.on('error', () => {});
    };
  };

  it('hold for what a server says it will send', async () => {
    handle = (_req, res) => res.writeHead(200, { 'Content-Length': '1000001' }).flushHeaders();
    expect(await problemOf(get(at('/')))).toBe('too_many_bytes');
  });

  it('hold for what it sends without saying', async () => {
    endless(Buffer.alloc(64 * 1024), 1);
    expect(await problemOf(get(at('/')))).toBe('too_many_bytes');
  });

  it('are exact to the byte', async () => {
    handle = (_req, res) => res.end(Buffer.alloc(1_000));
    expect((await get(at('/'), { maxBytes: 1_000 })).bytes).toHaveLength(1_000);
    expect(await problemOf(get(at('/'), { maxBytes: 999 }))).toBe('too_many_bytes');
  });

  it.each([
    ['gzip', gzipSync],
    ['x-gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
    ['GZIP', gzipSync],
  ] as const)('hold for what %s unpacks to', async (encoding, compress) => {
    const fits = compress(Buffer.alloc(1_000_000));
    const bomb = compress(Buffer.alloc(50_000_000));
    handle = (req, res) => res.writeHead(200, { 'Content-Encoding': encoding }).end(req.url === '/bomb' ? bomb : fits);
    expect((await get(at('/'))).bytes).toHaveLength(1_000_000);
    const before = process.memoryUsage().rss;
    expect(await problemOf(get(at('/bomb')))).toBe('too_many_bytes');
    expect(process.memoryUsage().rss - before).toBeLessThan(40e6);
  });

  it.each(['gzip, gzip', 'zstd', 'compress', 'constructor'])('refuse the encoding %s', async (encoding) => {
    handle = (_req, res) => res.writeHead(200, { 'Content-Encoding': encoding }).end('?');
    expect(await problemOf(get(at('/')))).toBe('encoding_unsupported');
  });

  it('tell what is not encoded as it says from what is cut off', async () => {
    handle = (_req, res) => res.writeHead(200, { 'Content-Encoding': 'gzip' }).end('not gzip at all');
    expect(await problemOf(get(at('/')))).toBe('encoding_unsupported');
    handle = (_req, res) => res.writeHead(200, { 'Content-Encoding': 'br' }).end(Buffer.from('not brotli at all'));
    expect(await problemOf(get(at('/')))).toMatch(/encoding_unsupported|body_incomplete/);
    handle = (_req, res) =>
      res.writeHead(200, { 'Content-Encoding': 'gzip' }).end(gzipSync('x'.repeat(999)).subarray(0, 20));
    expect(await problemOf(get(at('/')))).toBe('body_incomplete');
  });

  it('end an answer that does not begin', async () => {
    handle = () => {};
    const began = Date.now();
    expect(await problemOf(get(at('/'), { headTimeoutMs: 200 }))).toBe('fetch_timeout');
    expect(Date.now() - began).toBeLessThan(1_500);
  });

  it('end one that only ever announces (102, 103)', async () => {
    handle = (_req, res) => {
      const timer = setInterval(() => res.writeEarlyHints({ link: '</a>; rel=preload' }), 20);
      res.on('close', () => clearInterval(timer));
    };
    expect(await problemOf(get(at('/'), { headTimeoutMs: 300 }))).toBe('fetch_timeout');
  });

  it('end one that drips', async () => {
    endless(Buffer.from('x'), 10);
    const began = Date.now();
    expect(await problemOf(get(at('/'), { windowMs: 300 }))).toBe('too_slow');
    expect(Date.now() - began).toBeLessThan(1_500);
  });

  it('end one that falls silent', async () => {
    handle = (_req, res) => void res.writeHead(200, { 'Content-Length': '100' }).write('x');
    expect(await problemOf(get(at('/'), { windowMs: 300 }))).toBe('too_slow');
  });

  it('end one that takes too long as a whole, redirects included', async () => {
    endless(Buffer.alloc(1_500), 10);
    expect(await problemOf(get(at('/'), { timeoutMs: 400, maxBytes: 1e9 }))).toBe('fetch_timeout');
    handle = (_req, res) => void setTimeout(() => res.writeHead(302, { Location: '/again' }).end(), 150);
    expect(await problemOf(get(at('/'), { timeoutMs: 400 }))).toBe('fetch_timeout');
  });

  it('end a lookup that does not answer', async () => {
    fetcher = createPublicFetch({ userAgent: 'Test/1', lookup: () => new Promise(() => {}) });
    const began = Date.now();
    expect(await problemOf(get('http://silent.test/', { timeoutMs: 300 }))).toBe('fetch_timeout');
    expect(Date.now() - began).toBeLessThan(1_500);
  });

  it('refuse a head that is too large', async () => {
    handle = (_req, res) =>
      res.writeHead(200, { 'Set-Cookie': Array.from({ length: 2_000 }, (_, n) => `c${n}=${'x'.repeat(50)}`) }).end();
    expect(await problemOf(get(at('/')))).toBe('headers_too_large');
    handle = (_req, res) => res.writeHead(200, { 'X-Large': 'x'.repeat(40_000) }).end();
    expect(await problemOf(get(at('/')))).toBe('headers_too_large');
  });

  it('send no cookie back', async () => {
    handle = (_req, res) => res.writeHead(200, { 'Set-Cookie': ['a=1', 'b=2'] }).end('x');
    await get(at('/'));
    await get(at('/'));
    expect(asked[1]!.headers.cookie).toBeUndefined();
  });
});

describe('answers that are not what they say', () => {
  const raw = (text: string, end = true): void => {
    handle = (req) => {
      req.socket.write(text);
      if (end) req.socket.end();
    };
  };

  it.each([
    ['breaks off', 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort', 'body_incomplete'],
    ['breaks off in a chunk', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\nshort', 'body_incomplete'],
    [
      'has no end of its chunks',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nshort\r\n',
      'body_incomplete',
    ],
    ['has no head', '', 'connection_failed'],
    ['breaks off in its head', 'HTTP/1.1 200 OK\r\nContent-Le', 'connection_failed'],
    ['is no HTTP', '220 mail.test ESMTP\r\n', 'connection_failed'],
    ['has two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nshort', 'body_incomplete'],
    ['has a negative length', 'HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nshort', 'connection_failed'],
  ])('one that %s', async (_what, text, code) => {
    raw(text);
    expect(await problemOf(get(at('/')))).toBe(code);
  });

  it('one that is longer than it says is cut where it said', async () => {
    raw('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nshort and then some');
    const answer = await get(at('/')).catch((error: PublicFetchError) => error.code);
    expect(typeof answer === 'string' ? answer : Buffer.from(answer.bytes).toString()).toMatch(
      /^short$|^connection_failed$|^body_incomplete$/,
    );
  });

  it('one that breaks off does not spoil the next', async () => {
    handle = (req) => req.socket.destroy();
    expect(await problemOf(get(at('/')))).toBe('connection_failed');
    handle = (_req, res) => res.end('a picture');
    expect((await get(at('/'))).status).toBe(200);
  });
});
