import { describe, expect, it } from '@jest/globals';
import type { PageReading, PageValues } from '../pages/page-reading.ts';
import { chooseVariant, judgeMatch, type Watched } from './judge-match.ts';
import type { OurVariant } from './match.ts';

const variant = (given: Partial<OurVariant> = {}): OurVariant => ({
  sku: 'WH-BLACK',
  name: 'Black',
  product_name: 'Sony WH-1000XM4 wireless headphones',
  brand: 'Sony',
  mpn: 'WH1000XM4B',
  barcode: '4548736112001',
  attributes: { color: 'black' },
  prices: [{ amount: 29_900, currency: 'eur' }],
  ...given,
});

const watched = (given: Partial<Watched> & { ours?: Partial<OurVariant> } = {}): Watched => ({
  listing: { linked_by: 'url', pack_count: null },
  competitor: { name: 'Rival', domain: 'rival.test', seller_names: [] },
  variant: variant(given.ours),
  decision: null,
  ...given,
});

function page(values: Partial<PageValues>): PageReading {
  const fields = Object.entries({ title: 'Sony WH-1000XM4 Kopfhörer schwarz', ...values }).map(([name, value]) => [
    name,
    { value, layer: 'json_ld', confidence: 1, path: name, text: String(value), others: [] },
  ]);
  return { kind: 'offer', fields: Object.fromEntries(fields), shape: 'json_ld' };
}

describe('a page that a person named', () => {
  it('is linked, and surer with an identifier', () => {
    expect(judgeMatch(watched(), page({}))).toMatchObject({
      verdict: 'linked',
      by: 'url',
      confidence: 0.95,
      contradictions: [],
    });
    const sure = judgeMatch(watched(), page({ gtin: '04548736112001' }));
    expect(sure).toMatchObject({ verdict: 'linked', confidence: 0.99 });
    expect(sure.reasons.map(({ text }) => text)).toContain('The page has our GTIN 04548736112001.');
  });

  it('is less sure when its title has nothing of ours', () => {
    expect(judgeMatch(watched(), page({ title: 'Garden hose reel' })).confidence).toBeLessThan(0.75);
  });

  it.each<[string, Partial<PageValues>, Partial<OurVariant>, string]>([
    ['another GTIN', { gtin: '04006381333931' }, {}, 'gtin'],
    ['another brand', { brand: 'Bose', title: 'Headphones' }, {}, 'brand'],
    ['several together', { packCount: 2 }, {}, 'pack_count'],
    ['several together in its title', { title: 'Sony WH-1000XM4 2er-Pack' }, {}, 'pack_count'],
    ['another volume', { title: 'Shampoo 500 ml' }, { product_name: 'Shampoo 250 ml', brand: null }, 'size'],
    ['another storage', { title: 'Phone X 256 GB' }, { product_name: 'Phone X 128GB', brand: null, name: '' }, 'size'],
    ['another size to wear', { attributes: { Größe: 'XL' } }, { attributes: { size: 'L' } }, 'size'],
    ['another shoe size', { attributes: { size: 'EU 43' } }, { attributes: { size: 42 } }, 'size'],
    ['another colour', { attributes: { Farbe: 'Silber' } }, {}, 'color'],
    ['another colour in its title', { title: 'Sony WH-1000XM4 silver' }, {}, 'color'],
    ['used', { condition: 'used' }, {}, 'condition'],
    ['refurbished in its title', { title: 'Sony WH-1000XM4 generalüberholt' }, {}, 'condition'],
    ['sold by somebody else', { seller: 'TechBay24 GmbH' }, {}, 'seller'],
  ])('is contradicted when it says: %s', (_, said, ours, guard) => {
    const match = judgeMatch(watched({ ours }), page(said));
    expect(match).toMatchObject({ verdict: 'contradicted', confidence: 0.3 });
    expect(match.contradictions).toEqual([guard]);
    expect(match.reasons).toContainEqual(expect.objectContaining({ for: 'against', kind: guard }));
  });

  it.each<[string, Partial<PageValues>, Partial<OurVariant>]>([
    ['the same GTIN, shorter', { gtin: '00036000291452' }, { barcode: '036000291452' }],
    ['a number that means something else in each shop', { gtin: '02012345678903' }, {}],
    ['the same volume in another unit', { title: 'Shampoo 0,25 l' }, { product_name: 'Shampoo 250 ml', brand: null }],
    ['the same size in other letters', { attributes: { size: '2XL' } }, { attributes: { size: 'XXL' } }],
    ['the same colour in another language', { attributes: { couleur: 'Noir' } }, {}],
    ['the same pack, told by both', { title: 'Cola 6 x 330 ml' }, { product_name: 'Cola 330 ml 6-pack', brand: null }],
    [
      'a colour that is a brand',
      { title: 'Black & Decker drill silver', brand: 'Black & Decker' },
      { product_name: 'Black & Decker drill', name: 'silver', brand: 'Black & Decker', attributes: {} },
    ],
    [
      'the brand by its initials',
      { brand: 'HP', title: 'LaserJet 4' },
      { brand: 'Hewlett Packard', product_name: 'LaserJet 4', attributes: {} },
    ],
    ['sold by the site under its full name', { seller: 'Rival Deutschland GmbH & Co. KG' }, {}],
    ['sold by its domain', { seller: 'www.rival.test' }, {}],
    ['condition new', { condition: 'new' }, {}],
    [
      'a zoom that looks like a pack',
      { title: 'Camera 4x optical zoom' },
      { product_name: 'Camera 4x zoom', brand: null, attributes: {} },
    ],
    ['3-in-1', { title: 'Shampoo 3 in 1' }, { product_name: 'Shampoo 3-in-1, 5 in', brand: null, attributes: {} }],
  ])('is not contradicted by %s', (_, said, ours) => {
    expect(judgeMatch(watched({ ours }), page(said)).contradictions).toEqual([]);
  });

  it('knows how many of ours are in one of theirs, when it was told', () => {
    const six = { listing: { linked_by: 'url', pack_count: 6 } } as const;
    expect(judgeMatch(watched(six), page({ packCount: 6 })).verdict).toBe('linked');
    expect(judgeMatch(watched(six), page({ packCount: 4 })).contradictions).toEqual(['pack_count']);
  });

  it('asks nobody again about what they accepted, but for what is of the offer alone', () => {
    const decision = { status: 'accepted', contradictions: ['gtin', 'color', 'seller'] } as const;
    const said = { gtin: '04006381333931', attributes: { color: 'silver' } };
    expect(judgeMatch(watched({ decision }), page(said))).toMatchObject({ verdict: 'linked', contradictions: [] });
    expect(judgeMatch(watched({ decision }), page({ ...said, packCount: 2 })).contradictions).toEqual(['pack_count']);
    expect(judgeMatch(watched({ decision }), page({ ...said, seller: 'TechBay' })).contradictions).toEqual(['seller']);
  });

  it('stays as it was when the page was not understood', () => {
    const none: PageReading = { kind: 'none', reason: 'captcha', detail: '', shape: '' };
    expect(judgeMatch(watched(), none)).toMatchObject({ verdict: 'linked', by: 'url', contradictions: [] });
  });
});

describe('a page that is tied to nothing', () => {
  const loose = { listing: { linked_by: null, pack_count: null }, competitor: watched().competitor };
  const choose = (values: Partial<PageValues>, ...ours: Partial<OurVariant>[]) =>
    chooseVariant(
      loose,
      page(values),
      ours.map((given, at) => variant({ sku: `V${at}`, ...given })),
    );

  it('is judged unmatched, whatever it says', () => {
    const match = judgeMatch({ ...watched(), ...loose, variant: null }, page({ gtin: '04548736112001' }));
    expect(match).toMatchObject({ verdict: 'unmatched', confidence: 0 });
  });

  it('is linked by a GTIN, and by brand and number of the maker', () => {
    expect(choose({ gtin: '04548736112001', title: '' }, {}).link).toMatchObject({
      by: 'gtin',
      variant: { sku: 'V0' },
    });
    const said = { brand: 'SONY', mpn: 'wh-1000xm4 b' };
    expect(choose(said, {}, { mpn: 'OTHER-1' }).link).toMatchObject({ by: 'mpn', variant: { sku: 'V0' } });
  });

  it.each<[string, Partial<PageValues>, Partial<OurVariant>]>([
    ['a title alone', { title: 'Sony WH-1000XM4 wireless headphones Black' }, {}],
    ['a number without a brand', { mpn: 'WH1000XM4B', title: 'x' }, {}],
    ['a number of another brand', { mpn: 'WH1000XM4B', brand: 'Bose', title: 'x' }, {}],
    ['a number that is no more than a size', { mpn: 'XL', brand: 'Sony', title: 'x' }, { mpn: 'XL', barcode: null }],
    ['a restricted GTIN', { gtin: '02012345678903', title: 'x' }, { barcode: '2012345678903' }],
    ['a GTIN with another colour', { gtin: '04548736112001', attributes: { color: 'silver' } }, {}],
    ['a GTIN of a used one', { gtin: '04548736112001', condition: 'used' }, {}],
    ['a GTIN of several', { gtin: '04548736112001', packCount: 3 }, {}],
  ])('is not linked by %s', (_, said, ours) => expect(choose(said, ours).link).toBeNull());

  it('is not linked when two variants have the number, and both are suggested', () => {
    const { link, suggestions } = choose({ gtin: '04548736112001' }, {}, {});
    expect(link).toBeNull();
    expect(suggestions.map(({ variant: { sku } }) => sku)).toEqual(['V0', 'V1']);
  });

  it('is suggested by its title with reasons in words, best first, and never for what only looks alike', () => {
    const { suggestions } = choose(
      { title: 'Sony WH-1000XM4 Bluetooth headphones black' },
      { product_name: 'Sony WH-CH510 headphones', mpn: null },
      {},
      { product_name: 'Garden hose', brand: 'Gardena', mpn: null, attributes: {} },
    );
    expect(suggestions[0]?.variant.sku).toBe('V1');
    expect(suggestions.map(({ variant: { sku } }) => sku)).not.toContain('V2');
    expect(suggestions[0]?.comparison.reasons.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['title', 'model_number', 'brand']),
    );
  });
});
