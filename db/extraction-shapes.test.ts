import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { PageReading } from '../domain/pages/page-reading.ts';
import { judgePrice } from '../queues/judge-price.ts';
import { createTestDatabase, type TestDatabase } from '../test/support/database.ts';
import { observe, priceFields, type WatchedListing, watchListing } from '../test/support/observed.ts';
import { seedCompetitor } from '../test/support/watch-list.ts';
import { findCompetitor, setCompetitorStatus } from './competitors.ts';
import { type Database, openDatabase } from './database.ts';
import { decideShape, listShapes } from './decide-shape.ts';
import { heldShapes, noteShape } from './extraction-shapes.ts';

let database: TestDatabase;
let db: Database;
beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase({ url: database.url, applicationName: 'test', max: 6 });
});
afterAll(async () => {
  await db.close();
  await database.drop();
});

const DAY_MS = 86_400_000;
const daysAgo = (days: number) => new Date(Date.now() - days * DAY_MS).toISOString();
const OLD = 'json_ld:offers.price';
const NEW = 'microdata:offers.price';

const offer = (shape: string, more: object = {}): PageReading => ({
  kind: 'offer',
  fields: { ...priceFields(1999), ...more },
  shape,
});
const failed = (reason: 'not_understood' | 'captcha'): PageReading => ({
  kind: 'none',
  reason,
  detail: '',
  shape: 'none:nothing',
});

async function note(listing: WatchedListing, reading: PageReading, observedAt = daysAgo(0)): Promise<void> {
  const seen = reading.kind === 'none' ? { reason: reading.reason } : { fields: reading.fields };
  const observationId = await observe(db, listing, observedAt, seen, { reading });
  await db.transaction((tx) => noteShape(tx, { ...listing, observationId, observedAt, reading }));
}

/** A site whose pages have been read in the old way since ten days ago. */
async function knownSite(pages: number): Promise<{ id: string; listings: WatchedListing[] }> {
  const { id, domain } = await seedCompetitor(db);
  const listings = [];
  for (let page = 0; page < pages; page++) listings.push(await watchListing(db, null, { id, domain }));
  for (const listing of listings) await note(listing, offer(OLD), daysAgo(10));
  return { id, listings };
}

const changesOf = async (competitorId: string) =>
  (
    await db.pool.query(
      'select kind, field, pages, changed, closed_at is null as open from extraction_changes where competitor_id = $1 order by id',
      [competitorId],
    )
  ).rows;
const statusOf = async (id: string) => (await findCompetitor(db, id))!.status;
const shapeOf = async (competitorId: string, name: string) =>
  (await listShapes(db, { competitor_id: competitorId }, { after: undefined, limit: 50 })).find(({ shape }) =>
    shape.includes(name),
  )!;

describe('a shape', () => {
  it('is learned while a site is new', async () => {
    const { id, listings } = await knownSite(2);
    await note(listings[1]!, offer(NEW), daysAgo(9));
    expect(await heldShapes(db, id)).toEqual(new Set());
    expect(await changesOf(id)).toEqual([]);
  });

  it('that is new on a site that is known is held, opens one change however often it is seen, and leaves the site alone', async () => {
    const { id, listings } = await knownSite(4);
    await Promise.all([note(listings[0]!, offer(NEW)), note(listings[1]!, offer(NEW))]);
    expect(await heldShapes(db, id)).toEqual(new Set([NEW]));
    expect(await changesOf(id)).toEqual([{ kind: 'new_shape', field: null, pages: 4, changed: 2, open: true }]);
    expect(await statusOf(id)).toBe('active');
  });

  it('that most pages have changed to holds the site', async () => {
    const { id, listings } = await knownSite(4);
    for (const listing of listings.slice(0, 3)) await note(listing, offer(NEW));
    expect(await statusOf(id)).toBe('held');
  });

  it('does not hold the site again that a person has resumed, until more pages change', async () => {
    const { id, listings } = await knownSite(5);
    for (const listing of listings.slice(0, 3)) await note(listing, offer(NEW));
    await setCompetitorStatus(db, id, { from: ['held'], to: 'active', reason: null });
    await note(listings[0]!, offer(NEW));
    expect(await statusOf(id)).toBe('active');
    expect(await heldShapes(db, id)).toEqual(new Set([NEW]));
    await note(listings[3]!, offer(NEW));
    expect(await statusOf(id)).toBe('held');
  });

  it('that is confirmed is believed, has its pages judged, and frees the site', async () => {
    const { id, listings } = await knownSite(3);
    for (const listing of listings) await note(listing, offer(NEW));
    expect(await statusOf(id)).toBe('held');
    const { id: shapeId } = await shapeOf(id, NEW);
    const decide = () => db.transaction((tx) => decideShape(tx, shapeId, 'confirmed', 'ada'));
    expect(await decide()).toBe(true);
    expect(await decide()).toBe(false);
    expect(await heldShapes(db, id)).toEqual(new Set());
    expect(await statusOf(id)).toBe('active');
    expect((await changesOf(id)).map(({ open }) => open)).toEqual([false]);
    const { rows } = await db.pool.query(`select queue, job_id, payload from outbox where job_id = any($1)`, [
      listings.map(({ listingId }) => judgePrice.jobId({ listing_id: listingId })),
    ]);
    expect(rows).toHaveLength(3);
    for (const { queue, payload } of rows) {
      expect(queue).toBe(judgePrice.name);
      judgePrice.payload.parse(payload);
    }
  });

  it('that is rejected stays held, and is told no more', async () => {
    const { id, listings } = await knownSite(3);
    await note(listings[0]!, offer(NEW));
    const { id: shapeId } = await shapeOf(id, NEW);
    await db.transaction((tx) => decideShape(tx, shapeId, 'rejected', 'ada'));
    await note(listings[0]!, offer(NEW));
    expect(await heldShapes(db, id)).toEqual(new Set([NEW]));
    expect((await changesOf(id)).filter(({ open }) => open)).toEqual([]);
    const { rows } = await db.pool.query(`select from outbox where job_id = $1`, [`listing-${listings[0]!.listingId}`]);
    expect(rows).toEqual([]);
  });
});

describe('pages that are not understood any more', () => {
  it('are a change when they are many, and hold the site when they are most', async () => {
    const { id, listings } = await knownSite(8);
    for (const listing of listings.slice(0, 2)) await note(listing, failed('not_understood'));
    expect(await changesOf(id)).toEqual([]);
    await note(listings[2]!, failed('not_understood'));
    expect(await changesOf(id)).toMatchObject([{ kind: 'failures_rising', pages: 8, changed: 3, open: true }]);
    expect(await statusOf(id)).toBe('active');
    for (const listing of listings.slice(3, 5)) await note(listing, failed('not_understood'));
    expect(await statusOf(id)).toBe('held');
  });

  it('are nothing when somebody guards them, or when they never said anything', async () => {
    const { id, listings } = await knownSite(3);
    for (const listing of listings) await note(listing, failed('captcha'));
    const { id: fresh, domain } = await seedCompetitor(db);
    for (let page = 0; page < 4; page++)
      await note(await watchListing(db, null, { id: fresh, domain }), failed('not_understood'));
    expect([...(await changesOf(id)), ...(await changesOf(fresh))]).toEqual([]);
    expect(await statusOf(id)).toBe('active');
  });

  it('count no more once a person has said that they rightly say nothing', async () => {
    const { id, listings } = await knownSite(3);
    for (const listing of listings) await note(listing, failed('not_understood'));
    expect(await statusOf(id)).toBe('held');
    const { id: shapeId } = await shapeOf(id, 'none:nothing');
    await db.transaction((tx) => decideShape(tx, shapeId, 'confirmed', 'ada'));
    expect(await statusOf(id)).toBe('active');
    await note(listings[0]!, failed('not_understood'));
    expect((await changesOf(id)).filter(({ open }) => open)).toEqual([]);
  });
});

describe('a field', () => {
  const gtin = { gtin: { value: '04006381333931', layer: 'json_ld', confidence: 1, path: '', text: '', others: [] } };

  it('that all pages had and none has any more is a change, until a person lets it go', async () => {
    const { id, listings } = await knownSite(0).then(({ id }) => ({ id, listings: [] as WatchedListing[] }));
    const { domain } = (await findCompetitor(db, id))!;
    for (let page = 0; page < 5; page++) listings.push(await watchListing(db, null, { id, domain }));
    for (let day = 5; day > 1; day--)
      for (const listing of listings) await note(listing, offer(OLD, gtin), daysAgo(day));
    for (const listing of listings.slice(0, 4)) await note(listing, offer(OLD));
    expect(await changesOf(id)).toEqual([]);
    await db.pool.query(`update extraction_shapes set learned_from = $2 where competitor_id = $1`, [id, daysAgo(30)]);
    await note(listings[4]!, offer(OLD));
    expect(await changesOf(id)).toMatchObject([{ kind: 'field_vanished', field: 'gtin', open: true }]);
    expect(await heldShapes(db, id)).toEqual(new Set([OLD]));
    const { id: shapeId } = await shapeOf(id, OLD);
    await db.transaction((tx) => decideShape(tx, shapeId, 'confirmed', 'ada'));
    await note(listings[0]!, offer(OLD));
    expect(await heldShapes(db, id)).toEqual(new Set());
  });
});
