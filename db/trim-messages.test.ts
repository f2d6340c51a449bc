import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { seedVariants } from '../test/support/catalogue.ts';
import { createTestDatabase, type TestDatabase } from '../test/support/database.ts';
import { insertTestMessage } from '../test/support/messages.ts';
import { insertTestOrder } from '../test/support/orders.ts';
import { type Database, openDatabase } from './database.ts';
import { readNotification } from './notification-timeline.ts';
import { trimMessages } from './trim-messages.ts';

let database: TestDatabase;
let db: Database;
beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase({ url: database.url, applicationName: 'test' });
});
afterAll(async () => {
  await db?.close();
  await database?.drop();
});

const DAY_MS = 86_400_000;
const sent = (daysAgo: number, order_id?: string) =>
  insertTestMessage(db, {
    ...(order_id ? { order_id } : {}),
    content: { subject: 'S', text: 'T', rendered_at: new Date(Date.now() - daysAgo * DAY_MS) },
  });

async function disputedOrder(status: string): Promise<string> {
  const variants = await seedVariants(db, [{ sku: `TEE-${status}`, units: 10, amount: 2_000 }]);
  const orderId = await insertTestOrder(db, { variants });
  await db.pool.query(
    `insert into disputes (id, order_id, payment_id, provider_id, charge_id, status, reason, amount, currency, is_charge_refundable, opened_at)
     select gen_random_uuid(), $1, p.id, $2, 'ch_1', $3, 'fraudulent', 2000, 'usd', true, now() from payments p where p.order_id = $1`,
    [orderId, `du_${status}`, status],
  );
  return orderId;
}

it('forgets texts whose time is up, however many, but neither the message nor what a bank may still ask for', async () => {
  const [old, young] = [await sent(91), await sent(89)];
  const [asked, decided] = [await disputedOrder('needs_response'), await disputedOrder('won')];
  const [evidence, settled] = [await sent(200, asked), await sent(200, decided)];
  await db.pool.query(
    `insert into notification_contents (notification_id, subject, text, rendered_at)
     select gen_random_uuid(), 'S', 'T', now() - interval '200 days' from generate_series(1, 12000)`,
  );
  await trimMessages(db, 90);
  const kept = async (id: string) => (await readNotification(db, id))!.text_kept;
  expect([await kept(old), await kept(young), await kept(evidence), await kept(settled)]).toEqual([
    false,
    true,
    true,
    false,
  ]);
  expect((await readNotification(db, old))!.content).toBeNull();
  const { rows } = await db.pool.query('select count(*)::integer as left from notification_contents');
  expect(rows).toEqual([{ left: 2 }]);
});
