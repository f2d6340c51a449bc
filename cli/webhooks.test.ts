import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import express from 'express';
import { type Database, openDatabase } from '../db/database.ts';
import { openException } from '../db/exceptions.ts';
import { createWebhookReceiver } from '../sandbox/receiver/app.ts';
import { createTestDatabase, type TestDatabase } from '../test/support/database.ts';
import { runCli } from './program.ts';

let database: TestDatabase;
let db: Database;
let sandboxUrl: string | undefined;
beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase({ url: database.url, applicationName: 'cli-test' });
});
afterAll(async () => {
  await db.close();
  await database.drop();
});

async function run(...args: string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const streams = { out: (text: string) => void out.push(text), err: (text: string) => void err.push(text) };
  const code = await runCli(
    ['webhooks', ...args, '--json'],
    () => ({ databaseUrl: database.url, redisUrl: undefined, sandboxUrl }),
    streams,
  );
  return { code, said: code === 0 ? JSON.parse(out.join('')) : undefined, err: err.join('') };
}

const NOBODY = '0191f0e4-7d3c-7a40-9c1d-0123456789ab';

it('an endpoint is made, shown, tested, paused, resumed and given another secret', async () => {
  const { said: made } = await run('create', 'https://shop.example/hooks', '--events', 'order.*, refund.failed');
  expect(made).toMatchObject({ secret: expect.stringMatching(/^whsec_/), event_types: ['order.*', 'refund.failed'] });
  const { said: listed } = await run('list');
  expect(listed).toMatchObject([{ id: made.id, status: 'active' }]);
  expect(JSON.stringify(listed)).not.toContain(made.secret);
  const { said: test } = await run('test', made.id);
  expect((await run('deliveries', made.id)).said).toMatchObject([
    { id: test.id, type: 'webhook.test', status: 'waiting' },
  ]);
  expect((await run('pause', made.id)).code).toBe(0);
  expect((await run('pause', made.id)).err).toContain('no endpoint');
  await openException(db, { code: 'webhook_endpoint_paused', subject: made.id, orderId: null, detail: {} });
  expect((await run('resume', made.id)).code).toBe(0);
  const { rows } = await db.pool.query('select resolution from exceptions where resolved_at is not null');
  expect(rows).toHaveLength(1);
  expect((await run('rotate-secret', made.id, '--overlap', '60')).said.secret).not.toBe(made.secret);
  await db.pool.query(`update webhook_endpoints set status = 'disabled' where id = $1`, [made.id]);
  expect((await run('test', made.id)).err).toContain('resume it first');
  expect((await run('replay', made.id, '--failed')).err).toContain('resume it first');
});

it('the receiver of the sandbox is told of everything, and knows the secret', async () => {
  const receiver = createServer(express().use(createWebhookReceiver())).listen(0, '127.0.0.1');
  await new Promise((resolve) => receiver.once('listening', resolve));
  sandboxUrl = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
  const { said } = await run('demo');
  expect((await run('list')).said).toContainEqual(
    expect.objectContaining({ id: said.id, url: `${sandboxUrl}/hooks/demo`, event_types: ['*'] }),
  );
  expect(await (await fetch(`${said.page}/settings`)).text()).toContain(said.secret);
  receiver.closeAllConnections();
  await new Promise((resolve) => receiver.close(resolve));
  expect((await run('demo')).err).toContain('Nobody takes webhooks');
});

it('deliveries are sent again one by one, failed ones together, and those of a time', async () => {
  const { said: made } = await run('create', 'https://shop.example/hooks', '--events', '*');
  const { said: test } = await run('test', made.id);
  await db.pool.query(`update webhook_deliveries set status = 'failed', next_attempt_at = null where id = $1`, [
    test.id,
  ]);
  expect((await run('replay', made.id, '--failed')).said.replayed).toBe(1);
  expect((await run('replay', made.id, '--failed')).said.replayed).toBe(0);
  expect((await run('replay', test.id)).said.replayed).toBe(1);
  await db.pool.query(
    `insert into order_events (order_id, sequence, type, created_at) values (gen_random_uuid(), 1, 'order.held', '2020-01-01T12:00:00Z')`,
  );
  expect((await run('replay', made.id, '--since', '2020-01-01', '--until', '2020-01-02')).said.replayed).toBe(1);
});

it('what is not there or not known is told', async () => {
  expect(await run('create', 'shop', '--events', '*')).toMatchObject({ code: 2 });
  expect(await run('create', 'https://shop.example/', '--events', 'orders.*')).toMatchObject({
    code: 2,
    err: expect.stringContaining('orders.*'),
  });
  for (const verb of ['pause', 'resume', 'test', 'rotate-secret', 'replay'])
    expect(await run(verb, NOBODY)).toMatchObject({ code: 1, err: expect.stringContaining(NOBODY) });
});
