import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Database, openDatabase } from '../db/database.ts';
import { seedVariants } from '../test/support/catalogue.ts';
import { createTestDatabase, type TestDatabase } from '../test/support/database.ts';
import { createFakeBilling } from '../test/support/fake-billing.ts';
import { createFakePayments } from '../test/support/fake-payments.ts';
import { placeTestSubscription } from '../test/support/subscriptions.ts';
import { settleSubscription } from '../test/support/use-subscriptions.ts';
import { runCli } from './program.ts';

describe('stockroom subscriptions', () => {
  let test: TestDatabase;
  let db: Database;
  beforeAll(async () => {
    test = await createTestDatabase();
    db = openDatabase({ url: test.url, applicationName: 'test' });
    await seedVariants(db, [{ sku: 'MUG', units: 100 }]);
    const { id } = await placeTestSubscription(db, { lines: [{ sku: 'MUG', quantity: 3 }] });
    await settleSubscription({ db, billing: createFakeBilling(), payments: createFakePayments() }, id);
    await placeTestSubscription(db, { lines: [{ sku: 'MUG', quantity: 1 }] });
  });
  afterAll(async () => {
    await db.close();
    await test.drop();
  });

  async function run(...args: string[]) {
    const said: string[] = [];
    const say = (text: string) => void said.push(text);
    const target = () => ({ databaseUrl: test.url, redisUrl: undefined });
    const code = await runCli(['subscriptions', ...args], target, { out: say, err: say });
    return { code, text: said.join('') };
  }

  it('lists them with what they deliver and cost', async () => {
    const { text } = await run('list');
    expect(text).toMatch(/SUB-1002 +pending .*1 MUG\n.*SUB-1001 +active .*78\.54 eur \/ month .*3 MUG\n$/s);
    expect((await run('list', '--status', 'active')).text).not.toContain('SUB-1002');
    expect(await run('list', '--status', 'asleep')).toMatchObject({ code: 2 });
    expect((await run('list', '--sku', 'CUP')).text).toBe('Nothing.\n');
  });

  it('tells what happened to one, by its number', async () => {
    const { text } = await run('show', 'sub-1001');
    expect(text).toMatch(/change +create applied/);
    expect(text).toMatch(/event +subscription\.created.*event +subscription\.started/s);
    expect(text).toMatch(/message +subscription-started queued/);
    expect(await run('show', 'SUB-9')).toMatchObject({ code: 1, text: 'There is no subscription SUB-9.\n' });
  });
});
