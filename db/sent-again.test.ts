import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { seedVariants } from '../test/support/catalogue.ts';
import { createTestDatabase, type TestDatabase } from '../test/support/database.ts';
import { insertTestOrder } from '../test/support/orders.ts';
import { followUps } from '../workers/follow-ups.ts';
import { beginCheckout } from './begin-checkout.ts';
import { type Database, openDatabase } from './database.ts';
import { closeJob } from './outbox.ts';
import { recordIntent } from './record-intent.ts';

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
const intent = (orderId: string, status: 'requires_capture' | 'succeeded') => ({
  id: 'pi_1',
  status,
  amount: 2000,
  amountReceived: status === 'succeeded' ? 2000 : 0,
  currency: 'usd',
  clientSecret: null,
  nextActionUrl: null,
  chargeId: 'ch_1',
  feeAmount: null,
  lastError: null,
  cancellationReason: null,
  orderId,
});

it.each(['done', 'failed'])(
  'an order that is captured after its sending has %s is sent by a job that the queue does not swallow',
  async (end) => {
    const variants = await seedVariants(db, [{ sku: `S-${end}`, units: 5 }]);
    const id = await insertTestOrder(db, { variants, captureMethod: 'at_shipment', paymentMethod: 'pm' });
    await beginCheckout(db, id);
    await recordIntent(db, id, { ...intent(id, 'requires_capture'), id: `pi_${end}` }, followUps);
    const key = { queue: 'fulfill-order', jobId: `order-${id}` };
    if (end === 'done') await closeJob(db, key);
    else
      await db.pool.query(
        `update outbox set status = 'failed', finished_at = now() where queue = 'fulfill-order' and job_id = $1`,
        [key.jobId],
      );
    await recordIntent(db, id, { ...intent(id, 'succeeded'), id: `pi_${end}` }, followUps);
    const { rows } = await db.pool.query(
      `select status, again from outbox where queue = 'fulfill-order' and job_id = $1`,
      [key.jobId],
    );
    expect(rows).toEqual([{ status: 'pending', again: true }]);
  },
);
