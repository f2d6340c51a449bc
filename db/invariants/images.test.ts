import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { createTestDatabase, type TestDatabase } from '../../test/support/database.ts';
import {
  createFakeCodec,
  createFakeStorage,
  hashOf,
  insertImage,
  insertProduct,
  jpegOf,
  rendition,
  uploadImage,
} from '../../test/support/fake-pictures.ts';
import { createProcessImage } from '../../workers/process-image.ts';
import { type Database, type Executor, openDatabase, statement } from '../database.ts';
import { checkInvariants } from '../invariants.ts';
import { insertJobs } from '../outbox.ts';

const old = "now() - interval '1 hour'";
const NOBODY = 'f'.repeat(64);

describe('invariant 7 of pictures', () => {
  let test: TestDatabase;
  let db: Database;
  let product: string;
  let ready: { id: string; sha256: string };
  let queued: { id: string; sha256: string };

  beforeAll(async () => {
    test = await createTestDatabase();
    db = openDatabase({ url: test.url, applicationName: 'invariants-test', max: 2 });
    const storage = createFakeStorage();
    product = await insertProduct(db);
    const upload = async (text: string) => ({
      id: await uploadImage(db, storage, product, jpegOf(text)),
      sha256: hashOf(jpegOf(text)),
    });
    ready = await upload('ready');
    const process = createProcessImage({ db, storage, codec: createFakeCodec(), rendition });
    await process({ sha256: ready.sha256, recipe: rendition.recipe }, { log: pino({ level: 'silent' }) });
    queued = await upload('queued');
    const job = { orderId: undefined, availableAt: undefined, payload: { sha256: queued.sha256 } };
    await insertJobs(db, [{ ...job, queue: 'process-image', jobId: `picture-${queued.sha256}-${rendition.recipe}` }]);
    await insertImage(db, product, {
      source: 'presigned',
      status: 'awaiting_upload',
      expiresAt: new Date(Date.now() + 9_000),
    });
  });
  afterAll(async () => {
    await db.close();
    await test.drop();
  });

  /** What the rules see after some SQL, which is undone. */
  async function rulesAfter(sql: readonly string[]): Promise<string[]> {
    const rolledBack = new Error('rolled back');
    let rules: string[] = [];
    const work = async (tx: Executor) => {
      for (const [index, text] of sql.entries())
        await tx.rows(statement(`break_${index}_${hashOf(Buffer.from(text)).slice(0, 16)}`, text));
      const findings = await checkInvariants(tx, { graceSeconds: 0, waitSeconds: 60 });
      rules = findings.flatMap(({ examples }) => examples.map((example) => (example as { rule: string }).rule));
      throw rolledBack;
    };
    await db.transaction(work).catch((error) => {
      if (error !== rolledBack) throw error;
    });
    return rules;
  }

  it('holds in a sound database, also when everything has waited for long', async () => {
    expect(
      await rulesAfter([`update product_images set updated_at = ${old}`, `update pictures set updated_at = now()`]),
    ).toEqual([]);
  });

  it.each<[string, () => string[]]>([
    [
      'image_waits_for_its_bytes',
      () => [`update product_images set status = 'queued', updated_at = ${old} where status = 'awaiting_upload'`],
    ],
    [
      'image_waits_to_be_rendered',
      () => [
        'delete from outbox',
        `update product_images set updated_at = ${old}`,
        `update pictures set updated_at = ${old}`,
      ],
    ],
    [
      'image_waits_for_what_is_decided',
      () => [`update product_images set status = 'queued', updated_at = ${old} where id = '${ready.id}'`],
    ],
    [
      'ready_image_without_a_ready_picture',
      () => [`update pictures set status = 'new' where sha256 = '${ready.sha256}'`],
    ],
    ['ready_picture_without_variants', () => ['delete from picture_variants']],
    ['ready_picture_with_a_gap', () => [`delete from picture_variants where preset = '800' and format = 'webp'`]],
    [
      'two_primary_images',
      () => ['drop index product_images_one_primary', 'update product_images set is_primary = true'],
    ],
    [
      'upload_that_nobody_looks_for',
      () => [`update product_images set expires_at = ${old} where status = 'awaiting_upload'`],
    ],
    [
      'picture_half_removed',
      () => [
        `insert into pictures (sha256, bytes, format, status, unused_since, updated_at) values ('${NOBODY}', 1, 'jpeg', 'removing', ${old}, ${old})`,
      ],
    ],
    [
      'image_of_a_picture_that_goes',
      () => [`update pictures set status = 'removing' where sha256 = '${ready.sha256}'`],
    ],
    [
      'rebuild_that_nobody_plans',
      () => [`insert into image_rebuilds (id, created_at) values (gen_random_uuid(), ${old})`],
    ],
  ])('sees %s', async (rule, sql) => {
    expect(await rulesAfter(sql())).toContain(rule);
  });
});
