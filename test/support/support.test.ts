import { expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import pg from 'pg';
import { createTestDatabase } from './database.ts';
import { describeEachStore } from './each-store.ts';
import { redisAvailable, startRedis } from './redis.ts';
import { spawnNode } from './spawn-node.ts';
import { waitFor } from './wait-for.ts';

it('gives each test file a migrated database of its own', async () => {
  const [one, two] = await Promise.all([createTestDatabase(), createTestDatabase()]);
  const client = new pg.Client(one.url);
  await client.connect();
  await client.query('create table only_here (id int)');
  const found = await client.query("select to_regclass('orders') as orders, to_regclass('only_here') as own");
  expect(found.rows[0]).toEqual({ orders: 'orders', own: 'only_here' });
  await client.end();
  expect(two.url).not.toBe(one.url);
  await Promise.all([one.drop(), two.drop()]);
});

it('fails a test that leaves a connection open, and names it', async () => {
  const database = await createTestDatabase();
  const client = new pg.Client({ connectionString: database.url, application_name: 'forgetful' });
  client.on('error', () => {});
  await client.connect();
  await expect(database.drop()).rejects.toThrow(/1 connection\(s\).*never closed:\s+forgetful: idle/s);
  await client.end().catch(() => {});
});

it('says what it saw last when the wait is over', async () => {
  await expect(waitFor(() => false, { timeoutMs: 30, describe: 'an order' })).rejects.toThrow(
    'Waited 30 ms for an order; last seen: false',
  );
  const refuse = () => {
    throw new RangeError('too early');
  };
  await expect(waitFor(refuse, { timeoutMs: 30 })).rejects.toThrow('last seen: RangeError: too early');
});

it('keeps what Redis wrote over a kill when it appends, and loses it at a flush', async () => {
  if (!redisAvailable()) return;
  const redis = await startRedis({ appendonly: true });
  const read = async (write: boolean) => {
    const client = new Redis(redis.url);
    if (write) await client.set('order', '1');
    const value = await client.get('order');
    await client.quit();
    return value;
  };
  expect(await read(true)).toBe('1');
  await redis.kill();
  await redis.restart();
  expect(await read(false)).toBe('1');
  await redis.flush();
  expect(await read(false)).toBeNull();
  await redis.stop();
});

it('hears the lines of a process and the way it ended', async () => {
  const loud = spawnNode(['-e', 'console.log("port 42"); setInterval(() => {}, 1e6)']);
  expect((await loud.waitForLine(/port (\d+)/))[1]).toBe('42');
  expect(await loud.kill('SIGKILL')).toEqual({ code: null, signal: 'SIGKILL' });
  const dying = spawnNode(['-e', 'console.error("no database"); process.exit(3)']);
  await expect(dying.waitForLine(/listening/)).rejects.toThrow(/"code":3.*no database/s);
});

describeEachStore('a store for queues', (store) => {
  it('is reachable inside a test', async () => {
    expect(store.databaseUrl).toContain('/test_');
    expect(store.redisUrl !== undefined).toBe(store.kind === 'redis');
  });
});
