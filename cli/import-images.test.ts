import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Database, openDatabase } from '../db/database.ts';
import { uuidv7 } from '../db/ids.ts';
import { createTestDatabase, type TestDatabase } from '../test/support/database.ts';
import { waitFor } from '../test/support/wait-for.ts';
import { runCli } from './program.ts';

let database: TestDatabase;
let db: Database;
let folder: string;

beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase({ url: database.url, applicationName: 'import-images' });
  folder = mkdtempSync(join(tmpdir(), 'stockroom-import-images-'));
  await db.pool.query(
    `insert into pictures (sha256, bytes, format, status, stored_at, recipe, width, height, has_alpha)
     values (repeat('a', 64), 1, 'jpeg', 'ready', now(), 'r', 1, 1, false)`,
  );
  for (const slug of ['mug', 'cup', 'bowl']) {
    const id = uuidv7();
    await db.pool.query(`insert into products (id, slug, name) values ($1, $2, $2)`, [id, slug]);
    await db.pool.query(`insert into variants (id, product_id, sku) values ($1, $2, $3)`, [
      uuidv7(),
      id,
      slug.toUpperCase(),
    ]);
  }
});
afterAll(async () => {
  await db.close();
  await database.drop();
  rmSync(folder, { recursive: true });
});
beforeEach(() => db.pool.query('truncate product_images, outbox cascade'));

const write = (lines: readonly object[]): string => {
  const path = join(folder, 'pictures.ndjson');
  writeFileSync(path, lines.map((line) => JSON.stringify(line)).join('\n'));
  return path;
};

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
  const target = () => ({ databaseUrl: database.url, redisUrl: undefined });
  const code = await runCli(['images', 'import', ...args], target, streams);
  return { code, ...said };
}

const images = async () =>
  (
    await db.pool.query<{ slug: string; source_url: string; alt: string; position: number; status: string }>(
      `select p.slug, i.source_url, i.alt, i.position, i.status from product_images i join products p on p.id = i.product_id
       order by p.slug, i.position`,
    )
  ).rows;
const jobs = async () => (await db.pool.query(`select job_id from outbox where queue = 'fetch-image'`)).rowCount;

/** Plays the workers: every queued image comes to its end, by its address. */
async function playWorkers(until: () => boolean): Promise<void> {
  while (!until()) {
    await db.pool.query(
      `update product_images set status = 'failed', problem = '{"code":"http_status","message":"The server did not answer with a file. (500)"}'
       where status = 'queued' and source_url like '%bad%'`,
    );
    await db.pool.query(`delete from product_images where status = 'queued' and source_url like '%gone%'`);
    // Each statement knows its own: one that comes in between is left for the next round.
    await db.pool.query(
      `update product_images set status = 'ready', sha256 = repeat('a', 64)
       where status = 'queued' and source_url !~ 'bad|gone'`,
    );
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function runWithWorkers(...args: string[]) {
  let over = false;
  const [result] = await Promise.all([
    run(...args).finally(() => {
      over = true;
    }),
    playWorkers(() => over),
  ]);
  return result;
}

describe('images import', () => {
  it('gives products their pictures, with a job for each, and follows them until they are ready', async () => {
    const file = write([
      { slug: 'mug', images: [{ url: 'http://a.test/1.jpg#x', alt: 'A mug' }, 'http://a.test/2.jpg'] },
      { sku: 'CUP', image_url: 'HTTP://A.test/3.jpg' },
    ]);
    const { code, out } = await runWithWorkers(file);
    expect(out).toBe('3 picture(s): 3 ready, 0 came to nothing.\n');
    expect(code).toBe(0);
    expect(await images()).toEqual([
      { slug: 'cup', source_url: 'http://a.test/3.jpg', alt: '', position: 0, status: 'ready' },
      { slug: 'mug', source_url: 'http://a.test/1.jpg', alt: 'A mug', position: 0, status: 'ready' },
      { slug: 'mug', source_url: 'http://a.test/2.jpg', alt: '', position: 1, status: 'ready' },
    ]);
    expect(await jobs()).toBe(3);
  });

  it('goes on where it was when it is started again', async () => {
    const file = write([
      { slug: 'mug', image_urls: 'http://a.test/1.jpg|http://a.test/2.jpg' },
      { slug: 'cup', image_url: 'http://a.test/bad.jpg' },
    ]);
    const first = await run(file, '--no-wait');
    expect(first).toMatchObject({ code: 0, out: '3 picture(s): 0 ready, 3 under way, 0 came to nothing.\n' });
    const second = await runWithWorkers(file);
    expect(second.code).toBe(1);
    expect(second.out).toContain('3 picture(s): 2 ready, 1 came to nothing.');
    expect([await jobs(), (await images()).length]).toEqual([3, 3]);
    // What became of them is told again, without a worker.
    expect((await run(file)).out).toBe(second.out);
  });

  it('tells for each line and picture why it came to nothing, on the screen and in a file', async () => {
    const file = write([
      { slug: 'mug', images: ['http://a.test/1.jpg', 'http://a.test/bad.jpg', 'http://a.test/gone.jpg'] },
      { slug: 'mugg', image_url: 'http://a.test/1.jpg' },
      { sku: 'NOPE', image_url: 'http://a.test/1.jpg' },
      { slug: 'cup', image_url: 'ftp://a.test/1.jpg' },
      { slug: 'cup' },
    ]);
    const report = join(folder, 'report.csv');
    const { code, out, err } = await runWithWorkers(file, '--report', report);
    expect(code).toBe(1);
    expect(err).toBe('Not all pictures are to be had.\n');
    expect(out).toContain('5 picture(s): 1 ready, 4 came to nothing; 2 line(s) cannot be read.');
    const told = readFileSync(report, 'utf8')
      .split('\r\n')
      .slice(1, -1)
      .map((line) => line.split(',').slice(0, 3).join(' '));
    expect(told.sort()).toEqual([
      '1 http://a.test/bad.jpg http_status',
      '1 http://a.test/gone.jpg deleted',
      '2 http://a.test/1.jpg product_not_found',
      '3 http://a.test/1.jpg product_not_found',
      '4  address_invalid',
      '5  images_missing',
    ]);
  });

  it('gives no product more than it may have', async () => {
    const file = write([{ slug: 'mug', images: Array.from({ length: 12 }, (_, n) => `http://a.test/${n}.jpg`) }]);
    const { code, out } = await runWithWorkers(file, '--json');
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ pictures: 12, ready: 10, failed: 2, waiting: 0 });
    expect(JSON.parse(out).failures[0]).toMatchObject({ code: 'too_many_images', line: 1 });
    expect(await images()).toHaveLength(10);
  });

  it('counts an address that stands in the file twice, and makes one image of it', async () => {
    const file = write([
      { slug: 'mug', image_url: 'http://a.test/1.jpg' },
      { sku: 'MUG', image_url: 'http://a.test/1.jpg' },
    ]);
    expect((await runWithWorkers(file)).out).toBe('2 picture(s): 2 ready, 0 came to nothing.\n');
    expect(await images()).toHaveLength(1);
  });

  it('waits with more of a large file until some are ready', async () => {
    const file = write(
      Array.from({ length: 2_500 }, (_, n) => ({
        slug: ['mug', 'cup', 'bowl'][n % 3],
        image_url: `http://a.test/${n}.jpg`,
      })),
    );
    let over = false;
    const running = run(file, '--max-per-product', '1000').finally(() => {
      over = true;
    });
    await waitFor(async () => (await images()).length >= 2_000);
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    expect((await images()).length).toBeLessThanOrEqual(2_100);
    await playWorkers(() => over);
    expect((await running).code).toBe(0);
    expect(await images()).toHaveLength(2_500);
  });

  it('changes nothing when the file cannot be read to its end', async () => {
    writeFileSync(join(folder, 'wrong.csv'), 'slug,picture\nmug,http://a.test/1.jpg\n');
    expect(await run(join(folder, 'wrong.csv'))).toMatchObject({ code: 2 });
    expect(await run(join(folder, 'nowhere.csv'))).toMatchObject({ code: 2 });
    expect(await images()).toEqual([]);
  });
});
