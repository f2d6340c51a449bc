import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { tieCustomer } from '../db/customers.ts';
import { startApi, type TestApi } from '../test/support/api.ts';
import { seedVariants } from '../test/support/catalogue.ts';
import { call, orderBody } from '../test/support/client.ts';
import { createFakePayments } from '../test/support/fake-payments.ts';

interface Customer {
  id: string;
  email: string;
  default_payment_method: string | null;
}
interface Methods {
  data: { id: string; is_default: boolean }[];
}
interface Problem {
  code: string;
  errors?: { pointer: string; code: string }[];
}

const card = { type: 'card', brand: 'visa', last4: '4242', expMonth: 1, expYear: 2030 };

describe('/v1/customers', () => {
  let api: TestApi;
  const payments = createFakePayments();
  let n = 0;
  beforeAll(async () => {
    api = await startApi({ payments });
    await seedVariants(api.db, [{ sku: 'TEE', units: 1_000 }]);
  });
  afterAll(() => api?.close());

  const save = (body: object) => call<Customer>(api, 'POST', '/v1/customers', { body });
  /** A customer with methods at Stripe. */
  async function known(...methods: string[]): Promise<Customer> {
    const { body } = await save({ email: `c${++n}@example.com` });
    await tieCustomer(api.db, body.id, `cus_${body.id}`);
    payments.methods.set(
      `cus_${body.id}`,
      methods.map((id) => ({ ...card, id })),
    );
    return body;
  }
  const methodsOf = async (id: string) =>
    (await call<Methods>(api, 'GET', `/v1/customers/${id}/payment-methods`)).body.data;
  const order = (customer: object, payment?: object, key?: string) =>
    call<Problem & { id: string; customer: { id: string | null } }>(api, 'POST', '/v1/orders', {
      body: {
        ...orderBody({ sku: 'TEE' }),
        customer: { email: 'ada@example.com', ...customer },
        ...(payment ? { payment } : {}),
      },
      ...(key ? { key } : {}),
    });

  it('knows a customer by the external id, or else by the e-mail address', async () => {
    const first = await save({ email: 'Bo@example.com', name: 'Bo' });
    expect(first).toMatchObject({ status: 201, body: { default_payment_method: null, livemode: false } });
    expect(first.body).not.toHaveProperty('provider_id');
    expect(await save({ email: 'bo@example.com' })).toMatchObject({
      status: 200,
      body: { id: first.body.id, name: 'Bo' },
    });
    expect((await save({ email: 'bo@example.com', external_id: '7' })).body.id).not.toBe(first.body.id);
    expect((await save({ email: 'nobody' })).status).toBe(400);
  });

  it('lists, prefers and forgets saved methods', async () => {
    const { id } = await known('pm_one', 'pm_two');
    expect(await methodsOf(id)).toMatchObject([
      { id: 'pm_one', last4: '4242', is_default: false },
      { id: 'pm_two', is_default: false },
    ]);
    const path = `/v1/customers/${id}/payment-methods`;
    expect(await call(api, 'PUT', `${path}/pm_two/default`)).toMatchObject({ status: 200, body: { is_default: true } });
    expect((await methodsOf(id)).map((method) => method.is_default)).toEqual([false, true]);
    expect((await call(api, 'DELETE', `${path}/pm_two`)).status).toBe(204);
    expect((await methodsOf(id)).map((method) => method.id)).toEqual(['pm_one']);
    expect((await call<Customer>(api, 'GET', `/v1/customers/${id}`)).body.default_payment_method).toBeNull();
    expect((await call(api, 'DELETE', `${path}/pm_two`)).status).toBe(404);
  });

  it('touches no method of another customer', async () => {
    const mine = await known('pm_mine');
    await known('pm_theirs');
    const path = `/v1/customers/${mine.id}/payment-methods/pm_theirs`;
    expect((await call(api, 'DELETE', path)).status).toBe(404);
    expect((await call(api, 'PUT', `${path}/default`)).status).toBe(404);
  });

  it('has no methods, and asks Stripe nothing, before the first order', async () => {
    const { body } = await save({ email: 'fresh@example.com' });
    expect(await methodsOf(body.id)).toEqual([]);
    expect((await call(api, 'GET', '/v1/customers/01900000-0000-7000-8000-000000000000/payment-methods')).status).toBe(
      404,
    );
  });

  it('answers 503, to be tried again, while Stripe is away', async () => {
    const { id } = await known('pm_one');
    const list = payments.listPaymentMethods;
    payments.listPaymentMethods = () => Promise.reject(new Error('socket hang up'));
    const answer = await call<Problem & { retryable: boolean }>(api, 'GET', `/v1/customers/${id}/payment-methods`);
    payments.listPaymentMethods = list;
    expect(answer).toMatchObject({ status: 503, body: { code: 'payment_provider_unavailable', retryable: true } });
    expect(answer.headers.get('retry-after')).toBeTruthy();
  });

  describe('an order of one', () => {
    it('names its customer, also one that save_method makes; a guest has none', async () => {
      const { id } = await known('pm_one');
      expect((await order({ id })).body.customer.id).toBe(id);
      const saving = { save_method: true };
      const first = await order({ email: 'saver@example.com' }, saving);
      const second = await order({ email: 'Saver@example.com' }, saving);
      expect(first.body.customer.id).toEqual(expect.any(String));
      expect(second.body.customer.id).toBe(first.body.customer.id);
      expect((await order({})).body.customer.id).toBeNull();
    });

    it('is for servers: a browser cannot say who it is', async () => {
      const { id } = await known('pm_one');
      const off = { off_session: true, payment_method: 'pm_one' };
      for (const [customer, payment] of [[{ id }], [{ id }, off], [{}, { save_method: true }]] as const)
        expect(await order(customer, payment, api.publishableKey)).toMatchObject({
          status: 403,
          body: { code: 'secret_key_needed' },
        });
      expect((await order({}, undefined, api.publishableKey)).status).toBe(202);
    });

    it('says what it lacks to be charged', async () => {
      const { id } = await known('pm_one');
      const nobody = '01900000-0000-7000-8000-000000000000';
      expect((await order({}, { off_session: true, payment_method: 'pm_one' })).body.errors).toMatchObject([
        { pointer: '/customer/id' },
      ]);
      expect((await order({ id }, { off_session: true })).body.errors).toMatchObject([
        { code: 'payment_method_missing' },
      ]);
      expect((await order({ id }, { confirm: true })).body.errors).toMatchObject([{ code: 'payment_method_missing' }]);
      expect((await order({ id: nobody })).body.errors).toMatchObject([{ code: 'customer_unknown' }]);
      expect((await order({}, { confirm: true })).body.errors).toMatchObject([{ pointer: '/payment/payment_method' }]);
      expect((await order({ id }, { off_session: true, save_method: true, payment_method: 'pm_one' })).status).toBe(
        400,
      );
      await call(api, 'PUT', `/v1/customers/${id}/payment-methods/pm_one/default`);
      expect((await order({ id }, { off_session: true })).status).toBe(202);
    });

    it('of the live mode is not known in test mode', async () => {
      const { id } = await known('pm_one');
      await api.db.rows({ name: 'test_live', text: 'update customers set livemode = true where id = $1' }, [id]);
      expect((await order({ id })).body.errors).toMatchObject([{ code: 'customer_unknown' }]);
      expect((await call(api, 'GET', `/v1/customers/${id}`)).status).toBe(404);
    });
  });
});
