/** Following an order: streams that resume without gap or repetition, a thousand at once, slow and leaving readers, a clean end. */
import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freePort, systemEnvironment } from '../bench/system-environment.ts';
import { statement } from '../db/database.ts';
import { appendOrderEvent } from '../db/order-events.ts';
import { NODE_FLAGS } from '../start/node-flags.ts';
import { startApi, type TestApi } from './support/api.ts';
import { seedVariants } from './support/catalogue.ts';
import { call, orderBody } from './support/client.ts';
import { createTestDatabase, type TestDatabase } from './support/database.ts';
import { type SpawnedNode, spawnNode } from './support/spawn-node.ts';
import { waitFor } from './support/wait-for.ts';

interface Stream {
  status: number;
  ids: number[];
  text: string;
  ended: boolean;
  broken: boolean;
  leave(): void;
}

let database: TestDatabase;
let api: TestApi;
beforeAll(async () => {
  database = await createTestDatabase();
  api = await startApi({ databaseUrl: database.url });
  await seedVariants(api.db, [{ sku: 'TEE', units: 10_000 }]);
});
afterAll(async () => {
  await api?.close();
  await database?.drop();
});

const place = async (from: Pick<TestApi, 'apiUrl' | 'secretKey'> = api) =>
  (await call(from, 'POST', '/v1/orders', { body: orderBody({ sku: 'TEE' }) })).body;
const tell = (id: string, n = 1) => appendOrderEvent(api.db, id, 'payment.failed', { n });
const upTo = (last: number, from = 1) => Array.from({ length: last - from + 1 }, (_, index) => index + from);

function open(
  url: string,
  headers: Record<string, string> = { authorization: `Bearer ${api.secretKey}` },
): Promise<Stream> {
  return new Promise((resolve, reject) => {
    const request: ClientRequest = httpRequest(url, { headers, agent: false });
    request.on('error', reject);
    request.on('response', (response: IncomingMessage) => {
      const stream: Stream = {
        status: response.statusCode ?? 0,
        ids: [],
        text: '',
        ended: false,
        broken: false,
        leave: () => request.destroy(),
      };
      request.on('error', () => {});
      response.on('error', () => {
        stream.broken = true;
      });
      response.on('end', () => {
        stream.ended = true;
      });
      response.on('data', (chunk: Buffer) => {
        stream.text += chunk;
        stream.ids = [...stream.text.matchAll(/^id: (\d+)$/gm)].map((match) => Number(match[1]));
      });
      resolve(stream);
    });
    request.end();
  });
}
const events = (id: string, query = '') => `${api.apiUrl}/v1/orders/${id}/events${query}`;

describe('a stream of events', () => {
  it('begins at the beginning, goes on as things happen, and is neither cached nor buffered', async () => {
    const { id } = await place();
    const stream = await open(events(id));
    await waitFor(() => stream.ids.length === 1);
    await tell(id, 2);
    await waitFor(() => stream.ids.length === 2);
    expect(stream.ids).toEqual([1, 2]);
    const data = [...stream.text.matchAll(/^data: (.*)$/gm)].map((match) => JSON.parse(match[1]!));
    expect(data[0]).toEqual({
      sequence: 1,
      type: 'order.accepted',
      data: expect.any(Object),
      created_at: expect.any(String),
    });
    expect(data[1]).toMatchObject({ sequence: 2, type: 'payment.failed', data: { n: 2 } });
    stream.leave();
    await waitFor(() => api.followers.size === 0);
  });

  it('resumes after Last-Event-ID without gap or repetition, however often it breaks', async () => {
    const { id } = await place();
    const writing = (async () => {
      for (let n = 2; n <= 60; n++) await tell(id, n);
    })();
    const seen: number[] = [];
    while (seen.length < 60) {
      const stream = await open(events(id), {
        authorization: `Bearer ${api.secretKey}`,
        'last-event-id': String(seen.at(-1) ?? 0),
      });
      await waitFor(() => stream.ids.length > 0);
      stream.leave();
      seen.push(...stream.ids);
    }
    await writing;
    expect(seen).toEqual(upTo(60));
    await waitFor(() => api.followers.size === 0);
  });

  it('begins after `after`, and the header goes before it', async () => {
    const { id } = await place();
    for (let n = 2; n <= 5; n++) await tell(id, n);
    const after = await open(events(id, '?after=3'));
    const both = await open(events(id, '?after=1'), { authorization: `Bearer ${api.secretKey}`, 'last-event-id': '4' });
    const nonsense = await open(events(id, '?after=2'), {
      authorization: `Bearer ${api.secretKey}`,
      'last-event-id': '<script>',
    });
    await waitFor(() => after.ids.length === 2 && both.ids.length === 1 && nonsense.ids.length === 3);
    expect([after.ids, both.ids, nonsense.ids]).toEqual([[4, 5], [5], [3, 4, 5]]);
    for (const stream of [after, both, nonsense]) stream.leave();
  });

  it('opens for a browser with `key` and `token` in the address, and for nobody without', async () => {
    const { id, order_token } = await place();
    const other = await place();
    const query = (key: string, token: string) => events(id, `?key=${key}&token=${token}`);
    const stream = await open(query(api.publishableKey, order_token), {});
    await waitFor(() => stream.ids.length === 1);
    stream.leave();
    expect((await open(query(api.publishableKey, other.order_token), {})).status).toBe(403);
    expect((await open(query('pk_test_unknown', order_token), {})).status).toBe(401);
    expect((await open(query(api.secretKey, order_token), {})).status).toBe(401);
    expect((await open(events(id), {})).status).toBe(401);
  });

  it('of one who asks for an impossible number harms no other', async () => {
    const { id } = await place();
    const streams = [
      await open(events(id, '?after=9007199254740991')),
      await open(events(id), { authorization: `Bearer ${api.secretKey}`, 'last-event-id': '99999999999' }),
    ];
    const good = await open(events(id));
    await tell(id, 2);
    await waitFor(() => good.ids.length === 2);
    expect(streams.map(({ ids }) => ids)).toEqual([[], []]);
    for (const stream of [...streams, good]) stream.leave();
    await waitFor(() => api.followers.size === 0);
  });

  it('of one who leaves before it begins is not followed', async () => {
    const { id } = await place();
    for (let wait = 0; wait < 40; wait++) {
      const request = httpRequest(events(id), { headers: { authorization: `Bearer ${api.secretKey}` }, agent: false });
      request.on('error', () => {});
      request.end();
      await delay(wait / 8);
      request.destroy();
    }
    expect(await waitFor(() => api.followers.size === 0)).toBe(true);
  });

  it('answers HEAD without following', async () => {
    const { id } = await place();
    const answer = await fetch(events(id), { method: 'HEAD', headers: { authorization: `Bearer ${api.secretKey}` } });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toContain('text/event-stream');
    expect(api.followers.size).toBe(0);
  });

  it('finds what a lost signal would have told', async () => {
    const { id } = await place();
    const stream = await open(events(id));
    await waitFor(() => stream.ids.length === 1);
    const silent = statement(
      'test_silent_event',
      `with o as (update orders set last_event = last_event + 1 where id = $1 returning last_event)
       insert into order_events (order_id, sequence, type) select $1, last_event, 'payment.failed' from o`,
    );
    await api.db.rows(silent, [id]);
    await waitFor(() => stream.ids.length === 2, { timeoutMs: 5_000 });
    stream.leave();
  });

  it('is cut off when its reader does not read, so that memory stays', async () => {
    const { id } = await place();
    const socket = connect(api.port, '127.0.0.1');
    socket.on('error', () => {});
    socket.pause();
    socket.write(`GET /v1/orders/${id}/events HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${api.secretKey}\r\n\r\n`);
    await waitFor(() => api.followers.size === 1);
    const large = statement(
      'test_large_events',
      `with o as (update orders set last_event = last_event + 20 where id = $1 returning last_event)
       insert into order_events (order_id, sequence, type, data)
       select $1, last_event - 20 + n, 'payment.failed', jsonb_build_object('text', repeat('x', 200000)) from o, generate_series(1, 20) n`,
    );
    for (let round = 0; round < 10 && api.followers.size > 0; round++) {
      await api.db.rows(large, [id]);
      api.db.signal('stockroom_orders', id);
      await waitFor(() => api.followers.size === 0, { timeoutMs: 1_500 }).catch(() => {});
    }
    expect(api.followers.size).toBe(0);
    socket.destroy();
  });
});

describe('a thousand streams on one API process', () => {
  let child: SpawnedNode;
  let remote: { apiUrl: string; secretKey: string };
  beforeAll(async () => {
    const port = await freePort();
    const apiUrl = `http://127.0.0.1:${port}`;
    const places = { apiPort: port, sandboxPort: 1, apiUrl, sandboxUrl: 'http://127.0.0.1:1', dataDir: '/tmp' };
    child = spawnNode([...NODE_FLAGS, 'api/main.ts'], {
      ...systemEnvironment(places),
      DATABASE_URL: database.url,
      STOCKROOM_LOG_LEVEL: 'debug',
    });
    await child.waitForLine(/the API is listening/);
    remote = { apiUrl, secretKey: api.secretKey };
  });
  afterAll(() => child?.kill('SIGKILL'));
  const memory = async () => {
    const text = await (await fetch(`${remote.apiUrl}/metrics`)).text();
    const read = (name: string) => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]);
    return { mib: read('process_resident_memory_bytes') / (1 << 20), followers: read('stockroom_order_followers') };
  };

  it('all get the event, within memory; who leaves is forgotten; the rest end cleanly with the process', async () => {
    const order = await place(remote);
    const { mib: without } = await memory();
    const streams: Stream[] = [];
    for (let n = 0; n < 1_000; n += 50) {
      const some = Array.from({ length: 50 }, () =>
        open(`${remote.apiUrl}/v1/orders/${order.id}/events`, { authorization: `Bearer ${remote.secretKey}` }),
      );
      streams.push(...(await Promise.all(some)));
    }
    await waitFor(() => streams.every(({ ids }) => ids.length === 1), { timeoutMs: 20_000 });
    const began = performance.now();
    await tell(order.id);
    await waitFor(() => streams.every(({ ids }) => ids.length === 2), { timeoutMs: 10_000 });
    const ms = Math.round(performance.now() - began);
    const { mib, followers } = await memory();
    const grown = mib - without;
    process.stderr.write(`\n1,000 streams: an event reached all in ${ms} ms; ${Math.round(grown)} MiB for them\n`);
    expect(followers).toBe(1_000);
    // Of the streams only: what the program itself takes grows with its features.
    expect(grown).toBeLessThan(80);
    for (const stream of streams.splice(0, 500)) stream.leave();
    await waitFor(async () => (await memory()).followers === 500);
    const exit = await child.kill('SIGTERM');
    expect(exit).toEqual({ code: 0, signal: null });
    await waitFor(() => streams.every(({ ended }) => ended));
    expect(streams.some(({ broken }) => broken)).toBe(false);
    const logged = child.lines.join('\n');
    for (const secret of ['ada@example.com', 'Ada Example', 'Main Street', remote.secretKey, order.order_token])
      expect([secret, logged.includes(secret)]).toEqual([secret, false]);
  }, 60_000);
});
