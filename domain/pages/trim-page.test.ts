import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { load } from 'cheerio/slim';
import fc from 'fast-check';
import type { SiteHints } from './page-reading.ts';
import { readPage } from './read-page.ts';
import { trimPage } from './trim-page.ts';

const FETCHED = {
  fetchedAt: '2026-11-21T12:00:00Z',
  source: 'built_in' as const,
  json: null,
  screenshotUrl: null,
  rule: '',
  credits: 0,
};

const page = `<!doctype html><html lang="de"><head><title>Kanne &amp; Co</title><!-- build 17 by a.person@shop.example -->
<meta property="og:price:amount" content="19.99"><meta name="csrf-token" content="abcdefgh12345678">
<link rel="stylesheet" href="/a.css"><link rel="canonical" href="/p/1"><link itemprop="availability" href="https://schema.org/InStock">
<style>.price{color:red}</style>
<script type="application/ld+json">{"@type":"Product","name":"Kanne","offers":{"price":"19.99"},"email":"a.person@shop.example"}</script>
<script src="https://ads.example/track.js"></script>
<script>window.track=function(){return 1}</script>
<script>window.__STATE__ = {"product":{"price":1999},"csrfToken":"s3cr3t-s3cr3t","jwt":"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmN"};</script>
</head><body onload="go()"><main class="product" data-sku="A1" style="color:red">
<h1 itemprop="name">Kanne</h1>   <p>Fragen? hilfe@shop.example</p>
<img src="data:image/png;base64,AAAA" alt="Kanne"><img src="/k.jpg" srcset="/k2.jpg 2x"><svg><path d="M0 0"/></svg>
<a href="/p/1?session=1234567890ab">mehr</a><a href="javascript:alert(1)">x</a>
<input type="hidden" name="price" value="19.99"><input type="hidden" name="csrf" value="q1w2e3r4t5"><input name="who" value="A. Person">
<span itemprop="price" content="19.99">19,99&nbsp;€ &lt;3</span></main></body></html>`;

const fixtures = join(import.meta.dirname, '../../test/fixtures/pages');
const sites = JSON.parse(readFileSync(join(fixtures, 'sites.json'), 'utf8')) as Record<string, { hints: SiteHints }>;
const labelled = readFileSync(join(fixtures, 'labels.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as { page: string; url: string });

it('reads the same as the whole page did', () => {
  expect(labelled.length).toBeGreaterThan(60);
  for (const { page: path, url } of labelled) {
    const hints = sites[path.split('/')[0]!]?.hints;
    if (!hints) continue;
    const html = readFileSync(join(fixtures, path), 'utf8');
    const fetched = { ...{ url, finalUrl: url, status: 200, contentType: 'text/html', html }, ...FETCHED };
    expect([path, readPage({ ...fetched, html: trimPage(html) }, hints)]).toEqual([path, readPage(fetched, hints)]);
  }
});

describe('what is kept of a page', () => {
  const kept = trimPage(page);

  it('is its text, its structure and the data in it', () => {
    for (const each of [
      '<title>Kanne &amp; Co</title>',
      '<meta property="og:price:amount" content="19.99">',
      '<link rel="canonical" href="/p/1">',
      '<link itemprop="availability" href="https://schema.org/InStock">',
      '{"@type":"Product","name":"Kanne","offers":{"price":"19.99"}',
      'window.__STATE__ = {"product":{"price":1999}',
      '<main class="product" data-sku="A1">',
      '<input type="hidden" name="price" value="19.99">',
      '<span itemprop="price" content="19.99">19,99\u00a0€ &lt;3</span>',
    ])
      expect(kept).toContain(each);
  });

  it('has nothing that runs, decorates, or tells of a person or a session', () => {
    for (const each of [
      ...[
        'track.js',
        'window.track',
        'onload',
        'javascript:',
        '<style',
        'color:red',
        '<svg',
        'a.css',
        'base64',
        'srcset',
        '<!--',
      ],
      ...['a.person', 'hilfe@', 'abcdefgh1234', 's3cr3t', 'eyJ', '1234567890ab', 'q1w2e3r4t5', 'A. Person'],
    ])
      expect(kept).not.toContain(each);
  });

  it('leaves data that can be parsed', () => {
    const $ = load(kept);
    expect(JSON.parse($('script[type="application/ld+json"]').text())).toMatchObject({ offers: { price: '19.99' } });
    const state = /= (\{.*\});/.exec($('script:not([type])').text())?.[1];
    expect(JSON.parse(state ?? '')).toEqual({ product: { price: 1999 }, csrfToken: '…', jwt: '…' });
  });

  it('is the same when it is trimmed again', () => {
    expect(trimPage(kept)).toBe(kept);
    const markup = fc.constantFrom(
      '<p>',
      '</p>',
      '<div a="1&quot;">',
      '</div>',
      '&amp;',
      '&lt;b',
      '<b',
      '>',
      '"',
      ' ',
      'text',
      '<script>',
      '</script>',
      '<title>',
      '</title>',
      '<br/>',
      '<!--',
      '-->',
      '<![CDATA[',
      ']]>',
      '<textarea>',
      '\n',
    );
    fc.assert(
      fc.property(fc.array(markup, { maxLength: 30 }), (parts) => {
        const once = trimPage(parts.join(''));
        expect(trimPage(once)).toBe(once);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['nested as deep as it is long', '<div>'.repeat(600_000)],
    ['all spaces', ' '.repeat(3_000_000)],
    ['one attribute', `<p a="${'x'.repeat(3_000_000)}">`],
    ['a script that promises tokens', `<script>price = {${'"token":"'.repeat(300_000)}</script>`],
    ['addresses without an end', 'a@a.'.repeat(700_000)],
    ['a token without an end', 'eyJ'.repeat(1_000_000)],
    ['parameters', '?token='.repeat(400_000)],
  ])('takes its time from the length of a page that is %s', (_what, html) => {
    const began = performance.now();
    trimPage(html);
    expect(performance.now() - began).toBeLessThan(4_000);
  });
});
