import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { findBatch, openBatch, recordStarted } from '../db/page-batches.ts';
import { startApi, type TestApi } from '../test/support/api.ts';
import { planFirecrawlScrapes } from '../test/support/firecrawl-listings.ts';

const SECRET = 'firecrawl-test-secret';
const PROVIDER = '550e8400-e29b-41d4-a716-446655440000';

let api: TestApi;
let batchId: string;

beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());
beforeEach(async () => {
  await api.db.pool.query('truncate page_batches, page_batch_items, outbox, inbox_events, scrapes cascade');
  await api.db.pool.query(
    `update firecrawl_account set refused_until = '-infinity', remaining = null, checked_at = null`,
  );
  const planned = await planFirecrawlScrapes(api.db, 1);
  const opened = await api.db.transaction((tx) => openBatch(tx, [planned[0]!.scrapeId], { budget: 1_000 }));
  if (opened.kind !== 'opened') throw new Error(opened.kind);
  batchId = opened.batchId;
});

const sign = (body: string | Buffer, secret = SECRET) =>
  `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
async function send(report: unknown, signature?: string | null, path = '/webhooks/firecrawl') {
  const body = typeof report === 'string' ? report : JSON.stringify(report);
  const header = signature === undefined ? sign(body) : signature;
  const answer = await fetch(api.apiUrl + path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...(header === null ? {} : { 'X-Firecrawl-Signature': header }) },
    body,
  });
  const { code } = (await answer.json()) as { code?: string };
  return [answer.status, code];
}
const report = (type: string, more: object = {}) => ({
  success: true,
  type: `batch_scrape.${type}`,
  id: PROVIDER,
  webhookId: `report-${type}`,
  data: [],
  metadata: { batch_id: batchId },
  ...more,
});
const started = () => recordStarted(api.db, batchId, PROVIDER, 15);
const batch = async () => (await findBatch(api.db, batchId))!;
const count = async (table: string) =>
  Number((await api.db.pool.query<{ n: string }>(`select count(*) as n from ${table}`)).rows[0]!.n);
const OK = [200, undefined];

describe("Firecrawl's reports", () => {
  it.each(['started', 'page', 'completed', 'failed'])('on a batch (%s) have it looked at', async (type) => {
    await started();
    expect(await send(report(type))).toEqual(OK);
    expect(await batch()).toMatchObject({ status: 'submitted', reports: 1 });
    const { rows } = await api.db.pool.query(`select queue, job_id from outbox where queue = 'collect-pages'`);
    expect(rows).toEqual([{ queue: 'collect-pages', job_id: `batch-${batchId}` }]);
    const due = await api.db.pool.query('select due_at <= now() as due from page_batches');
    expect(due.rows).toEqual([{ due: true }]);
  });

  it('tell of a batch whose start was not answered, by our own id', async () => {
    expect(await send(report('started'))).toEqual(OK);
    expect(await batch()).toMatchObject({ status: 'submitted', provider_id: PROVIDER });
  });

  it('that come again move nothing', async () => {
    await started();
    for (const _each of [1, 2, 3]) expect(await send(report('completed'))).toEqual(OK);
    expect(await batch()).toMatchObject({ reports: 1 });
    expect(await count('inbox_events')).toBe(1);
  });

  it('on pages are told apart by the page, also such as failed and have none', async () => {
    await started();
    const page = (scrapeId: string) => report('page', { data: [{ rawHtml: 'x', metadata: { scrapeId } }] });
    for (const each of [page('a'), page('b'), page('a')]) expect(await send(each)).toEqual(OK);
    const failed = (webhookId: string | undefined, error: string) =>
      report('page', { success: false, data: undefined, webhookId, error });
    for (const each of [
      failed('x', 'e'),
      failed('y', 'e'),
      failed('y', 'e'),
      failed(undefined, 'e'),
      failed(undefined, 'f'),
    ])
      expect(await send(each)).toEqual(OK);
    expect(await count('inbox_events')).toBe(6);
    expect(await batch()).toMatchObject({ reports: 6 });
  });

  it('of others, and of what is not asked for, are kept and move nothing', async () => {
    expect(await send(report('completed', { id: 'another', metadata: {} }))).toEqual(OK);
    expect(await send({ type: 'crawl.completed', id: PROVIDER, success: true })).toEqual(OK);
    expect(await send(report('completed', { id: 'third', metadata: { batch_id: 'no uuid' } }))).toEqual(OK);
    expect(await count('inbox_events')).toBe(3);
    expect(await count('outbox')).toBe(0);
    expect(await batch()).toMatchObject({ status: 'open', reports: 0 });
  });

  it("do not give a batch another's name", async () => {
    await started();
    expect(await send(report('started', { id: 'forged' }))).toEqual(OK);
    expect(await batch()).toMatchObject({ provider_id: PROVIDER, reports: 0 });
  });

  it('that cannot be kept are asked for again', async () => {
    await api.db.pool.query('alter table inbox_events rename to inbox_away');
    try {
      expect(await send(report('completed'))).toEqual([500, 'internal_error']);
    } finally {
      await api.db.pool.query('alter table inbox_away rename to inbox_events');
    }
    await started();
    expect(await send(report('completed'))).toEqual(OK);
    expect(await batch()).toMatchObject({ reports: 1 });
  });
});

describe('what is refused', () => {
  it.each([
    ['no signature', null],
    ['an empty one', ''],
    ['a short one', 'sha256=abcd'],
    ['one of another kind', `sha1=${'a'.repeat(64)}`],
    ['a long one', `sha256=${'a'.repeat(65)}`],
    ['half a digit', `sha256=${'g'.repeat(64)}`],
    ['another key', sign('{}', 'another')],
  ])('%s', async (_what, signature) => {
    expect(await send(report('completed'), signature)).toEqual([400, 'signature_invalid']);
    expect(await count('inbox_events')).toBe(0);
  });

  it.each([
    ['no JSON', '{'],
    ['nothing', ''],
    ['a list', '[]'],
    ['no type', '{"id":"x"}'],
    ['an id beyond all bounds', JSON.stringify({ type: 'x', id: 'x'.repeat(101) })],
  ])('%s, although it is signed', async (_what, body) => {
    expect(await send(body, sign(body))).toEqual([400, 'event_malformed']);
  });

  it('what is too large', async () => {
    const body = JSON.stringify(report('page', { data: ['x'.repeat(8_500_000)] }));
    const answer = await fetch(`${api.apiUrl}/webhooks/firecrawl`, {
      method: 'POST',
      headers: { 'X-Firecrawl-Signature': sign(body) },
      body,
    });
    expect(answer.status).toBe(413);
  });

  it('all, where no secret is known', async () => {
    const other = await startApi({ firecrawl: { webhookSecret: undefined, creditBudget: 0 } });
    try {
      const answer = await fetch(`${other.apiUrl}/webhooks/firecrawl`, {
        method: 'POST',
        headers: { 'X-Firecrawl-Signature': sign('{}', '') },
        body: '{}',
      });
      expect(answer.status).toBe(400);
    } finally {
      await other.close();
    }
  });
});

describe('GET /v1/firecrawl-credits', () => {
  const databaseUrl = () =>
    (api.db.pool as unknown as { options: { connectionString: string } }).options.connectionString;
  const get = async (key: string) => {
    const answer = await fetch(`${api.apiUrl}/v1/firecrawl-credits`, { headers: { Authorization: `Bearer ${key}` } });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };

  it('says what the budget was used for, and what the account has', async () => {
    await api.db.pool.query('update firecrawl_months set used = 40, reserved = 5, pages = 8');
    expect(await get(api.secretKey)).toMatchObject({
      status: 200,
      body: {
        budget: 1_000,
        used: 40,
        reserved: 5,
        left: 955,
        pages: 8,
        open_batches: 1,
        refused_until: null,
        account: null,
      },
    });
    await api.db.pool.query(
      `update firecrawl_account set remaining = 105, plan = 500, checked_at = now(), refused_until = now() + interval '1 hour'`,
    );
    const { body } = await get(api.secretKey);
    expect(body).toMatchObject({ left: 0, account: { remaining: 105, plan: 500, period_start: null } });
    expect(body.refused_until).toMatch(/^\d{4}-/);
  });

  it('says that nothing stops us where there is no budget', async () => {
    const { db } = api;
    await db.pool.query('delete from firecrawl_months');
    const other = await startApi({
      databaseUrl: databaseUrl(),
      firecrawl: { webhookSecret: undefined, creditBudget: 0 },
    });
    try {
      const answer = await fetch(`${other.apiUrl}/v1/firecrawl-credits`, {
        headers: { Authorization: `Bearer ${api.secretKey}` },
      });
      expect(await answer.json()).toMatchObject({ budget: null, left: null, used: 0, account: null });
    } finally {
      await other.close();
    }
  });

  it('is for keys that may read prices', async () => {
    expect((await get(await api.makeKey(['orders:read']))).status).toBe(403);
    expect((await get(await api.makeKey(['prices:read']))).status).toBe(200);
  });
});
