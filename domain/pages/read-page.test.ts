import type { FetchedPage } from './fetched-page.ts';
import type { PageReading, SiteHints } from './page-reading.ts';
import { readPage } from './read-page.ts';

const HINTS: SiteHints = { currency: 'eur', locale: 'de-DE', selectors: {}, siteName: 'Example' };

function page(html: string, changes: Partial<FetchedPage> = {}): FetchedPage {
  const url = changes.url ?? 'https://shop.example/p/lamp';
  return {
    url,
    finalUrl: url,
    status: 200,
    contentType: 'text/html; charset=utf-8',
    html,
    fetchedAt: '2026-11-21T12:00:00Z',
    source: 'built_in',
    json: null,
    screenshotUrl: null,
    rule: '',
    credits: 0,
    ...changes,
  };
}

function document(body: string, data?: unknown, head = '<title>Lamp</title>'): string {
  const json =
    data === undefined
      ? ''
      : `<script type="application/ld+json">${typeof data === 'string' ? data : JSON.stringify(data)}</script>`;
  return `<!doctype html><html><head>${head}${json}</head><body>${body}</body></html>`;
}

const SHOWN = '<h1>Lamp</h1><p class="price">19,99 €</p>';
const OFFER = { '@type': 'Offer', price: '19.99', priceCurrency: 'EUR', availability: 'https://schema.org/InStock' };
const LAMP = { '@context': 'https://schema.org', '@type': 'Product', name: 'Lamp', offers: OFFER };

function priceOf(reading: PageReading): string {
  if (reading.kind === 'none') return reading.reason;
  const price = reading.fields.price?.value;
  return price
    ? [price.kind, price.amount, ...(price.upper === null ? [] : [price.upper]), price.currency].join(' ')
    : 'no price';
}

function read(html: string, hints: Partial<SiteHints> = {}, changes: Partial<FetchedPage> = {}): PageReading {
  return readPage(page(html, changes), { ...HINTS, ...hints });
}

describe('JSON-LD', () => {
  test('price, currency and availability with their source', () => {
    const reading = read(document(SHOWN, LAMP));
    expect(priceOf(reading)).toBe('exact 1999 eur');
    expect(reading).toMatchObject({
      shape: 'json_ld:Product.offers.price Product.offers.priceCurrency json_ld:Product.offers.availability',
      fields: {
        price: { layer: 'json_ld', path: 'Product.offers.price', text: '19.99', others: [] },
        availability: { value: 'in_stock' },
        title: { value: 'Lamp' },
      },
    });
  });

  test.each([
    [
      'trailing commas',
      '{"@type":"Product","name":"Lamp","offers":{"@type":"Offer","price":"19.99","priceCurrency":"EUR",},}',
    ],
    ['comments', '/* a */{"@type":"Product", // name\n"name":"Lamp","offers":{"price":19.99,"priceCurrency":"EUR"}}'],
    [
      'line breaks in strings',
      '{"@type":"Product","name":"Lamp","description":"one\ntwo\tthree","offers":{"price":19.99}}',
    ],
    ['CDATA', '//<![CDATA[\n{"@type":"Product","name":"Lamp","offers":{"price":19.99,"priceCurrency":"EUR"}}\n//]]>'],
    ['a comment of HTML', '<!-- {"@type":"Product","name":"Lamp","offers":{"price":19.99,"priceCurrency":"EUR"}} -->'],
    ['single quotes', "{'@type':'Product','name':'Lamp','offers':{'price':'19.99'}}"],
    [
      'escaped quotes',
      '{&quot;@type&quot;:&quot;Product&quot;,&quot;name&quot;:&quot;Lamp&quot;,&quot;offers&quot;:{&quot;price&quot;:19.99}}',
    ],
    ['a semicolon', '{"@type":"Product","name":"Lamp","offers":{"price":"19,99 €"}};'],
  ])('is read with %s', (_, json) => {
    expect(priceOf(read(document(SHOWN, json)))).toBe('exact 1999 eur');
  });
});

describe('what says nothing', () => {
  test.each([
    [404, 'not_found'],
    [410, 'gone'],
    [403, 'blocked'],
    [503, 'server_error'],
  ])('a page that is answered %i is none, whatever it shows', (status, reason) => {
    expect(read(document(SHOWN, LAMP), {}, { status })).toMatchObject({ kind: 'none', reason });
  });

  test('an image is no page', () => {
    expect(read('PNG', {}, { contentType: 'image/png' })).toMatchObject({ kind: 'none', reason: 'not_html' });
  });
});
