/** Following an order over connections that break, fall silent, are cut anywhere and refuse. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { createStockroom, type FollowOptions, type OrderEvent, type Stockroom } from './index.ts';

type Step = (res: ServerResponse, req: IncomingMessage) => unknown;

let server: Server;
let steps: Step[];
let resumed: (string | undefined)[];
let left: number;
let stockroom: Stockroom;

beforeEach(async () => {
  [steps, resumed, left] = [[], [], 0];
  server = createServer((req, res) => {
    resumed.push(req.headers['last-event-id'] as string | undefined);
    res.on('close', () => left++);
    const step = steps.shift();
    if (step) step(res.setHeader('content-type', 'text/event-stream'), req);
    else res.writeHead(404, { 'content-type': 'application/json' }).end('{"code":"order_not_found","retryable":false}');
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  stockroom = createStockroom({ baseUrl: `http://127.0.0.1:${port}`, apiKey: 'pk_test_x' });
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const event = (sequence: number, type = 'payment.failed', note = 'für Ada 🛒') =>
  `id: ${sequence}\ndata: ${JSON.stringify({ sequence, type, data: { note }, created_at: '' })}\n\n`;
const write = (text: string, end: Step = (res) => res.end()): Step => {
  return async (res, req) => {
    res.write(`retry: 10\n\n${text}`);
    await delay(20);
    end(res, req);
  };
};
async function follow(options?: FollowOptions): Promise<OrderEvent[]> {
  const events: OrderEvent[] = [];
  for await (const each of stockroom.followOrder('o1', options)) events.push(each);
  return events;
}
const sequences = async (options?: FollowOptions) => (await follow(options)).map(({ sequence }) => sequence);

it('goes on after the last event that came, and ends with the order', async () => {
  steps = [
    write(event(1) + event(2)),
    write(`${event(3)}id: 4\ndata: {"sequ`, (res) => res.destroy()),
    (res) => res.writeHead(503, { 'retry-after': '0' }).end('{"code":"draining"}'),
    write(`: still here\n\n${event(4, 'order.delivered')}${event(5)}`),
  ];
  expect(await sequences()).toEqual([1, 2, 3, 4]);
  expect(resumed).toEqual([undefined, '2', '3', '3']);
});

it('takes a silent connection for dead, and one with heartbeats for alive', async () => {
  const beat: Step = async (res) => {
    for (let n = 0; n < 6; n++) await delay(50).then(() => res.write(': still here\n\n'));
    res.write(event(2, 'order.canceled'));
  };
  steps = [write(event(1), () => {}), beat];
  expect(await sequences({ heartbeatTimeoutMs: 200 })).toEqual([1, 2]);
  expect(resumed).toEqual([undefined, '1']);
});

it('does not hold the caller’s own slowness against the server', async () => {
  steps = [write(event(1) + event(2, 'order.expired'), () => {})];
  const seen: number[] = [];
  for await (const { sequence } of stockroom.followOrder('o1', { heartbeatTimeoutMs: 100 })) {
    seen.push(sequence);
    await delay(150);
  }
  expect([seen, resumed.length]).toEqual([[1, 2], 1]);
});

it('reads bytes that are cut anywhere, in any style of line', async () => {
  const bytes = Buffer.from((event(1) + event(2, 'order.rejected')).replaceAll('\n', '\r\n'));
  steps = [
    async (res) => {
      for (const byte of bytes) {
        res.write(Uint8Array.of(byte));
        await new Promise(setImmediate);
      }
    },
  ];
  const events = await follow();
  expect(events.map(({ data }) => data.note)).toEqual(['für Ada 🛒', 'für Ada 🛒']);
});

it('gives only what comes after `after`, and ends even if the end came before', async () => {
  steps = [write(event(1) + event(2) + event(3, 'order.canceled'))];
  expect(await sequences({ after: 1 })).toEqual([2, 3]);
  steps = [write(event(1) + event(2, 'order.canceled'), () => {})];
  expect(await sequences({ after: 2 })).toEqual([]);
});

it('ends where `until` says, and leaves the connection when the caller leaves', async () => {
  steps = [write(event(1, 'order.canceled') + event(2, 'refund.succeeded'), () => {})];
  expect(await sequences({ until: ({ type }) => type === 'refund.succeeded' })).toEqual([1, 2]);
  steps = [write(event(1), () => {})];
  for await (const _ of stockroom.followOrder('o1')) break;
  while (left < 2) await delay(5);
});

it('throws what the API refuses for good, what keeps failing, and the reason of an abort', async () => {
  await expect(follow()).rejects.toMatchObject({ status: 404, code: 'order_not_found' });
  steps = Array.from({ length: 3 }, () => (res: ServerResponse) => res.writeHead(503, { 'retry-after': '0' }).end());
  await expect(follow({ maxRetries: 2 })).rejects.toMatchObject({ status: 503 });
  expect(resumed.length).toBe(4);
  steps = [(res) => res.writeHead(200, { 'content-type': 'text/html' }).end('<html>')];
  await expect(follow()).rejects.toMatchObject({ code: 'malformed_answer' });
  const abort = new AbortController();
  steps = [write(event(1), () => abort.abort(new Error('enough')))];
  await expect(follow({ signal: abort.signal })).rejects.toThrow('enough');
});
