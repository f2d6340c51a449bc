import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Database, openDatabase, statement } from '../db/database.ts';
import { aimRebuild, findRunningRebuild, finishRebuild } from '../db/image-rebuilds.ts';
import { failImage, rejectImage } from '../db/product-images.ts';
import { createTestDatabase, type TestDatabase } from '../test/support/database.ts';
import { insertImage, insertProduct, readImage } from '../test/support/fake-pictures.ts';
import { waitFor } from '../test/support/wait-for.ts';
import { runCli } from './program.ts';

const problem = { code: 'http_status', message: 'The server did not answer with a file. (502)' };
const openJobs = statement('test_jobs', `select job_id from outbox where queue = 'fetch-image' and status = 'pending'`);

let database: TestDatabase;
let db: Database;
let product: string;

beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase({ url: database.url, applicationName: 'cli-test' });
  product = await insertProduct(db);
});
afterAll(async () => {
  await db.close();
  await database.drop();
});

async function run(...args: string[]) {
  const said = { out: '', err: '' };
  const streams = {
    out: (text: string) => {
      said.out += text;
    },
    err: (text: string) => {
      said.err += text;
    },
  };
  const code = await runCli(['images', ...args], () => ({ databaseUrl: database.url, redisUrl: undefined }), streams);
  return { code, ...said };
}

async function failed() {
  const id = await insertImage(db, product);
  await failImage(db, id, problem);
  return id;
}

it('shows what failed and why, and tries it again, one or all', async () => {
  const [one, two, three] = [await failed(), await failed(), await failed()];
  const listed = JSON.parse((await run('failed', '--json')).out);
  expect(listed.map((image: { id: string; code: string }) => [image.id, image.code])).toEqual(
    [three, two, one].map((id) => [id, 'http_status']),
  );
  expect((await run('progress')).out).toBe('0 awaiting upload, 0 queued, 0 ready, 0 rejected, 3 failed.\n');
  expect(await run('retry', one)).toMatchObject({ code: 0, out: '1 picture(s) are tried again.\n' });
  expect(await run('retry', one)).toMatchObject({ code: 1, err: expect.stringContaining('is queued') });
  expect(JSON.parse((await run('retry', '--all', '--json')).out)).toEqual({ retried: 2 });
  for (const id of [one, two, three]) expect(await readImage(db, id)).toMatchObject({ status: 'queued' });
  expect(await db.rows(openJobs)).toHaveLength(3);
  expect((await run('list', '--status', 'queued', '--limit', '2', '--json')).out.match(/"id"/g)).toHaveLength(2);
});

it('tries a rejected one again only while its product has room', async () => {
  const id = await insertImage(db, product);
  await rejectImage(db, id, { code: 'not_an_image', message: 'It is none.' });
  expect(await run('retry', id, '--max-per-product', '3')).toMatchObject({ code: 1 });
  expect(await run('retry', id)).toMatchObject({ code: 0 });
});

it('opens a rebuild, follows it to its end, and ends one', async () => {
  expect(await run('rebuild-variants', '--cancel')).toMatchObject({ code: 1, err: 'No rebuild runs.\n' });
  const following = run('rebuild-variants');
  const rebuild = await waitFor(() => findRunningRebuild(db));
  await aimRebuild(db, rebuild.id, 'abcd0123');
  await finishRebuild(db, rebuild.id);
  expect(await following).toMatchObject({ code: 0, out: '0 picture(s) rebuilt, 0 not.\n' });
  expect(JSON.parse((await run('rebuild-variants', '--no-wait', '--json')).out)).toMatchObject({ status: 'running' });
  expect((await run('progress')).out).toContain('rebuild running, ? of ? to do');
  expect(await run('rebuild-variants', '--cancel')).toMatchObject({ code: 0, out: 'The rebuild is canceled.\n' });
});

it.each([[['retry']], [['retry', 'x']], [['list', '--status', 'lost']], [['rebuild-variants', 'all']]])(
  'ends with 2 when used wrongly: %j',
  async (args) => {
    expect((await run(...args)).code).toBe(2);
  },
);
