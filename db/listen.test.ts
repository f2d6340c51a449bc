import type { AddressInfo } from 'node:net';
import { createServer, connect as dial, type Server, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../test/support/database.ts';
import { waitFor } from '../test/support/wait-for.ts';
import { type Database, openDatabase } from './database.ts';
import { listen } from './listen.ts';

let database: TestDatabase;
let db: Database;
beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase({ url: database.url, applicationName: 'test' });
});
afterAll(async () => {
  await db.close();
  await database.drop();
});

it('comes back after the database was away, having knocked only now and then', async () => {
  const target = new URL(database.url);
  const proxy = await openProxy(Number(target.port));
  const through = new URL(database.url);
  through.port = String(proxy.port);
  const heard: string[] = [];
  let errors = 0;
  const listener = await listen(
    through.href,
    'stockroom_orders',
    (subjects) => heard.push(...subjects),
    () => errors++,
  );
  db.signal('stockroom_orders', 'first');
  await waitFor(() => heard.includes('first'));

  await proxy.close();
  await delay(3_000);
  expect(errors).toBeGreaterThan(2);
  expect(errors).toBeLessThan(16);

  await proxy.open();
  await waitFor(() => {
    db.signal('stockroom_orders', 'again');
    return heard.includes('again');
  });
  await listener.close();
  await proxy.close();
}, 20_000);

async function openProxy(target: number) {
  let server: Server;
  let port = 0;
  const sockets = new Set<Socket>();
  async function open(): Promise<void> {
    server = createServer((from) => {
      const to = dial(target, '127.0.0.1');
      for (const [one, other] of [
        [from, to],
        [to, from],
      ] as const) {
        sockets.add(one);
        one.pipe(other);
        one.on('error', () => other.destroy());
        one.on('close', () => other.destroy());
      }
    });
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
  }
  await open();
  return {
    port,
    open,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      sockets.clear();
      await closed;
    },
  };
}
