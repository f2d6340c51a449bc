/** Malformed and hostile requests to every route that the API's own document lists: always a 4xx problem, never a 5xx. */
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { startApi, type TestApi } from './support/api.ts';
import { seedVariants } from './support/catalogue.ts';
import { orderBody } from './support/client.ts';
import { insertTestOrder } from './support/orders.ts';

// Each test asks every route.
jest.setTimeout(180_000);

interface Seen {
  status: number;
  type: string;
  headers: Record<string, string | string[] | undefined>;
  text: string;
}

interface Operation {
  method: string;
  path: string;
  hasBody: boolean;
  raw: string | undefined;
  query: string[];
}

let api: TestApi;
let operations: Operation[];
let orderId: string;

beforeAll(async () => {
  api = await startApi();
  const variants = await seedVariants(api.db, [{ sku: 'TEE', units: 1_000 }]);
  orderId = await insertTestOrder(api.db, { variants });
  operations = await readOperations();
});
afterAll(() => api?.close());

const VALUES: [string, string][] = [
  ['null', 'null'],
  ['a string', '"text"'],
  ['an empty string', '""'],
  ['a number', '12'],
  ['a negative number', '-1'],
  ['a float', '1.5'],
  ['a huge number', '1e400'],
  ['an integer beyond 2^53', '9007199254740993'],
  ['an integer beyond int4', '2147483648'],
  ['a boolean', 'true'],
  ['an empty array', '[]'],
  ['an array', '[1,"2",{}]'],
  ['an empty object', '{}'],
  ['an object', '{"toString":1,"length":-1}'],
  ['a lone surrogate', '"\\ud800"'],
  ['a NUL', '"a\\u0000b"'],
  ['control characters', '"a\\u0001\\u001b[2Jb"'],
  ['a line break', '"a\\r\\nSet-Cookie: x=1"'],
  ['an escaped prototype key', '{"\\u005f_proto__":{"admin":true},"const\\u0072uctor":1}'],
  ['SQL', '"\' OR 1=1; --"'],
  ['right-to-left text', '"\\u202e\\u0000"'],
];

const BODIES = (
  [
    ['nothing', () => ''],
    ['half a document', () => '{"a":'],
    ['two documents', () => '{}{}'],
    ['100,000 levels of arrays', () => '['.repeat(100_000) + ']'.repeat(100_000)],
    ['100,000 levels of objects', () => '{"a":'.repeat(40_000)],
    ['1 MiB in one string', () => JSON.stringify({ name: 'x'.repeat(1 << 20) })],
    ['200 KiB in one string', () => JSON.stringify({ name: 'x'.repeat(200 << 10), sku: 'x'.repeat(1000) })],
    [
      '10,000 members',
      () => JSON.stringify(Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`k${i}`, i]))),
    ],
    ['bad UTF-8', () => Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d])],
    ['a BOM before garbage', () => '\uFEFF{'],
    ['UTF-16', () => Buffer.from('{"a":"b"}', 'utf16le'), { 'content-type': 'application/json; charset=utf-16' }],
    ['UTF-7', () => '{"a":1}', { 'content-type': 'application/json; charset=utf-7' }],
    ['__proto__', () => '{"__proto__":{"admin":true}}'],
    ['constructor', () => '{"constructor":{"prototype":{"admin":true}}}'],
    ['duplicate members', () => '{"name":1,"name":"a","name":null,"lines":1,"lines":[]}'],
    ['a form', () => 'a=1&b=2', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['a multipart form', () => '--x\r\n\r\n--x--', { 'content-type': 'multipart/form-data; boundary=x' }],
    ['XML', () => '<a/>', { 'content-type': 'text/xml' }],
    ['a media type that is none', () => '{}', { 'content-type': ';;;' }],
    ['an unknown encoding', () => '{}', { 'content-encoding': 'zstd2' }],
    ['gzip that is none', () => '{}', { 'content-encoding': 'gzip' }],
    ['a gzip bomb', () => gzipSync(Buffer.alloc(100 << 20, 0x20)), { 'content-encoding': 'gzip' }],
  ] as [string, () => Buffer | string, Record<string, string>?][]
).map(([name, make, headers]): [string, { make: typeof make; headers: typeof headers }] => [name, { make, headers }]);

const IDS = [
  '1', '-1', 'null', 'undefined', '0x0', '%00', 'a%00b', '%FF', '%E0%A4%A', '%', '%zz', '..%2f..%2fetc', '%2e%2e', '%0d%0aX-A:1',
  '00000000-0000-0000-0000-00000000000g', "'%20or%201=1--", '%F0%9F%98%80', 'x'.repeat(5_000), '__proto__', 'constructor', '%7B%7D', '[object]',
]; // biome-ignore format: a list of ids

const QUERY_VALUES = [
  '', '-1', '1e400', 'NaN', '1.5', '99999999999999999999', '%00', '%FF', '%ZZ', 'x'.repeat(8_000), '%5B%5D', '[object%20Object]',
  '2026-13-45T00:00:00Z', '0000-01-01T00:00:00Z', '9999999-01-01', 'eyJ9', 'bnVsbA', 'WzEsMiwzXQ', '%F0%9F%98%80', '%ED%A0%80',
]; // biome-ignore format: a list of values

describe('what is sent as a body', () => {
  it.each(BODIES)('%s is refused by every route that takes a body', async (_name, { make, headers }) => {
    const body = make();
    for (const operation of operations.filter((each) => each.hasBody)) {
      const type = { 'content-type': operation.raw ?? 'application/json' };
      const seen = await send(operation.method, fill(operation.path), { body, headers: { ...type, ...headers } });
      // Members that nobody knows are ignored, and a cancellation needs none.
      const harmless = body.length === 0 || operation.raw !== undefined || operation.path.endsWith('/cancel');
      expectRefusal(seen, operation, harmless);
    }
  });

  it.each(VALUES)('%s as the whole, and in place of any member, is refused or harmless', async (_name, json) => {
    for (const operation of operations.filter((each) => each.hasBody && !each.raw)) {
      expectRefusal(await send(operation.method, fill(operation.path), { body: json }), operation, true);
    }
    const template = JSON.stringify({ ...orderBody({ sku: 'TEE', card: 'pm_card_visa' }), metadata: { a: 'b' } });
    for (const body of replacements(template, json)) {
      const seen = await send('POST', '/v1/orders', { body });
      expectRefusal(seen, { method: 'POST', path: `/v1/orders with ${body.slice(0, 600)}` }, true);
    }
  });

  it('numbers out of range and text too long are refused in each place of an order', async () => {
    const base = orderBody({ sku: 'TEE' });
    const wrong = [
      { ...base, lines: [{ sku: 'TEE', quantity: 0 }] },
      { ...base, lines: [{ sku: 'TEE', quantity: -1 }] },
      { ...base, lines: [{ sku: 'TEE', quantity: 2 ** 31 }] },
      { ...base, lines: Array.from({ length: 101 }, () => ({ sku: 'TEE', quantity: 1 })) },
      {
        ...base,
        lines: [
          { sku: 'TEE', quantity: 10_000 },
          ...Array.from({ length: 9 }, () => ({ sku: 'TEE', quantity: 10_000 })),
        ],
      },
      { ...base, customer: { email: `${'a'.repeat(300)}@example.com` } },
      { ...base, customer: { email: 'a@example.com\r\nBcc: b@example.com' } },
      { ...base, currency: 'xxx' },
      { ...base, shipping_method: 'teleport' },
      { ...base, shipping_method: 'constructor' },
      { ...base, metadata: Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`k${i}`, 'v'])) },
      { ...base, payment: { payment_method: '4242424242424242', confirm: true } },
    ];
    for (const body of wrong) {
      const seen = await send('POST', '/v1/orders', { body: JSON.stringify(body) });
      expectRefusal(seen, { method: 'POST', path: JSON.stringify(body).slice(0, 200) }, false);
      expect(JSON.parse(seen.text)).toMatchObject({
        code: 'validation_failed',
        errors: [{ pointer: expect.any(String) }],
      });
    }
  });

  it('chunks without end are cut off at the limit', async () => {
    const status = await new Promise<number | string>((resolve) => {
      const request = httpRequest(`${api.apiUrl}/v1/orders`, {
        method: 'POST',
        headers: { authorization: `Bearer ${api.secretKey}`, 'content-type': 'application/json' },
      });
      const timer = setInterval(() => request.write('x'.repeat(64 << 10)), 1);
      const finish = (what: number | string) => {
        clearInterval(timer);
        request.destroy();
        resolve(what);
      };
      request.on('response', (response) => finish(response.statusCode ?? 0));
      request.on('error', (error) => finish(error.message));
    });
    expect(status).toBe(413);
  });
});

describe('what stands in the address', () => {
  it('ids that are none are refused wherever a path takes one', async () => {
    for (const operation of operations.filter((each) => each.path.includes('{'))) {
      for (const id of IDS) {
        const path = operation.path.replaceAll(/\{\w+\}/g, id);
        const seen = await send(operation.method, path, operation.hasBody ? { body: '{}' } : {});
        expectRefusal(seen, { ...operation, path }, !operation.path.startsWith('/v1/orders'));
      }
    }
  });

  it('query parameters that make no sense are refused or harmless, doubled ones too', async () => {
    for (const operation of operations.filter((each) => each.query.length > 0)) {
      for (const value of QUERY_VALUES) {
        for (const name of operation.query) {
          const path = fill(operation.path);
          if (path.endsWith('/events')) {
            const head = await send('HEAD', `${path}?${name}=${value}`);
            expect(head.status).toBeLessThan(500);
            continue;
          }
          expectRefusal(
            await send(operation.method, `${path}?${name}=${value}`),
            { ...operation, path: `${path}?${name}=${value}` },
            true,
          );
          expectRefusal(await send(operation.method, `${path}?${name}=${value}&${name}=${value}`), operation, true);
        }
      }
      const all = operation.query.map((name) => `${name}=a`).join('&');
      if (!operation.path.endsWith('/events'))
        expectRefusal(await send(operation.method, `${fill(operation.path)}?${all}`), operation, true);
    }
    // Every parameter of every route with every value takes its time on a busy machine.
  });

  it.each([
    '/',
    '//',
    '/v1',
    '/v1/orders/',
    '/v1/nothing',
    '/docs/..%2f..%2fpackage.json',
    '/docs/%zz',
    '/docs/%00',
    '/%',
    '/.env',
    '/v1/orders;a=b',
    '/ops',
    '/constructor',
  ])('%s is no place', async (path) => {
    const seen = await send('GET', path);
    if (seen.status === 200) expect(path).toBe('/v1/orders/');
    else expectRefusal(seen, { method: 'GET', path }, false);
  });
});

describe('what stands in headers', () => {
  const values = [
    '',
    ' ',
    'x'.repeat(2_000),
    '"',
    'W/"v1"',
    '"v99999999999999999999"',
    '\u00ff\u00fe',
    '*',
    ',,,',
    'wait=99999999999999',
    '-1',
    '1e400',
  ];
  const names = [
    'If-Match',
    'If-None-Match',
    'Prefer',
    'Idempotency-Key',
    'Order-Token',
    'Last-Event-ID',
    'X-Request-Id',
    'Accept',
    'Origin',
    'Accept-Encoding',
    'X-Forwarded-For',
    'Range',
  ];

  it.each(names)('%s with nonsense is refused or harmless', async (name) => {
    for (const value of values) {
      const headers = { [name]: value };
      const body = '{"status":"shipped"}';
      expectRefusal(
        await send('PUT', `/v1/orders/${orderId}/status`, { body, headers }),
        { method: 'PUT', path: `${name}: ${value}` },
        false,
      );
      expectRefusal(
        await send('GET', `/v1/orders/${orderId}`, { headers }),
        { method: 'GET', path: `${name}: ${value}` },
        true,
      );
    }
  });

  it.each([
    'Bearer',
    'Bearer ',
    'Basic',
    'Basic %%%',
    'Digest a',
    'Bearer sk_test_',
    `Bearer sk_test_${'x'.repeat(5_000)}`,
    'Bearer sk_test_\u00e9',
    'Basic OnNrX3Rlc3Q=',
  ])('Authorization: %s is 401', async (authorization) => {
    const seen = await send('GET', '/v1/orders', { headers: { authorization: authorization.slice(0, 6_000) } });
    expect(seen.status).toBe(401);
    expect(seen.headers['www-authenticate']).toContain('Bearer');
    expectRefusal(seen, { method: 'GET', path: authorization.slice(0, 20) }, false);
  });

  it('a request id of the client is taken when it is plain, and never echoed otherwise', async () => {
    expect(
      (await send('GET', '/v1/orders', { headers: { 'x-request-id': 'my-request-42' } })).headers['x-request-id'],
    ).toBe('my-request-42');
    expect(
      (await send('GET', '/v1/orders', { headers: { 'x-request-id': '<script>alert(1)' } })).headers['x-request-id'],
    ).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe('methods', () => {
  it('that a path does not have are 405 with Allow, and HEAD and OPTIONS behave', async () => {
    for (const path of new Set(operations.map((each) => each.path))) {
      const methods = operations.filter((each) => each.path === path).map((each) => each.method);
      for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'TRACE', 'PROPFIND'].filter(
        (each) => !methods.includes(each),
      )) {
        const seen = await send(method, fill(path));
        if (isAlsoElsewhere(method, path)) continue;
        expect([seen.status, method, path]).toEqual([405, method, path]);
        expect(String(seen.headers.allow).split(', ')).toEqual(expect.arrayContaining(methods));
        expectRefusal(seen, { method, path }, false);
      }
      const options = await send('OPTIONS', fill(path));
      expect(options.status).toBe(204);
      const head = await send('HEAD', fill(path));
      expect(head.text).toBe('');
      if (!methods.includes('GET') && !isAlsoElsewhere('GET', path)) expect([head.status, path]).toEqual([405, path]);
    }
  });

  it.each([
    '/health/live',
    '/health/ready',
    '/webhooks/stripe',
    '/v1/webhooks/stripe',
    '/webhooks/sendgrid',
    '/webhooks/carrier',
    '/metrics',
    '/openapi.json',
    '/docs',
  ])('DELETE %s is 405 with Allow', async (path) => {
    const seen = await send('DELETE', path);
    expect(seen.status).toBe(405);
    expect(seen.headers.allow).toMatch(/GET|POST/);
    expectRefusal(seen, { method: 'DELETE', path }, false);
  });
});

describe('what is no HTTP', () => {
  const raw: [string, string, number][] = [
    ['garbage', 'hello\r\n\r\n', 400],
    ['an unknown method', 'FROB / HTTP/1.1\r\nHost: a\r\n\r\n', 400],
    ['a header of 100 KiB', `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(100 << 10)}\r\n\r\n`, 431],
    ['a query of 100 KiB', `GET /v1/orders?cursor=${'x'.repeat(100 << 10)} HTTP/1.1\r\nHost: a\r\n\r\n`, 431],
    ['two lengths', 'POST /v1/orders HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab', 400],
    [
      'a length and chunks',
      'POST /v1/orders HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
    ],
    ['a negative length', 'POST /v1/orders HTTP/1.1\r\nHost: a\r\nContent-Length: -5\r\n\r\n', 400],
    ['a bare line feed in a header', 'GET / HTTP/1.1\r\nHost: a\r\nX: a\nInjected: 1\r\n\r\n', 400],
    ['a NUL in a header', 'GET / HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n', 400],
    [
      'a strange expectation',
      'POST /v1/orders HTTP/1.1\r\nHost: a\r\nExpect: wonders\r\nContent-Length: 2\r\n\r\n{}',
      417,
    ],
  ];
  it.each(raw)('%s gets a problem document and the end of its connection', async (_name, bytes, status) => {
    const answer = await speak(bytes);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(answer).toContain('application/problem+json');
    const body = JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4));
    expect(body).toMatchObject({
      status,
      code: expect.any(String),
      request_id: expect.any(String),
      retryable: expect.any(Boolean),
    });
  });
});

it('none of all this was a 5xx or left anything in the log above debug', () => {
  expect(api.logLines.filter((line) => JSON.parse(line).level >= 40)).toEqual([]);
});

async function readOperations(): Promise<Operation[]> {
  const document = JSON.parse((await send('GET', '/openapi.json')).text) as {
    paths: Record<
      string,
      Record<string, { requestBody?: { content: object }; parameters?: { in: string; name: string }[] }>
    >;
  };
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { requestBody, parameters = [] }]) => {
      const types = Object.keys(requestBody?.content ?? {});
      return {
        method: method.toUpperCase(),
        path,
        hasBody: types.length > 0,
        raw: types.includes('application/json') ? undefined : types[0],
        query: parameters.filter((each) => each.in === 'query').map((each) => each.name),
      };
    }),
  );
}

/** `/v1/products/import` is also the address of a product, of one that is not there. */
const isAlsoElsewhere = (method: string, path: string) =>
  operations.some(
    (each) => each.method === method && new RegExp(`^${each.path.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path),
  );

const fill = (path: string) => path.replaceAll(/\{\w+\}/g, orderId);

/** The JSON with each of its values replaced in turn. */
function replacements(template: string, json: string): string[] {
  const places: (string | number)[][] = [];
  const walk = (value: unknown, path: (string | number)[]) => {
    if (path.length > 0) places.push(path);
    if (typeof value === 'object' && value !== null)
      for (const [key, member] of Object.entries(value)) walk(member, [...path, key]);
  };
  walk(JSON.parse(template), []);
  return places.map((path) => {
    const copy = JSON.parse(template);
    let at = copy;
    for (const key of path.slice(0, -1)) at = at[key];
    at[path.at(-1)!] = '@@here@@';
    return JSON.stringify(copy).replace('"@@here@@"', () => json);
  });
}

/** What people open in a browser answers as a page. */
const PAGES = ['/unsubscribe', '/price-alerts/act'];

function expectRefusal(seen: Seen, where: { method: string; path: string }, mayPass: boolean): void {
  const place = `${where.method} ${where.path}`;
  if (mayPass && seen.status < 400) return;
  const allowed = seen.status >= 400 && seen.status < 500;
  expect({ place, status: seen.status, text: allowed ? '' : seen.text }).toEqual({
    place,
    status: allowed ? seen.status : '4xx',
    text: '',
  });
  expect(seen.text).not.toMatch(/node_modules|\.ts:\d|at \w+ \(/);
  if (PAGES.some((path) => where.path.startsWith(path)) && seen.type.startsWith('text/html')) return;
  expect({ place, type: seen.type }).toEqual({ place, type: expect.stringContaining('application/problem+json') });
  if (seen.text === '') return;
  const problem = JSON.parse(seen.text);
  expect({ place, ...problem }).toMatchObject({
    status: seen.status,
    code: expect.stringMatching(/^[a-z0-9_]+$/),
    title: expect.any(String),
    detail: expect.any(String),
    type: expect.any(String),
    request_id: expect.any(String),
    retryable: expect.any(Boolean),
  });
}

/** Bare http, since fetch refuses to send most of this. A request that hangs for 10 s rejects. */
function send(
  method: string,
  path: string,
  { body, headers }: { body?: string | Buffer; headers?: Record<string, string> } = {},
): Promise<Seen> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      {
        host: '127.0.0.1',
        port: api.port,
        method,
        path,
        timeout: 3_000,
        headers: {
          authorization: `Bearer ${api.secretKey}`,
          ...(body === undefined
            ? {}
            : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
          ...headers,
        },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            type: response.headers['content-type'] ?? '',
            headers: response.headers,
            text: Buffer.concat(chunks).toString(),
          }),
        );
      },
    );
    request.on('timeout', () => request.destroy(new Error(`${method} ${path} hangs`)));
    request.on('error', reject);
    request.end(body);
  });
}

function speak(bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(api.port, '127.0.0.1');
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
    socket.setTimeout(10_000, () => socket.destroy(new Error('the connection hangs')));
    socket.write(bytes);
  });
}
