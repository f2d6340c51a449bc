import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DEFAULT_RULE } from '../domain/repricing.ts';
import { seedVariants } from '../test/support/catalogue.ts';
import { createTestDatabase, type TestDatabase } from '../test/support/database.ts';
import { type Database, openDatabase } from './database.ts';
import {
  approveReprice,
  expireReprices,
  findReprice,
  listReprices,
  type NewReprice,
  proposeReprice,
  refuseReprice,
  undoReprice,
} from './reprices.ts';

let database: TestDatabase;
let db: Database;
let variantId: string;
let count = 0;
beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase({ url: database.url, applicationName: 'test', max: 8 });
});
beforeEach(async () => {
  const sku = `KETTLE-${++count}`;
  variantId = (await seedVariants(db, [{ sku, units: 1, amount: 2000 }])).get(sku)!;
});
afterAll(async () => {
  await db.close();
  await database.drop();
});

const propose = (more: Partial<NewReprice> = {}) =>
  db.transaction((tx) =>
    proposeReprice(tx, {
      ...{ variantId, currency: 'eur', fromAmount: 2000, toAmount: 1799 },
      ...{ rule: { ...DEFAULT_RULE, minMarginPercent: 10 }, basis: { competitor: 'Rival' }, by: 'a test', ...more },
    }),
  );
const approve = (id: string) => db.transaction((tx) => approveReprice(tx, id, 'someone'));
const undo = (id: string) => db.transaction((tx) => undoReprice(tx, id, 'someone'));
const price = async () =>
  (await db.pool.query(`select amount from prices where variant_id = $1 and currency = 'eur'`, [variantId])).rows[0]
    ?.amount;
const setPrice = (amount: number) =>
  db.pool.query(`update prices set amount = $2 where variant_id = $1 and currency = 'eur'`, [variantId, amount]);
const changes = async () =>
  (
    await db.pool.query(
      `select from_amount, to_amount, reprice_id from price_changes where variant_id = $1 and currency = 'eur' order by id`,
      [variantId],
    )
  ).rows;
const versions = async () =>
  (
    await db.pool.query(
      'select v.version, p.version as product from variants v join products p on p.id = v.product_id where v.id = $1',
      [variantId],
    )
  ).rows[0];

describe('a proposal that is approved', () => {
  it('changes the price through the catalogue, with its history, and can be undone', async () => {
    const { id } = await propose();
    const before = await versions();
    expect(await approve(id)).toMatchObject({ kind: 'done', reprice: { status: 'applied', decided_by: 'someone' } });
    expect(await price()).toBe(1799);
    expect(await versions()).toEqual({ version: before.version + 1, product: before.product + 1 });
    expect(await undo(id)).toMatchObject({
      kind: 'done',
      reprice: { status: 'undone', undone_by: 'someone', decided_by: 'someone' },
    });
    expect(await price()).toBe(2000);
    expect(await changes()).toEqual([
      { from_amount: null, to_amount: 2000, reprice_id: null },
      { from_amount: 2000, to_amount: 1799, reprice_id: id },
      { from_amount: 1799, to_amount: 2000, reprice_id: id },
    ]);
  });

  it('is applied once, however many approve it', async () => {
    const { id } = await propose();
    const kinds = (await Promise.all([1, 2, 3, 4, 5].map(() => approve(id)))).map(({ kind }) => kind);
    expect(kinds.sort()).toEqual(['done', 'settled', 'settled', 'settled', 'settled']);
    expect(await changes()).toHaveLength(2);
    await undo(id);
    expect(await undo(id)).toMatchObject({ kind: 'settled' });
    expect(await approve(id)).toMatchObject({ kind: 'expired' });
    expect(await price()).toBe(2000);
  });

  it('overwrites nobody’s change, neither forth nor back', async () => {
    const first = await propose();
    await setPrice(2100);
    expect(await approve(first.id)).toMatchObject({ kind: 'price_changed', current: 2100 });
    expect(await price()).toBe(2100);
    await setPrice(2000);
    await approve(first.id);
    await setPrice(1700);
    expect(await undo(first.id)).toMatchObject({ kind: 'price_changed', current: 1700 });
    expect(await price()).toBe(1700);
  });

  it('is judged by the floors once more', async () => {
    const { id } = await propose();
    await db.pool.query(`update prices set cost_amount = 1700 where variant_id = $1 and currency = 'eur'`, [variantId]);
    expect(await approve(id)).toMatchObject({ kind: 'below_floor', floor: 'margin' });
    await db.pool.query(`update prices set cost_amount = null where variant_id = $1`, [variantId]);
    await db.pool.query(`insert into minimum_advertised_prices values ($1, 'eur', 1800)`, [variantId]);
    expect(await approve(id)).toMatchObject({ kind: 'below_floor', floor: 'map' });
    expect(await price()).toBe(2000);
  });
});

describe('a proposal', () => {
  it('that is made again is the same one; another one takes its place', async () => {
    const made = await Promise.all([1, 2, 3, 4].map(() => propose()));
    expect(new Set(made.map(({ id }) => id)).size).toBe(1);
    const other = await propose({ toAmount: 1699 });
    expect((await findReprice(db, made[0]!.id))?.status).toBe('expired');
    expect(await approve(made[0]!.id)).toMatchObject({ kind: 'expired' });
    const open = await listReprices(db, { status: 'proposed', variant_id: variantId }, { after: undefined, limit: 5 });
    expect(open.map(({ id }) => id)).toEqual([other.id]);
  });

  it('that was refused is not applied any more', async () => {
    const { id } = await propose();
    const refuse = () => db.transaction((tx) => refuseReprice(tx, id, 'someone'));
    expect(await refuse()).toMatchObject({ kind: 'done', reprice: { status: 'refused' } });
    expect(await refuse()).toMatchObject({ kind: 'settled' });
    expect(await approve(id)).toMatchObject({ kind: 'expired' });
  });

  it('ends when its time is up, also before anybody notes it', async () => {
    const { id } = await propose();
    await db.pool.query(`update reprices set expires_at = now() - interval '1 s' where id = $1`, [id]);
    expect(await approve(id)).toMatchObject({ kind: 'expired' });
    await expireReprices(db);
    expect((await findReprice(db, id))?.status).toBe('expired');
    expect((await propose()).id).not.toBe(id);
  });
});

it('what was seen at competitors’ never changes what is ours', async () => {
  const { observe, watchListing, priceFields } = await import('../test/support/observed.ts');
  const ours = async () =>
    (
      await db.pool.query(
        `select p.name, p.description, p.attributes, p.version, v.attributes as of_variant, r.amount,
           (select count(*) from product_images i where i.product_id = p.id) as images
         from variants v join products p on p.id = v.product_id join prices r on r.variant_id = v.id and r.currency = 'eur'
         where v.id = $1`,
        [variantId],
      )
    ).rows[0];
  const before = await ours();
  const listing = await watchListing(db, variantId);
  const fields = priceFields(100);
  const said = <T>(value: T) => ({ ...fields.title!, value, others: [] });
  const id = await observe(db, listing, new Date(), {
    fields: {
      ...fields,
      description: said('Their words'),
      images: said(['https://rival.example/1.jpg']),
      rating: said(4.5),
      ratingCount: said(12),
    },
  });
  const kept = await db.pool.query('select reading, url, observed_at from observations where id = $1', [id]);
  expect(kept.rows[0].reading.description).toMatchObject({ value: 'Their words', layer: 'json_ld', path: 'offers' });
  expect(await ours()).toEqual(before);
});
