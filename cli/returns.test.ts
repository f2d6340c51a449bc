import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApi, type TestApi } from '../test/support/api.ts';
import { seedVariants } from '../test/support/catalogue.ts';
import { call } from '../test/support/client.ts';
import { createTestDatabase, type TestDatabase } from '../test/support/database.ts';
import { createFakePayments } from '../test/support/fake-payments.ts';
import { deliveredOrder } from '../test/support/returned-orders.ts';
import { runCli } from './program.ts';

describe('stockroom returns', () => {
  let test: TestDatabase;
  let api: TestApi;
  let number: string;
  beforeAll(async () => {
    test = await createTestDatabase();
    api = await startApi({ databaseUrl: test.url });
    const variants = await seedVariants(api.db, [{ sku: 'MUG', units: 100 }]);
    const orderId = await deliveredOrder(api.db, createFakePayments(), { variants, quantity: 3 });
    const body = { lines: [{ sku: 'MUG', quantity: 2, reason: 'unwanted' }] };
    number = (await call<{ number: string }>(api, 'POST', `/v1/orders/${orderId}/returns`, { body })).body.number;
  });
  afterAll(async () => {
    await api.close();
    await test.drop();
  });

  async function run(...args: string[]) {
    const said: string[] = [];
    const say = (text: string) => void said.push(text);
    const target = () => ({ databaseUrl: test.url, redisUrl: undefined });
    const code = await runCli(['returns', ...args], target, { out: say, err: say });
    return { code, text: said.join('') };
  }

  it('takes a return from the list to the money', async () => {
    expect((await run('list')).text).toContain('2 MUG (unwanted)');
    expect(await run('settle', number)).toMatchObject({ code: 1 });
    expect(await run('approve', number, '--own')).toEqual({ code: 0, text: `${number} is approved.\n` });
    expect(await run('receive', number, 'MUG=1/2')).toMatchObject({
      code: 1,
      text: expect.stringContaining('3 were counted'),
    });
    expect(await run('receive', number, 'MUG=one')).toMatchObject({ code: 2 });
    expect(await run('receive', number, 'MUG=1/1')).toEqual({ code: 0, text: `${number} is received.\n` });
    expect(await run('settle', number)).toEqual({ code: 0, text: `${number} is refunded (20.00 usd).\n` });
    expect((await run('show', number)).text).toMatch(/requested.*approved.*received.*refunded/s);
    expect((await run('list')).text).toBe('Nothing.\n');
    expect((await run('show', 'RET-1')).text).toContain('There is no return RET-1.');
  });
});
