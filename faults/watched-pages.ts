/** Competitors' pages that Firecrawl looks at while something breaks, and what must have become of each look. */
import { setTimeout as delay } from 'node:timers/promises';
import { findShop } from '../sandbox/competitors/shops.ts';
import type { System } from '../test/support/system.ts';
import { insist } from './insist.ts';
import type { Check } from './scenario.ts';

const WATCHED: Readonly<Record<string, readonly string[]>> = {
  'kettle-company': ['mill-pepper', 'kettle-blk', 'mug-oat'],
  'haushalt-hanse': ['lamp-amb', 'kettle-blk', 'candle-l'],
  'barn-and-attic': ['pen-brass', 'keys-coal'],
  nordlager: ['pack-rust', 'compass-1'],
  megamart: ['kettle-blk', 'phones-night', 'tote-1'],
};

const hostsOf = ({ sandboxUrl }: System) =>
  Object.keys(WATCHED).map((slug) => `${slug}.localhost:${new URL(sandboxUrl).port}`);

/** Through Firecrawl, quickly, so that a run sees many batches. */
export const firecrawlEnvironment = (system: System): Record<string, string> => ({
  STOCKROOM_ALLOWED_PRIVATE_HOSTS: [new URL(system.sandboxUrl).host, ...hostsOf(system)].join(','),
  STOCKROOM_FIRECRAWL_REQUESTS_PER_MINUTE: '240',
  STOCKROOM_FIRECRAWL_POLL_SECONDS: '1',
  STOCKROOM_FIRECRAWL_PATIENCE_SECONDS: '8',
  STOCKROOM_FIRECRAWL_CREDITS_PER_MONTH: '50000',
  STOCKROOM_PAGE_TIMEOUT_SECONDS: '3',
  STOCKROOM_PLAN_INTERVAL_SECONDS: '1',
});

/** Returns the listings' ids. A rule of alerts stands by: nothing changes, so it must never fire. */
export async function watchPages(system: System): Promise<string[]> {
  const port = new URL(system.sandboxUrl).port;
  const post = async (path: string, body: object) =>
    (await insist(system, 'POST', path, { body })).body as { id: string };
  await post('/v1/alert-rules', { name: 'any change', kind: 'price_drop', percent: 1 });
  const listings: string[] = [];
  for (const [slug, pages] of Object.entries(WATCHED)) {
    const { name, currency, locale } = findShop(slug)!;
    const domain = `${slug}.localhost:${port}`;
    await post('/v1/competitors', { name, domain, currency, locale, source: 'firecrawl', interval_minutes: 1_440 });
    for (const page of pages)
      listings.push((await post('/v1/listings', { competitor: domain, url: `http://${domain}/p/${page}` })).id);
  }
  return listings;
}

/** Asks for a look at each, now. */
export async function lookAgain(system: System, listings: readonly string[]): Promise<void> {
  for (const id of listings) await insist(system, 'POST', `/v1/listings/${id}/look`);
}

/** When no look is under way; those that are planned for later may wait. */
export async function untilLooked(system: System, timeoutMs = 90_000): Promise<boolean> {
  for (const end = Date.now() + timeoutMs; Date.now() < end; await delay(500)) {
    const { rows } = await system.db.pool.query<{ open: number }>(
      `select (select count(*)::integer from scrapes where status in ('fetching', 'fetched')
           or (status = 'planned' and planned_for < now() + interval '20 seconds'))
         + (select count(*)::integer from page_batches where finished_at is null) as open`,
    );
    if (rows[0]!.open === 0) return true;
  }
  return false;
}

interface Books {
  batches: number;
  lost: number;
  used: number;
  observed: number;
  doubled: number;
  alerts: number;
}

const BOOKS = `select
  (select count(*)::integer from page_batches where provider_id is not null) as batches,
  (select count(*)::integer from page_batches where status = 'lost') as lost,
  (select coalesce(sum(used), 0)::integer from firecrawl_months) as used,
  (select count(*)::integer from observations where outcome = 'observed') as observed,
  (select count(*)::integer from (select scrape_id from observations group by scrape_id having count(*) > 1) twice) as doubled,
  (select count(*)::integer from price_alerts) as alerts`;

export async function checkPages(system: System): Promise<Check[]> {
  const [books] = (await system.db.pool.query<Books>(BOOKS)).rows as [Books];
  const asked = await askFirecrawl(system);
  return [
    {
      what: 'each batch was started once, and none without our knowing',
      held: asked.batches === books.batches && books.lost === 0,
      detail: `${books.batches} known, ${asked.batches} at Firecrawl, ${books.lost} lost`,
    },
    {
      what: 'nothing is booked that Firecrawl did not charge',
      held: books.used > 0 && books.used <= asked.credits,
      detail: `${books.used} booked, ${asked.credits} charged`,
    },
    {
      what: 'a look makes one observation',
      held: books.doubled === 0 && books.observed > 0,
      detail: `${books.observed} observed`,
    },
    { what: 'nobody is told of a change that was none', held: books.alerts === 0, detail: `${books.alerts} alerts` },
  ];
}

async function askFirecrawl({ sandboxUrl }: System): Promise<{ batches: number; credits: number }> {
  const headers = { Authorization: 'Bearer fc-system0000000000' };
  const get = async (path: string) =>
    (await (await fetch(sandboxUrl + path, { headers })).json()) as Record<string, unknown>;
  let [batches, cursor] = [0, ''];
  do {
    const page = await get(`/v2/team/activity?endpoint=batch_scrape&limit=100${cursor && `&cursor=${cursor}`}`);
    batches += (page.data as unknown[]).length;
    cursor = page.has_more ? encodeURIComponent(String(page.cursor)) : '';
  } while (cursor);
  const { data } = (await get('/v2/team/credit-usage')) as { data: { planCredits: number; remainingCredits: number } };
  return { batches, credits: data.planCredits - data.remainingCredits };
}
