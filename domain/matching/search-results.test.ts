import { describe, expect, it } from '@jest/globals';
import type { OurVariant } from './match.ts';
import { chooseLinks, linksOf } from './search-results.ts';

const PAGE = 'https://rival.test/search?q=sony';
const links = (html: string) => linksOf(html, PAGE, 'rival.test');

describe('the links of a page', () => {
  it('are pages of the site, each once, with all that is said of it', () => {
    const html = `
      <a href="/p/1?utm_source=search#top"><img alt="Sony WH-1000XM4"></a>
      <A class=x HREF='/p/1'>Kopfh&ouml;rer <b>schwarz</b> &amp; leicht</A>
      <a title="Second" href=https://shop.rival.test/p/2>  </a>
      <a href="https://elsewhere.test/p/3">Elsewhere</a>
      <a href="javascript:alert(1)">Script</a> <a href="#x">Here</a> <a href="">Nowhere</a>
      <a href="/search?q=sony">Again</a> <a name="y">None</a> <abbr href="/p/9">No link</abbr>`;
    expect(links(html)).toEqual([
      { url: 'https://rival.test/p/1', text: 'Sony WH-1000XM4 Kopfh&ouml;rer schwarz & leicht' },
      { url: 'https://shop.rival.test/p/2', text: 'Second' },
    ]);
  });

  it('cost no more for being made to', () => {
    const started = performance.now();
    for (const part of [
      '<a ',
      '<a href="/x">',
      '<a href="/x"><',
      '<a href="/p"></a',
      '</a   ',
      "<a\thref='",
      'title="',
    ])
      links(part.repeat(Math.ceil(1_000_000 / part.length)));
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});

it('what may show our variant is suggested, best first, and nothing that a guard objects to', () => {
  const variant: OurVariant = {
    ...{ sku: 'A', name: 'Black', product_name: 'Sony WH-1000XM4 headphones', brand: 'Sony', mpn: null, barcode: null },
    attributes: { color: 'black' },
    prices: [],
  };
  const found = [
    { url: 'https://rival.test/hose', text: 'Garden hose 20 m' },
    { url: 'https://rival.test/silver', text: 'Sony WH-1000XM4 headphones silver' },
    { url: 'https://rival.test/used', text: 'Sony WH-1000XM4 headphones black, refurbished' },
    { url: 'https://rival.test/case', text: 'Case for Sony headphones' },
    { url: 'https://rival.test/right', text: 'Sony WH-1000XM4 wireless headphones, black' },
  ];
  const chosen = chooseLinks(found, variant, { packCount: null, ownNames: ['Rival'] });
  expect(chosen.map(({ url }) => url)[0]).toBe('https://rival.test/right');
  expect(chosen.map(({ url }) => url)).not.toContain('https://rival.test/silver');
  expect(chosen.map(({ url }) => url)).not.toContain('https://rival.test/used');
  expect(chosen.map(({ url }) => url)).not.toContain('https://rival.test/hose');
});
