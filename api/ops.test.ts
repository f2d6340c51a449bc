import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Browser, chromium } from 'playwright-core';
import { OPS, startApi, type TestApi } from '../test/support/api.ts';
import { seedVariants } from '../test/support/catalogue.ts';
import { call, orderBody } from '../test/support/client.ts';
import { describeEachStore } from '../test/support/each-store.ts';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) =>
  existsSync(path),
);
const basic = (user: string, password: string) => `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
const signedIn = { authorization: basic(OPS.user, OPS.password) };

describe('the dashboard of the queues', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await startApi();
  });
  afterAll(() => api?.close());
  const ask = (path: string, headers: Record<string, string> = signedIn, method = 'GET') =>
    fetch(`${api.apiUrl}/ops/queues${path}`, { method, headers });

  it.each([
    ['no credentials', ''],
    ['a wrong password', basic(OPS.user, 'guess')],
    ['a wrong user', basic('admin', OPS.password)],
    ['an empty password', basic(OPS.user, '')],
    ['a secret API key', 'Bearer'],
    ['garbage', 'Basic %%%'],
  ])('lets nobody in with %s, neither to its pages nor to its data', async (_name, authorization) => {
    const header = authorization === 'Bearer' ? `Bearer ${api.secretKey}` : authorization;
    for (const path of ['/', '/api/queues', '/static/js/main.js', '/queue/check-out-order']) {
      const answer = await ask(path, header ? { authorization: header } : {});
      expect(answer.status).toBe(401);
      expect(answer.headers.get('www-authenticate')).toMatch(/^Basic/);
      expect(await answer.json()).toMatchObject({ code: 'sign_in_needed', request_id: expect.any(String) });
    }
  });

  it.each([
    ['another origin', { origin: 'https://evil.example' }],
    ['an opaque origin', { origin: 'null' }],
    ['another site', { 'sec-fetch-site': 'cross-site' }],
    ['a neighbour', { 'sec-fetch-site': 'same-site' }],
  ])('takes no change that comes from %s', async (_name, headers) => {
    const answer = await ask(
      '/api/queues/check-out-order/pause',
      { ...signedIn, ...headers } as Record<string, string>,
      'PUT',
    );
    expect(answer.status).toBe(403);
    expect(await answer.json()).toMatchObject({ code: 'origin_foreign' });
    const { queues } = (await (await ask('/api/queues')).json()) as { queues: { isPaused: boolean }[] };
    expect(queues.length).toBeGreaterThan(5);
    expect(queues.some((queue) => queue.isPaused)).toBe(false);
  });

  it('takes changes from its own page, may not be framed and runs no inline script', async () => {
    const own = { ...signedIn, origin: api.apiUrl, 'sec-fetch-site': 'same-origin' };
    expect((await ask('/api/queues/check-out-order/pause', own, 'PUT')).status).toBe(200);
    expect((await ask('/api/queues/check-out-order/resume', own, 'PUT')).status).toBe(200);
    const page = await ask('/');
    expect(page.headers.get('x-frame-options')).toBe('DENY');
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/script-src[^;]*unsafe/);
    expect(await page.text()).not.toMatch(/googleapis|gstatic/);
  });
});

if (!CHROMIUM)
  process.stderr.write('\n*** SKIPPED: there is no Chromium here, so nobody looks at /ops/queues and /docs ***\n');
else
  describeEachStore('in Chromium', (store) => {
    let api: TestApi;
    let browser: Browser;
    beforeAll(async () => {
      api = await startApi({ databaseUrl: store.databaseUrl, redisUrl: store.redisUrl });
      browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
    }, 60_000);
    afterAll(async () => {
      await browser?.close();
      await api?.close();
    }, 30_000);

    async function look(path: string, text: string): Promise<string[]> {
      const context = await browser.newContext({ httpCredentials: { username: OPS.user, password: OPS.password } });
      const page = await context.newPage();
      const complaints: string[] = [];
      page.on('console', (message) => {
        if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
      });
      page.on('pageerror', (error) => complaints.push(error.message));
      page.on('requestfailed', (request) => complaints.push(`${request.url()} failed`));
      page.on('response', (response) => {
        if (response.status() >= 400) complaints.push(`${response.url()} ${response.status()}`);
      });
      page.on('request', (request) => {
        if (!request.url().startsWith(api.apiUrl) && !request.url().startsWith('data:'))
          complaints.push(`asks ${request.url()}`);
      });
      await page.goto(`${api.apiUrl}${path}`, { waitUntil: 'networkidle' });
      await page.getByText(text).first().waitFor({ timeout: 15_000 });
      await context.close();
      return complaints;
    }

    it('the dashboard shows the queues and complains of nothing', async () => {
      await seedVariants(api.db, [{ sku: 'TEE', units: 5 }]);
      await call(api, 'POST', '/v1/orders', { body: orderBody({ sku: 'TEE' }) });
      expect(await look('/ops/queues', 'check-out-order')).toEqual([]);
      expect(await look('/ops/queues/queue/check-out-order', 'check-out-order')).toEqual([]);
    });

    it('the API docs show the routes and complain of nothing', async () => {
      expect(await look('/docs', 'Place an order')).toEqual([]);
    });
  });
