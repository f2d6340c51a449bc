/** Competitors' pages from the plan to their observation, by two processes of the pool, one of which is killed: as the shop itself sees it. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeEachStore } from './support/each-store.ts';
import { type System, startSystem } from './support/system.ts';
import { waitFor } from './support/wait-for.ts';

const SHOP = 'kettle-company';
const GAP_MS = 500;
const FIRST = 'prices';
const SECOND = 'prices,images';

interface Visit {
  at: string;
  path: string;
  user_agent: string;
  status: number;
}

describeEachStore('a list of pages', (store) => {
  let system: System;
  let host: string;
  beforeAll(async () => {
    system = await startSystem({
      databaseUrl: store.databaseUrl,
      redisUrl: store.redisUrl,
      workers: ['relay,scheduler'],
      env: {
        STOCKROOM_PLAN_INTERVAL_SECONDS: '0.3',
        STOCKROOM_SWEEP_INTERVAL_SECONDS: '1',
        STOCKROOM_STALE_JOB_SECONDS: '3',
        STOCKROOM_JOB_LOCK_SECONDS: '3',
        STOCKROOM_JOB_STALLED_SECONDS: '1',
        // What a killed process had claimed is another's after this and a minute.
        STOCKROOM_PAGE_TIMEOUT_SECONDS: '2',
      },
    });
    host = `${SHOP}.localhost:${new URL(system.sandboxUrl).port}`;
    system.env.STOCKROOM_ALLOWED_PRIVATE_HOSTS = host;
    await Promise.all([FIRST, SECOND].map((role) => system.start(role)));
  }, 90_000);
  afterAll(() => system?.stop());

  const call = async (path: string, body?: object) => {
    const answer = await fetch(`${system.apiUrl}${path}`, {
      method: body ? 'POST' : 'GET',
      headers: { authorization: `Bearer ${system.secretKey}`, 'content-type': 'application/json' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as { id: string };
  };
  const sandbox = async <T>(path: string) =>
    ((await (await fetch(`${system.sandboxUrl}/sandbox/control/competitors${path}`)).json()) as { data: T }).data;
  const ended = async () =>
    (await system.db.pool.query(`select outcome from scrapes where status = 'done'`)).rows.map((row) => row.outcome);

  it('is asked for one by one in the pace of the site, by robots.txt, and each page once', async () => {
    const shops = await sandbox<{ slug: string; pages: { url: string }[] }[]>('');
    const pages = shops.find(({ slug }) => slug === SHOP)!.pages.slice(0, 7);
    const site = { name: 'Kettle Company', domain: host, currency: 'usd', locale: 'en-US' };
    const { id } = await call('/v1/competitors', { ...site, requests_per_minute: 60_000 / GAP_MS });
    for (const url of [...pages.map((page) => page.url), `http://${host}/cart`])
      await call('/v1/listings', { competitor_id: id, url });
    await waitFor(async () => (await ended()).length >= 2, { timeoutMs: 30_000 });
    await system.processes.get(FIRST)!.kill('SIGKILL');
    await waitFor(async () => (await ended()).length === pages.length + 1, { timeoutMs: 100_000 });

    expect((await ended()).sort()).toEqual([...pages.map(() => 'observed'), 'robots_forbidden']);
    const visits = (await sandbox<Visit[]>(`/requests?host=${host}`)).sort((a, b) => (a.at < b.at ? -1 : 1));
    expect(visits[0]!.path).toBe('/robots.txt');
    expect(visits.filter(({ path }) => path === '/robots.txt')).toHaveLength(1);
    expect(visits.filter(({ path }) => path.startsWith('/cart'))).toEqual([]);
    expect(new Set(visits.map((visit) => visit.user_agent))).toEqual(new Set([`Stockroom/1 (+${system.apiUrl})`]));
    const times = visits.map(({ at }) => Date.parse(at));
    const gaps = times.slice(1).map((at, n) => at - times[n]!);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(GAP_MS - 1);
    // The one that was under way when its process died may have been asked for again; nothing else.
    expect(visits.length).toBeLessThanOrEqual(1 + pages.length + 1);
  }, 180_000);
});
