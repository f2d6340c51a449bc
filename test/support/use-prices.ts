/** The routes of competitor prices through all that can be asked of them; each owner of some adds its own. */

import type { Database } from '../../db/database.ts';
import { proposeRepair } from '../../db/extraction-repairs.ts';
import { uuidv7 } from '../../db/ids.ts';
import { suggest } from '../../db/matches.ts';
import { observe } from './observed.ts';
import { useAlerts } from './use-alerts.ts';

// biome-ignore lint/suspicious/noExplicitAny: what comes back is checked against the document
export type Use = (method: string, path: string, values: Record<string, string>, body?: unknown) => Promise<any>;

/** Returns the id that a path of these takes. */
export async function usePrices(use: Use, db: Database): Promise<(path: string) => string | undefined> {
  const { competitor, listing } = await useWatchList(use);
  const suggestion = await useMatches(use, db, listing);
  await useExchangeRates(use);
  const kept = await useKept(use, db, competitor, listing);
  const extraction = await useExtraction(use, db, competitor);
  const alerts = await useAlerts(use, db);
  const ids: Record<string, string> = {
    ...alerts,
    competitors: competitor,
    listings: listing,
    'match-suggestions': suggestion,
    ...kept,
    ...extraction,
  };
  return (path) => ids[path.split('/')[2]!];
}

async function useWatchList(use: Use) {
  const site = { name: 'Rival', domain: 'rival.example', currency: 'eur', locale: 'de-DE', tags: ['shirts'] };
  const { id: competitor } = await use('POST', '/v1/competitors', {}, site);
  const { id: other } = await use('POST', '/v1/competitors', {}, { ...site, domain: 'other.example' });
  await use('DELETE', '/v1/competitors/{id}', { id: other });
  await use('PATCH', '/v1/competitors/{id}', { id: competitor }, { owner: 'ada@shop.example', tax_percent: 19 });
  const page = { competitor: 'rival.example', sku: 'SHIRT-M' };
  const { id: listing } = await use('POST', '/v1/listings', {}, { ...page, url: 'https://rival.example/p/1' });
  const { id: gone } = await use('POST', '/v1/listings', {}, { ...page, search: 'blue shirt' });
  await use('DELETE', '/v1/listings/{id}', { id: gone });
  await use('PATCH', '/v1/listings/{id}', { id: listing }, { priority: 5, pack_count: 1 });
  for (const [path, id] of [
    ['/v1/competitors/{id}', competitor],
    ['/v1/listings/{id}', listing],
  ] as const)
    for (const verb of ['pause', 'resume']) await use('POST', `${path}/${verb}`, { id });
  await use('POST', '/v1/listings/{id}/look', { id: listing });
  await use('POST', '/v1/competitors/import', {}, 'domain,interval_minutes\nrival.example,60');
  await use(
    'POST',
    '/v1/listings/import',
    {},
    'competitor,url\nrival.example,https://rival.example/p/3\nnobody.example,x',
  );
  return { competitor, listing };
}

/** Returns the id of a pair that was accepted. */
async function useMatches(use: Use, db: Database, listingId: string): Promise<string> {
  const { rows } = await db.pool.query(`select variant_id from listings where id = $1`, [listingId]);
  const question = { listingId, variantId: rows[0].variant_id, kind: 'contradicted', score: 0.3 } as const;
  const reasons = [{ for: 'against', kind: 'color', text: 'The page says red, ours is blue.' }] as const;
  await suggest(db, { ...question, url: null, reasons, contradictions: ['color'] });
  await suggest(db, { ...question, url: 'https://rival.example/p/2', reasons, contradictions: [] });
  const [first, second] = (await db.pool.query('select id from match_suggestions order by contradictions desc')).rows;
  await use('POST', '/v1/match-suggestions/{id}/accept', { id: first.id }, { note: 'It is ours.' });
  await use('POST', '/v1/match-suggestions/{id}/reject', { id: second.id });
  await use('PATCH', '/v1/listings/{id}', { id: listingId }, { sku: 'SHIRT-M' });
  return first.id;
}

async function useExchangeRates(use: Use): Promise<void> {
  const rate = { base: 'eur', quote: 'usd', rate: '1.08', as_of: new Date().toISOString() };
  await use('PUT', '/v1/exchange-rates', {}, { rates: [rate] });
  const query = '?amount=1999&from=usd&to=eur';
  await use('GET', '/v1/exchange-rates/convert', { query });
}

/** Returns the ids of a shape that was confirmed and of a repair that was taken back. */
async function useExtraction(use: Use, db: Database, competitorId: string) {
  const shapeId = uuidv7();
  await db.pool.query(
    `insert into extraction_shapes (id, competitor_id, shape, outcome, status, first_seen_at, last_seen_at, observation_id)
     values ($1, $2, 'microdata:offers.price', 'observed', 'unconfirmed', now(), now(), $1)`,
    [shapeId, competitorId],
  );
  for (const verb of ['reject', 'confirm']) await use('POST', `/v1/extraction-shapes/{id}/${verb}`, { id: shapeId });
  const page = { listing_id: shapeId, observation_id: shapeId, url: 'https://rival.example/p/1', reason: null };
  const money = { amount: 1999, currency: 'eur' };
  const tried = { ...page, before: money, after: money, agrees: true, snippet: '19,99 €', shape: 'selector:price' };
  const propose = async (selector: string) =>
    (await proposeRepair(db, { competitorId, selector, pages: [tried], agreed: 1 }))!;
  await use('POST', '/v1/extraction-repairs/{id}/refuse', { id: await propose('.old') });
  const repair = await propose('.price');
  for (const verb of ['accept', 'undo']) await use('POST', `/v1/extraction-repairs/{id}/${verb}`, { id: repair });
  return { 'extraction-shapes': shapeId, 'extraction-repairs': repair };
}

/** Returns the ids of an observation and of a proposal that was undone; variants go by their SKU here. */
async function useKept(use: Use, db: Database, competitorId: string, listingId: string) {
  const observation = await observe(db, { competitorId, listingId, variantId: null }, new Date(), 1999);
  const propose = (to_amount: number) =>
    use('POST', '/v1/reprices', {}, { variant: 'SHIRT-M', currency: 'usd', to_amount });
  const { id: refused } = await propose(1899);
  await use('POST', '/v1/reprices/{id}/refuse', { id: refused });
  const { id: reprice } = await propose(1799);
  for (const verb of ['approve', 'undo']) await use('POST', `/v1/reprices/{id}/${verb}`, { id: reprice });
  return { observations: observation, reprices: reprice, variants: 'SHIRT-M' };
}
