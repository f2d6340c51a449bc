import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Database, openDatabase } from '../db/database.ts';
import { seedVariants } from '../test/support/catalogue.ts';
import { createTestDatabase, type TestDatabase } from '../test/support/database.ts';
import { insertTestMessage } from '../test/support/messages.ts';
import { insertTestOrder } from '../test/support/orders.ts';
import { runCli } from './program.ts';

let database: TestDatabase;
let db: Database;
let orderId: string;
let sent: string;
beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase({ url: database.url, applicationName: 'cli-test' });
  orderId = await insertTestOrder(db, { variants: await seedVariants(db, [{ sku: 'TEE', units: 10, amount: 2_000 }]) });
  await db.pool.query(`update orders set number = 'ORD-7' where id = $1`, [orderId]);
  sent = await insertTestMessage(db, {
    order_id: orderId,
    recipient: 'Ada@example.com',
    status: 'delivered',
    provider: 'sendgrid',
    attempts: [{ number: 1, provider: 'sendgrid', outcome: 'accepted' }],
    events: [{ type: 'delivered', provider: 'sendgrid' }],
    content: {
      subject: 'Confirmed',
      text: 'Hello \u001b[31mAda,\n\nhttps://shop.example/?token=ot_0fGx3vB1nM5kQ7wZ9yT2sR4pL6jH8dF\n',
    },
  });
  await insertTestMessage(db, { recipient: 'ops@example.com', status: 'failed', topic: 'stock' });
});
afterAll(async () => {
  await db.close();
  await database.drop();
});

async function run(...args: string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const streams = { out: (text: string) => void out.push(text), err: (text: string) => void err.push(text) };
  const code = await runCli(['messages', ...args], () => ({ databaseUrl: database.url, redisUrl: undefined }), streams);
  return { code, out: out.join(''), err: err.join('') };
}
const ids = async (...args: string[]) => {
  const { out } = await run('list', '--json', ...args);
  return (JSON.parse(out) as { id: string }[]).map(({ id }) => id);
};

it('lists what an order or somebody was sent, or how messages stand', async () => {
  expect(await ids('--order', 'ORD-7')).toEqual([sent]);
  expect(await ids('--order', orderId)).toEqual([sent]);
  expect(await ids('--to', 'ada@EXAMPLE.com')).toEqual([sent]);
  expect(await ids('--status', 'failed')).not.toContain(sent);
  expect(await ids('--limit', '1')).toHaveLength(1);
  expect(await ids()).toHaveLength(2);
  expect((await run('list')).out).toMatch(/Ada@example\.com +order-confirmation/);
});

it('shows one with what became of it, without secrets and without what steers a terminal', async () => {
  const { out } = await run('show', sent);
  expect(out).toMatch(/status +delivered/);
  expect(out).toContain('Attempts\n  {"number":1,"outcome":"accepted","provider":"sendgrid"}');
  expect(out).toContain('Events\n  {');
  expect(out).toContain('  Hello  [31mAda,\n\n  https://shop.example/?token=…\n');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it must not be there
  expect(out).not.toMatch(/\u001b|ot_0fG/);
  expect(JSON.parse((await run('show', sent, '--json')).out)).toMatchObject({
    id: sent,
    content: { subject: 'Confirmed' },
  });
});

it('says what is not there', async () => {
  expect(await run('show', orderId)).toMatchObject({ code: 1, err: expect.stringContaining('no message') });
  expect(await run('list', '--order', 'ORD-0')).toMatchObject({ code: 1, err: expect.stringContaining('ORD-0') });
  expect(await run('list', '--status', 'lost')).toMatchObject({ code: 2 });
  const failed = (await ids('--status', 'failed'))[0]!;
  expect((await run('show', failed)).out).toContain('The text is not kept');
});
