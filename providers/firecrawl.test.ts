import { existsSync, readFileSync } from 'node:fs';
import http, { type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { createFirecrawl, type Firecrawl, type FirecrawlOptions } from './firecrawl.ts';

interface Asked {
  method: string;
  url: string;
  headers: IncomingMessage['headers'];
  body: Record<string, unknown>;
}

const BATCH = '0190b6a4-0000-7000-8000-000000000001';
const URLS = ['https://shop.test/a', 'https://other.test/b?size=1'];

let server: Server;
let asked: Asked[];
let answer: (res: ServerResponse, asked: Asked) => void;
let firecrawl: Firecrawl;

const base = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const create = (options: Partial<FirecrawlOptions> = {}) =>
  createFirecrawl({
    apiKey: 'fc-test-key',
    apiUrl: base(),
    timeoutMs: 2_000,
    pageTimeoutMs: 30_000,
    userAgent: 'Stockroom/1 (+https://shop.example/bot)',
    webhookUrl: 'https://shop.example/webhooks/firecrawl',
    ...options,
  });
const json = (res: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}) =>
  void res.writeHead(status, { 'Content-Type': 'application/json', ...headers }).end(JSON.stringify(body));
const answers = (status: number, body: unknown, headers?: Record<string, string>) => {
  answer = (res) => json(res, status, body, headers);
};
const start = () => firecrawl.startBatch({ id: BATCH, urls: URLS, locale: 'de-AT' });
const page = (url: string, more: object = {}, metadata: object = {}) => ({
  rawHtml: '<p>12,99 €</p>',
  metadata: { sourceURL: url, url, statusCode: 200, ...metadata },
  ...more,
});
const part = (body: object) => ({ success: true, status: 'completed', completed: 1, total: 1, data: [], ...body });

beforeAll(async () => {
  server = http.createServer(async (req, res) => {
    let text = '';
    for await (const chunk of req) text += String(chunk);
    const { method = '', url = '', headers } = req;
    const request = { method, url, headers, body: text ? JSON.parse(text) : {} };
    asked.push(request);
    answer(res, request);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});
beforeEach(() => {
  asked = [];
  answers(200, { success: true, id: 'batch-1', url: `${base()}/v2/batch/scrape/batch-1` });
  firecrawl = create();
});

describe('a batch', () => {
  it('is started under our id, for fresh pages, as who we are', async () => {
    expect(await start()).toEqual({ kind: 'started', providerId: 'batch-1', invalidUrls: [] });
    const [{ method, url, headers, body }] = asked as [Asked];
    expect([method, url]).toEqual(['POST', '/v2/batch/scrape']);
    expect(headers).toMatchObject({ authorization: 'Bearer fc-test-key', 'x-idempotency-key': BATCH });
    expect(body).toMatchObject({
      urls: URLS,
      maxAge: 0,
      storeInCache: false,
      skipTlsVerification: false,
      proxy: 'basic',
      headers: { 'User-Agent': 'Stockroom/1 (+https://shop.example/bot)' },
      location: { country: 'AT', languages: ['de-AT'] },
      webhook: {
        url: 'https://shop.example/webhooks/firecrawl',
        metadata: { batch_id: BATCH },
        events: ['started', 'completed', 'failed'],
      },
    });
  });

  it('asks the model by a plain JSON Schema, which arrives whole', async () => {
    await start();
    const formats = asked[0]!.body.formats as { type: string; schema?: { properties: object } }[];
    expect(formats.map(({ type }) => type)).toEqual(['rawHtml', 'json', 'screenshot']);
    expect(Object.keys(formats[1]!.schema!.properties)).toContain('price');
  });

  it('asks for no report where nobody could believe it', async () => {
    firecrawl = create({ webhookUrl: undefined });
    await start();
    expect(asked[0]!.body).not.toHaveProperty('webhook');
  });

  it('tells which addresses were not taken', async () => {
    answers(200, { success: true, id: 'batch-1', invalidURLs: [URLS[1]] });
    expect(await start()).toMatchObject({ kind: 'started', invalidUrls: [URLS[1]] });
  });

  it('is asked for with a key, or not at all', () => {
    expect(() => create({ apiKey: ' ' })).toThrow(/key/);
  });

  const contract = new URL('../../shared/contracts/firecrawl/v2-openapi.json', import.meta.url);
  const there = existsSync(contract);
  if (!there) process.stderr.write('\n*** SKIPPED: the contract of Firecrawl is not there ***\n');
  (there ? it : it.skip)("is what Firecrawl's own contract says", async () => {
    await start();
    const ajv = new Ajv({ strict: false, allErrors: true });
    addFormats.default(ajv);
    const document = JSON.parse(readFileSync(contract, 'utf8')) as object;
    ajv.addSchema({ $id: 'contract', ...document });
    const path = '#/paths/~1batch~1scrape/post/requestBody/content/application~1json/schema';
    const valid = ajv.compile({ $ref: `contract${path}` });
    expect(valid(asked[0]!.body) || ajv.errorsText(valid.errors)).toBe(true);
    expect(valid({ ...asked[0]!.body, formats: [{ type: 'price' }] })).toBe(false);
  });
});

describe('what may go wrong at the start', () => {
  it.each([
    [400, 'refused'],
    [401, 'not_allowed'],
    [402, 'no_credits'],
    [403, 'not_allowed'],
    [408, 'timed_out'],
    [409, 'known_key'],
    [413, 'refused'],
    [422, 'refused'],
    [429, 'busy'],
    [500, 'unavailable'],
    [502, 'unavailable'],
    [503, 'unavailable'],
    [504, 'unavailable'],
  ])('%i is %s, asked once', async (status, problem) => {
    answers(status, { success: false, error: 'No.' });
    expect(await start()).toEqual({ kind: 'trouble', problem, status, message: 'No.', retryAfterSeconds: undefined });
    expect(asked).toHaveLength(1);
  });

  it('429 says how long to wait', async () => {
    answers(429, { success: false, error: 'Rate limit exceeded' }, { 'Retry-After': '37' });
    expect(await start()).toMatchObject({ problem: 'busy', retryAfterSeconds: 37 });
  });

  it.each([
    ['success without an id', 200, { success: true }],
    ['an id that would change the address', 200, { success: true, id: '../team' }],
    ['no success', 200, { success: false, error: 'Something.' }],
    ['nothing', 200, null],
    ['another JSON', 200, ['ok']],
  ])('%s is not readable', async (_what, status, body) => {
    answers(status, body);
    expect(await start()).toMatchObject({ kind: 'trouble', problem: 'unreadable' });
  });

  it('a page of somebody in between is not readable, and no redirect gets the key', async () => {
    answer = (res) => void res.writeHead(200, { 'Content-Type': 'text/html' }).end('<h1>Welcome</h1>');
    expect(await start()).toMatchObject({ problem: 'unreadable' });
    answer = (res) => void res.writeHead(307, { Location: `${base()}/elsewhere` }).end();
    expect(await start()).toMatchObject({ problem: 'unreadable', status: 307 });
    expect(asked.map(({ url }) => url)).not.toContain('/elsewhere');
  });

  it.each([
    ['hangs', () => {}],
    [
      'drips',
      (res: ServerResponse) => {
        res.writeHead(200, { 'Content-Type': 'application/json' });
        const timer = setInterval(() => res.write(' '), 20);
        res.on('close', () => clearInterval(timer));
      },
    ],
  ])('a server that %s is given up in time', async (_what, how) => {
    answer = how;
    firecrawl = create({ timeoutMs: 300 });
    const began = Date.now();
    expect(await start()).toMatchObject({ kind: 'trouble', problem: 'timed_out', status: null });
    expect(Date.now() - began).toBeLessThan(1_500);
    expect(asked).toHaveLength(1);
  });

  it('a server that breaks off, or is not there, is unavailable', async () => {
    answer = (res) => void res.destroy();
    expect(await start()).toMatchObject({ problem: 'unavailable', status: null });
    firecrawl = create({ apiUrl: 'http://127.0.0.1:1' });
    expect(await start()).toMatchObject({ problem: 'unavailable', status: null });
  });

  it('no proxy of the environment comes between', async () => {
    process.env.HTTP_PROXY = 'http://127.0.0.1:1';
    try {
      expect((await start()).kind).toBe('started');
    } finally {
      delete process.env.HTTP_PROXY;
    }
  });
});

describe('what a batch has brought', () => {
  it('comes part by part, each asked for at the host that we know', async () => {
    answer = (res, { url }) =>
      json(
        res,
        200,
        url.includes('skip=100')
          ? part({ data: [page(URLS[1]!)] })
          : part({ next: 'https://elsewhere.test/v2/batch/scrape/batch-1?skip=100', data: [page(URLS[0]!)] }),
      );
    const first = await firecrawl.readBatch('batch-1', 0);
    expect(first).toMatchObject({ kind: 'part', status: 'completed', next: 100, pages: [{ url: URLS[0] }] });
    expect(await firecrawl.readBatch('batch-1', 100)).toMatchObject({ next: null, pages: [{ url: URLS[1] }] });
    expect(asked.map(({ url }) => url)).toEqual(['/v2/batch/scrape/batch-1', '/v2/batch/scrape/batch-1?skip=100']);
  });

  it('a further part that fails is told, not taken for the end', async () => {
    answers(500, { success: false, error: 'No.' });
    expect(await firecrawl.readBatch('batch-1', 100)).toMatchObject({ kind: 'trouble', problem: 'unavailable' });
  });

  it('a `next` that leads nowhere, or back, ends the reading', async () => {
    for (const next of [null, '', 'nonsense', '?skip=100', '?skip=5', '?skip=-1', '?skip=1e3']) {
      answers(200, part({ next }));
      expect(await firecrawl.readBatch('batch-1', 100)).toMatchObject({ kind: 'part', next: null });
    }
  });

  it('has the page with its own status, its cost, and where its redirects led', async () => {
    const metadata = {
      url: 'https://shop.test/moved',
      statusCode: 404,
      creditsUsed: 5,
      cacheState: 'hit',
      contentType: 'text/html',
    };
    const screenshot = 'https://storage.test/s.png';
    answers(200, part({ data: [page(URLS[0]!, { screenshot, json: { price: 12.99 } }, metadata)] }));
    expect(await firecrawl.readBatch('batch-1', 0)).toMatchObject({
      pages: [
        {
          url: URLS[0],
          finalUrl: 'https://shop.test/moved',
          status: 404,
          contentType: 'text/html',
          html: '<p>12,99 €</p>',
          json: { price: 12.99 },
          screenshotUrl: screenshot,
          credits: 5,
          cached: true,
        },
      ],
    });
  });

  it('may be success without data, or of other types than were said', async () => {
    const data = [
      { metadata: { sourceURL: URLS[0] } },
      {
        rawHtml: 7,
        json: 'x',
        screenshot: 'javascript:1',
        metadata: { sourceURL: URLS[1], statusCode: 'soon', creditsUsed: -1 },
      },
      { rawHtml: 'of nobody' },
      null,
      'page',
    ];
    answers(200, part({ data, completed: '2' }));
    expect(await firecrawl.readBatch('batch-1', 0)).toMatchObject({
      completed: 0,
      pages: [
        { url: URLS[0], html: '', status: null, json: null, credits: null, cached: false },
        { url: URLS[1], html: '', status: null, json: 'x', screenshotUrl: null, credits: null },
      ],
    });
    answers(200, { success: true, status: 'scraping', completed: 2, total: 2 });
    expect(await firecrawl.readBatch('batch-1', 0)).toMatchObject({ status: 'scraping', pages: [] });
  });

  it('in a state that nobody knows, or without success, is not readable', async () => {
    answers(200, part({ status: 'resting' }));
    expect(await firecrawl.readBatch('batch-1', 0)).toMatchObject({ problem: 'unreadable' });
    answers(200, { ...part({}), success: false });
    expect(await firecrawl.readBatch('batch-1', 0)).toMatchObject({ problem: 'unreadable' });
    answers(404, { success: false, error: 'Job not found' });
    expect(await firecrawl.readBatch('batch-1', 0)).toMatchObject({ problem: 'not_found' });
  });

  it('has its errors and what robots.txt forbade', async () => {
    const errors = [{ id: 'x', timestamp: null, url: URLS[0], error: 'Timed out' }, { error: 'of nobody' }];
    answers(200, { errors, robotsBlocked: [URLS[1]] });
    const told = { kind: 'errors', errors: [{ url: URLS[0], error: 'Timed out' }], robotsBlocked: [URLS[1]] };
    expect(await firecrawl.readBatchErrors('batch-1')).toEqual(told);
    answers(200, { success: true, data: { errors, robotsBlocked: [URLS[1]] } });
    expect(await firecrawl.readBatchErrors('batch-1')).toEqual(told);
    answers(200, null);
    expect(await firecrawl.readBatchErrors('batch-1')).toMatchObject({ problem: 'unreadable' });
  });
});

describe('beside batches', () => {
  it('those whose start was not answered are found by their first address and time', async () => {
    const at = '2026-11-21T18:00:00.000Z';
    answers(200, {
      success: true,
      data: [
        { id: 'ours', endpoint: 'batch_scrape', created_at: at, target: URLS[0] },
        { id: 'older', endpoint: 'batch_scrape', created_at: '2026-11-21T17:00:00.000Z', target: URLS[0] },
        { id: 'of-others', endpoint: 'batch_scrape', created_at: at, target: URLS[1] },
        { id: 'unknown', endpoint: 'batch_scrape', created_at: at, target: null },
      ],
    });
    expect(await firecrawl.findBatches(URLS[0]!, new Date('2026-11-21T17:59:00Z'))).toEqual({
      kind: 'found',
      providerIds: ['ours'],
    });
    expect(asked[0]!.url).toBe('/v2/team/activity?endpoint=batch_scrape&limit=100');
    answers(404, { success: false });
    expect(await firecrawl.findBatches(URLS[0]!, new Date())).toMatchObject({ kind: 'trouble', problem: 'not_found' });
  });

  it('credits are read, and what is not said is not zero', async () => {
    answers(200, {
      success: true,
      data: {
        remainingCredits: 120,
        planCredits: 500,
        billingPeriodStart: null,
        billingPeriodEnd: '2026-12-01T00:00:00Z',
      },
    });
    expect(await firecrawl.readCredits()).toEqual({
      kind: 'credits',
      remaining: 120,
      plan: 500,
      periodStart: null,
      periodEnd: '2026-12-01T00:00:00.000Z',
    });
    answers(200, { success: true, data: {} });
    expect(await firecrawl.readCredits()).toMatchObject({ problem: 'unreadable' });
  });

  it('a batch is canceled', async () => {
    answers(200, { status: 'cancelled' });
    expect(await firecrawl.cancelBatch('batch-1')).toEqual({ kind: 'canceled' });
    expect(asked[0]).toMatchObject({ method: 'DELETE', url: '/v2/batch/scrape/batch-1' });
  });

  it('pages are searched for on one site', async () => {
    answers(200, { success: true, data: { web: [{ url: URLS[0], title: 'A' }, { title: 'none' }] } });
    const found = await firecrawl.search('lamp 4006381333931', { limit: 5, locale: 'de', domain: 'shop.test' });
    expect(found).toEqual({ kind: 'results', results: [{ url: URLS[0], title: 'A' }] });
    expect(asked[0]!.body).toMatchObject({ limit: 5, country: 'DE', includeDomains: ['shop.test'] });
    answers(402, { success: false, error: 'No credits' });
    expect(await firecrawl.search('lamp', { limit: 5, locale: 'de' })).toMatchObject({ problem: 'no_credits' });
  });
});
