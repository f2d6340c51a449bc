/** The demo's watch list, put in over the real API. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApi, type TestApi } from '../../test/support/api.ts';
import { call } from '../catalogue/seed-call.ts';
import { seedCatalogue } from '../catalogue/seed-catalogue.ts';
import { offersOf } from './offers.ts';
import { seedPrices } from './seed-prices.ts';
import { competitorHosts, findShop } from './shops.ts';

interface Listing {
  url: string | null;
  search: string | null;
  linked_by: string | null;
  variant: { sku: string } | null;
  competitor: { domain: string };
}

let api: TestApi;
beforeAll(async () => {
  api = await startApi({ webhooks: { allowedPrivateHosts: competitorHosts(4010), requireHttps: true } });
  await seedCatalogue(api);
});
afterAll(() => api.close());

const list = async <T>(path: string) => ((await call(api, 'GET', path)) as { data: T[] }).data;
const seed = (playsFirecrawl = true) => seedPrices({ ...api, port: 4010, playsFirecrawl });

describe('the demo’s watch list', () => {
  it('goes in, and a second time changes nothing', async () => {
    const watched = await seed();
    const before = await list<Listing>('/v1/listings?limit=100');
    expect(before).toHaveLength(watched);
    expect(await seed()).toBe(watched);
    expect(await list<Listing>('/v1/listings?limit=100')).toEqual(before);
    expect(await list('/v1/alert-rules')).toHaveLength(4);
    expect(await list('/v1/exchange-rates')).toHaveLength(4);
  });

  it('watches pages that there are, each for the same thing of ours', async () => {
    const pages = (await list<Listing>('/v1/listings?limit=100')).filter(({ search }) => search === null);
    expect(pages.length).toBeGreaterThan(20);
    for (const { url, variant, linked_by } of pages) {
      const { hostname, pathname } = new URL(url!);
      const offer = offersOf(findShop(hostname.split('.')[0]!)!).get(pathname.replace('/p/', ''));
      expect([variant?.sku ?? offer?.ours, linked_by]).toEqual([offer?.ours, variant ? 'url' : null]);
    }
  });

  it('looks for a page that nobody has looked up', async () => {
    const searched = (await list<Listing>('/v1/listings?limit=100')).filter(({ url }) => url === null);
    expect(searched).toMatchObject([{ search: 'cast iron teapot', variant: { sku: 'TEAPOT-6' } }]);
  });

  it('has one site looked at by Firecrawl, where that is played', async () => {
    const sites = await list<{ domain: string; source: string }>('/v1/competitors?limit=100');
    expect(sites.filter(({ source }) => source === 'firecrawl')).toMatchObject([{ domain: 'megamart.localhost:4010' }]);
    expect(sites.length).toBe(7);
  });
});
