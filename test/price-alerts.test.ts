/**
 * A competitor's price from the page to our own, over HTTP: the shop next door changes it, the page is looked at, what is doubted is
 * held and looked at again, one mail tells of it, its button reprices, and the alert is over. On both queue stores.
 */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { checkInvariants } from '../db/invariants.ts';
import { demoCategories, demoLocations, demoProducts } from '../sandbox/catalogue/catalogue.ts';
import { call as seed } from '../sandbox/catalogue/seed-call.ts';
import { importLine } from '../sandbox/catalogue/seed-catalogue.ts';
import { call } from './support/client.ts';
import { describeEachStore } from './support/each-store.ts';
import { type System, startSystem } from './support/system.ts';
import { waitFor } from './support/wait-for.ts';

const SHOP = 'kettle-company';
const PAGE = 'kettle-blk';
const MERCHANDISER = 'merch@shop.example';
/** Two rounds of the plan, a page and a mail, on a busy machine. */
const PATIENCE = { timeoutMs: 60_000, everyMs: 200 };

interface Mail {
  subject: string;
  html: string;
  text: string;
}

interface Alert {
  id: string;
  status: string;
  resolution: string | null;
  held_reasons: string[];
  facts: { theirs: { amount: number } };
  events: { type: string; actor: string | null }[];
}

describeEachStore('a price alert', (store) => {
  let system: System;
  let listing: string;
  beforeAll(async () => {
    const { databaseUrl, redisUrl } = store;
    const env = {
      STOCKROOM_MERCHANDISER_EMAIL: MERCHANDISER,
      STOCKROOM_PRICE_RECHECK_SECONDS: '1',
      STOCKROOM_PLAN_INTERVAL_SECONDS: '1',
    };
    system = await startSystem({ databaseUrl, redisUrl, env });
    listing = await watchTheKettle();
  }, 120_000);
  afterAll(() => system?.stop());

  async function watchTheKettle(): Promise<string> {
    for (const location of demoLocations) await seed(system, 'POST', '/v1/locations', location);
    for (const category of demoCategories) await seed(system, 'POST', '/v1/categories', category);
    const kettle = demoProducts.find(({ variants }) => variants.some(({ sku }) => sku.toLowerCase() === PAGE))!;
    await seed(
      system,
      'POST',
      '/v1/products/import',
      kettle.variants.map((variant) => importLine(kettle, variant)),
    );
    const domain = `${SHOP}.localhost:${new URL(system.sandboxUrl).port}`;
    const site = { name: 'Kettle & Company', domain, currency: 'usd', locale: 'en-US', tax_included: false };
    await seed(system, 'POST', '/v1/competitors', { ...site, requests_per_minute: 600 });
    await seed(system, 'POST', '/v1/alert-rules', { name: 'Cheaper than we are', kind: 'undercut', percent: 3 });
    const page = { competitor: domain, url: `http://${domain}/p/${PAGE}`, sku: PAGE.toUpperCase() };
    return ((await seed(system, 'POST', '/v1/listings', page)) as { id: string }).id;
  }

  const ask = async (amount: number) => {
    const answer = await fetch(`${system.sandboxUrl}/sandbox/control/competitors`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ shop: SHOP, page: PAGE, amount }),
    });
    expect(answer.status).toBe(200);
  };
  const observations = async () =>
    (
      await system.db.pool.query(
        'select outcome, amount from observations where listing_id = $1 order by observed_at',
        [listing],
      )
    ).rows;
  /** Has the page looked at now, and waits for what comes of it. */
  async function look() {
    const before = (await observations()).length;
    await system.db.pool.query("update listings set due_at = now() - interval '1 second' where id = $1", [listing]);
    await waitFor(async () => (await observations()).length > before, {
      ...PATIENCE,
      describe: 'the page to be looked at',
    });
  }
  const alerts = async () =>
    (await call<{ data: Alert[] }>(system, 'GET', `/v1/price-alerts?listing_id=${listing}`)).body.data;
  const mails = async () => {
    const answer = await fetch(`${system.sandboxUrl}/mailbox.json?to=${encodeURIComponent(MERCHANDISER)}`);
    const body = (await answer.json()) as Mail[] | { data: Mail[] };
    return Array.isArray(body) ? body : body.data;
  };
  const ours = async () => {
    const { rows } = await system.db.pool.query<{ amount: number }>(
      "select amount from prices p join variants v on v.id = p.variant_id where v.sku = $1 and p.currency = 'usd'",
      [PAGE.toUpperCase()],
    );
    return rows[0]!.amount;
  };
  const linkIn = ({ text }: Mail, label: string) =>
    new RegExp(`${label}[^\\n]*[:\\n]\\s+(http\\S+)`).exec(text)?.[1] as string;

  it('is told once, when a second look has said the same; its links work, and its button reprices', async () => {
    await waitFor(async () => (await observations()).length > 0, { ...PATIENCE, describe: 'the first look' });
    const before = await ours();
    const cheap = Math.round(before * 0.5);
    await ask(before + 2_000);
    await look();
    await look();
    await ask(cheap);
    await look();
    await waitFor(async () => (await alerts()).length > 0, { ...PATIENCE, describe: 'the alert' });
    await waitFor(async () => (await mails()).length > 0, { ...PATIENCE, describe: 'the mail' });
    const [alert, ...others] = await alerts();
    expect(others).toEqual([]);
    expect(alert).toMatchObject({
      status: 'open',
      held_reasons: ['large_change'],
      facts: { theirs: { amount: cheap } },
    });
    const detail = (await call<Alert>(system, 'GET', `/v1/price-alerts/${alert!.id}`)).body;
    expect(detail.events.map(({ type }) => type)).toEqual(['held', 'opened']);

    const [mail, ...more] = await mails();
    expect([mail!.subject, more]).toEqual([expect.stringContaining('cheaper than we are'), []]);
    for (const [label, type] of [
      ['What was seen', 'text/html'],
      ['Mute for a week', 'text/html'],
    ] as const) {
      const answer = await fetch(linkIn(mail!, label));
      expect([label, answer.status, answer.headers.get('content-type')]).toEqual([
        label,
        200,
        expect.stringContaining(type),
      ]);
    }
    const chart = /src="([^"]+\/price-charts\/[^"]+)"/.exec(mail!.html)?.[1];
    const picture = await fetch(chart!);
    expect([picture.status, picture.headers.get('content-type')]).toEqual([200, 'image/png']);

    const reprice = linkIn(mail!, 'Reprice');
    const page = await (await fetch(reprice)).text();
    expect(await ours()).toBe(before);
    const action = /action="([^"]+)"/.exec(page)?.[1]?.replaceAll('&amp;', '&');
    const done = await fetch(new URL(action!, reprice), { method: 'POST' });
    expect(await done.text()).toContain('Our price was changed');
    expect(await ours()).toBeLessThan(before);
    expect(await alerts()).toMatchObject([{ status: 'resolved', resolution: 'repriced' }]);
  }, 240_000);

  it('is told by nobody of a page that cannot be read, and what was known stays', async () => {
    const known = (await observations()).length;
    const answer = await fetch(`${system.sandboxUrl}/sandbox/control/competitors`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ shop: SHOP, page: PAGE, obstacle: 'captcha' }),
    });
    expect(answer.status).toBe(200);
    await look();
    expect((await observations()).slice(known)).toEqual([{ outcome: 'none', amount: null }]);
    expect([(await alerts()).length, (await mails()).length]).toEqual([1, 1]);
    const findings = await checkInvariants(system.db, { graceSeconds: 0, waitSeconds: 120 });
    expect(findings.filter(({ held }) => !held)).toEqual([]);
  }, 120_000);
});
