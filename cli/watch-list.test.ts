import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Database, openDatabase } from '../db/database.ts';
import { seedVariants } from '../test/support/catalogue.ts';
import { createTestDatabase, type TestDatabase } from '../test/support/database.ts';
import { runCli } from './program.ts';

let database: TestDatabase;
let db: Database;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'watch-list-'));
  database = await createTestDatabase();
  db = openDatabase({ url: database.url, applicationName: 'cli-test', max: 2 });
  await seedVariants(db, [{ sku: 'TEE-M', units: 1 }]);
});
afterAll(async () => {
  await db.close();
  await database.drop();
  await rm(folder, { recursive: true });
});

async function run(...args: string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const streams = { out: (text: string) => void out.push(text), err: (text: string) => void err.push(text) };
  const code = await runCli(args, () => ({ databaseUrl: database.url, redisUrl: undefined }), streams);
  return { code, out: out.join(''), err: err.join('') };
}

async function fileOf(name: string, ...lines: string[]): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, lines.join('\n'));
  return path;
}

it('a watch list is imported, shown, paused and looked at', async () => {
  const sites = await fileOf('sites.csv', 'domain,name,currency,locale,tags', 'rival.test,Rival,eur,de-DE,shoes');
  const dry = JSON.parse((await run('competitors', 'import', sites, '--dry-run', '--json')).out);
  expect(dry).toMatchObject({ lines: 1, created: 1, dry_run: true });
  expect((await run('competitors', 'list', '--json')).out).toBe('[]\n');
  expect(await run('competitors', 'import', sites)).toMatchObject({
    code: 0,
    out: '1 line(s): 1 new, 0 changed, 0 as they were, 0 wrong.\n',
  });
  const pages = await fileOf('pages.csv', 'competitor,sku,url', 'rival.test,TEE-M,https://rival.test/p/1');
  expect((await run('listings', 'import', pages)).code).toBe(0);
  expect((await run('listings', 'import', pages)).out).toContain('1 as they were');
  const [site] = JSON.parse((await run('competitors', 'list', '--tag', 'shoes', '--json')).out);
  const [listing] = JSON.parse((await run('listings', 'list', '--sku', 'TEE-M', '--linked', '--json')).out);
  expect(listing).toMatchObject({ competitor_id: site.id, url: 'https://rival.test/p/1', linked_by: 'url' });
  expect((await run('listings', 'list', '--no-linked', '--json')).out).toBe('[]\n');
  expect((await run('listings', 'list')).out).toContain('rival.test');
  expect(await run('listings', 'look', listing.id)).toMatchObject({
    code: 0,
    out: expect.stringContaining('Planned for'),
  });
  for (const [what, { id }] of [['competitors', site] as const, ['listings', listing] as const]) {
    expect((await run(what, 'pause', id)).out).toContain('paused');
    expect(await run(what, 'pause', id)).toMatchObject({ code: 1, err: expect.stringContaining('to pause') });
    expect((await run(what, 'resume', id)).out).toContain('active');
  }
});

it('lines that are wrong are named, and files that are none are refused', async () => {
  const pages = await fileOf(
    'wrong.csv',
    'competitor,url',
    'nobody.test,https://nobody.test/',
    'rival.test,https://rival.test/x',
  );
  const wrong = await run('listings', 'import', pages);
  expect(wrong).toMatchObject({ code: 1, out: expect.stringMatching(/2 +competitor_not_found.*1 new.*1 wrong/s) });
  expect(await run('listings', 'import', join(folder, 'none.csv'))).toMatchObject({ code: 2 });
  const header = await fileOf('header.csv', 'competitor,address', 'a,b');
  expect(await run('listings', 'import', header)).toMatchObject({
    code: 1,
    err: expect.stringContaining('address is no column'),
  });
  expect(await run('listings', 'look', '0191f0e4-7d3c-7a40-9c1d-0123456789ab')).toMatchObject({ code: 1 });
});
