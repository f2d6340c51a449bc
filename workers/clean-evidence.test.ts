import { mkdtemp, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Database, openDatabase } from '../db/database.ts';
import { uuidv7 } from '../db/ids.ts';
import { evidenceKey, pageKey } from '../domain/pages/page-keys.ts';
import { createLogger } from '../logger.ts';
import { createObjectStorage, type ObjectStorage } from '../providers/object-storage.ts';
import { createTestDatabase, type TestDatabase } from '../test/support/database.ts';
import { insertScrape, observe, watchListing } from '../test/support/observed.ts';
import { createCleanEvidence } from './clean-evidence.ts';
import { createCleanStorage } from './clean-storage.ts';

let database: TestDatabase;
let db: Database;
let folder: string;
let storage: ObjectStorage;
beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase({ url: database.url, applicationName: 'test', max: 4 });
  folder = await mkdtemp(join(tmpdir(), 'evidence-'));
  storage = createObjectStorage({
    backend: { kind: 'local', folder, publicUrl: 'http://shop.test', secret: 's' },
    mediaUrl: 'http://shop.test/media',
    signedSeconds: 60,
  });
});
afterAll(async () => {
  await db.close();
  await database.drop();
  await rm(folder, { recursive: true });
});

const run = { log: createLogger({ level: 'silent', pretty: false, role: 'test' }) };
const put = async (key: string, daysAgo = 0) => {
  await storage.put(key, Buffer.from('x'), { contentType: 'application/gzip' });
  const then = new Date(Date.now() - daysAgo * 86_400_000);
  await utimes(join(folder, key), then, then);
  return key;
};
const keysIn = async (prefix: string) => {
  const keys: string[] = [];
  for await (const { key } of storage.list(prefix)) keys.push(key);
  return keys.sort();
};
const clean = (day: string) => createCleanEvidence({ db, storage, evidenceDays: 90 })({ day }, run);

let hashes = 0;
const evidence = async (at: string) => {
  const sha256 = (++hashes).toString(16).padStart(64, '0');
  const key = await put(evidenceKey(new Date(at), sha256, 'html.gz'));
  return { key, sha256, modelKey: null, screenshotKey: await put(evidenceKey(new Date(at), sha256, 'png')) };
};

it('evidence goes by months when its time is up, unless something still rests on it', async () => {
  const listing = await watchListing(db);
  const [superseded, last, orphan, young] = await Promise.all(
    ['2026-01-05', '2026-01-20', '2026-01-21', '2026-03-01'].map(evidence),
  );
  const other = await watchListing(db);
  const alerted = await evidence('2026-01-07');
  await observe(db, listing, '2026-01-05', 1, { evidence: superseded! });
  await observe(db, listing, '2026-01-20', 2, { evidence: last! });
  await observe(db, listing, '2026-03-01', { reason: 'captcha' }, { evidence: young! });
  const observation = await observe(db, other, '2026-01-07', 3, { evidence: alerted });
  await observe(db, other, '2026-03-07', 4);
  const alertId = uuidv7();
  await db.pool.query(
    `insert into price_alerts (id, listing_id, kind, rule, status, observation_id, observed_at, facts, opened_at)
     values ($1, $2, 'undercut', '{}', 'open', $3, '2026-01-07', '{}', now())`,
    [alertId, other.listingId, observation],
  );
  const keys = (...kept: { key: string; screenshotKey: string }[]) =>
    kept.flatMap((each) => [each.key, each.screenshotKey]).sort();

  await clean('2026-04-30');
  expect(await keysIn('evidence/')).toEqual(keys(superseded!, last!, orphan!, young!, alerted));
  await clean('2026-05-03');
  expect(await keysIn('evidence/')).toEqual(keys(last!, young!, alerted));
  await clean('2026-05-03');
  expect(await keysIn('evidence/')).toEqual(keys(last!, young!, alerted));

  await db.pool.query(
    `update price_alerts set status = 'resolved', resolved_at = now(), resolution = 'test' where id = $1`,
    [alertId],
  );
  await observe(db, listing, '2026-04-20', 5);
  await clean('2026-05-03');
  expect(await keysIn('evidence/')).toEqual(keys(young!));
  const { rows } = await db.pool.query('select count(*)::integer as kept from observations');
  expect(rows[0].kept).toBe(6);
});

it('raw pages go when no look waits for them, and not on the day they came', async () => {
  const listing = await watchListing(db);
  const [read, waiting, fresh] = await Promise.all([1, 2, 3].map(() => insertScrape(db, listing)));
  await db.pool.query(`update scrapes set status = 'fetched', finished_at = null, outcome = null where id = $1`, [
    waiting,
  ]);
  await put(pageKey(read!), 2);
  await put(pageKey(uuidv7()), 2);
  const kept = [await put(pageKey(waiting!), 2), await put(pageKey(fresh!))].sort();
  await clean('2026-05-03');
  expect(await keysIn('pages/')).toEqual(kept);
});

it('the clean-up of pictures leaves them alone', async () => {
  await put(evidenceKey(new Date('2026-05-03'), 'f'.repeat(64), 'html.gz'), 40);
  const before = [await keysIn('pages/'), await keysIn('evidence/')];
  await createCleanStorage({ db, storage, graceSeconds: 1, recipe: 'cafe0001' })({ day: '2026-05-03' }, run);
  expect([await keysIn('pages/'), await keysIn('evidence/')]).toEqual(before);
});
