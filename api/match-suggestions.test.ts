import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { rejectMatch } from '../db/match-decisions.ts';
import { suggest } from '../db/matches.ts';
import { startApi, type TestApi } from '../test/support/api.ts';
import { seedVariants } from '../test/support/catalogue.ts';
import { type CallOptions, call } from '../test/support/client.ts';
import { seedCompetitor, seedListing } from '../test/support/watch-list.ts';

interface Suggestion {
  id: string;
  kind: string;
  status: string;
  note: string | null;
  decided_by: string | null;
  listing: { id: string; url: string };
  variant: { sku: string };
  code?: string;
}

let api: TestApi;
let variants: Map<string, string>;
let site: Awaited<ReturnType<typeof seedCompetitor>>;
beforeAll(async () => {
  api = await startApi();
  variants = await seedVariants(api.db, [
    { sku: 'TEE-M', units: 1 },
    { sku: 'TEE-L', units: 1 },
  ]);
  site = await seedCompetitor(api.db, { name: 'Rival' });
});
afterAll(() => api?.close());

const send = (method: string, path: string, body?: unknown, options: CallOptions = {}) =>
  call<Suggestion>(api, method, `/v1/${path}`, { ...(body === undefined ? {} : { body }), ...options });
const list = async (query: string) =>
  (await call<{ data: Suggestion[] }>(api, 'GET', `/v1/match-suggestions?${query}`)).body.data;
const listing = async (id: string) =>
  (
    await call<{ variant: { sku: string } | null; linked_by: string | null; url: string; status: string }>(
      api,
      'GET',
      `/v1/listings/${id}`,
    )
  ).body;

const ask = async (listingId: string, sku: string, more: { kind?: 'contradicted'; url?: string } = {}) => {
  const pair = {
    listingId,
    variantId: variants.get(sku)!,
    kind: more.kind ?? ('suggested' as const),
    url: more.url ?? null,
  };
  const reasons = [{ for: 'match', kind: 'title', text: 'The titles share 80 %.' }] as const;
  await suggest(api.db, { ...pair, score: 0.8, reasons, contradictions: more.kind ? ['color'] : [] });
  const [row] = (await list(`listing_id=${listingId}&variant_id=${pair.variantId}`)).slice(-1);
  return row!;
};

describe('a suggestion', () => {
  it('is listed with its reasons, and by what it is filtered by', async () => {
    const id = await seedListing(api.db, site, null);
    const made = await ask(id, 'TEE-M');
    expect(made).toMatchObject({
      kind: 'suggested',
      status: 'open',
      score: expect.closeTo(0.8),
      reasons: [{ for: 'match', kind: 'title', text: 'The titles share 80 %.' }],
      listing: { id, url: expect.stringContaining(site.domain) },
      competitor: { name: 'Rival' },
      variant: { sku: 'TEE-M' },
    });
    expect((await send('GET', `match-suggestions/${made.id}`)).body).toEqual(made);
    for (const query of ['kind=contradicted', 'min_score=0.9', 'status=accepted'])
      expect(await list(`listing_id=${id}&${query}`)).toEqual([]);
    expect(await list(`competitor_id=${site.id}&kind=suggested&min_score=0.5`)).toContainEqual(made);
  });

  it('that is accepted ties them, once, whatever is said after', async () => {
    const id = await seedListing(api.db, site, null);
    const [mine, other] = [await ask(id, 'TEE-M'), await ask(id, 'TEE-L')];
    const accept = () => send('POST', `match-suggestions/${mine.id}/accept`, { note: 'seen' });
    expect(await accept()).toMatchObject({
      status: 200,
      body: { status: 'accepted', note: 'seen', decided_by: expect.any(String) },
    });
    expect(await accept()).toMatchObject({ status: 200, body: { status: 'accepted' } });
    expect(await listing(id)).toMatchObject({ variant: { sku: 'TEE-M' }, linked_by: 'person' });
    expect(await send('GET', `match-suggestions/${other.id}`)).toMatchObject({ status: 404 });
    expect(await send('POST', `match-suggestions/${mine.id}/reject`)).toMatchObject({
      status: 409,
      body: { code: 'suggestion_decided' },
    });
  });

  it('that comes too late is a conflict', async () => {
    const id = await seedListing(api.db, site, null);
    const { id: question } = await ask(id, 'TEE-M');
    await send('PATCH', `listings/${id}`, { sku: 'TEE-L' });
    expect(await send('POST', `match-suggestions/${question}/accept`)).toMatchObject({
      status: 409,
      body: { code: 'listing_linked' },
    });
    expect(await listing(id)).toMatchObject({ variant: { sku: 'TEE-L' } });
  });

  it('of a search gives it its page', async () => {
    const search = { url: null, search: 'tee', linked_by: 'person' } as const;
    const id = await seedListing(api.db, site, variants.get('TEE-M')!, search);
    const url = `https://${site.domain}/found`;
    const { id: question } = await ask(id, 'TEE-M', { url });
    expect(await send('POST', `match-suggestions/${question}/accept`)).toMatchObject({ status: 200 });
    expect(await listing(id)).toMatchObject({ url, linked_by: 'person', variant: { sku: 'TEE-M' } });
  });

  it('that is rejected is not asked again', async () => {
    const id = await seedListing(api.db, site, null);
    const { id: question } = await ask(id, 'TEE-M');
    expect(await send('POST', `match-suggestions/${question}/reject`)).toMatchObject({ body: { status: 'rejected' } });
    await ask(id, 'TEE-M').catch(() => {});
    expect(await list(`listing_id=${id}`)).toEqual([]);
    expect(await list(`listing_id=${id}&status=rejected`)).toHaveLength(1);
  });
});

describe('a contradiction', () => {
  it('that is accepted keeps the page tied, one that is rejected unties it', async () => {
    const kept = await seedListing(api.db, site, variants.get('TEE-M')!);
    const { id: first } = await ask(kept, 'TEE-M', { kind: 'contradicted' });
    await send('POST', `match-suggestions/${first}/accept`);
    expect(await listing(kept)).toMatchObject({ variant: { sku: 'TEE-M' }, linked_by: 'person' });
    const untied = await seedListing(api.db, site, variants.get('TEE-M')!);
    const { id: second } = await ask(untied, 'TEE-M', { kind: 'contradicted' });
    await send('POST', `match-suggestions/${second}/reject`);
    expect(await listing(untied)).toMatchObject({ variant: null, linked_by: null });
    expect(await rejectMatch(api.db, { listingId: untied, variantId: variants.get('TEE-M')!, by: 'a' })).toBe(false);
  });
});

describe('exchange rates', () => {
  const put = (rates: unknown) =>
    call<{ data: object[]; code?: string }>(api, 'PUT', '/v1/exchange-rates', { body: { rates } });
  const eur = { base: 'EUR', quote: 'usd', rate: '1.0823', as_of: '2026-11-20T12:00:00Z' };

  it('are set, and an older one replaces none that is newer', async () => {
    const set = await put([eur, { ...eur, quote: 'jpy', rate: 163.25, as_of: '2020-01-01T00:00:00+01:00' }]);
    expect(set).toMatchObject({ status: 200 });
    expect(set.body.data).toContainEqual({
      base: 'eur',
      quote: 'jpy',
      rate: '163.25',
      as_of: '2019-12-31T23:00:00.000Z',
      stale: true,
    });
    await put([{ ...eur, rate: '9', as_of: '2026-11-19T12:00:00Z' }]);
    const read = await call<{ data: object[] }>(api, 'GET', '/v1/exchange-rates');
    expect(read.body.data).toContainEqual(expect.objectContaining({ base: 'eur', quote: 'usd', rate: '1.0823' }));
  });

  it.each([
    [{ ...eur, rate: '0' }],
    [{ ...eur, rate: '-1' }],
    [{ ...eur, rate: '1e5' }],
    [{ ...eur, rate: null }],
    [{ ...eur, quote: 'eur' }],
    [{ ...eur, quote: 'zzz' }],
    [{ ...eur, as_of: 'today' }],
    [{ ...eur, extra: 1 }],
    [eur, eur],
  ])('that make no sense are refused: %j', async (...rates) => {
    expect(await put(rates)).toMatchObject({ status: 400 });
  });

  it('convert an amount, and say when no rate leads there', async () => {
    await put([eur]);
    const ask = (query: string) => call<object>(api, 'GET', `/v1/exchange-rates/convert?${query}`);
    expect(await ask('amount=1999&from=usd&to=eur')).toMatchObject({
      status: 200,
      body: { to: { amount: 1_847, currency: 'eur' } },
    });
    expect(await ask('amount=1999&from=usd&to=gbp')).toMatchObject({ status: 422 });
    expect(await ask('amount=-1&from=usd&to=eur')).toMatchObject({ status: 400 });
  });
});
