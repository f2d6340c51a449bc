import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { endPageRequest, logPageRequest } from '../db/page-requests.ts';
import { restBudget } from '../db/page-turns.ts';
import { startApi, type TestApi } from '../test/support/api.ts';
import { call } from '../test/support/client.ts';
import { seedCompetitor, seedListing } from '../test/support/watch-list.ts';
import { planDue } from '../workers/plan-scrapes.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api?.close());
beforeEach(() => api.db.pool.query('truncate competitors, listings, scrapes, page_turns, page_requests cascade'));

// biome-ignore lint/suspicious/noExplicitAny: the document's test checks the shape
const get = async (path: string) => (await call<any>(api, 'GET', `/v1/${path}`)).body;
const seedSite = async (listings: number, given: Parameters<typeof seedCompetitor>[1] = {}) => {
  const site = await seedCompetitor(api.db, given);
  const ids: string[] = [];
  for (let n = 0; n < listings; n++) ids.push(await seedListing(api.db, site, null));
  return { ...site, listings: ids };
};
const secondsUntil = (time: string) => (Date.parse(time) - Date.now()) / 1_000;

describe('the plan of today', () => {
  it('tells of each site and of all what is done, waits, is late or failed, and when it will be done', async () => {
    const [fast, slow] = [await seedSite(10, { requests_per_minute: 60 }), await seedSite(10)];
    await planDue({ db: api.db, batches: undefined });
    const ended = (site: { id: string }, outcome: string, looks: number) =>
      api.db.pool.query(
        `update scrapes set status = 'done', outcome = $2, finished_at = now() where id in (
           select id from scrapes where competitor_id = $1 and status = 'planned' order by planned_for limit $3)`,
        [site.id, outcome, looks],
      );
    await ended(fast, 'observed', 2);
    await ended(fast, 'blocked', 1);
    await api.db.pool.query(
      `update scrapes set planned_for = now() - interval '5 minutes' where id = (
         select id from scrapes where competitor_id = $1 and status = 'planned' limit 1)`,
      [slow.id],
    );
    const { sites, ...all } = await get('scrape-plan');
    expect(sites.data).toMatchObject([
      { domain: fast.domain, planned: 7, observed: 2, failed: 1, late: 0, requests_per_minute: 60 },
      { domain: slow.domain, planned: 10, observed: 0, failed: 0, late: 1, requests_per_minute: 10 },
    ]);
    expect(Math.round(sites.data[1].late_seconds / 60)).toBe(5);
    expect(all).toMatchObject({ planned: 17, observed: 2, failed: 1, late: 1, resting: 0 });
    expect(Math.abs(Date.parse(all.done_at) - Date.parse(sites.data[1].done_at))).toBeLessThan(2_000);
    expect(Math.abs(secondsUntil(all.done_at) - 60)).toBeLessThan(10);
  });

  it('reckons with a site’s rest, and with what will be due later today', async () => {
    const site = await seedSite(1);
    await planDue({ db: api.db, batches: undefined });
    await restBudget(api.db, site.domain, { reason: '503', askedSeconds: 900 });
    const { data } = (await get(`scrape-plan?competitor_id=${site.id}`)).sites;
    expect(data[0]).toMatchObject({ rest_reason: '503', planned: 1 });
    expect(Math.abs(secondsUntil(data[0].done_at) - 906)).toBeLessThan(10);
  });

  it('has no end for a site that is paused, nor when nothing is left', async () => {
    const site = await seedSite(1);
    await api.db.pool.query(`update competitors set status = 'paused' where id = $1`, [site.id]);
    await seedSite(0);
    const { sites, done_at } = await get('scrape-plan');
    expect([done_at, ...sites.data.map((each: { done_at: null }) => each.done_at)]).toEqual([null, null, null]);
  });

  it('comes in pages', async () => {
    for (let n = 0; n < 3; n++) await seedSite(0);
    const first = (await get('scrape-plan?limit=2')).sites;
    const second = (await get(`scrape-plan?limit=2&cursor=${first.next_cursor}`)).sites;
    expect([first.data.length, first.has_more, second.data.length, second.has_more]).toEqual([2, true, 1, false]);
  });
});

describe('the log of requests', () => {
  it('is listed newest first, by host, kind, outcome and time', async () => {
    const common = { source: 'built_in', competitorId: null, scrapeId: null, userAgent: 'Stockroom/1 (+x)' } as const;
    const robots = { ...common, kind: 'robots', url: 'https://a.test:81/robots.txt', rule: null } as const;
    const first = await logPageRequest(api.db, robots);
    await endPageRequest(api.db, first, { outcome: 'page', status: 200, bytes: 10, milliseconds: 5 });
    const page = { ...common, kind: 'page', url: 'https://a.test:81/p', rule: 'line 2: Allow: /' } as const;
    const second = await logPageRequest(api.db, page);
    await logPageRequest(api.db, { ...page, url: 'https://b.test/p' });
    const ids = async (query: string) => (await get(`page-requests?${query}`)).data.map(({ id }: { id: string }) => id);
    expect(await ids('host=a.test:81')).toEqual([second, first]);
    expect(await ids('kind=robots')).toEqual([first]);
    expect(await ids('outcome=page')).toEqual([first]);
    expect(await ids(`since=${new Date(Date.now() + 60_000).toISOString()}`)).toEqual([]);
    const [row] = (await get('page-requests?host=a.test:81')).data;
    expect(row).toMatchObject({ outcome: null, rule: 'line 2: Allow: /', user_agent: 'Stockroom/1 (+x)' });
    const { next_cursor: cursor } = await get('page-requests?limit=2');
    expect(await ids(`limit=2&cursor=${cursor}`)).toEqual([first]);
  });
});

describe('a look now', () => {
  it('is planned once, however often it is asked for', async () => {
    const { listings } = await seedSite(1);
    const ask = () => call<{ id: string }>(api, 'POST', `/v1/listings/${listings[0]}/look`);
    const [first, second] = [await ask(), await ask()];
    expect([first.status, second.body.id]).toEqual([202, first.body.id]);
    expect(first.body).toMatchObject({ listing_id: listings[0] });
  });

  it('is refused for a listing that has no page, or that there is not', async () => {
    const site = await seedSite(0);
    const id = await seedListing(api.db, site, null, { url: null, search: 'kettle' });
    expect(await call(api, 'POST', `/v1/listings/${id}/look`)).toMatchObject({
      status: 409,
      body: { code: 'listing_without_page' },
    });
    expect((await call(api, 'POST', `/v1/listings/${site.id}/look`)).status).toBe(404);
  });
});
