import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApi, type TestApi } from '../test/support/api.ts';
import { seedVariants } from '../test/support/catalogue.ts';
import { type CallOptions, call } from '../test/support/client.ts';

interface Thing {
  id: string;
  status: string;
  status_reason: string | null;
  domain: string;
  url: string | null;
  linked_by: string | null;
  variant: { id: string; sku: string } | null;
  competitor: { id: string; name: string; domain: string };
  version: number;
  code?: string;
  errors?: { pointer: string; code: string; message: string }[];
}

let api: TestApi;
let variants: Map<string, string>;
beforeAll(async () => {
  api = await startApi({ webhooks: { allowedPrivateHosts: ['127.0.0.1:4010'], requireHttps: true } });
  variants = await seedVariants(api.db, [
    { sku: 'TEE-M', units: 1 },
    { sku: 'TEE-L', units: 1 },
  ]);
});
afterAll(() => api?.close());

const send = (method: string, path: string, body?: unknown, options: CallOptions = {}) =>
  call<Thing>(api, method, `/v1/${path}`, { ...(body === undefined ? {} : { body }), ...options });
const list = (path: string) =>
  call<{ data: Thing[]; has_more: boolean; next_cursor: string | null }>(api, 'GET', `/v1/${path}`);
let sites = 0;
const addSite = async (more: object = {}) => {
  const domain = `site-${++sites}.test`;
  return (await send('POST', 'competitors', { name: 'Site', domain, currency: 'EUR', locale: 'de-DE', ...more })).body;
};
const codesOf = ({ status, body }: { status: number; body: Thing }) => [
  status,
  ...(body.errors?.map(({ pointer, code }) => `${pointer} ${code}`) ?? [body.code]),
];

describe('a competitor', () => {
  it('is kept with all that was said, and read back alike', async () => {
    const said = {
      name: 'Rival & Söhne',
      domain: 'https://www.Rival.test/shop',
      currency: 'GBP',
      locale: 'en-gb',
      tax_included: false,
      tax_percent: 20,
      shipping_amount: 499,
      source: 'firecrawl',
      requests_per_minute: 2.5,
      interval_minutes: 60,
      seller_names: ['Rival Ltd'],
      search_url: 'https://rival.test/s?q={query}',
      selectors: { price: '.price' },
      tags: ['shoes', 'shoes', 'uk'],
      owner: 'Ada@Shop.test',
      metadata: { region: 'north' },
    };
    const made = await send('POST', 'competitors', said);
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      ...said,
      domain: 'rival.test',
      currency: 'gbp',
      locale: 'en-GB',
      tags: ['shoes', 'uk'],
      owner: 'ada@shop.test',
      status: 'active',
    });
    const read = await send('GET', `competitors/${made.body.id}`);
    expect(read.body).toEqual(made.body);
    expect(read.headers.get('etag')).toBe('"v1"');
    expect(made.headers.get('location')).toBe(`/v1/competitors/${made.body.id}`);
    expect(await send('POST', 'competitors', { ...said, domain: 'RIVAL.test' })).toMatchObject({
      status: 409,
      body: { code: 'competitor_exists', id: made.body.id },
    });
  });

  it.each<[object, string]>([
    [{ domain: 'localhost' }, '400 /domain domain_invalid'],
    [{ domain: '10.0.0.1' }, '422 /domain address_not_public'],
    [{ domain: '[::1]' }, '422 /domain address_not_public'],
    [{ search_url: 'https://other.test/?q={query}' }, '422 /search_url url_not_of_competitor'],
    [{ search_url: 'https://a.test/?q=' }, '400 /search_url custom'],
    [{ currency: 'XXQ' }, '400 /currency custom'],
    [{ requests_per_minute: 0 }, '400 /requests_per_minute too_small'],
    [{ interval_minutes: 1 }, '400 /interval_minutes too_small'],
    [{ selectors: { prize: '.x' } }, '400 /selectors unrecognized_keys'],
    [{ selectors: { price: '(((' } }, '400 /selectors/price custom'],
    [{ owner: 'somebody' }, '400 /owner invalid_format'],
    [{ nonsense: 1 }, '400  unrecognized_keys'],
    [{ name: 'a\u0000b' }, '400 nul_character'],
  ])('with %j is refused', async (more, problem) => {
    const answer = await send('POST', 'competitors', {
      name: 'A',
      domain: 'a.test',
      currency: 'eur',
      locale: 'de',
      ...more,
    });
    expect(codesOf(answer).join(' ')).toBe(problem);
  });

  it('on a private host is taken where the configuration names it', async () => {
    const site = await addSite({ domain: '127.0.0.1:4010' });
    expect(site.domain).toBe('127.0.0.1:4010');
    expect(
      codesOf(await send('POST', 'listings', { competitor: site.domain, url: 'http://127.0.0.1:4010/p' }))[0],
    ).toBe(201);
  });

  it('changes by what is named, under If-Match', async () => {
    const { id } = await addSite({ tags: ['a'] });
    const stale = { headers: { 'if-match': '"v7"' } };
    expect(await send('PATCH', `competitors/${id}`, { name: 'B' }, stale)).toMatchObject({ status: 412 });
    const changed = await send('PATCH', `competitors/${id}`, { name: 'B' }, { headers: { 'if-match': '"v1"' } });
    expect(changed).toMatchObject({ status: 200, body: { name: 'B', tags: ['a'], version: 2 } });
    const other = await addSite();
    expect(codesOf(await send('PATCH', `competitors/${id}`, { domain: other.domain }))).toEqual([
      409,
      'competitor_exists',
    ]);
    expect(await send('PATCH', `competitors/${id}`, { domain: 'moved.test' })).toMatchObject({ status: 200 });
    await send('POST', 'listings', { competitor_id: id, url: 'https://moved.test/p' });
    const moved = await send('PATCH', `competitors/${id}`, { domain: 'again.test' });
    expect(codesOf(moved)).toEqual([409, 'competitor_has_listings']);
    expect(codesOf(await send('DELETE', `competitors/${id}`))).toEqual([409, 'competitor_has_listings']);
    expect(await send('DELETE', `competitors/${other.id}`)).toMatchObject({ status: 204 });
    expect(await send('GET', `competitors/${other.id}`)).toMatchObject({ status: 404 });
  });

  it('pauses and goes on, once each', async () => {
    const { id } = await addSite();
    const pause = () => send('POST', `competitors/${id}/pause`, { reason: 'sale' });
    expect(await pause()).toMatchObject({ status: 200, body: { status: 'paused', status_reason: 'sale', version: 2 } });
    expect(await pause()).toMatchObject({ status: 200, body: { status: 'paused', version: 2 } });
    expect(await send('POST', `competitors/${id}/resume`)).toMatchObject({
      body: { status: 'active', status_reason: null },
    });
  });

  it('is found by tag, owner and status, a page at a time', async () => {
    const made = [await addSite({ tags: ['found'] }), await addSite({ tags: ['found'], owner: 'o@a.test' })];
    const first = await list('competitors?tag=found&limit=1');
    expect(first.body.data.map(({ id }) => id)).toEqual([made[0]!.id]);
    const second = await list(`competitors?tag=found&limit=1&cursor=${first.body.next_cursor}`);
    expect(second.body).toMatchObject({ data: [{ id: made[1]!.id }], has_more: false });
    expect((await list('competitors?tag=found&owner=O@a.test')).body.data).toHaveLength(1);
    expect((await list('competitors?tag=found&status=paused')).body.data).toEqual([]);
  });
});

describe('a listing', () => {
  it('ties a page to a variant by id or SKU, once', async () => {
    const site = await addSite();
    const url = `https://shop.${site.domain}/p/1?utm_source=x&id=3#top`;
    const made = await send('POST', 'listings', { competitor: `www.${site.domain}`, sku: 'TEE-M', url, pack_count: 2 });
    expect(made).toMatchObject({
      status: 201,
      body: {
        url: `https://shop.${site.domain}/p/1?id=3`,
        linked_by: 'url',
        variant: { id: variants.get('TEE-M'), sku: 'TEE-M' },
        competitor: { id: site.id, domain: site.domain },
        pack_count: 2,
      },
    });
    expect((await send('GET', `listings/${made.body.id}`)).body).toEqual(made.body);
    const again = await send('POST', 'listings', {
      competitor_id: site.id,
      variant_id: variants.get('TEE-M'),
      url: `https://shop.${site.domain}/p/1?id=3`,
    });
    expect(again).toMatchObject({ status: 409, body: { code: 'listing_exists', id: made.body.id } });
    const other = await send('POST', 'listings', { competitor_id: site.id, sku: 'TEE-L', url });
    expect(other.status).toBe(201);
  });

  it.each<[object, string]>([
    [{ url: 'https://elsewhere.test/p' }, '422 /url url_not_of_competitor'],
    [{ url: 'https://bad.test.evil.test/p' }, '422 /url url_not_of_competitor'],
    [{ url: 'https://bad.test:8443/p' }, '422 /url url_not_of_competitor'],
    [{ url: 'ftp://bad.test/p' }, '400 /url url_invalid'],
    [{ url: 'javascript:alert(1)' }, '400 /url url_invalid'],
    [{ url: undefined }, '400 /url custom'],
    [{ sku: 'NONE' }, '422 /sku variant_not_found'],
    [{ sku: 'TEE-M', variant_id: '0193e2f4-0000-7000-8000-000000000000' }, '400 /variant_id custom'],
    [{ variant_id: '0193e2f4-0000-7000-8000-000000000000' }, '422 /variant_id variant_not_found'],
    [{ competitor: 'nobody.test' }, '422 /competitor competitor_not_found'],
    [{ competitor_id: '0193e2f4-0000-7000-8000-000000000000' }, '400 /competitor_id custom'],
    [{ pack_count: 0 }, '400 /pack_count too_small'],
    [{ priority: 1_000 }, '400 /priority too_big'],
    [{ tags: ['a|b'] }, '400 /tags/0 custom'],
  ])('with %j is refused', async (more, problem) => {
    if ((await list('competitors?domain=bad.test')).body.data.length === 0) await addSite({ domain: 'bad.test' });
    const answer = await send('POST', 'listings', { competitor: 'bad.test', url: 'https://bad.test/p', ...more });
    expect(codesOf(answer).join(' ')).toBe(problem);
  });

  it('may be a search until its page is found', async () => {
    const site = await addSite();
    const made = await send('POST', 'listings', { competitor_id: site.id, search: 'blue tee', sku: 'TEE-M' });
    expect(made).toMatchObject({ status: 201, body: { url: null, search: 'blue tee', linked_by: 'person' } });
    const found = await send('PATCH', `listings/${made.body.id}`, { url: `https://${site.domain}/p/9` });
    expect(found).toMatchObject({ body: { linked_by: 'url', url: `https://${site.domain}/p/9` } });
    const lost = await send('PATCH', `listings/${made.body.id}`, { url: null, search: null });
    expect(codesOf(lost)).toEqual([422, '/url url_needed']);
  });

  it('that is a search is looked at where the site shows what it found, until it has a page', async () => {
    const site = await addSite({ search_url: `https://site-${sites + 1}.test/s?q={query}` });
    const made = await send('POST', 'listings', { competitor_id: site.id, search: 'blue & tee', sku: 'TEE-M' });
    expect(made).toMatchObject({ status: 201, body: { url: null, linked_by: 'person' } });
    const kept = () => api.db.pool.query('select url, searching from listings where id = $1', [made.body.id]);
    expect((await kept()).rows).toEqual([{ url: `https://${site.domain}/s?q=blue%20%26%20tee`, searching: true }]);
    await send('PATCH', `listings/${made.body.id}`, { search: 'red tee' });
    expect((await kept()).rows).toEqual([{ url: `https://${site.domain}/s?q=red%20tee`, searching: true }]);
    await send('PATCH', `competitors/${site.id}`, { search_url: null });
    expect((await kept()).rows).toEqual([{ url: null, searching: false }]);
    await send('PATCH', `competitors/${site.id}`, { search_url: `https://${site.domain}/find/{query}` });
    expect((await kept()).rows).toEqual([{ url: `https://${site.domain}/find/red%20tee`, searching: true }]);
    const again = await send('POST', 'listings', { competitor_id: site.id, search: 'red tee', sku: 'TEE-M' });
    expect(again).toMatchObject({ status: 409, body: { id: made.body.id } });
    const found = await send('PATCH', `listings/${made.body.id}`, { url: `https://${site.domain}/p/9` });
    expect(found).toMatchObject({ body: { url: `https://${site.domain}/p/9`, linked_by: 'url' } });
    expect((await kept()).rows).toMatchObject([{ searching: false }]);
    const untied = await send('PATCH', `listings/${made.body.id}`, { url: null, sku: null });
    expect(untied).toMatchObject({ body: { url: null, variant: null } });
  });

  it('that a person unties is told so for good', async () => {
    const site = await addSite();
    const { id } = (
      await send('POST', 'listings', { competitor_id: site.id, sku: 'TEE-M', url: `https://${site.domain}/u` })
    ).body;
    const untied = await send('PATCH', `listings/${id}`, { sku: null, priority: 5 });
    expect(untied).toMatchObject({ body: { variant: null, linked_by: null, priority: 5 } });
    const { rows } = await api.db.pool.query('select variant_id, status from match_suggestions where listing_id = $1', [
      id,
    ]);
    expect(rows).toEqual([{ variant_id: variants.get('TEE-M'), status: 'rejected' }]);
  });

  it('changes under If-Match, pauses, goes on and goes', async () => {
    const site = await addSite();
    const url = `https://${site.domain}/c`;
    const { id } = (await send('POST', 'listings', { competitor_id: site.id, url })).body;
    expect(await send('PATCH', `listings/${id}`, { tags: ['x'] }, { headers: { 'if-match': '"v3"' } })).toMatchObject({
      status: 412,
    });
    expect(await send('POST', `listings/${id}/pause`)).toMatchObject({ body: { status: 'paused', version: 2 } });
    expect(await send('POST', `listings/${id}/resume`)).toMatchObject({ body: { status: 'active', version: 3 } });
    await api.db.pool.query(`update listings set status = 'gone' where id = $1`, [id]);
    const again = await send('POST', 'listings', { competitor_id: site.id, url });
    expect(again.status).toBe(201);
    expect(codesOf(await send('POST', `listings/${id}/resume`))).toEqual([409, 'listing_exists']);
    expect(await send('DELETE', `listings/${id}`)).toMatchObject({ status: 204 });
    expect(await send('PATCH', `listings/${id}`, { tags: [] })).toMatchObject({ status: 404 });
  });

  it('is found by what it is filtered by', async () => {
    const site = await addSite();
    const add = (more: object) => send('POST', 'listings', { competitor_id: site.id, ...more });
    const tied = (await add({ sku: 'TEE-L', url: `https://${site.domain}/1`, tags: ['x'], owner: 'A@b.test' })).body.id;
    const loose = (await add({ url: `https://${site.domain}/2` })).body.id;
    const ids = async (query: string) =>
      (await list(`listings?competitor_id=${site.id}${query}`)).body.data.map(({ id }) => id);
    expect(await ids('')).toEqual([tied, loose]);
    for (const query of [
      '&linked=true',
      '&tag=x',
      '&owner=a@B.test',
      '&sku=TEE-L',
      `&variant_id=${variants.get('TEE-L')}`,
    ])
      expect(await ids(query)).toEqual([tied]);
    expect(await ids(`&url=https://${site.domain}/2%23x`)).toEqual([loose]);
    expect(await ids('&status=gone')).toEqual([]);
  });
});

it('asks for the scopes of prices', async () => {
  const reader = await api.makeKey(['prices:read']);
  const stranger = await api.makeKey(['catalogue:write']);
  expect(await send('GET', 'competitors', undefined, { key: reader })).toMatchObject({ status: 200 });
  expect(await send('POST', 'competitors', {}, { key: reader })).toMatchObject({ status: 403 });
  for (const path of ['competitors', 'listings'])
    for (const key of [stranger, api.publishableKey])
      expect(await send('GET', path, undefined, { key })).toMatchObject({ status: 403 });
});
