import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { findCustomer, upsertCustomer } from '../db/customers.ts';
import { type Database, openDatabase, statement } from '../db/database.ts';
import { recordIntent } from '../db/record-intent.ts';
import { PaymentRefusedError } from '../providers/payments.ts';
import { seedVariants } from '../test/support/catalogue.ts';
import { createTestDatabase, type TestDatabase } from '../test/support/database.ts';
import { createFakePayments, type FakePayments } from '../test/support/fake-payments.ts';
import { insertTestOrder, readOrder } from '../test/support/orders.ts';
import { createCheckOutOrder } from './check-out-order.ts';
import { followUps } from './follow-ups.ts';

const run = { log: pino({ level: 'silent' }) };
const mailsOf = statement('test_mails', 'select template from notifications where order_id = $1 order by id');

describe('a known customer', () => {
  let database: TestDatabase;
  let db: Database;
  let variants: Map<string, string>;
  let payments: FakePayments;
  let customer: string;
  let n = 0;

  beforeAll(async () => {
    database = await createTestDatabase();
    db = openDatabase({ url: database.url, applicationName: 'test' });
    variants = await seedVariants(db, [{ sku: 'A', units: 1_000 }]);
  });
  beforeEach(async () => {
    payments = createFakePayments();
    customer = (await upsertCustomer(db, { email: `known${++n}@example.com`, livemode: false })).id;
  });
  afterAll(async () => {
    await db.close();
    await database.drop();
  });

  const place = (paymentMethod: string, payment: object) =>
    insertTestOrder(db, { variants, paymentMethod, payment: { customer_id: customer, ...payment } });
  const checkOut = (id: string) =>
    createCheckOutOrder({ db, payments, returnUrl: () => 'https://shop.example' })({ order_id: id }, run);
  const mails = async (id: string) => (await db.rows<{ template: string }>(mailsOf, [id])).map((row) => row.template);
  const intent = () => [...payments.intents.values()].at(-1)!;

  it('is one row for an e-mail address in any case, or for an external id whatever the address', async () => {
    const of = (email: string, externalId?: string) => upsertCustomer(db, { email, externalId, livemode: false });
    const made = await Promise.all([1, 2, 3].map(() => of('Ada@Example.com')));
    expect(new Set(made.map(({ id }) => id)).size).toBe(1);
    expect((await of('ada@example.com')).id).toBe(made[0]!.id);
    const external = await of('ada@example.com', 'shop-1');
    expect(external.id).not.toBe(made[0]!.id);
    expect(await of('new@example.com', 'shop-1')).toMatchObject({
      id: external.id,
      email: 'new@example.com',
      created: false,
    });
    expect((await upsertCustomer(db, { email: 'ada@example.com', livemode: true })).id).not.toBe(made[0]!.id);
  });

  it.each(['unknown_before', 'unknown_after', 'stuck_before', 'stuck_after'] as const)(
    'is made at Stripe once, under the key of its row (%s)',
    async (failure) => {
      payments.failNext('createCustomer', failure);
      const orders = await Promise.all([1, 2, 3].map(() => place('pm_ok', { save_method: true })));
      await Promise.allSettled(orders.map(checkOut));
      for (const id of orders) await checkOut(id);
      expect(await findCustomer(db, customer)).toMatchObject({ provider_id: `cus_${customer}` });
      expect([...payments.methods.keys()]).toEqual([`cus_${customer}`]);
      for (const id of orders) expect((await readOrder(db, id)).status).toBe('paid');
    },
  );

  it('is charged off-session, with nothing told but the receipt', async () => {
    const id = await place('pm_saved', { off_session: true });
    await checkOut(id);
    expect(await readOrder(db, id)).toMatchObject({ status: 'paid', payment: { customer_id: customer } });
    expect(await mails(id)).toEqual(['order-confirmation']);
  });

  it.each([undefined, 'unknown_after', 'stuck_after', 'stuck_before'] as const)(
    'is asked by one mail when the bank wants them, with the address where to confirm (%s)',
    async (failure) => {
      const id = await place('pm_3ds', { off_session: true });
      if (failure) payments.failNext('confirmIntent', failure);
      for (let tries = 0; tries < 3; tries++) await checkOut(id).catch(() => {});
      await recordIntent(db, id, intent(), followUps);
      expect(await readOrder(db, id)).toMatchObject({
        status: 'awaiting_payment',
        payment_status: 'requires_action',
        payment: { next_action_url: 'https://bank.example/3ds' },
      });
      expect(await mails(id)).toEqual(['payment-action-required']);
      expect(payments.charged).toEqual([]);
    },
  );

  it('is asked by the same one mail when the refusal is heard before our second try', async () => {
    const id = await place('pm_3ds', { off_session: true });
    payments.failNext('confirmIntent', 'unknown_after');
    await checkOut(id).catch(() => {});
    await recordIntent(db, id, structuredClone(intent()), followUps);
    expect(await readOrder(db, id)).toMatchObject({ payment: { last_error: { code: 'authentication_required' } } });
    expect(await mails(id)).toEqual(['payment-action-required']);
    Object.assign(intent(), { status: 'requires_action' });
    await recordIntent(db, id, structuredClone(intent()), followUps);
    expect(await mails(id)).toEqual(['payment-action-required']);
  });

  it('is told of a decline, and of a method that is gone, though nobody is there to see it', async () => {
    const declined = await place('pm_declined', { off_session: true });
    await checkOut(declined);
    expect(await mails(declined)).toEqual(['payment-failed']);
    const gone = await place('pm_gone', { off_session: true });
    payments.failNext('confirmIntent', new PaymentRefusedError('resource_missing', 'No such PaymentMethod'));
    await checkOut(gone);
    await checkOut(gone);
    expect(await readOrder(db, gone)).toMatchObject({ status: 'awaiting_payment' });
    expect(await mails(gone)).toEqual(['payment-failed']);
  });
});
