import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Database, openDatabase } from '../db/database.ts';
import { insertRecipient } from '../db/recipients.ts';
import { createTestDatabase, type TestDatabase } from '../test/support/database.ts';
import { runCli } from './program.ts';

let database: TestDatabase;
let db: Database;
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
  const target = () => ({ databaseUrl: database.url, redisUrl: undefined, sandboxUrl: undefined });
  const code = await runCli([...args, '--json'], target, streams);
  return { code, said: code === 0 ? JSON.parse(out.join('')) : undefined, err: err.join('') };
}

it('recipients are listed by audience and address', async () => {
  const contact = { phone: null, chat_url: null, locale: 'de', time_zone: 'UTC', quiet_from: null, quiet_to: null };
  await insertRecipient(db, 'operations', { ...contact, name: 'Ops', email: 'ops@shop.example' });
  await insertRecipient(db, 'finance', { ...contact, name: 'Fin', email: 'fin@shop.example' });
  expect((await run('recipients')).said).toHaveLength(2);
  expect((await run('recipients', '--audience', 'finance')).said).toMatchObject([{ name: 'Fin' }]);
  expect((await run('recipients', '--email', 'OPS@shop.example')).said).toMatchObject([{ name: 'Ops' }]);
  expect((await run('recipients', '--audience', 'everybody')).code).toBe(2);
});

it('addresses are suppressed once, listed and lifted', async () => {
  expect((await run('suppressions', 'add', 'Ada@Example.com', '--detail', 'asked by phone')).said.added).toBe(true);
  expect((await run('suppressions', 'add', 'ada@example.com')).said.added).toBe(false);
  const { said } = await run('suppressions', 'list', '--reason', 'manual');
  expect(said).toMatchObject([{ address: 'ada@example.com', channel: 'email', detail: 'asked by phone' }]);
  expect((await run('suppressions', 'remove', said[0].id)).code).toBe(0);
  expect((await run('suppressions', 'remove', said[0].id)).err).toContain('There is no suppression');
  for (const [address, channel] of [
    ['ada', 'email'],
    ['ada@example.com\nBcc: eve@example.com', 'email'],
    ['0151', 'sms'],
    ['javascript:alert(1)', 'chat'],
  ] as const)
    expect((await run('suppressions', 'add', address, '--channel', channel)).code).toBe(1);
});

it('routes are switched, shown and taken back; what belongs to an order stays on', async () => {
  const route = 'dispute.opened/operations/chat';
  expect((await run('message-routes', 'set', route, '--urgency', 'now')).said).toMatchObject({ enabled: true });
  await run('message-routes', 'set', 'stock.low/operations/email', '--off');
  expect((await run('message-routes', 'list')).said).toMatchObject([
    { event: 'dispute.opened', channel: 'chat', enabled: true, urgency: 'now' },
    { event: 'stock.low', channel: 'email', enabled: false, urgency: 'normal' },
  ]);
  expect((await run('message-routes', 'reset', route)).code).toBe(0);
  expect((await run('message-routes', 'reset', route)).code).toBe(1);
  expect((await run('message-routes', 'set', 'order.paid/customer/email', '--off')).err).toContain('always told');
  for (const wrong of ['order.payed/customer/email', 'order.paid/operations/email', 'order.paid/customer/pigeon'])
    expect((await run('message-routes', 'set', wrong)).code).toBe(2);
});
