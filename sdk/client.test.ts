/** Calls against a server that fails as told: what is repeated, under which key, and what the errors say. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createStockroom, operations, type Stockroom, StockroomError } from './index.ts';

type Step = (res: ServerResponse, req: IncomingMessage) => void;
interface Seen {
  line: string;
  headers: IncomingMessage['headers'];
  body: string;
}

let server: Server;
let steps: Step[];
let seen: Seen[];
let stockroom: Stockroom;
let baseUrl: string;
let otherwise: Step;

const answer =
  (status: number, body: unknown = {}, headers: Record<string, string> = {}): Step =>
  (res) =>
    void res.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
const problem = (status: number, code: string, retryable: boolean, headers = {}) =>
  answer(status, { status, code, detail: `it is ${code}`, request_id: 'r-1', retryable }, headers);
const hangUp: Step = (res) => void res.destroy();
const silence: Step = () => {};

beforeEach(async () => {
  steps = [];
  seen = [];
  otherwise = answer(200);
  server = createServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on('end', () => {
      seen.push({ line: `${req.method} ${req.url}`, headers: req.headers, body: Buffer.concat(chunks).toString() });
      (steps.shift() ?? otherwise)(res, req);
    });
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  stockroom = createStockroom({ baseUrl, apiKey: 'sk_test_x' });
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const keys = () => new Set(seen.map(({ headers }) => headers['idempotency-key']));
const failure = (work: Promise<unknown>): Promise<StockroomError> =>
  work.then(
    () => Promise.reject(new Error('it did not fail')),
    (error: StockroomError) => error,
  );

describe('a call', () => {
  it('says what it wants: method, path, query, body, key and preferences', async () => {
    steps = [answer(201, { id: 'o 1' })];
    await stockroom.orders.pay(
      'o/1',
      { payment_method: 'pm' },
      { orderToken: 'ot_1', waitSeconds: 5, idempotencyKey: 'k' },
    );
    await stockroom.orders.setStatus('o1', { status: 'delivered' }, { ifMatch: '"v3"' });
    await stockroom.orders.list({ status: 'paid', limit: 5 }).first();
    expect(seen[0]).toMatchObject({
      line: 'POST /v1/orders/o%2F1/pay',
      body: '{"payment_method":"pm"}',
      headers: {
        authorization: 'Bearer sk_test_x',
        'content-type': 'application/json',
        'order-token': 'ot_1',
        'idempotency-key': 'k',
        prefer: 'wait=5',
      },
    });
    expect(seen[1]).toMatchObject({ line: 'PUT /v1/orders/o1/status', headers: { 'if-match': '"v3"' } });
    expect(seen[1]!.headers['idempotency-key']).toBeUndefined();
    expect(seen[2]!.line).toBe('GET /v1/orders?status=paid&limit=5');
  });

  it('is there for every operation, with its method and path', async () => {
    otherwise = problem(404, 'not_found', false);
    for (const [name, request] of Object.entries(operations)) {
      const at = seen.length;
      const method = name
        .split('.')
        .reduce<unknown>((from, part) => (from as Record<string, unknown>)[part], stockroom);
      const ids = [...request.matchAll(/\{\w+\}/g)].map((_, index) => `id${index}`);
      const result = (method as (...given: string[]) => unknown)(...ids);
      if (result instanceof Promise) await result.catch(() => {});
      else {
        const reading = (result as AsyncIterable<unknown>)[Symbol.asyncIterator]();
        await reading.next().catch(() => {});
      }
      const expected = request.replaceAll(/\{\w+\}/g, () => ids.shift()!);
      expect(seen[at]?.line.split('?')[0]).toBe(expected);
    }
  });

  it('asks for text where a person or a spreadsheet wants it', async () => {
    steps = [(res) => void res.setHeader('content-type', 'text/csv').end('a,b\n')];
    expect(await stockroom.ledger.days.readAs('csv', '2026-11-20')).toBe('a,b\n');
    expect(seen[0]!.line).toBe('GET /v1/ledger/days/2026-11-20?format=csv');
  });

  it('sends what is no JSON as it is', async () => {
    await stockroom.products.import({ contentType: 'text/csv', content: 'sku\nA\n' }, { dry_run: 'true' });
    expect(seen[0]).toMatchObject({ line: 'POST /v1/products/import?dry_run=true', body: 'sku\nA\n' });
    expect(seen[0]!.headers['content-type']).toBe('text/csv');
  });

  it('refuses ids that would lead elsewhere, and settings that cannot be', () => {
    for (const id of ['', '.', '..', undefined as unknown as string]) {
      expect(() => stockroom.orders.read(id)).toThrow(TypeError);
    }
    expect(() => createStockroom({ baseUrl: 'shop', apiKey: 'sk_1' })).toThrow('baseUrl');
    expect(() => createStockroom({ baseUrl, apiKey: 'Bearer sk_1' })).toThrow('apiKey');
    expect(seen).toEqual([]);
  });
});

describe('a failure', () => {
  it('is repeated under the same key until it goes: lost connection, 409 of a running request, 429, 500', async () => {
    steps = [
      hangUp,
      problem(409, 'idempotency_key_in_use', true),
      problem(429, 'rate_limited', true, { 'retry-after': '0' }),
      answer(201, { id: 'o1' }),
    ];
    expect(await stockroom.orders.create({} as never)).toEqual({ id: 'o1' });
    expect(seen.length).toBe(4);
    expect([...keys()]).toEqual([expect.stringMatching(/^[0-9a-f-]{36}$/)]);
    steps = [answer(500, 'oops'), answer(200, { id: 'o2' })];
    await stockroom.orders.create({} as never);
    expect(keys().size).toBe(2);
  });

  it('waits as long as Retry-After says, but not for longer than a minute', async () => {
    const start = performance.now();
    steps = [problem(503, 'overloaded', true, { 'retry-after': '1' }), answer(200)];
    await stockroom.orders.create({} as never);
    expect(performance.now() - start).toBeGreaterThan(995);
    steps = [problem(503, 'overloaded', true, { 'retry-after': '3600' })];
    expect(await failure(stockroom.orders.create({} as never))).toMatchObject({ retryAfterSeconds: 3_600 });
    expect(seen.length).toBe(3);
  });

  it('is told with all the API says, and not repeated when that is no use', async () => {
    const errors = [{ pointer: '/currency', code: 'invalid', message: 'no' }];
    const headers = { 'content-type': 'application/problem+json' };
    steps = [
      answer(400, { code: 'validation_failed', detail: 'no', errors, request_id: 'r-2', retryable: false }, headers),
    ];
    const error = await failure(stockroom.orders.create({} as never));
    expect(error).toBeInstanceOf(StockroomError);
    expect(error).toMatchObject({ status: 400, code: 'validation_failed', errors, requestId: 'r-2', retryable: false });
    steps = [problem(409, 'refund_exceeds_refundable', false)];
    expect(await failure(stockroom.orders.refunds.create('o1'))).toMatchObject({ code: 'refund_exceeds_refundable' });
    steps = [(res) => void res.writeHead(404).end('<html>')];
    expect(await failure(stockroom.orders.read('o1'))).toMatchObject({ status: 404, code: 'http_404', errors: [] });
    expect(seen.length).toBe(3);
  });

  it('is not repeated for a POST without a key, unless the API took nothing', async () => {
    const rows = { contentType: 'text/csv', content: 'sku\n' } as const;
    steps = [hangUp];
    expect(await failure(stockroom.products.import(rows))).toMatchObject({ status: 0, code: 'network_error' });
    steps = [problem(429, 'rate_limited', true, { 'retry-after': '0' }), answer(200, { lines: 1 })];
    expect(await stockroom.products.import(rows)).toEqual({ lines: 1 });
    expect(seen.length).toBe(3);
  });

  it('ends after maxRetries, and a silent API after timeoutMs', async () => {
    steps = [silence, silence];
    const impatient = createStockroom({ baseUrl, apiKey: 'sk_test_x', timeoutMs: 50, maxRetries: 1 });
    expect(await failure(impatient.orders.read('o1'))).toMatchObject({ status: 0, code: 'timeout', retryable: true });
    expect(seen.length).toBe(2);
  });

  it('counts when the answer breaks off in its middle', async () => {
    steps = [
      (res) => {
        res.writeHead(200, { 'content-length': '100' }).write('{"id":');
        setTimeout(() => res.destroy(), 20);
      },
      answer(200, { id: 'o1' }),
    ];
    expect(await stockroom.orders.read('o1')).toEqual({ id: 'o1' });
  });

  it('is the reason of the signal when the caller aborts, also between attempts', async () => {
    const reason = new Error('enough');
    for (const step of [silence, problem(503, 'overloaded', true, { 'retry-after': '30' })]) {
      const abort = new AbortController();
      steps = [step];
      setTimeout(() => abort.abort(reason), 50);
      expect(await failure(stockroom.orders.read('o1', { signal: abort.signal }))).toBe(reason);
    }
    expect(seen.length).toBe(2);
  });
});

describe('a list', () => {
  const page = (ids: number[], next: string | null) =>
    answer(200, { data: ids, has_more: next !== null, next_cursor: next });

  it('fetches its pages while it is read, and no more than is read', async () => {
    steps = [page([1, 2], 'c1'), page([], 'c2'), page([3], null)];
    const items: unknown[] = [];
    for await (const item of stockroom.orders.list({ limit: 2 })) items.push(item);
    expect(items).toEqual([1, 2, 3]);
    expect(seen.map(({ line }) => line)).toEqual([
      'GET /v1/orders?limit=2',
      'GET /v1/orders?limit=2&cursor=c1',
      'GET /v1/orders?limit=2&cursor=c2',
    ]);
    steps = [page([1, 2], 'c1')];
    for await (const _ of stockroom.products.list()) break;
    expect(seen.length).toBe(4);
  });

  it('gives whole pages, and does not run in a circle', async () => {
    steps = [page([1], 'c1'), page([2], 'c1')];
    const sizes: number[] = [];
    const reading = (async () => {
      for await (const { data } of stockroom.orders.list().pages()) sizes.push(data.length);
    })();
    await expect(reading).rejects.toThrow('named itself');
    expect(sizes).toEqual([1, 1]);
  });
});
