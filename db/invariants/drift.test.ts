import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { PageReading } from '../../domain/pages/page-reading.ts';
import { createTestDatabase, type TestDatabase } from '../../test/support/database.ts';
import { observe, priceFields, watchListing } from '../../test/support/observed.ts';
import { type Database, openDatabase } from '../database.ts';
import { decideShape } from '../decide-shape.ts';
import { noteShape } from '../extraction-shapes.ts';
import { drift } from './drift.ts';
import { askRule } from './rule.ts';

let home: TestDatabase;
let db: Database;
beforeAll(async () => {
  home = await createTestDatabase();
  db = openDatabase({ url: home.url, applicationName: 'drift-invariants', max: 4 });
});
afterAll(async () => {
  await db.close();
  await home.drop();
});

async function broken(): Promise<string[]> {
  const values = { graceSeconds: 0, waitSeconds: 0, limit: 10, facts: '{}' };
  const asked = drift.map(async (rule) => ({ name: rule.name, count: (await askRule(db, rule, values)).count }));
  return (await Promise.all(asked)).filter(({ count }) => count > 0).map(({ name }) => name);
}

it('hold of changes as they are made and decided, and find what nobody would look at', async () => {
  const listing = await watchListing(db);
  const note = async (shape: string, daysAgo: number) => {
    const observedAt = new Date(Date.now() - daysAgo * 86_400_000).toISOString();
    const reading: PageReading = { kind: 'offer', fields: priceFields(1999), shape };
    const observationId = await observe(db, listing, observedAt, 0, { reading });
    await db.transaction((tx) => noteShape(tx, { ...listing, observationId, observedAt, reading }));
  };
  await note('old', 9);
  await note('new', 0);
  expect(await broken()).toEqual(['change_untold']);
  await db.pool.query('update extraction_changes set told_at = now()');
  expect(await broken()).toEqual([]);

  await db.pool.query('update extraction_changes set closed_at = now()');
  expect(await broken()).toEqual(['shape_held_without_a_change']);
  await db.pool.query('update extraction_changes set closed_at = null');
  await db.pool.query(`update extraction_shapes set status = 'learned' where shape = 'new'`);
  expect(await broken()).toEqual(['change_open_though_decided']);
  await db.pool.query(`update extraction_shapes set status = 'unconfirmed' where shape = 'new'`);

  const { rows } = await db.pool.query(`select id from extraction_shapes where shape = 'new'`);
  await db.transaction((tx) => decideShape(tx, rows[0].id, 'rejected', 'ada'));
  expect(await broken()).toEqual([]);
});
