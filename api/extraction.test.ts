import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { proposeRepair } from '../db/extraction-repairs.ts';
import { noteShape } from '../db/extraction-shapes.ts';
import { OPS, startApi, type TestApi } from '../test/support/api.ts';
import { call } from '../test/support/client.ts';
import { observe, priceFields, type WatchedListing, watchListing } from '../test/support/observed.ts';
import { seedCompetitor } from '../test/support/watch-list.ts';

interface Thing {
  id: string;
  status: string;
  shape: string;
  pages: unknown;
  decided_by: string | null;
  change: { kind: string; pages: number; changed: number } | null;
  code?: string;
}

let api: TestApi;
let site: { id: string; domain: string };
let listings: WatchedListing[];
beforeAll(async () => {
  api = await startApi();
  site = await seedCompetitor(api.db, { name: '<Rival>' });
  listings = [];
  for (let page = 0; page < 3; page++) listings.push(await watchListing(api.db, null, site));
  for (const listing of listings) await note(listing, 'json_ld:offers.price', 9);
  for (const listing of listings) await note(listing, 'microdata:offers.price', 0);
});
afterAll(() => api?.close());

async function note(listing: WatchedListing, shape: string, daysAgo: number): Promise<void> {
  const observedAt = new Date(Date.now() - daysAgo * 86_400_000).toISOString();
  const reading = { kind: 'offer', fields: priceFields(1999), shape } as const;
  const observationId = await observe(api.db, listing, observedAt, 0, { reading });
  await api.db.transaction((tx) => noteShape(tx, { ...listing, observationId, observedAt, reading }));
}

const send = (method: string, path: string) => call<Thing>(api, method, `/v1/${path}`);
const list = async (path: string) => (await call<{ data: Thing[] }>(api, 'GET', `/v1/${path}`)).body.data;
const siteStatus = async () => (await send('GET', `competitors/${site.id}`)).body.status;

const tried = (agrees: boolean) => ({
  ...{ listing_id: listings[0]!.listingId, observation_id: listings[0]!.listingId, url: 'https://rival.example/p/1' },
  before: { amount: 1999, currency: 'eur' },
  after: agrees ? { amount: 1999, currency: 'eur' } : { amount: 2999, currency: 'eur' },
  ...{ reason: null, agrees, snippet: '<b>19,99 €</b>', shape: 'selector:price - -' },
});
const propose = async (selector: string) =>
  (await proposeRepair(api.db, { competitorId: site.id, selector, pages: [tried(true), tried(false)], agreed: 1 }))!;

const ops = (path: string, method = 'GET', headers: Record<string, string> = {}) => {
  const authorization = `Basic ${Buffer.from(`${OPS.user}:${OPS.password}`).toString('base64')}`;
  return fetch(`${api.apiUrl}${path}`, { method, redirect: 'manual', headers: { authorization, ...headers } });
};

describe('a shape that waits', () => {
  it('is listed with what has changed, and frees the site when it is confirmed, once', async () => {
    const [waiting] = await list(`extraction-shapes?competitor_id=${site.id}&status=unconfirmed`);
    expect(waiting).toMatchObject({
      shape: 'microdata:offers.price',
      pages: 3,
      change: { kind: 'new_shape', changed: 3 },
    });
    expect(await siteStatus()).toBe('held');
    const confirmed = await send('POST', `extraction-shapes/${waiting!.id}/confirm`);
    expect(confirmed).toMatchObject({ status: 200, body: { status: 'confirmed', change: null } });
    expect(confirmed.body.decided_by).not.toBeNull();
    expect((await send('POST', `extraction-shapes/${waiting!.id}/confirm`)).status).toBe(200);
    expect(await siteStatus()).toBe('active');
  });

  it('that is none is not found', async () => {
    const none = '00000000-0000-7000-8000-000000000000';
    for (const path of [`extraction-shapes/${none}/reject`, `extraction-repairs/${none}/accept`])
      expect(await send('POST', path)).toMatchObject({ status: 404 });
  });
});

describe('a repair', () => {
  it('is accepted, refused when that is too late, and taken back', async () => {
    const id = await propose('.price');
    expect(await send('POST', `extraction-repairs/${id}/undo`)).toMatchObject({
      status: 409,
      body: { code: 'repair_settled' },
    });
    expect(await send('POST', `extraction-repairs/${id}/accept`)).toMatchObject({
      status: 200,
      body: { status: 'accepted' },
    });
    expect(await send('POST', `extraction-repairs/${id}/accept`)).toMatchObject({ status: 200 });
    expect((await send('GET', `competitors/${site.id}`)).body).toMatchObject({ selectors: { price: '.price' } });
    expect(await send('POST', `extraction-repairs/${id}/refuse`)).toMatchObject({ status: 409 });
    expect(await send('POST', `extraction-repairs/${id}/undo`)).toMatchObject({
      status: 200,
      body: { status: 'undone' },
    });
    expect((await send('GET', `competitors/${site.id}`)).body).toMatchObject({ selectors: {} });
  });

  it('is shown to people with before and after, and decided there, from our own pages alone', async () => {
    const id = await propose('.now');
    expect(await (await ops('/ops/extraction')).text()).toContain('&lt;Rival&gt;');
    const page = await (await ops(`/ops/extraction/repairs/${id}`)).text();
    expect(page).toContain('€19.99');
    expect(page).toContain('€29.99');
    expect(page).toContain('&lt;b&gt;19,99 €&lt;/b&gt;');
    const accept = `/ops/extraction/repairs/${id}/accept`;
    expect((await ops(accept, 'POST', { origin: 'https://evil.example' })).status).toBe(403);
    expect((await fetch(`${api.apiUrl}${accept}`, { method: 'POST' })).status).toBe(401);
    expect((await ops(accept, 'POST')).status).toBe(303);
    expect(await list(`extraction-repairs?status=accepted`)).toMatchObject([{ id, status: 'accepted' }]);
  });
});
