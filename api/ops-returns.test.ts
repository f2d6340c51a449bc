import { existsSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { chromium } from 'playwright-core';
import { OPS, startApi, type TestApi } from '../test/support/api.ts';
import { seedVariants } from '../test/support/catalogue.ts';
import { call } from '../test/support/client.ts';
import { createFakePayments } from '../test/support/fake-payments.ts';
import { deliveredOrder } from '../test/support/returned-orders.ts';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) =>
  existsSync(path),
);
const authorization = `Basic ${Buffer.from(`${OPS.user}:${OPS.password}`).toString('base64')}`;
let api: TestApi;
let ids: string[];

beforeAll(async () => {
  api = await startApi();
  const variants = await seedVariants(api.db, [{ sku: 'MUG', units: 100 }]);
  const orderId = await deliveredOrder(api.db, createFakePayments(), { variants, quantity: 4 });
  ids = [];
  for (const reason of ['defective', 'unwanted']) {
    const body = { lines: [{ sku: 'MUG', quantity: 2, reason, note: '<b>cracked</b>' }] };
    ids.push((await call<{ id: string }>(api, 'POST', `/v1/orders/${orderId}/returns`, { body })).body.id);
  }
});
afterAll(() => api?.close());

const get = (path: string) => fetch(api.apiUrl + path, { headers: { authorization } });
const post = (path: string, body = '') =>
  fetch(api.apiUrl + path, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/x-www-form-urlencoded' },
    body,
    redirect: 'manual',
  });

it('shows what waits and why goods come back, to who has signed in', async () => {
  expect((await fetch(`${api.apiUrl}/ops/returns`)).status).toBe(401);
  const text = await (await get('/ops/returns')).text();
  expect(text).toContain('aria-label="requested: 2,');
  expect(text).toContain('2 MUG (defective)');
  const one = await (await get(`/ops/returns/${ids[0]}`)).text();
  expect(one).toContain('defective: &lt;b&gt;cracked&lt;/b&gt;');
  expect((await get('/ops/returns/none')).status).toBe(404);
});

it('approves and refuses, each once', async () => {
  expect((await post(`/ops/returns/${ids[0]}/approve`)).headers.get('location')).toBe(`/ops/returns/${ids[0]}`);
  expect((await post(`/ops/returns/${ids[0]}/approve`)).status).toBe(409);
  expect((await post(`/ops/returns/${ids[1]}/refuse`, 'reason=worn')).status).toBe(303);
  expect((await post(`/ops/returns/${ids[1]}/refuse`, 'reason=anything')).status).toBe(400);
  expect(await (await get(`/ops/returns/${ids[1]}`)).text()).toContain('refused');
});

if (!CHROMIUM) process.stderr.write('\n*** SKIPPED: there is no Chromium here, so nobody looks at /ops/returns ***\n');

(CHROMIUM ? it : it.skip)('fits a phone', async () => {
  const browser = await chromium.launch({ executablePath: CHROMIUM!, args: ['--no-sandbox'] });
  const page = await browser.newPage({ viewport: { width: 360, height: 740 }, extraHTTPHeaders: { authorization } });
  await page.goto(`${api.apiUrl}/ops/returns`);
  const width = await page.evaluate('document.documentElement.scrollWidth');
  await browser.close();
  expect(width).toBeLessThanOrEqual(360);
});
