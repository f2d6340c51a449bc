/** Pages through Firecrawl from the plan to storage: the real client, the played service, its reports, and the queues. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { type Database, openDatabase } from '../db/database.ts';
import { readCreditFigures } from '../db/firecrawl-credits.ts';
import { checkInvariants } from '../db/invariants.ts';
import { insertJobs } from '../db/outbox.ts';
import { openBatch } from '../db/page-batches.ts';
import { createFirecrawl } from '../providers/firecrawl.ts';
import { collectPages } from '../queues/collect-pages.ts';
import { openQueueStore, type QueueStore } from '../queues/connection.ts';
import { makeJob } from '../queues/define-queue.ts';
import { submitPages } from '../queues/submit-pages.ts';
import { startFirecrawlSandbox } from '../sandbox/firecrawl/start-for-test.ts';
import { startApi, type TestApi } from '../test/support/api.ts';
import { describeEachStore } from '../test/support/each-store.ts';
import { createFakeStorage, type FakeStorage } from '../test/support/fake-storage.ts';
import { type PlannedListing, planPages } from '../test/support/firecrawl-listings.ts';
import { waitFor } from '../test/support/wait-for.ts';
import { type CollectPagesDeps, createCollectPages } from './collect-pages.ts';
import { type Relay, startRelay } from './relay-outbox.ts';
import { runWorker } from './run-worker.ts';
import { createSubmitPages, type SubmitPagesDeps } from './submit-pages.ts';
import { batchSweepSteps } from './sweep-batches.ts';

const SECRET = 'firecrawl-test-secret';
const SHOPS = ['megamart', 'kettle-company', 'barn-and-attic'];
const log = pino({ level: 'silent' });

describeEachStore('a batch of pages', (store) => {
  let db: Database;
  let api: TestApi;
  let queues: QueueStore;
  let relay: Relay;
  let sandbox: Awaited<ReturnType<typeof startFirecrawlSandbox>>;
  let storage: FakeStorage;
  let planned: PlannedListing[];
  let sweeping: NodeJS.Timeout | undefined;
  const workers: { close(): Promise<void> }[] = [];

  beforeAll(async () => {
    db = openDatabase({ url: store.databaseUrl, applicationName: 'firecrawl-life' });
    api = await startApi({ databaseUrl: store.databaseUrl, redisUrl: store.redisUrl });
    const { redisUrl, databaseUrl } = store;
    const common = { poolSize: 4, applicationName: 'firecrawl-life', onError: () => {} };
    queues = openQueueStore({ redisUrl, databaseUrl, ...common });
    const queueNames = [submitPages.name, collectPages.name];
    relay = await startRelay({ db, databaseUrl, store: queues, queueNames, log, attempts: 20 });
  });
  afterAll(async () => {
    await relay.close();
    await queues.close();
    await api.close();
    await db.close();
  });
  beforeEach(async () => {
    await db.pool.query(
      'truncate page_batches, page_batch_items, firecrawl_months, outbox, page_turns, page_requests, scrapes, listings, competitors, inbox_events, observations cascade',
    );
    await db.pool.query(
      `update firecrawl_account set refused_until = '-infinity', checked_at = null, remaining = null`,
    );
    storage = createFakeStorage();
    sandbox = await startFirecrawlSandbox({ webhookSecret: SECRET, settings: { webhookRetryMs: [50, 50, 50] } });
  });
  afterEach(async () => {
    clearInterval(sweeping);
    await Promise.all(workers.splice(0).map((worker) => worker.close()));
    await sandbox.close();
  });

  const tools = (reports: boolean): SubmitPagesDeps & CollectPagesDeps => ({
    db,
    storage: storage as unknown as CollectPagesDeps['storage'],
    firecrawl: createFirecrawl({
      ...{ apiKey: 'fc-test-key', apiUrl: sandbox.url, timeoutMs: 2_000, pageTimeoutMs: 5_000, userAgent: 'Test/1' },
      webhookUrl: reports ? `${api.apiUrl}/webhooks/firecrawl` : undefined,
    }),
    judge: async (url) => {
      const robots = { origin: new URL(url).origin, version: 1 };
      return { kind: 'allowed', rule: 'no line of robots.txt applies', robots, crawlDelaySeconds: 0 };
    },
    userAgent: 'Test/1',
    gapSeconds: 0,
    pollSeconds: reports ? 3_600 : 0.2,
    patienceSeconds: 2,
  });
  const work = (deps: SubmitPagesDeps & CollectPagesDeps) => {
    const timing = { attempts: 20, backoffMs: 20, backoffMaxMs: 100, lockMs: 5_000, stalledMs: 1_000 };
    const options = { store: queues, db, log, concurrency: 2, ...timing };
    workers.push(runWorker(submitPages, createSubmitPages(deps), options));
    workers.push(runWorker(collectPages, createCollectPages(deps), options));
  };
  const sweep = () => {
    const steps = batchSweepSteps({ db, staleSeconds: 1, creditBudget: 1_000 });
    sweeping = setInterval(() => void Promise.all(steps.map((step) => step())).catch(() => {}), 100);
  };
  /** As the plan does: a batch and its job, in one transaction. */
  const open = (ids: string[]) =>
    db.transaction(async (tx) => {
      const opened = await openBatch(tx, ids, { budget: 1_000 });
      if (opened.kind === 'opened') await insertJobs(tx, [makeJob(submitPages, { batch_id: opened.batchId })]);
      return opened.kind;
    });
  async function plan() {
    planned = await planPages(
      db,
      SHOPS.map((shop) => sandbox.page(shop, '/p/kettle-blk')),
      'en-US',
    );
    return open(planned.map(({ scrapeId }) => scrapeId));
  }
  const statuses = async () =>
    (await db.pool.query<{ status: string }>('select status from scrapes order by id')).rows.map(
      ({ status }) => status,
    );
  const allFetched = () =>
    waitFor(async () => (await statuses()).every((status) => status === 'fetched'), { timeoutMs: 20_000 });
  const started = async () => (await sandbox.call('GET', '/v2/team/activity?endpoint=batch_scrape')).body.data.length;
  const used = async () => 100_000 - (await sandbox.call('GET', '/v2/team/credit-usage')).body.data.remainingCredits;
  const fault = (request: object) => sandbox.faults.add({ provider: 'firecrawl', ...request } as never);
  const isSound = async () => (await checkInvariants(db)).flatMap(({ examples }) => examples);

  it('is started, reported on and collected, and costs what Firecrawl says', async () => {
    work(tools(true));
    expect(await plan()).toBe('opened');
    await allFetched();
    expect(storage.objects.size).toBe(3);
    expect(await readCreditFigures(db, 1_000)).toMatchObject({ used: 15, reserved: 0, pages: 3 });
    expect(await used()).toBe(15);
    const reports = await db.pool.query(
      `select 1 from inbox_events where provider = 'firecrawl' and status = 'applied'`,
    );
    expect(reports.rowCount).toBeGreaterThan(0);
    expect(await isSound()).toEqual([]);
  });

  it('is collected without any report', async () => {
    work(tools(false));
    sweep();
    await plan();
    await allFetched();
    expect(await used()).toBe(15);
  });

  it('whose start was answered to nobody is found, and nothing is paid twice', async () => {
    fault({ kind: 'answer_lost', times: 1, match: { method: 'POST' } });
    work(tools(false));
    sweep();
    await plan();
    await allFetched();
    expect(await started()).toBe(1);
    expect(await used()).toBe(15);
    expect(await readCreditFigures(db, 1_000)).toMatchObject({ used: 15, reserved: 0 });
  });

  it('is started once, whatever hinders the start', async () => {
    for (const status of [503, 408, 500]) fault({ kind: 'server_error', status, times: 1 });
    fault({ kind: 'rate_limit', delay_ms: 200, times: 1 });
    work(tools(false));
    sweep();
    await plan();
    await allFetched();
    expect(await started()).toBe(1);
    expect(await used()).toBe(15);
  });

  it('asks again for a lost page alone, and the others are not paid for again', async () => {
    fault({ kind: 'page_lost', times: 100, match: { url: sandbox.page('megamart', '*') } });
    work(tools(false));
    sweep();
    await plan();
    await waitFor(async () => (await statuses()).filter((status) => status === 'planned').length === 1, {
      timeoutMs: 20_000,
    });
    expect((await statuses()).sort()).toEqual(['fetched', 'fetched', 'planned']);
    expect(await isSound()).toEqual([]);
    const [lost] = (
      await db.pool.query<{ id: string; domain: string }>(
        `select s.id, c.domain from scrapes s join competitors c on c.id = s.competitor_id where s.status = 'planned'`,
      )
    ).rows as [{ id: string; domain: string }];
    expect(lost.domain).toMatch(/^megamart/);
    expect(await readCreditFigures(db, 1_000)).toMatchObject({ used: 10, reserved: 0, pages: 2 });
  });

  it('stops where Firecrawl has no credits for us', async () => {
    sandbox.settings.planCredits = 0;
    work(tools(false));
    await plan();
    await waitFor(async () => (await statuses()).every((status) => status === 'planned'), { timeoutMs: 10_000 });
    expect(await open(planned.map(({ scrapeId }) => scrapeId))).toBe('no_credits');
    expect(await started()).toBe(0);
  });
});
