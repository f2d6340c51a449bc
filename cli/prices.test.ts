import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Database, openDatabase } from '../db/database.ts';
import { logPageRequest } from '../db/page-requests.ts';
import { createTestDatabase, type TestDatabase } from '../test/support/database.ts';
import { seedCompetitor, seedListing } from '../test/support/watch-list.ts';
import { runCli } from './program.ts';

let test: TestDatabase;
let db: Database;
beforeAll(async () => {
  test = await createTestDatabase();
  db = openDatabase({ url: test.url, applicationName: 'cli-prices', max: 2 });
});
afterAll(async () => {
  await db.close();
  await test.drop();
});

async function run(...args: string[]) {
  let text = '';
  const write = (part: string) => {
    text += part;
  };
  const code = await runCli(args, () => ({ databaseUrl: test.url, redisUrl: undefined }), { out: write, err: write });
  return { code, text };
}

it('tells the plan, looks now, and shows what was asked for', async () => {
  const site = await seedCompetitor(db, { domain: 'rival.test' });
  const listing = await seedListing(db, site, null);
  expect(await run('prices', 'look', listing)).toMatchObject({ code: 0, text: expect.stringContaining('is planned') });
  expect(await run('prices', 'look', site.id)).toMatchObject({ code: 1 });
  const plan = await run('prices', 'plan');
  expect(plan.text).toMatch(/rival\.test +built_in +active +10 +1 +1 /);
  expect(plan.text).toContain('0 done (0 without a result), 2 to go, 0 late');
  expect(JSON.parse((await run('--json', 'prices', 'plan')).text)).toMatchObject({
    planned: 1,
    sites: [{ planned: 1 }],
  });
  const request = { kind: 'page', source: 'built_in', url: 'https://rival.test/p', competitorId: null } as const;
  await logPageRequest(db, { ...request, scrapeId: null, rule: 'line 2: Allow: /', userAgent: 'x' });
  expect((await run('prices', 'requests', '--host', 'rival.test')).text).toContain('line 2: Allow: /');
  expect((await run('prices', 'requests', '--host', 'other.test')).text).toBe('Nothing.\n');
});
