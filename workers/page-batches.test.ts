import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pino from 'pino';
import { type Database, openDatabase } from '../db/database.ts';
import { readCreditFigures } from '../db/firecrawl-credits.ts';
import { findBatch, findDueBatches, findUnstartedBatches, noteReport, openBatch } from '../db/page-batches.ts';
import { createTestDatabase, type TestDatabase } from '../test/support/database.ts';
import { createFakeFirecrawl, type FakeFirecrawl, playedPage, trouble } from '../test/support/fake-firecrawl.ts';
import { createFakeStorage, type FakeStorage } from '../test/support/fake-storage.ts';
import { type PlannedListing, planFirecrawlScrapes } from '../test/support/firecrawl-listings.ts';
import { type CollectPagesDeps, createCollectPages } from './collect-pages.ts';
import type { PageJudgement } from './judge-page.ts';
import { createSubmitPages, type SubmitPagesDeps } from './submit-pages.ts';

const BUDGET = 1_000;
const run = { log: pino({ level: 'silent' }) };

let database: TestDatabase;
let db: Database;
let firecrawl: FakeFirecrawl;
let storage: FakeStorage;
let judge: (url: string) => Promise<PageJudgement>;
let batchId: string;
let planned: PlannedListing[];

const deps = (): SubmitPagesDeps & CollectPagesDeps => ({
  db,
  firecrawl,
  storage: storage as unknown as CollectPagesDeps['storage'],
  judge: (url) => judge(url),
  userAgent: 'Test/1',
  gapSeconds: 0,
  pollSeconds: 15,
  patienceSeconds: 900,
});
const submit = (more: Partial<SubmitPagesDeps> = {}) =>
  createSubmitPages({ ...deps(), ...more })({ batch_id: batchId }, run);
const collect = (more: Partial<CollectPagesDeps> = {}) =>
  createCollectPages({ ...deps(), ...more })({ batch_id: batchId }, run);
const rows = async <T extends object>(sql: string, values: unknown[] = []) =>
  (await db.pool.query<T>(sql, values)).rows;
const batch = async () => (await findBatch(db, batchId))!;
const items = async () =>
  (
    await rows<{ state: string; credits: number | null }>(
      'select state, credits from page_batch_items where batch_id = $1 order by scrape_id',
      [batchId],
    )
  ).map(({ state, credits }) => [state, credits]);
const scrapes = async () =>
  (
    await rows<{ status: string; outcome: string | null }>(
      'select status, outcome from scrapes where id = any ($1) order by id',
      [planned.map(({ scrapeId }) => scrapeId)],
    )
  ).map(({ status, outcome }) => outcome ?? status);
const credits = async () => {
  const { used, reserved, pages } = await readCreditFigures(db, BUDGET);
  return { used, reserved, pages };
};
const jobs = async (queue: string) => (await rows('select 1 from outbox where queue = $1', [queue])).length;
const later = (seconds: number, column = 'submitted_at') =>
  db.pool.query(`update page_batches set ${column} = ${column} - make_interval(secs => $2) where id = $1`, [
    batchId,
    seconds,
  ]);
const last = () => firecrawl.batches.at(-1)!;
/** The batch is over, with these pages. */
function bring(pages = planned.map(({ url }) => playedPage(url))) {
  last().pages = pages;
  last().status = 'completed';
}
async function open(count: number) {
  planned = await planFirecrawlScrapes(db, count);
  const ids = planned.map(({ scrapeId }) => scrapeId);
  const opened = await db.transaction((tx) => openBatch(tx, ids, { budget: BUDGET }));
  if (opened.kind !== 'opened') throw new Error(opened.kind);
  batchId = opened.batchId;
}

beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase({ url: database.url, applicationName: 'page-batches' });
});
afterAll(async () => {
  await db.close();
  await database.drop();
});
beforeEach(async () => {
  await db.pool.query(
    'truncate page_batches, page_batch_items, firecrawl_months, outbox, page_turns, page_requests, scrapes cascade',
  );
  await db.pool.query(`update firecrawl_account set refused_until = '-infinity', checked_at = null, remaining = null`);
  firecrawl = createFakeFirecrawl();
  storage = createFakeStorage();
  judge = async (url) => ({
    kind: 'allowed',
    rule: 'line 1: Allow: /',
    robots: { origin: new URL(url).origin, version: 1 },
    crawlDelaySeconds: 0,
  });
  await open(3);
});

describe('opening a batch', () => {
  it('claims its scrapes and reserves their credits', async () => {
    expect(await scrapes()).toEqual(['fetching', 'fetching', 'fetching']);
    expect(await credits()).toEqual({ used: 0, reserved: 15, pages: 0 });
    expect(await batch()).toMatchObject({ status: 'open', locale: 'de' });
    const again = await db.transaction((tx) =>
      openBatch(
        tx,
        planned.map(({ scrapeId }) => scrapeId),
        { budget: BUDGET },
      ),
    );
    expect(again).toEqual({ kind: 'nothing' });
  });

  it('takes what the budget reaches for, in the order of urgency, and nothing beyond', async () => {
    const more = await planFirecrawlScrapes(db, 3);
    const ids = more.map(({ scrapeId }) => scrapeId).reverse();
    const opened = await db.transaction((tx) => openBatch(tx, ids, { budget: 15 + 14 }));
    expect(opened).toMatchObject({ kind: 'opened', scrapeIds: ids.slice(0, 2) });
    expect(await db.transaction((tx) => openBatch(tx, ids, { budget: 15 + 14 }))).toEqual({
      kind: 'no_credits',
      left: 4,
    });
  });

  it('never uses more than the budget, however many open at once', async () => {
    const more = await planFirecrawlScrapes(db, 12);
    const opened = await Promise.all(
      more.map(({ scrapeId }) => db.transaction((tx) => openBatch(tx, [scrapeId], { budget: 15 + 25 }))),
    );
    expect(opened.filter(({ kind }) => kind === 'opened')).toHaveLength(5);
    expect(await credits()).toMatchObject({ reserved: 40 });
  });

  it('keeps batches to one locale', async () => {
    const german = await planFirecrawlScrapes(db, 2, 'de');
    const french = await planFirecrawlScrapes(db, 1, 'fr');
    const ids = [german[0]!, french[0]!, german[1]!].map(({ scrapeId }) => scrapeId);
    const opened = await db.transaction((tx) => openBatch(tx, ids, { budget: BUDGET }));
    expect(opened).toMatchObject({ scrapeIds: [ids[0], ids[2]] });
  });

  it('opens none while Firecrawl says that there are no credits, or fewer than the budget', async () => {
    const [one] = await planFirecrawlScrapes(db, 1);
    await db.pool.query(`update firecrawl_account set checked_at = now(), remaining = 19`);
    expect(await db.transaction((tx) => openBatch(tx, [one!.scrapeId], { budget: BUDGET }))).toEqual({
      kind: 'no_credits',
      left: 4,
    });
    await db.pool.query(`update firecrawl_account set checked_at = null, refused_until = now() + interval '1 minute'`);
    expect(await db.transaction((tx) => openBatch(tx, [one!.scrapeId], { budget: BUDGET }))).toEqual({
      kind: 'no_credits',
      left: 0,
    });
  });
});

describe('starting it', () => {
  it('asks once, under its id, and logs what was asked for', async () => {
    expect(await submit()).toMatchObject({ kind: 'done' });
    expect(last().batch).toMatchObject({ id: batchId, urls: planned.map(({ url }) => url), locale: 'de' });
    expect(await batch()).toMatchObject({ status: 'submitted', provider_id: last().providerId });
    expect(
      await rows(`select 1 from page_requests where source = 'firecrawl' and rule = 'line 1: Allow: /'`),
    ).toHaveLength(3);
    // A second run.
    await submit();
    expect(firecrawl.calls).toEqual(['startBatch']);
  });

  it('whose answer was lost finds the batch, and starts no second one', async () => {
    firecrawl.play('startBatch', [{ after: trouble('timed_out') }]);
    await expect(submit()).rejects.toMatchObject({ code: 'firecrawl_timed_out' });
    expect(await batch()).toMatchObject({ status: 'submitting', provider_id: null });
    expect(await submit()).toMatchObject({ kind: 'done' });
    expect(firecrawl.batches).toHaveLength(1);
    expect(await batch()).toMatchObject({ status: 'submitted', provider_id: last().providerId });
    expect(await rows('select 1 from page_requests')).toHaveLength(3);
  });

  it('whose process died before it recorded the start finds the batch as well', async () => {
    const { markSubmitting } = await import('../db/page-batches.ts');
    await markSubmitting(db, batchId);
    await firecrawl.startBatch({ id: batchId, urls: planned.map(({ url }) => url), locale: 'de' });
    await submit();
    expect(firecrawl.batches).toHaveLength(1);
    expect(await batch()).toMatchObject({ status: 'submitted', provider_id: last().providerId });
  });

  it('is known by its first report, before or after the answer', async () => {
    firecrawl.play('startBatch', [{ after: trouble('unavailable') }]);
    await expect(submit()).rejects.toThrow();
    firecrawl.play('findBatches', [trouble('not_found')]);
    expect(await submit()).toMatchObject({ kind: 'later' });
    expect(await noteReport(db, { batchId, providerId: last().providerId })).toBe(batchId);
    expect(await batch()).toMatchObject({ status: 'submitted', provider_id: last().providerId, reports: 1 });
    expect(await submit()).toMatchObject({ kind: 'done' });
    expect(firecrawl.batches).toHaveLength(1);
  });

  it('is given up when nobody knows it after a while: its pages are planned anew, each once', async () => {
    firecrawl.play('startBatch', [{ after: trouble('unreadable') }]);
    await expect(submit()).rejects.toThrow();
    firecrawl.play('findBatches', [trouble('not_found'), trouble('not_found')]);
    await later(700);
    expect(await submit()).toMatchObject({ kind: 'done', note: 'its start was lost' });
    expect(await batch()).toMatchObject({ status: 'lost' });
    expect(await scrapes()).toEqual(['planned', 'planned', 'planned']);
    expect(await credits()).toEqual({ used: 0, reserved: 0, pages: 0 });
    // Its report comes after all: what it cost is booked, and its pages belong to others by now.
    expect(await noteReport(db, { batchId, providerId: last().providerId })).toBe(batchId);
    bring();
    await collect();
    await collect();
    expect(await credits()).toEqual({ used: 15, reserved: 0, pages: 3 });
    expect(await scrapes()).toEqual(['planned', 'planned', 'planned']);
    expect(storage.puts).toBe(0);
  });

  it('of a wedged worker, after the batch was given up, is canceled', async () => {
    const started = firecrawl.startBatch;
    firecrawl.startBatch = async (given) => {
      await db.pool.query(`update page_batch_items set state = 'asked_again', ended_at = now() where batch_id = $1`, [
        batchId,
      ]);
      await db.pool.query(`update page_batches set status = 'lost', finished_at = now() where id = $1`, [batchId]);
      return started(given);
    };
    await submit();
    expect(last().canceled).toBe(true);
    expect(await batch()).toMatchObject({ status: 'lost' });
  });

  it('waits as long as Firecrawl asks for', async () => {
    firecrawl.play('startBatch', [trouble('busy', { retryAfterSeconds: 37 }), trouble('busy')]);
    expect(await submit()).toEqual({ kind: 'later', delayMs: 37_000 });
    expect(await submit()).toEqual({ kind: 'later', delayMs: 60_000 });
    expect(await submit()).toMatchObject({ kind: 'done' });
    expect(firecrawl.batches).toHaveLength(1);
  });

  it('takes a turn of the one budget', async () => {
    await submit({ gapSeconds: 2 });
    await open(1);
    const second = await submit({ gapSeconds: 2 });
    expect(second.kind === 'later' && second.delayMs).toBeGreaterThan(5_000);
    expect(firecrawl.batches).toHaveLength(1);
  });

  it('without credits stops: nothing more is asked for, and its pages are planned for later', async () => {
    firecrawl.play('startBatch', [trouble('no_credits', { status: 402 })]);
    expect(await submit()).toMatchObject({ kind: 'done' });
    expect(await batch()).toMatchObject({ status: 'refused' });
    expect(await scrapes()).toEqual(['planned', 'planned', 'planned']);
    expect(await credits()).toEqual({ used: 0, reserved: 0, pages: 0 });
    expect((await readCreditFigures(db, BUDGET)).left).toBe(0);
    const [{ early }] = (await rows<{ early: boolean }>(
      'select bool_or(planned_for < now() + interval $$50 minutes$$) as early from scrapes',
    )) as [{ early: boolean }];
    expect(early).toBe(false);
  });

  it('that is not understood ends the batch, and one without the right key is an alarm', async () => {
    firecrawl.play('startBatch', [trouble('not_allowed', { status: 401 }), trouble('refused', { status: 422 })]);
    await expect(submit()).rejects.toMatchObject({ code: 'firecrawl_not_allowed' });
    expect(await submit()).toMatchObject({ kind: 'done' });
    expect(await batch()).toMatchObject({ status: 'refused' });
    expect(await scrapes()).toEqual(['planned', 'planned', 'planned']);
  });

  it('asks for no page that robots.txt forbids by now', async () => {
    const [forbidden, unknown] = planned;
    const allow = judge;
    judge = async (url) => {
      if (url === forbidden!.url) return { kind: 'refused', reason: 'robots_forbidden', rule: 'line 2: Disallow: /' };
      if (url === unknown!.url)
        return { kind: 'unreachable', reason: 'robots_unreachable', rule: 'robots.txt cannot be read (500)' };
      return allow(url);
    };
    await submit();
    expect(last().batch.urls).toEqual([planned[2]!.url]);
    expect(await scrapes()).toEqual(['robots_forbidden', 'planned', 'fetching']);
    expect(await credits()).toMatchObject({ reserved: 5 });
    expect(
      await rows('select 1 from observations where reason = $1 and scrape_id = $2', [
        'robots_forbidden',
        forbidden!.scrapeId,
      ]),
    ).toHaveLength(1);
  });

  it('with no page left to ask for asks for nothing', async () => {
    judge = async () => ({ kind: 'refused', reason: 'not_on_allowlist', rule: 'not on the allowlist' });
    await submit();
    expect(firecrawl.calls).toEqual([]);
    expect(await batch()).toMatchObject({ status: 'refused' });
    expect(await credits()).toMatchObject({ reserved: 0 });
  });

  it('ends the pages whose addresses are not taken', async () => {
    firecrawl.invalidUrls = [planned[1]!.url];
    await submit();
    expect(await scrapes()).toEqual(['fetching', 'source_failed', 'fetching']);
  });
});

describe('collecting its pages', () => {
  beforeEach(() => submit());

  it('ends each like a page that was fetched from here, and books it once', async () => {
    bring(
      planned.map(({ url }, n) =>
        playedPage(url, { credits: n === 0 ? null : 5, screenshotUrl: 'https://storage.test/s.png' }),
      ),
    );
    expect(await collect()).toMatchObject({ kind: 'done' });
    expect(await scrapes()).toEqual(['fetched', 'fetched', 'fetched']);
    expect(await jobs('read-page')).toBe(3);
    expect(await items()).toEqual([
      ['fetched', 5],
      ['fetched', 5],
      ['fetched', 5],
    ]);
    expect(await credits()).toEqual({ used: 15, reserved: 0, pages: 3 });
    expect(await batch()).toMatchObject({ status: 'done' });
    const { loadPage } = await import('./page-evidence.ts');
    const { pageKey } = await import('../domain/pages/page-keys.ts');
    const read = async (key: string) => storage.objects.get(key)!.bytes as Uint8Array<ArrayBuffer>;
    expect(await loadPage({ read } as never, pageKey(planned[0]!.scrapeId))).toMatchObject({
      url: planned[0]!.url,
      status: 200,
      source: 'firecrawl',
      html: '<p>12,99 €</p>',
      json: { price: 12.99 },
      screenshotUrl: 'https://storage.test/s.png',
      rule: 'line 1: Allow: /',
      credits: 5,
    });
    // A second run, and a late one.
    await collect();
    expect(await credits()).toEqual({ used: 15, reserved: 0, pages: 3 });
    expect(await rows(`select 1 from page_requests where outcome = 'page' and status = 200`)).toHaveLength(3);
  });

  it('books nothing twice when two runs take the same pages', async () => {
    bring();
    await Promise.all([collect(), collect(), collect()]);
    expect(await credits()).toEqual({ used: 15, reserved: 0, pages: 3 });
    expect(await jobs('read-page')).toBe(3);
  });

  it('goes on where a process died between storing a page and recording it', async () => {
    bring();
    const put = storage.put;
    storage.put = async (...object) => {
      await put(...object);
      if (storage.puts === 2) throw new Error('killed');
    };
    await expect(collect()).rejects.toThrow('killed');
    expect(await items()).toEqual([
      ['fetched', 5],
      ['waiting', null],
      ['waiting', null],
    ]);
    storage.put = put;
    await collect();
    expect(await scrapes()).toEqual(['fetched', 'fetched', 'fetched']);
    expect(await credits()).toEqual({ used: 15, reserved: 0, pages: 3 });
  });

  it('takes pages while others are still fetched', async () => {
    last().pages = [playedPage(planned[0]!.url)];
    await collect();
    expect(await scrapes()).toEqual(['fetched', 'fetching', 'fetching']);
    expect(await batch()).toMatchObject({ status: 'submitted', completed: 1, total: 3 });
    expect(await findDueBatches(db, 10)).toEqual([]);
    await later(20, 'due_at');
    expect(await findDueBatches(db, 10)).toEqual([{ id: batchId }]);
  });

  it('reads all parts, and what a part failed to bring is read the next time, not asked for again', async () => {
    firecrawl.partSize = 1;
    bring();
    const read = firecrawl.readBatch;
    firecrawl.readBatch = async (id, skip) => (skip === 1 ? trouble('unavailable') : read(id, skip));
    await collect();
    expect(await scrapes()).toEqual(['fetched', 'fetching', 'fetching']);
    firecrawl.readBatch = read;
    await collect();
    expect(await scrapes()).toEqual(['fetched', 'fetched', 'fetched']);
    expect(firecrawl.batches).toHaveLength(1);
  });

  it('asks again for a page that was lost, by itself, once it was looked for long enough', async () => {
    bring([playedPage(planned[0]!.url), playedPage(planned[2]!.url)]);
    last().completed = 3;
    await collect();
    expect(await scrapes()).toEqual(['fetched', 'fetching', 'fetched']);
    await later(130, 'progressed_at');
    await collect();
    expect(await scrapes()).toEqual(['fetched', 'planned', 'fetched']);
    expect(await credits()).toEqual({ used: 10, reserved: 0, pages: 2 });
    expect(await batch()).toMatchObject({ status: 'done' });
  });

  it('finds a lost page that turns up meanwhile', async () => {
    bring([playedPage(planned[0]!.url)]);
    last().completed = 3;
    await collect();
    bring();
    await collect();
    expect(await scrapes()).toEqual(['fetched', 'fetched', 'fetched']);
  });

  it('is over when all is there, although it says that it goes on', async () => {
    bring();
    last().status = 'scraping';
    await collect();
    expect(await batch()).toMatchObject({ status: 'done' });
  });

  it('cancels a batch that comes to no end, and asks again for what is missing', async () => {
    last().pages = [playedPage(planned[0]!.url)];
    await collect();
    await collect();
    expect(last().canceled).toBe(false);
    await later(1_000, 'progressed_at');
    await collect();
    expect(last().canceled).toBe(true);
    expect(await scrapes()).toEqual(['fetched', 'planned', 'planned']);
    expect(await batch()).toMatchObject({ status: 'done' });
    expect(await credits()).toEqual({ used: 5, reserved: 0, pages: 1 });
  });

  it.each([
    ['404', { status: 404 }, 'not_found'],
    ['410', { status: 410 }, 'gone'],
    ['451', { status: 451 }, 'blocked'],
    ['403', { status: 403 }, 'planned'],
    ['429', { status: 429 }, 'planned'],
    ['503', { status: 503 }, 'planned'],
    ['success without data', { html: ' ' }, 'planned'],
    ['an earlier copy', { cached: true }, 'planned'],
    ['a PDF', { contentType: 'application/pdf' }, 'not_html'],
    ['a page of another site', { finalUrl: 'https://elsewhere.test/' }, 'redirected_away'],
    ['no address', { finalUrl: 'about:blank' }, 'redirected_away'],
    ['no status of its own', { status: null }, 'fetched'],
  ])('knows what it is when Firecrawl brings %s, and books it', async (_what, page, end) => {
    bring([playedPage(planned[0]!.url, page), playedPage(planned[1]!.url), playedPage(planned[2]!.url)]);
    await collect();
    expect(await scrapes()).toEqual([end, 'fetched', 'fetched']);
    expect(await credits()).toEqual({ used: 15, reserved: 0, pages: 3 });
    expect(await batch()).toMatchObject({ status: 'done' });
  });

  it('leaves a site alone that says "not now"', async () => {
    bring([playedPage(planned[0]!.url, { status: 429 })]);
    await collect();
    expect(
      await rows('select 1 from page_turns where budget = $1 and rests_until > now()', [planned[0]!.domain]),
    ).toHaveLength(1);
  });

  it('uses no page to which a redirect led that robots.txt forbids', async () => {
    const target = `https://${planned[0]!.domain}/secret`;
    const allow = judge;
    judge = async (url) =>
      url === target ? { kind: 'refused', reason: 'robots_forbidden', rule: 'line 2: Disallow: /secret' } : allow(url);
    bring([
      playedPage(planned[0]!.url, { finalUrl: target }),
      playedPage(planned[1]!.url),
      playedPage(planned[2]!.url),
    ]);
    await collect();
    expect(await scrapes()).toEqual(['robots_forbidden', 'fetched', 'fetched']);
    expect(storage.puts).toBe(2);
  });

  it('takes failed pages from their own list', async () => {
    bring([playedPage(planned[0]!.url)]);
    last().errors = [{ url: planned[1]!.url, error: 'Timed out' }];
    last().robotsBlocked = [planned[2]!.url];
    await collect();
    expect(await scrapes()).toEqual(['fetched', 'planned', 'robots_forbidden']);
    expect(await batch()).toMatchObject({ status: 'done' });
    expect(await credits()).toEqual({ used: 5, reserved: 0, pages: 1 });
  });

  it('knows pages whose addresses Firecrawl writes in another way, and none that nobody asked for', async () => {
    bring([
      playedPage(planned[0]!.url.replace('https:', 'http:').concat('#top')),
      playedPage('https://shop.test/other'),
      playedPage('https://WWW.test/', { finalUrl: planned[1]!.url }),
      playedPage(planned[2]!.url),
    ]);
    await collect();
    expect(await scrapes()).toEqual(['fetched', 'fetched', 'fetched']);
  });

  it('is looked at again when it cannot be read now, and given up when its results are gone', async () => {
    firecrawl.play('readBatch', [
      trouble('busy', { retryAfterSeconds: 90 }),
      trouble('timed_out'),
      trouble('no_credits'),
    ]);
    for (const _each of [1, 2, 3]) expect(await collect()).toMatchObject({ kind: 'done' });
    expect(await batch()).toMatchObject({ status: 'submitted' });
    firecrawl.batches = [];
    await collect();
    expect(await batch()).toMatchObject({ status: 'submitted' });
    await later(130, 'progressed_at');
    await collect();
    expect(await batch()).toMatchObject({ status: 'done' });
    expect(await scrapes()).toEqual(['planned', 'planned', 'planned']);
  });

  it('is looked at again at once when a report came during the look', async () => {
    const read = firecrawl.readBatch;
    firecrawl.readBatch = async (...given) => {
      await noteReport(db, { batchId: null, providerId: last().providerId });
      return read(...given);
    };
    await collect();
    expect(await findDueBatches(db, 10)).toEqual([{ id: batchId }]);
  });

  it('asks what is left of the account, now and then', async () => {
    firecrawl.remaining = 40;
    await collect();
    await collect();
    expect(firecrawl.calls.filter((call) => call === 'readCredits')).toHaveLength(1);
    expect(await readCreditFigures(db, BUDGET)).toMatchObject({ remaining: 40, left: 25 });
  });

  it('ends without a page whose listing is gone, and books it', async () => {
    await db.pool.query('delete from listings where id = $1', [planned[0]!.listingId]);
    bring();
    await collect();
    expect(await batch()).toMatchObject({ status: 'done' });
    expect(await credits()).toEqual({ used: 15, reserved: 0, pages: 3 });
  });
});

describe('what the sweep looks for', () => {
  it('is a batch that no job starts, and none that one does', async () => {
    expect(await findUnstartedBatches(db, 15, 10)).toEqual([]);
    await later(20, 'created_at');
    expect(await findUnstartedBatches(db, 15, 10)).toEqual([{ id: batchId }]);
    await db.pool.query(`insert into outbox (queue, job_id, payload) values ('submit-pages', $1, '{}')`, [
      `batch-${batchId}`,
    ]);
    expect(await findUnstartedBatches(db, 15, 10)).toEqual([]);
  });
});
