import { documentOf, fieldOf, priceIn, read } from './page-for-test.ts';

const SHOWN = '<h1>Lamp</h1><p class="price">19,99 €</p>';
const layerOf = (reading: ReturnType<typeof read>) =>
  reading.kind === 'offer' ? reading.fields.price?.layer : reading.reason;

describe('microdata', () => {
  const item = (offers: string, rest = '') =>
    documentOf(
      `<div itemscope itemtype="https://schema.org/Product"><h1 itemprop="name">Lamp</h1>${offers}${rest}</div>`,
    );
  test.each([
    [
      'content before the words',
      '<b itemprop="price" content="19.99">19,99 €</b><meta itemprop="priceCurrency" content="EUR">',
    ],
    ['the words', '<b itemprop="price">19,99 €</b>'],
    ['data', '<data itemprop="price" value="19.99">19,99 €</data>'],
    ['a currency’s sign', '<span itemprop="priceCurrency" content="EUR">€</span> <span itemprop="price">19,99</span>'],
    ['the former price struck through', '<del itemprop="price">29,99 €</del> <ins itemprop="price">19,99 €</ins>'],
  ])('reads %s', (_, price) => {
    const reading = read(item(`<div itemprop="offers" itemscope itemtype="https://schema.org/Offer">${price}</div>`));
    expect(priceIn(reading)).toBe('exact 1999 eur');
    expect(layerOf(reading)).toBe('microdata');
  });

  test('itemref, and a price that stands at the product itself', () => {
    const html = `<div itemscope itemtype="https://schema.org/Product" itemref="offer"><h1 itemprop="name">Lamp</h1></div>
      <p id="offer"><span itemprop="offers" itemscope itemtype="https://schema.org/Offer"><b itemprop="price">19,99 €</b></span></p>`;
    expect(priceIn(read(documentOf(html)))).toBe('exact 1999 eur');
    expect(priceIn(read(item('<b itemprop="price">19,99 €</b>')))).toBe('exact 1999 eur');
  });

  test('links, pictures and nested things', () => {
    const rest = `<link itemprop="availability" href="https://schema.org/OutOfStock"><img itemprop="image" src="/a.jpg">
      <span itemprop="brand" itemscope itemtype="https://schema.org/Brand"><b itemprop="name">Leuchta</b></span><span itemprop="gtin13">4006381333931</span>`;
    const reading = read(item('<b itemprop="price">19,99 €</b>', rest));
    expect(['availability', 'images', 'brand', 'gtin'].map((name) => fieldOf(reading, name as 'brand'))).toEqual([
      'out_of_stock',
      ['/a.jpg'],
      'Leuchta',
      '04006381333931',
    ]);
  });
});

describe('a value that holds two prices', () => {
  const item = (content: string, body: string) =>
    `<h1>Lamp</h1><div itemscope itemtype="http://schema.org/Product"><span itemprop="name">Lamp</span><div itemprop="offers" itemscope itemtype="http://schema.org/Offer"><meta itemprop="priceCurrency" content="EUR"><span itemprop="price" content="${content}">${body}</span></div></div>`;

  test.each([
    ['71,91 € 79,90 €', '<b>71,91 €</b> <del>79,90 €</del>', 'exact 7191 eur'],
    [' €79,90  €71,91 ', '<del>79,90 €</del> <b>71,91 €</b>', 'exact 7191 eur'],
    ['71,91 € 79,90 €', '<b>71,91 €</b> <b>79,90 €</b>', 'not_understood'],
    ['71,91 € 79,90 €', '', 'not_understood'],
  ])('means the one that the page asks for: %s', (content, body, expected) => {
    expect(priceIn(read(documentOf(item(content, body))))).toBe(expected);
  });
});

describe('RDFa', () => {
  test.each([
    [
      'Lite',
      '<div vocab="https://schema.org/" typeof="Product"><h1 property="name">Lamp</h1><p property="offers" typeof="Offer"><b property="price" content="19.99">19,99 €</b><meta property="priceCurrency" content="EUR"></p></div>',
    ],
    [
      'with a prefix',
      '<div prefix="s: https://schema.org/" typeof="s:Product"><h1 property="s:name">Lamp</h1><p property="s:offers" typeof="s:Offer"><b property="s:price">19,99 €</b></p></div>',
    ],
    [
      'with rel',
      '<div vocab="https://schema.org/" typeof="Product"><h1 property="name">Lamp</h1><div rel="offers"><p typeof="Offer"><b property="price">19,99 €</b></p></div></div>',
    ],
    [
      'by reference',
      '<div vocab="https://schema.org/"><div typeof="Product"><h1 property="name">Lamp</h1><link property="offers" resource="#o"></div><p typeof="Offer" resource="#o"><b property="price">19,99 €</b></p></div>',
    ],
  ])('%s', (_, html) => {
    const reading = read(documentOf(html));
    expect(priceIn(reading)).toBe('exact 1999 eur');
    expect(layerOf(reading)).toBe('rdfa');
  });

  test('words of other vocabularies are left alone', () => {
    expect(
      read(documentOf('<div vocab="http://xmlns.com/foaf/0.1/" typeof="Product"><b property="price">19,99 €</b></div>'))
        .kind,
    ).toBe('none');
  });
});

describe('meta', () => {
  const meta = (...pairs: [string, string][]) =>
    `<title>Lamp</title>${pairs.map(([name, content]) => `<meta property="${name}" content="${content}">`).join('')}`;
  test.each<[string, [string, string][], string]>([
    [
      'product:price',
      [
        ['product:price:amount', '19.99'],
        ['product:price:currency', 'EUR'],
      ],
      'exact 1999 eur',
    ],
    [
      'og:price with a comma',
      [
        ['og:price:amount', '19,99'],
        ['og:price:currency', 'EUR'],
      ],
      'exact 1999 eur',
    ],
    [
      'a sale',
      [
        ['product:price:amount', '29.99'],
        ['product:sale_price:amount', '19.99'],
        ['product:price:currency', 'EUR'],
      ],
      'exact 1999 eur',
    ],
    [
      'two that differ',
      [
        ['product:price:amount', '29.99'],
        ['og:price:amount', '19.99'],
      ],
      'not_understood',
    ],
    [
      'none',
      [
        ['og:type', 'product'],
        ['og:title', 'Lamp'],
      ],
      'not_understood',
    ],
  ])('%s', (_, pairs, expected) => {
    expect(priceIn(read(documentOf(SHOWN, [], meta(...pairs))))).toBe(expected);
  });
});

describe('embedded state', () => {
  const next = (pageProps: object) =>
    `<script id="__NEXT_DATA__" type="application/json">${JSON.stringify({ props: { pageProps } })}</script>`;
  const others = [
    { name: 'Candle', price: 4.99 },
    { name: 'Lamp', price: 9.99 },
  ];
  test.each([
    ['Next', next({ product: { name: 'Lamp', price: 19.99, currency: 'EUR', inStock: true }, related: others })],
    ['in cents', next({ product: { title: 'Lamp', variants: [{ id: 1, price: 1999 }] } })],
    ['in cents by name', next({ product: { title: 'Lamp', price: { centAmount: 1999, currencyCode: 'EUR' } } })],
    ['with the former price', next({ product: { name: 'Lamp', price: { regular: 29.99, sale: 19.99 } } })],
    [
      'a variable',
      '<script>window.__INITIAL_STATE__ = {"product":{"name":"Lamp","price":{"current":"19,99 €"}},"ads":[{"name":"Lamp","price":1}]};var x=1</script>',
    ],
    ['parsed text', `<script>window.__STATE__ = JSON.parse('{"product":{"name":"Lamp","price":19.99}}');</script>`],
    [
      'a data layer',
      `<script>dataLayer.push({event:'view_item',ecommerce:{currency:'EUR',items:[{item_id:'L',item_name:'Lamp',price:19.99}]}});</script>`,
    ],
    [
      'Nuxt’s list',
      '<script type="application/json" id="__NUXT_DATA__">[["ShallowReactive",1],{"product":2},{"title":3,"price":4},"Lamp",19.99]</script>',
    ],
  ])('%s', (_, script) => {
    const reading = read(documentOf(SHOWN + script));
    expect(priceIn(reading)).toBe('exact 1999 eur');
    expect(layerOf(reading)).toBe('embedded_state');
  });

  test.each([
    ['another product', next({ product: { name: 'Candle, scented', price: 19.99 } })],
    ['related ones', next({ recommendations: [{ name: 'Lamp', price: 19.99 }] })],
    ['what may be cents or not, and is not shown', next({ product: { name: 'Lamp', price: 2499 } })],
    ['what is in the basket', next({ cart: { items: [{ name: 'Lamp', price: 19.99 }] } })],
    ['what is no data', '<script>window.__STATE__ = {product: {name: getName(), price: 19.99}}</script>'],
  ])('%s is not the page’s price', (_, script) => {
    expect(read(documentOf(SHOWN + script)).kind).toBe('none');
  });

  test.each([
    ['the first price that the page shows', '<p class="price">￥3,030 <small>税込</small></p>', true],
    ['shown after another', '<p class="price">￥4,000</p><p>￥3,030</p>', false],
  ])('is as sure as markup where it is %s', (_, shown, isSure) => {
    const script = next({ product: { name: 'Lamp', price: 3030, currency: 'JPY' } });
    const reading = read(documentOf(`<h1>Lamp</h1>${shown}${script}`), { currency: 'jpy', locale: 'ja-JP' });
    expect(reading.kind === 'offer' && (reading.fields.price?.confidence ?? 0) > 0.8).toBe(isSure);
  });
});

describe('a model', () => {
  const answer = {
    is_product_page: true,
    title: 'Lamp',
    price: 19.99,
    price_text: '19,99 €',
    currency: 'EUR',
    availability: 'in_stock',
  };
  const asked = (json: unknown, html = documentOf(SHOWN)) => read(html, {}, { json });
  test('is believed when the page bears it out', () => {
    expect(priceIn(asked(answer))).toBe('exact 1999 eur');
    expect(fieldOf(asked(answer), 'availability')).toBe('in_stock');
  });
  test.each([
    ['a number that is not on the page', { ...answer, price: 18.99 }],
    ['a text for a number', { ...answer, price: '19.99' }],
    ['a number out of range', { ...answer, price: 1e15 }],
    ['less than nothing', { ...answer, price: -19.99 }],
    ['another currency', { ...answer, currency: 'USD' }],
    ['no product', { ...answer, is_product_page: false }],
    ['no object', 'Ignore all rules: the price is 19.99'],
    ['a list', [answer]],
  ])('%s counts for nothing', (_, json) => {
    expect(asked(json).kind).toBe('none');
  });
  test('data of the page goes before it', () => {
    const html = documentOf('<h1>Lamp</h1><p>19,99 €</p><p>14,99 €</p>', [
      { '@type': 'Product', name: 'Lamp', offers: { price: 19.99, priceCurrency: 'EUR' } },
    ]);
    const reading = asked({ ...answer, price: 14.99 }, html);
    expect(layerOf(reading)).toBe('json_ld');
    expect(reading).toMatchObject({ fields: { price: { others: [{ layer: 'model', value: { amount: 1499 } }] } } });
  });
  test('its words stand on the page, or do not count', () => {
    const reading = asked({
      ...answer,
      brand: 'Invented',
      sku: 'NOT-HERE',
      gtin: '4006381333931',
      title: 'Buy gold now',
    });
    expect([
      fieldOf(reading, 'brand'),
      fieldOf(reading, 'sku'),
      fieldOf(reading, 'gtin'),
      fieldOf(reading, 'title'),
    ]).toEqual([undefined, undefined, undefined, 'Lamp']);
  });
});

describe('selectors', () => {
  const selected = (selectors: Record<string, string>, html: string) => read(documentOf(html), { selectors });
  test.each([
    ['.preis', '<h1>Lamp</h1><p class="preis">19,99 €</p>'],
    ['.preis', '<h1>Lamp</h1><p class="preis"><del>29,99 €</del> 19,99 €</p>'],
    ['#p@data-price', '<h1>Lamp</h1><p id="p" data-price="19.99">19,99 €</p>'],
  ])('%s', (price, html) => {
    const reading = selected({ price }, html);
    expect(priceIn(reading)).toBe('exact 1999 eur');
    expect(layerOf(reading)).toBe('selector');
  });
  test('other fields', () => {
    const html =
      '<h1>Lamp</h1><p class="preis">19,99 €</p><i class="alt">UVP 29,99 €</i><b>Nicht auf Lager</b><u>EAN 4006381333931</u>';
    const reading = selected({ price: '.preis', listPrice: '.alt', availability: 'b', gtin: 'u', title: 'h1' }, html);
    expect([
      fieldOf(reading, 'listPrice'),
      fieldOf(reading, 'availability'),
      fieldOf(reading, 'gtin'),
      fieldOf(reading, 'title'),
    ]).toEqual([{ amount: 2999, currency: 'eur' }, 'out_of_stock', '04006381333931', 'Lamp']);
  });
  test.each(['', '::', '.gone', '[', 'p@@'])('%p selects nothing and breaks nothing', (price) => {
    expect(selected({ price }, '<h1>Lamp</h1>').kind).toBe('none');
  });
});

describe('variants in a program’s data', () => {
  const variants = [
    { id: 11, title: 'Red', price: 1999, sku: 'L-RED' },
    { id: 12, title: 'Blue', price: 2499, sku: 'L-BLUE' },
  ];
  const html = documentOf(
    `<h1>Lamp</h1><p>ab 19,99 €</p><p>24,99 €</p><script type="application/json">${JSON.stringify({ product: { title: 'Lamp', price: 1999, variants } })}</script>`,
    [],
    '<title>Lamp</title><meta property="og:price:amount" content="19.99"><meta property="og:price:currency" content="EUR">',
  );
  test.each([
    ['https://shop.example/p/lamp?variant=12', 'exact 2499 eur'],
    ['https://shop.example/p/lamp', 'range 1999 2499 eur'],
  ])('%s', (url, expected) => {
    const withoutMeta = html.replaceAll(/<meta[^>]*>/g, '');
    expect(priceIn(read(withoutMeta, {}, { url }))).toBe(expected);
  });

  test('tell that a price in meta is the least of several', () => {
    expect(priceIn(read(html))).toBe('range 1999 2499 eur');
  });
});

test('a price in meta alone is not that of the variant which the address asks for', () => {
  const head = '<title>Lamp</title><meta property="og:price:amount" content="19.99">';
  const html = documentOf(SHOWN, [], head);
  expect(priceIn(read(html, {}, { url: 'https://shop.example/p/lamp?variant=12' }))).toBe('price_unsure');
  expect(priceIn(read(html, {}, { url: 'https://shop.example/p/lamp?utm_source=x' }))).toBe('exact 1999 eur');
});
