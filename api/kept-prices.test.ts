import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createChartTokens } from '../chart-token.ts';
import { evidenceKey } from '../domain/pages/page-keys.ts';
import { startApi, type TestApi } from '../test/support/api.ts';
import { seedVariants } from '../test/support/catalogue.ts';
import { call } from '../test/support/client.ts';
import { priceSettings } from '../test/support/fake-storage.ts';
import { observe, priceFields, type WatchedListing, watchListing } from '../test/support/observed.ts';

let api: TestApi;
let variantId: string;
let listing: WatchedListing;
let other: WatchedListing;
const pages = new Map<string, Uint8Array>();
const tokens = createChartTokens('order-token-test-secret');
const day = (days: number) => new Date(Date.now() - days * 86_400_000);
const sha = (digit: string) => digit.repeat(64);

beforeAll(async () => {
  api = await startApi({ prices: priceSettings(pages) });
  variantId = (await seedVariants(api.db, [{ sku: 'KETTLE', units: 5, amount: 5000 }])).get('KETTLE')!;
  listing = await watchListing(api.db, variantId, { name: 'Rival', domain: 'rival.test' });
  other = await watchListing(api.db, variantId, { name: '競合', domain: 'other.test' });
});
afterAll(() => api.close());

// biome-ignore lint/suspicious/noExplicitAny: bodies of many shapes
type Body = any;
const get = async (path: string): Promise<{ status: number; body: Body; text: string; headers: Headers }> => {
  const response = await fetch(api.apiUrl + path, { headers: { authorization: `Bearer ${api.secretKey}` } });
  const text = await response.text();
  const isJson = /json/.test(response.headers.get('content-type') ?? '');
  return { status: response.status, text, body: isJson ? JSON.parse(text) : undefined, headers: response.headers };
};
const post = (path: string, body: unknown = {}): Promise<Body> => call(api, 'POST', path, { body }) as Promise<Body>;

describe('observations', () => {
  let ids: string[];
  beforeAll(async () => {
    ids = [
      await observe(api.db, listing, day(5), 5100),
      await observe(api.db, listing, day(4), { reason: 'captcha' }),
      await observe(api.db, other, day(3), 4800),
      await observe(api.db, listing, day(2), { fields: priceFields(4900, { availability: 'out_of_stock' }) }),
    ];
  });

  it('are listed newest first, page by page, by what is asked', async () => {
    const all = await get('/v1/observations');
    expect(all.body.data.map(({ id }: Body) => id)).toEqual([...ids].reverse());
    const first = await get('/v1/observations?limit=3');
    expect(first.body).toMatchObject({ has_more: true });
    const rest = await get(`/v1/observations?limit=3&cursor=${first.body.next_cursor}`);
    expect(rest.body.data.map(({ id }: Body) => id)).toEqual([ids[0]]);
    const seen = async (query: string) =>
      (await get(`/v1/observations?${query}`)).body.data.map(({ id }: Body) => ids.indexOf(id));
    expect(await seen(`listing_id=${listing.listingId}`)).toEqual([3, 1, 0]);
    expect(await seen(`competitor_id=${other.competitorId}`)).toEqual([2]);
    expect(await seen(`variant_id=${variantId}&outcome=none`)).toEqual([1]);
    expect(await seen(`since=${day(4.5).toISOString()}&until=${day(2.5).toISOString()}`)).toEqual([2, 1]);
    expect((await get('/v1/observations?cursor=eA')).body).toMatchObject({ code: 'cursor_malformed' });
  });

  it('say what is known, and of nothing why', async () => {
    const { body } = await get(`/v1/observations/${ids[3]}`);
    expect(body).toMatchObject({
      ...{
        outcome: 'observed',
        price: { amount: 4900, currency: 'eur' },
        price_kind: 'exact',
        availability: 'out_of_stock',
      },
      ...{ competitor: { name: 'Rival' }, layer: 'json_ld', evidence: null },
      reading: { price: { value: { amount: 4900 }, layer: 'json_ld', confidence: 0.98 } },
    });
    const none = await get(`/v1/observations/${ids[1]}`);
    expect(none.body).toMatchObject({ outcome: 'none', reason: 'captcha', price: null, availability: null });
    expect((await get(`/v1/observations/${variantId}`)).status).toBe(404);
  });

  it('are a file too, whose texts are no formulas', async () => {
    const fields = priceFields(10);
    const title = { ...fields.title!, value: '=HYPERLINK("http://x"),\r\n"', others: [] };
    await observe(api.db, other, day(1), { fields: { ...fields, title } });
    const { text, headers } = await get('/v1/observations/export');
    expect(headers.get('content-type')).toMatch('text/csv');
    const lines = text
      .split('\r\nsomething')
      .join('')
      .split(/\r\n(?=[0-9a-f]{8}-)/);
    expect(lines).toHaveLength(6);
    expect(lines[0]).toMatch(/^id,observed_at,listing_id/);
    expect(text).toContain(`"'=HYPERLINK(""http://x""),`);
  });

  it('as a file are read a page at a time, and no faster than the client', async () => {
    await api.db.pool.query(
      `insert into observations (id, scrape_id, listing_id, competitor_id, observed_at, outcome, reason, url, source, detail)
       select gen_random_uuid(), gen_random_uuid(), $1, $2, '2020-01-01'::timestamptz + i * interval '1 s', 'none', 'captcha', 'u', 'built_in', repeat('x', 400)
       from generate_series(1, 30000) i`,
      [other.listingId, other.competitorId],
    );
    const response = await fetch(`${api.apiUrl}/v1/observations/export?until=2021-01-01T00:00:00Z`, {
      headers: { authorization: `Bearer ${api.secretKey}` },
    });
    const before = process.memoryUsage().heapUsed;
    let lines = 0;
    for await (const chunk of response.body!) lines += Buffer.from(chunk).toString('latin1').split('\n').length - 1;
    expect(lines).toBe(30_001);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(80 * 1024 * 1024);
    await api.db.pool.query(`alter table observations_other disable trigger observations_append_only`);
    await api.db.pool.query(`delete from observations_other where observed_at < '2021-01-01'`);
    await api.db.pool.query(`alter table observations_other enable trigger observations_append_only`);
  });
});

describe('evidence', () => {
  const copy =
    '<!doctype html><script type="application/ld+json">{"a":1}</script><h1 onclick="x()">Kettle</h1><meta http-equiv="refresh" content="0;url=http://evil">';
  const at = day(2);
  const keys = {
    key: evidenceKey(at, sha('a'), 'html.gz'),
    sha256: sha('a'),
    modelKey: evidenceKey(at, sha('b'), 'json.gz'),
    screenshotKey: evidenceKey(at, sha('c'), 'png'),
  };
  let id: string;
  beforeAll(async () => {
    id = await observe(api.db, listing, at, 4900, { evidence: keys, rule: 'Allow: /<b>' });
    pages.set(keys.key, gzipSync(copy));
    pages.set(keys.modelKey, gzipSync('{"price":49}'));
    pages.set(keys.screenshotKey, Buffer.from('89504e470d0a1a0a', 'hex'));
  });

  it('is shown as a copy that runs, loads and sends nothing', async () => {
    const { text, headers } = await get(`/v1/observations/${id}/evidence?format=html`);
    const policy = headers.get('content-security-policy') ?? '';
    for (const each of ['sandbox;', "default-src 'none'", "form-action 'none'", "frame-ancestors 'none'"])
      expect(policy).toContain(each);
    expect(policy).not.toMatch(/allow-|script-src|img-src/);
    expect(text).toContain('<iframe sandbox=""');
    // All of the copy stands in one attribute, in which nothing is markup.
    expect(text.replace(/srcdoc="[^"]*"/, '')).not.toMatch(/<script|onclick|refresh/);
    expect(text).toContain('Saved copy, not the page itself.');
    for (const fact of [sha('a'), at.toISOString(), 'Allow: /&lt;b&gt;']) expect(text).toContain(fact);
  });

  it('is there as facts, as text and as a picture', async () => {
    const facts = await get(`/v1/observations/${id}/evidence`);
    expect(facts.body).toMatchObject({
      is_kept: true,
      sha256: sha('a'),
      model_output: { price: 49 },
      observation: { id },
    });
    const source = await get(facts.body.links.source);
    expect([source.text, source.headers.get('content-type')]).toEqual([copy, 'text/plain; charset=utf-8']);
    const picture = await get(facts.body.links.screenshot);
    expect(picture.headers.get('content-type')).toBe('image/png');
    expect(picture.headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('says when it is gone, and when there never was any', async () => {
    pages.delete(keys.key);
    expect((await get(`/v1/observations/${id}/evidence?format=html`)).body).toMatchObject({
      status: 410,
      code: 'evidence_gone',
    });
    expect((await get(`/v1/observations/${id}/evidence`)).body).toMatchObject({ is_kept: false });
    pages.set(keys.key, gzipSync(copy));
    const bare = await observe(api.db, listing, at, 4900);
    expect((await get(`/v1/observations/${bare}/evidence?format=source`)).body).toMatchObject({
      status: 404,
      code: 'evidence_none',
    });
  });

  it('opens without a key by a signed link alone', async () => {
    const open = async (token: string) => (await fetch(`${api.apiUrl}/price-evidence/${token}`)).status;
    expect(await open(tokens.issueEvidence(id))).toBe(200);
    expect(await open(createChartTokens('another secret').issueEvidence(id))).toBe(404);
    expect(await open('pe_x.y')).toBe(404);
  });
});

describe('history', () => {
  it('has every day, also those of which nothing is known, and the last price with its age', async () => {
    const quiet = await watchListing(api.db, variantId, { domain: 'quiet.test' });
    for (const [at, amount] of [
      ['2026-03-01T06:00:00Z', 1000],
      ['2026-03-01T18:00:00Z', 1200],
      ['2026-03-03T06:00:00Z', 1100],
    ] as const)
      await observe(api.db, quiet, at, amount);
    await observe(api.db, quiet, '2026-03-03T07:00:00Z', { reason: 'blocked' });
    const { body } = await get(
      `/v1/listings/${quiet.listingId}/history?since=2026-03-01T00:00:00Z&until=2026-03-04T00:00:00Z`,
    );
    const eur = (amount: number) => ({ amount, currency: 'eur' });
    const of = (looks: number, min: number, max: number, avg: number, median: number) => ({
      ...{ currency: 'eur', looks, min: eur(min), max: eur(max), average: eur(avg), median: eur(median) },
    });
    expect(body.periods).toEqual([
      { starts_at: '2026-03-01T00:00:00.000Z', looks: 2, unknown: 0, prices: [of(2, 1000, 1200, 1100, 1000)] },
      { starts_at: '2026-03-02T00:00:00.000Z', looks: 0, unknown: 0, prices: [] },
      { starts_at: '2026-03-03T00:00:00.000Z', looks: 2, unknown: 1, prices: [of(1, 1100, 1100, 1100, 1100)] },
    ]);
    expect(body).toMatchObject({
      last_price: { price: { amount: 1100, currency: 'eur' }, observed_at: '2026-03-03T06:00:00.000Z' },
      last_look: { outcome: 'none', reason: 'blocked' },
    });
    expect(body.last_price.age_seconds).toBeGreaterThan(86_400);
    const months = await get(
      `/v1/listings/${quiet.listingId}/history?since=2026-02-01T00:00:00Z&until=2026-04-01T00:00:00Z&period=month`,
    );
    expect(months.body.periods.map(({ looks }: Body) => looks)).toEqual([0, 4]);
  });

  it('of a variant is that of all its pages beside our own changes, by id or SKU', async () => {
    await api.db.pool.query(`update prices set amount = 4990 where variant_id = $1 and currency = 'eur'`, [variantId]);
    const { body } = await get('/v1/variants/KETTLE/price-history');
    expect(body).toMatchObject({
      variant_id: variantId,
      ours: expect.arrayContaining([
        expect.objectContaining({
          from: { amount: 5000, currency: 'eur' },
          to: { amount: 4990, currency: 'eur' },
        }),
      ]),
    });
    expect(body.listings.map((each: Body) => [each.competitor_name, each.last_price?.price.amount])).toContainEqual([
      'Rival',
      4900,
    ]);
    expect(body.last_30_days[0]).toMatchObject({ currency: 'eur' });
    expect((await get(`/v1/variants/${variantId}/price-history`)).body.variant_id).toBe(variantId);
    expect((await get('/v1/variants/NONE/price-history')).status).toBe(404);
    expect((await get('/v1/variants/KETTLE/price-history?since=2030-01-01T00:00:00Z')).body).toMatchObject({
      status: 400,
    });
  });
});

describe('charts', () => {
  it('are drawings and pictures, of a page and of a variant', async () => {
    const svg = await get(`/v1/variants/KETTLE/chart.svg?width=320`);
    expect(svg.headers.get('content-type')).toMatch('image/svg+xml');
    expect(svg.headers.get('content-security-policy')).toContain('sandbox');
    expect(svg.text).toContain('Test shop, Rival, other.test');
    expect(svg.text).not.toContain('<script');
    for (const path of [
      `/v1/listings/${listing.listingId}/chart.svg`,
      `/v1/listings/${listing.listingId}/chart.png`,
      `/v1/variants/${variantId}/chart.png?theme=dark&scale=2`,
    ])
      expect([path, (await get(path)).status]).toEqual([path, 200]);
    expect((await get('/v1/variants/NONE/chart.svg')).status).toBe(404);
    expect((await get(`/v1/listings/${variantId}/chart.png`)).status).toBe(404);
  });

  it('show theirs in the terms of ours', async () => {
    const gross = await startApi({ databaseUrl: await urlOf(api), prices: { ...priceSettings(), taxPercent: 19 } });
    const chart = async (apiUrl: string) => {
      const path = `/v1/listings/${listing.listingId}/chart.svg?currency=usd`;
      return (await fetch(apiUrl + path, { headers: { authorization: `Bearer ${api.secretKey}` } })).text();
    };
    // Without a rate of exchange theirs are not to be compared with our dollars, and are left out.
    expect(await chart(api.apiUrl)).toContain('USD');
    expect(await chart(api.apiUrl)).not.toContain('Rival');
    await api.db.pool.query(`insert into exchange_rates (base, quote, rate, as_of) values ('eur', 'usd', 1.1, now())`);
    expect(await chart(api.apiUrl)).toContain('Rival');
    expect(await chart(gross.apiUrl)).not.toBe(await chart(api.apiUrl));
    await gross.close();
  });

  it('of mails need no key, and are nobody else’s to choose', async () => {
    const link = {
      kind: 'listing' as const,
      id: listing.listingId,
      days: 30,
      until: new Date().toISOString(),
      width: 600,
      theme: 'light' as const,
    };
    const response = await fetch(`${api.apiUrl}/price-charts/${tokens.issue(link)}.png`);
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'image/png']);
    const png = Buffer.from(await response.arrayBuffer());
    expect(png.readUInt32BE(16)).toBe(1200);
    expect((await fetch(`${api.apiUrl}/price-charts/${createChartTokens('x').issue(link)}.png`)).status).toBe(404);
  });
});

const urlOf = async ({ db }: TestApi) => (db.pool.options as { connectionString: string }).connectionString;

describe('proposals', () => {
  const watch = (of: WatchedListing, amount: number) =>
    api.db.pool.query(
      `insert into price_watches (listing_id, competitor_id, good_amount, good_currency, good_in_stock, good_at, comparable_amount, comparable_currency)
       values ($1, $2, $3, 'eur', true, now(), $3, 'eur') on conflict (listing_id) do update set comparable_amount = $3, good_amount = $3`,
      [of.listingId, of.competitorId, amount],
    );
  const price = async () =>
    (await api.db.pool.query(`select amount from prices where variant_id = $1 and currency = 'eur'`, [variantId]))
      .rows[0].amount;

  it('follow the cheapest, are approved by a person, and undone', async () => {
    await watch(listing, 4900);
    await watch(other, 4800);
    const made = await post('/v1/reprices', { variant: 'KETTLE', rule: { kind: 'beat', percent: 1, ending: '.99' } });
    expect(made).toMatchObject({
      status: 201,
      body: {
        sku: 'KETTLE',
        from: { amount: 4990 },
        to: { amount: 4699, currency: 'eur' },
        status: 'proposed',
        basis: { competitor_name: '競合', comparable: { amount: 4800 } },
      },
    });
    expect(await price()).toBe(4990);
    const { id } = made.body;
    expect(await post(`/v1/reprices/${id}/approve`)).toMatchObject({ status: 200, body: { status: 'applied' } });
    expect(await price()).toBe(4699);
    expect(await post(`/v1/reprices/${id}/undo`)).toMatchObject({ status: 200, body: { status: 'undone' } });
    expect(await price()).toBe(4990);
    expect((await get(`/v1/reprices/${id}`)).body).toMatchObject({ status: 'undone' });
    expect((await get(`/v1/reprices?status=undone&variant_id=${variantId}`)).body.data).toHaveLength(1);
  });

  it('say why there is none, and why they are not applied', async () => {
    const low = { variant: variantId, listing_id: listing.listingId };
    expect(await post('/v1/reprices', { ...low, rule: { min_margin_percent: 10 } })).toMatchObject({
      status: 422,
      body: { code: 'no_proposal', reason: 'cost_unknown' },
    });
    expect(await post('/v1/reprices', { ...low, currency: 'usd' })).toMatchObject({
      status: 422,
      body: { reason: 'no_competitor_price' },
    });
    expect(await post('/v1/reprices', { ...low, rule: { kind: 'beat' } })).toMatchObject({ status: 400 });
    expect(await post('/v1/reprices', { variant: 'NONE' })).toMatchObject({ status: 404 });
    const { body } = await post('/v1/reprices', low);
    await api.db.pool.query(`update prices set amount = 5100 where variant_id = $1 and currency = 'eur'`, [variantId]);
    expect(await post(`/v1/reprices/${body.id}/approve`)).toMatchObject({
      status: 409,
      body: { code: 'price_changed', current_amount: 5100 },
    });
    expect(await post(`/v1/reprices/${body.id}/refuse`)).toMatchObject({ status: 200, body: { status: 'refused' } });
    expect(await post(`/v1/reprices/${body.id}/approve`)).toMatchObject({
      status: 409,
      body: { code: 'reprice_over' },
    });
    expect(await post(`/v1/reprices/${variantId}/approve`)).toMatchObject({ status: 404 });
  });

  it('by hand keep to what can be charged', async () => {
    expect(await post('/v1/reprices', { variant: 'KETTLE', currency: 'kwd', to_amount: 1001 })).toMatchObject({
      status: 422,
    });
    expect(await post('/v1/reprices', { variant: 'KETTLE', currency: 'eur', to_amount: 5050 })).toMatchObject({
      status: 201,
      body: { rule: { kind: 'set' } },
    });
  });
});
