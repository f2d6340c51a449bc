import { afterEach, describe, expect, it } from '@jest/globals';
import type { FetchedPage } from '../domain/pages/fetched-page.ts';
import { createPageReader, type PageReader } from './page-reader.ts';

let reader: PageReader;
afterEach(() => reader.close());

const hints = { currency: 'eur', locale: 'de-DE', selectors: {}, siteName: 'Rival' };
const page = (html: string): FetchedPage => ({
  ...{ url: 'https://a.test/p', finalUrl: 'https://a.test/p', status: 200, contentType: 'text/html', html },
  ...{ fetchedAt: new Date().toISOString(), source: 'built_in', json: null, screenshotUrl: null, rule: '', credits: 0 },
});
const offer = (price: string) =>
  page(`<script type="application/ld+json">{"@type":"Product","name":"Kettle","offers":{"@type":"Offer","price":"${price}",
    "priceCurrency":"EUR"}}</script><h1>Kettle</h1><p>${price.replace('.', ',')} €</p>`);
const priceOf = async (given: FetchedPage) => {
  const { reading } = await reader.digest(given, hints);
  return reading.kind === 'offer' ? reading.fields.price?.value.amount : reading.reason;
};

describe('the reader of pages', () => {
  it('reads several at once, each for itself', async () => {
    reader = createPageReader();
    expect(await Promise.all(['1.50', '2.50', '3.50'].map((price) => priceOf(offer(price))))).toEqual([150, 250, 350]);
  });

  it('leaves this process alone while it reads', async () => {
    reader = createPageReader();
    await priceOf(offer('1.00'));
    const read = priceOf(page(`<body>${'<div><p>12,00 €</p>'.repeat(60_000)}</body>`));
    let longest = 0;
    let before = performance.now();
    const timer = setInterval(() => {
      longest = Math.max(longest, performance.now() - before);
      before = performance.now();
    }, 5);
    await read;
    clearInterval(timer);
    expect(longest).toBeLessThan(500);
  }, 60_000);

  it('gives up a page that takes too long, and keeps its beginning, also when the next one is no better', async () => {
    reader = createPageReader({ timeoutMs: 1 });
    const slow = page(`<body>${'<div><p>12,00 €</p>'.repeat(60_000)}</body>`);
    const { reading, trimmed } = await reader.digest(slow, hints);
    expect(reading).toMatchObject({ kind: 'none', reason: 'too_large' });
    expect(trimmed.length).toBe(100_000);
    expect(await priceOf(offer('2.00'))).toBe('too_large');
  });

  it('survives a page that takes all memory', async () => {
    reader = createPageReader({ maxMemoryMiB: 24 });
    expect(await priceOf(page(`<body>${'<p>12,00 €</p>'.repeat(200_000)}</body>`))).toBe('too_large');
  }, 60_000);
});
