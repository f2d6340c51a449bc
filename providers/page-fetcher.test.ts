import http, { type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createPageFetcher, type PageFetcher, type PageLimits } from './page-fetcher.ts';
import { createPublicFetch, type PublicFetch } from './public-fetch.ts';

const HTML = { 'Content-Type': 'text/html; charset=utf-8' };
const LIMITS: PageLimits = { maxBytes: 100_000, timeoutMs: 3_000, locale: 'de-AT' };

let server: Server;
let answer: RequestListener;
let asked: IncomingMessage[];
let publicFetch: PublicFetch;
let fetcher: PageFetcher;

const host = () => `127.0.0.1:${(server.address() as AddressInfo).port}`;
const at = (path: string) => `http://${host()}${path}`;
const page = (limits: Partial<PageLimits> = {}, path = '/p') => fetcher.requestPage(at(path), { ...LIMITS, ...limits });
const robots = (limits: Partial<PageLimits> = {}) => fetcher.requestRobots(at('/robots.txt'), { ...LIMITS, ...limits });

beforeAll(async () => {
  server = http.createServer((req, res) => {
    asked.push(req);
    answer(req, res);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});
beforeEach(() => {
  asked = [];
  answer = (_req, res) => res.writeHead(200, HTML).end('<p>12,99 €</p>');
  publicFetch = createPublicFetch({
    userAgent: 'Stockroom/1 (+https://shop.example/bot)',
    allowedPrivateHosts: [host()],
  });
  fetcher = createPageFetcher({ publicFetch });
});
afterEach(() => publicFetch.close());

describe('a page', () => {
  it('is asked for under an honest name, in the language of its shop', async () => {
    const told = await page();
    expect(told).toMatchObject({ kind: 'page', status: 200, text: '<p>12,99 €</p>', bytes: 16, url: at('/p') });
    expect(told.milliseconds).toBeGreaterThanOrEqual(0);
    expect(asked[0]!.headers).toMatchObject({
      'user-agent': 'Stockroom/1 (+https://shop.example/bot)',
      'accept-language': 'de-AT,de;q=0.8',
      'accept-encoding': 'gzip, br',
    });
    expect(asked[0]!.headers.cookie).toBeUndefined();
    await page({ locale: 'fr' });
    expect(asked[1]!.headers['accept-language']).toBe('fr');
  });

  it.each([
    ['gzip', gzipSync],
    ['br', brotliCompressSync],
  ] as const)('may come as %s, and no bomb gets through', async (encoding, compress) => {
    const [small, bomb] = [compress('<p>1 €</p>'), compress(' '.repeat(20_000_000))];
    answer = (req, res) =>
      res.writeHead(200, { ...HTML, 'Content-Encoding': encoding }).end(req.url === '/bomb' ? bomb : small);
    expect(await page()).toMatchObject({ kind: 'page', text: '<p>1 €</p>' });
    expect(await page({}, '/bomb')).toMatchObject({ kind: 'failed', problem: 'too_many_bytes', mayPass: false });
  });

  it('is decoded as it says', async () => {
    answer = (_req, res) =>
      res
        .writeHead(200, { 'Content-Type': 'text/html' })
        .end(Buffer.concat([Buffer.from('<meta charset="shift_jis">1,280'), Buffer.from([0x89, 0x7e])]));
    expect(await page()).toMatchObject({ kind: 'page', text: '<meta charset="shift_jis">1,280円' });
  });

  it.each(['application/pdf', 'image/png', 'application/json', 'text/css', 'application/octet-stream'])(
    'is not %s, of which nothing is read',
    async (contentType) => {
      answer = (_req, res) => {
        res.writeHead(200, { 'Content-Type': contentType });
        const timer = setInterval(() => res.write('x'.repeat(10_000)), 1);
        res.on('close', () => clearInterval(timer));
      };
      expect(await page()).toMatchObject({ kind: 'failed', problem: 'not_html', mayPass: false });
    },
  );

  it.each(['application/xhtml+xml', 'text/plain', 'TEXT/HTML'])('may be %s', async (contentType) => {
    answer = (_req, res) => res.writeHead(200, { 'Content-Type': contentType }).end('<p>1 €</p>');
    expect((await page()).kind).toBe('page');
  });

  it('of no type is one when it looks like one', async () => {
    answer = (_req, res) => res.writeHead(200).end(' <!doctype html>');
    expect((await page()).kind).toBe('page');
    answer = (_req, res) => res.writeHead(200).end('%PDF-1.7');
    expect(await page()).toMatchObject({ kind: 'failed', problem: 'not_html' });
  });
});

describe('a redirect', () => {
  const to = (location: string | undefined, status = 302) => {
    answer = (_req, res) => res.writeHead(status, location ? { Location: location } : {}).end();
  };

  it.each([301, 302, 303, 307, 308])('is told and not followed (%i)', async (status) => {
    to('../elsewhere?a=1#top', status);
    expect(await page()).toMatchObject({ kind: 'redirect', status, location: at('/elsewhere?a=1'), problem: null });
    expect(asked).toHaveLength(1);
  });

  it.each([
    ['file:///etc/passwd', 'redirect_refused'],
    ['http://user:secret@shop.test/', 'redirect_refused'],
    ['http://shop.test:25/', 'port_refused'],
    [undefined, 'redirect_refused'],
  ])('to %s leads nowhere', async (location, problem) => {
    to(location);
    expect(await page()).toMatchObject({ kind: 'redirect', location: null, problem });
  });
});

describe('a refusal', () => {
  it.each([403, 404, 410, 429, 500, 503])('is told with its status (%i)', async (status) => {
    answer = (_req, res) => res.writeHead(status, HTML).end('<p>1 €</p>');
    expect(await page()).toMatchObject({ kind: 'refused', status, retryAfterSeconds: undefined });
  });

  it('says how long to wait, in seconds or as a date', async () => {
    answer = (_req, res) => res.writeHead(429, { 'Retry-After': '120' }).end();
    expect(await page()).toMatchObject({ retryAfterSeconds: 120 });
    const soon = new Date(Date.now() + 60_000).toUTCString();
    answer = (_req, res) => res.writeHead(503, { 'Retry-After': soon }).end();
    const told = await page();
    expect(told.kind === 'refused' && told.retryAfterSeconds).toBeGreaterThan(55);
    answer = (_req, res) => res.writeHead(503, { 'Retry-After': 'soon' }).end();
    expect(await page()).toMatchObject({ kind: 'refused', retryAfterSeconds: undefined });
  });
});

describe('what cannot be had', () => {
  it('is told with its reason, and whether it may pass', async () => {
    answer = () => {};
    expect(await page({ timeoutMs: 200 })).toMatchObject({ kind: 'failed', problem: 'fetch_timeout', mayPass: true });
    answer = (req) => req.socket.destroy();
    expect(await page()).toMatchObject({ kind: 'failed', problem: 'connection_failed', mayPass: true });
    expect(await fetcher.requestPage('http://127.0.0.1:1/', LIMITS)).toMatchObject({ problem: 'port_refused' });
    expect(await fetcher.requestPage('http://10.0.0.1/', LIMITS)).toMatchObject({
      kind: 'failed',
      problem: 'address_not_public',
      mayPass: false,
    });
    expect(await fetcher.requestPage('nonsense', LIMITS)).toMatchObject({ problem: 'address_invalid' });
  });
});

describe('robots.txt', () => {
  it('is text in UTF-8 whatever its type says', async () => {
    answer = (_req, res) =>
      res
        .writeHead(200, { 'Content-Type': 'application/octet-stream', ETag: '"1"', 'Last-Modified': 'x' })
        .end('User-agent: *\nDisallow: /ä');
    expect(await robots()).toMatchObject({ kind: 'page', text: 'User-agent: *\nDisallow: /ä', etag: '"1"' });
  });

  it('is cut where it is too long, also when it says how long it is', async () => {
    const long = 'Disallow: /a\n'.repeat(100_000);
    answer = (_req, res) => res.writeHead(200, { 'Content-Length': long.length }).end(long);
    const told = await robots({ maxBytes: 512_000 });
    expect(told).toMatchObject({ kind: 'page', bytes: 512_000 });
    answer = (_req, res) => res.writeHead(200, { 'Content-Encoding': 'gzip' }).end(gzipSync(long));
    expect(await robots({ maxBytes: 512_000 })).toMatchObject({ kind: 'page', bytes: 512_000 });
  });

  it('that has not changed is not sent again', async () => {
    answer = (_req, res) => res.writeHead(304).end();
    expect(await robots({ etag: '"1"', lastModified: 'Sat, 21 Nov 2026 12:00:00 GMT' })).toMatchObject({
      kind: 'not_modified',
      status: 304,
    });
    expect(asked[0]!.headers).toMatchObject({
      'if-none-match': '"1"',
      'if-modified-since': 'Sat, 21 Nov 2026 12:00:00 GMT',
    });
  });
});
