import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { judgeMatch } from '../domain/matching/judge-match.ts';
import type { PageReading, PageValues } from '../domain/pages/page-reading.ts';
import { seedVariants } from '../test/support/catalogue.ts';
import { createTestDatabase, type TestDatabase } from '../test/support/database.ts';
import { seedCompetitor, seedListing } from '../test/support/watch-list.ts';
import type { CompetitorRow } from './competitors.ts';
import { type Database, openDatabase } from './database.ts';
import { findListingForReading } from './listing-for-reading.ts';
import { findListing } from './listings.ts';
import { acceptSuggestion, decidePair, lockSuggestion, rejectMatch, rejectSuggestion } from './match-decisions.ts';
import { listSuggestions } from './match-list.ts';
import { noteMatch } from './matches.ts';

const GTIN = '04548736112001';

let test: TestDatabase;
let db: Database;
let site: CompetitorRow;
let variants: Map<string, string>;
beforeAll(async () => {
  test = await createTestDatabase();
  db = openDatabase({ url: test.url, applicationName: 'matches-test', max: 3 });
  site = await seedCompetitor(db, { name: 'Rival' });
  variants = await seedVariants(db, [
    { sku: 'WH-1', units: 1 },
    { sku: 'WH-2', units: 1 },
    { sku: 'HOSE', units: 1 },
  ]);
  const describe = (sku: string, name: string, brand: string, more: object, barcode: string | null) =>
    db.pool.query(
      `with v as (update variants set barcode = $4, attributes = $3 where sku = $1 returning product_id)
       update products set name = $2, attributes = $5 where id = (select product_id from v)`,
      [sku, name, more, barcode, { brand }],
    );
  await describe(
    'WH-1',
    'Sony WH-1000XM4 headphones',
    'Sony',
    { mpn: 'WH-1000XM4/B', color: 'black' },
    '4548736112001',
  );
  await describe('WH-2', 'Sony WH-1000XM5 headphones', 'Sony', { mpn: 'WH-1000XM5/B', color: 'black' }, null);
  await describe('HOSE', 'Garden hose reel 20 m', 'Gardena', {}, null);
});
afterAll(async () => {
  await db?.close();
  await test?.drop();
});

function page(values: Partial<PageValues>): PageReading {
  const fields = Object.entries(values).map(([name, value]) => [
    name,
    { value, layer: 'json_ld', confidence: 1, path: name, text: String(value), others: [] },
  ]);
  return { kind: 'offer', fields: Object.fromEntries(fields), shape: 'json_ld' };
}

async function look(listingId: string, values: Partial<PageValues>) {
  const found = (await findListingForReading(db, listingId))!;
  const reading = page(values);
  const match = judgeMatch(found, reading);
  const noted = await db.transaction((tx) => noteMatch(tx, { found, match, reading }));
  return { match, noted };
}

const pairsOf = async (listing: string) =>
  (await listSuggestions(db, { listing }, { after: undefined, limit: 20 })).map(({ id, sku, kind, status }) => ({
    id,
    sku,
    kind,
    status,
  }));

describe('a page that is tied to nothing', () => {
  it('ties itself by a GTIN, once', async () => {
    const id = await seedListing(db, site, null);
    expect(await look(id, { title: 'Something', gtin: GTIN })).toMatchObject({
      match: { verdict: 'unmatched' },
      noted: 'linked',
    });
    expect(await findListing(db, id)).toMatchObject({ sku: 'WH-1', linked_by: 'gtin', version: 2 });
    expect(await look(id, { title: 'Something', gtin: GTIN })).toMatchObject({
      match: { verdict: 'linked' },
      noted: 'nothing',
    });
    expect(await pairsOf(id)).toEqual([]);
  });

  it('ties itself by brand and number of the maker, however it is written', async () => {
    const id = await seedListing(db, site, null);
    expect((await look(id, { title: 'x', brand: 'SONY', mpn: 'wh1000xm5b' })).noted).toBe('linked');
    expect(await findListing(db, id)).toMatchObject({ sku: 'WH-2', linked_by: 'mpn' });
  });

  it('is over when the page is watched for that variant already', async () => {
    const url = `https://${site.domain}/same`;
    await seedListing(db, site, variants.get('WH-1')!, { url });
    const id = await seedListing(db, site, null, { url });
    expect((await look(id, { title: 'x', gtin: GTIN })).noted).toBe('linked');
    expect(await findListing(db, id)).toMatchObject({
      variant_id: null,
      status: 'gone',
      status_reason: 'watched_elsewhere',
    });
  });

  it('is suggested by its title, asked about once, and what is refused is not asked again', async () => {
    const id = await seedListing(db, site, null);
    const said = { title: 'Sony WH-1000XM4 Headphones, black', brand: 'Sony' };
    expect((await look(id, said)).noted).toBe('suggested');
    const [first] = await pairsOf(id);
    expect(first).toMatchObject({ sku: 'WH-1', kind: 'suggested', status: 'open' });
    expect(await findListing(db, id)).toMatchObject({ variant_id: null });
    await look(id, said);
    expect((await pairsOf(id)).filter(({ sku }) => sku === 'WH-1')).toEqual([first]);
    await db.transaction(async (tx) => rejectSuggestion(tx, (await lockSuggestion(tx, first!.id))!, { by: 'ada' }));
    await look(id, said);
    expect((await pairsOf(id)).find(({ sku }) => sku === 'WH-1')).toMatchObject({ status: 'rejected' });
    // A GTIN does not overrule a person either.
    await look(id, { ...said, gtin: GTIN });
    expect(await findListing(db, id)).toMatchObject({ variant_id: null });
  });

  it('is tied by a person who accepts, and the other questions go', async () => {
    const id = await seedListing(db, site, null);
    await look(id, { title: 'Sony WH-1000XM4 WH-1000XM5 headphones' });
    const open = await pairsOf(id);
    expect(open.map(({ sku }) => sku).sort()).toEqual(['WH-1', 'WH-2']);
    const accept = () =>
      db.transaction(async (tx) =>
        acceptSuggestion(tx, (await lockSuggestion(tx, open[0]!.id))!, { by: 'ada', note: 'looked' }),
      );
    expect(await accept()).toBe(true);
    expect(await findListing(db, id)).toMatchObject({ sku: open[0]!.sku, linked_by: 'person' });
    expect(await pairsOf(id)).toEqual([{ ...open[0], status: 'accepted' }]);
  });

  it('comes to nothing when nothing of ours is like it, or nothing was understood', async () => {
    const id = await seedListing(db, site, null);
    for (const title of [
      'Zebra',
      '',
      "'; drop table products; -- & | ! :* \\",
      '\u0000()<->'.slice(1),
      '名前'.repeat(400),
    ])
      expect((await look(id, { title, brand: title })).noted).toBe('nothing');
    const none: PageReading = { kind: 'none', reason: 'captcha', detail: '', shape: '' };
    const found = (await findListingForReading(db, id))!;
    expect(await noteMatch(db, { found, match: judgeMatch(found, none), reading: none })).toBe('nothing');
  });
});

describe('a page that is tied', () => {
  it('goes to review when it says something else, and leaves it when it does no more', async () => {
    const id = await seedListing(db, site, variants.get('WH-1')!);
    const odd = { title: 'Sony WH-1000XM4', packCount: 2 };
    expect(await look(id, odd)).toMatchObject({ match: { verdict: 'contradicted' }, noted: 'contradicted' });
    expect(await look(id, odd)).toMatchObject({ noted: 'contradicted' });
    expect(await pairsOf(id)).toMatchObject([{ sku: 'WH-1', kind: 'contradicted', status: 'open' }]);
    await look(id, { title: 'Sony WH-1000XM4' });
    expect(await pairsOf(id)).toEqual([]);
  });

  it('is asked about again only when something else contradicts than what was accepted', async () => {
    const id = await seedListing(db, site, variants.get('WH-1')!);
    await look(id, { title: 'Sony WH-1000XM4', packCount: 2 });
    const [{ id: question } = { id: '' }] = await pairsOf(id);
    await db.transaction(async (tx) => acceptSuggestion(tx, (await lockSuggestion(tx, question))!, { by: 'ada' }));
    expect(await look(id, { title: 'Sony WH-1000XM4', packCount: 2 })).toMatchObject({ match: { verdict: 'linked' } });
    expect(await pairsOf(id)).toMatchObject([{ status: 'accepted' }]);
    expect(await findListing(db, id)).toMatchObject({ linked_by: 'person', sku: 'WH-1' });
    await look(id, { title: 'Sony WH-1000XM4 silver', packCount: 2 });
    expect(await pairsOf(id)).toMatchObject([{ id: question, status: 'open' }]);
  });

  it('is untied for good by who says that it is wrong', async () => {
    const id = await seedListing(db, site, variants.get('WH-1')!);
    const pair = { listingId: id, variantId: variants.get('WH-1')!, by: 'ada@shop.test' };
    expect(await rejectMatch(db, pair)).toBe(true);
    expect(await rejectMatch(db, pair)).toBe(false);
    expect(await findListing(db, id)).toMatchObject({ variant_id: null, linked_by: null, status: 'active' });
    await look(id, { title: 'x', gtin: GTIN });
    expect(await findListing(db, id)).toMatchObject({ variant_id: null });
    await decidePair(db, { ...pair, status: 'accepted' });
    expect(await pairsOf(id)).toMatchObject([{ sku: 'WH-1', status: 'accepted' }]);
  });
});
