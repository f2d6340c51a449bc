/** The shops next door are built anew: what was known of their pages leads to a repair, and the repair reads them as before. */
import { createServer, request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import express from 'express';
import { chooseRepair, type SavedPage } from '../domain/drift/choose-repair.ts';
import type { FetchedPage } from '../domain/pages/fetched-page.ts';
import type { PageReading, SiteHints } from '../domain/pages/page-reading.ts';
import { readPage } from '../domain/pages/read-page.ts';
import { trimPage } from '../domain/pages/trim-page.ts';
import { type Competitors, createCompetitors } from '../sandbox/competitors/app.ts';
import { shops } from '../sandbox/competitors/shops.ts';
import { listenOn } from '../sandbox/sendgrid/test-sandbox.ts';
import { openStore, type Store } from '../sandbox/store.ts';

const server = createServer();
let store: Store;
let app: Competitors;
let url: string;
beforeAll(async () => {
  store = openStore(':memory:');
  url = await listenOn(server);
  app = createCompetitors({ store, baseUrl: url });
  const whole = express();
  whole.use(app.byHost);
  whole.use('/sandbox/control/competitors', app.control);
  server.on('request', whole);
});
afterAll(async () => {
  app.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  store.close();
});

/** Names under localhost need no name server here: the Host header says who is meant. */
function visit(shop: string, path: string): Promise<string> {
  const { port } = new URL(url);
  return new Promise((resolve, reject) => {
    const options = { port, host: '127.0.0.1', path, headers: { host: `${shop}.localhost:${port}` } };
    const asked = request(options, async (answer) => {
      const chunks: Buffer[] = [];
      for await (const chunk of answer) chunks.push(chunk as Buffer);
      resolve(Buffer.concat(chunks).toString());
    });
    asked.on('error', reject);
    asked.end();
  });
}

const rebuild = (shop: string, make: string | null) =>
  fetch(`${url}/sandbox/control/competitors`, {
    method: 'PUT',
    body: JSON.stringify({ shop, make }),
    headers: { 'Content-Type': 'application/json' },
  });

async function productPaths(shop: string): Promise<string[]> {
  const home = await visit(shop, '/');
  const links = [...home.matchAll(/href="([^"]*\/p\/[a-z0-9-]+)"/g)].map(([, link]) => new URL(link!, url).pathname);
  return [...new Set(links)].slice(0, 8);
}

const NOW = '2026-11-20T12:00:00Z';

function fetched(shop: string, path: string, html: string): FetchedPage {
  const at = `http://${shop}.localhost${path}`;
  const source = { source: 'built_in', json: null, screenshotUrl: null, rule: '', credits: 0 } as const;
  return { url: at, finalUrl: at, status: 200, contentType: 'text/html', html, fetchedAt: NOW, ...source };
}

const priceOf = (reading: PageReading) => (reading.kind === 'offer' ? reading.fields.price?.value : undefined);

describe.each(shops.filter(({ slug }) => slug !== 'shut-gate').map(({ slug }) => slug))('%s', (slug) => {
  const { locale, currency, name } = shops.find((shop) => shop.slug === slug)!;
  const selectors: Record<string, string> = slug === 'nordlager' ? { price: '.produkt__pris' } : {};
  const hints: SiteHints = { locale, currency, siteName: name, selectors };

  it('reads as before with the place that is proposed', async () => {
    const paths = await productPaths(slug);
    const read = async (path: string, from: SiteHints) =>
      priceOf(readPage(fetched(slug, path, await visit(slug, path)), from));
    const before = await Promise.all(paths.map((path) => read(path, hints)));
    expect(before.filter((price) => price?.kind === 'exact').length).toBeGreaterThanOrEqual(3);

    await rebuild(slug, 'plain_2');
    const saved: SavedPage[] = [];
    for (const [at, path] of paths.entries()) {
      const price = before[at];
      if (price?.kind !== 'exact') continue;
      const ids = { listingId: path, observationId: path, url: `http://${slug}.localhost${path}` };
      saved.push({ ...ids, html: trimPage(await visit(slug, path)), fetchedAt: NOW, before: price });
    }
    const repair = await chooseRepair(saved, hints);
    expect(repair?.agreed).toBe(saved.length);
    const repaired = { ...hints, selectors: { ...selectors, price: repair!.selector } };
    for (const [at, path] of paths.entries())
      if (before[at]?.kind === 'exact') expect(await read(path, repaired)).toMatchObject({ amount: before[at].amount });
    await rebuild(slug, null);
  });
});
