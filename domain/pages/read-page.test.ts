import { documentOf, fieldOf, priceIn, read } from './page-for-test.ts';

const SHOWN = '<h1>Lamp</h1><p class="price">19,99 €</p>';
const OFFER = { '@type': 'Offer', price: '19.99', priceCurrency: 'EUR', availability: 'https://schema.org/InStock' };
const LAMP = { '@context': 'https://schema.org', '@type': 'Product', name: 'Lamp', offers: OFFER };
const lampAt = (price: unknown, more: object = {}) => ({ ...LAMP, offers: { ...OFFER, price, ...more } });

test('price, currency and availability with their source', () => {
  expect(read(documentOf(SHOWN, [LAMP]))).toMatchObject({
    kind: 'offer',
    shape: 'json_ld:Product.offers.price Product.offers.priceCurrency json_ld:Product.offers.availability',
    fields: {
      price: {
        value: { kind: 'exact', amount: 1999, upper: null, currency: 'eur' },
        layer: 'json_ld',
        path: 'Product.offers.price',
        text: '19.99',
        others: [],
      },
      availability: { value: 'in_stock' },
      title: { value: 'Lamp' },
    },
  });
});

test('pages of one make have one shape, whatever is sold on them', () => {
  const other = { ...LAMP, name: 'Chair', sku: 'C-1', offers: { ...OFFER, price: 249, availability: 'OutOfStock' } };
  const page = documentOf('<h1>Chair</h1><p>249,00 €</p>', [other], '<title>Chair</title>');
  expect(read(page, {}, { url: 'https://shop.example/p/chair' })).toHaveProperty(
    'shape',
    (read(documentOf(SHOWN, [LAMP])) as { shape: string }).shape,
  );
});

describe('JSON-LD as it is met', () => {
  const bare = '"@type":"Product","name":"Lamp"';
  test.each([
    ['trailing commas', `{${bare},"offers":{"@type":"Offer","price":"19.99","priceCurrency":"EUR",},}`],
    ['comments', `/* a */{${bare}, // name\n"offers":{"price":19.99,"priceCurrency":"EUR"}}`],
    ['raw line breaks in strings', `{${bare},"description":"one\ntwo\tthree","offers":{"price":19.99}}`],
    ['CDATA', `//<![CDATA[\n{${bare},"offers":{"price":19.99,"priceCurrency":"EUR"}}\n//]]>`],
    ['a comment of HTML', `<!-- {${bare},"offers":{"price":19.99,"priceCurrency":"EUR"}} -->`],
    ['single quotes', "{'@type':'Product','name':'Lamp','offers':{'price':'19.99'}}"],
    ['escaped quotes', `{${bare},"offers":{"price":19.99}}`.replaceAll('"', '&quot;')],
    ['a semicolon behind', `{${bare},"offers":{"price":"19,99 €"}};`],
    ['names in capitals', `{${bare},"Offers":{"@type":"Offer","Price":19.99}}`],
    ['types by address', '{"@type":"http://schema.org/Product","name":"Lamp","offers":[{"price":19.99}]}'],
    ['several types', '{"@type":["Product","Thing"],"name":"Lamp","offers":[{"price":19.99}]}'],
  ])('is read with %s', (_, json) => {
    expect(priceIn(read(documentOf(SHOWN, [json])))).toBe('exact 1999 eur');
  });

  test('a block that is broken does not spoil another', () => {
    expect(priceIn(read(documentOf(SHOWN, ['{"@type":"Product", "offers": {{', LAMP])))).toBe('exact 1999 eur');
  });

  test('@graph and references by @id, over several blocks', () => {
    const graph = {
      '@graph': [
        { '@type': 'WebPage', '@id': '#page', mainEntity: { '@id': '#lamp' } },
        { '@type': 'Product', '@id': '#lamp', name: 'Lamp', offers: { '@id': '#offer' } },
      ],
    };
    expect(priceIn(read(documentOf(SHOWN, [graph, { ...OFFER, '@id': '#offer' }])))).toBe('exact 1999 eur');
  });

  test('an offer that names what it offers', () => {
    expect(priceIn(read(documentOf(SHOWN, [{ ...OFFER, itemOffered: { '@type': 'Product', name: 'Lamp' } }])))).toBe(
      'exact 1999 eur',
    );
    const person = { '@type': 'Person', makesOffer: { ...OFFER, itemOffered: { '@type': 'Car', name: 'Lamp' } } };
    expect(priceIn(read(documentOf(SHOWN, [person])))).toBe('exact 1999 eur');
  });
});

describe('numbers for machines', () => {
  const shown = (price: string) => `<h1>Lamp</h1><p>${price}</p>`;
  test.each([
    [19.99, '19,99 €', 'exact 1999 eur'],
    ['19.9', '19,90 €', 'exact 1990 eur'],
    ['19.9900', '19,99 €', 'exact 1999 eur'],
    [19.989999999999998, '19,99 €', 'exact 1999 eur'],
    [1299, '1.299,00 €', 'exact 129900 eur'],
    ['1299', '1.299 €', 'exact 129900 eur'],
    ['1.299,00', '1.299,00 €', 'exact 129900 eur'],
    ['1,299.00', '1.299,00 €', 'exact 129900 eur'],
    ['€ 1.299,–', '1.299,– €', 'exact 129900 eur'],
    ['1.299', '1.299,00 €', 'exact 129900 eur'],
    ['1.299', '1,30 €', 'exact 130 eur'],
    ['1.299', 'auf Anfrage', 'not_understood'],
    [16.8067, '16,81 €', 'exact 1681 eur'],
    ['0', '0,00 €', 'not_understood'],
    ['', '19,99 €', 'not_understood'],
    ['auf Anfrage', '', 'not_understood'],
    [-5, '', 'not_understood'],
    ['1e3', '', 'not_understood'],
  ])('%p beside "%s" is %s', (price, text, expected) => {
    expect(priceIn(read(documentOf(shown(text), [lampAt(price)])))).toBe(expected);
  });

  test('currencies without decimals, and with three', () => {
    const yen = documentOf('<h1>Lamp</h1><p>￥12,800</p>', [lampAt('12800', { priceCurrency: 'JPY' })]);
    expect(priceIn(read(yen, { currency: 'jpy', locale: 'ja-JP' }))).toBe('exact 12800 jpy');
    const dinar = documentOf('<h1>Lamp</h1><p>12.500 KWD</p>', [lampAt('12.500', { priceCurrency: 'KWD' })]);
    expect(priceIn(read(dinar, { currency: 'kwd', locale: 'en-KW' }))).toBe('exact 12500 kwd');
  });
});

describe('what is seen decides', () => {
  test('a price that the page does not show among those it shows is none', () => {
    expect(priceIn(read(documentOf('<h1>Lamp</h1><p>24,99 €</p>', [LAMP])))).toBe('price_unsure');
  });

  test('a page that is drawn later shows none, and is believed a little less', () => {
    const drawn = read(documentOf('<h1>Lamp</h1><div id="app"></div>', [LAMP]));
    expect(priceIn(drawn)).toBe('exact 1999 eur');
    const seen = read(documentOf(SHOWN, [LAMP]));
    const confidence = (reading: typeof seen) => (reading.kind === 'offer' ? reading.fields.price!.confidence : 0);
    expect(confidence(drawn)).toBeLessThan(confidence(seen));
  });

  test.each([
    '<del>19,99 €</del> <ins>14,99 €</ins>',
    '<span class="old-price">19,99 €</span> <span class="price">14,99 €</span>',
    '<span class="oldPrice">19,99 €</span> <b>14,99 €</b>',
    '<span style="text-decoration: line-through">19,99 €</span> <b>14,99 €</b>',
    '<p>UVP 19,99 €</p><p>14,99 €</p>',
    '<p>statt 19,99 € jetzt 14,99 €</p>',
  ])('data that still has the former price is not believed: %s', (prices) => {
    expect(priceIn(read(documentOf(`<h1>Lamp</h1>${prices}`, [LAMP])))).toBe('price_unsure');
    const meta = '<title>Lamp</title><meta property="product:price:amount" content="14.99">';
    const reading = read(documentOf(`<h1>Lamp</h1>${prices}`, [LAMP], meta));
    expect(priceIn(reading)).toBe('exact 1499 eur');
    expect(reading).toMatchObject({ fields: { price: { layer: 'meta', others: [{ layer: 'json_ld' }] } } });
    expect(fieldOf(reading, 'listPrice')).toEqual({ amount: 1999, currency: 'eur' });
  });

  test.each([
    '<h2>Ähnliche Produkte</h2><ul><li>Kerze 4,99 €</li></ul>',
    '<section class="cross-selling"><p>Kerze</p><p>4,99 €</p></section>',
    '<aside><div class="recommendations"><p>4,99 €</p></div></aside>',
    '<footer>Gutscheine ab 25,00 €</footer><div class="mini-cart">Summe 5,00 €</div>',
    '<p>Versandkostenfrei ab 50 €</p>',
  ])('other prices of the page are not its own: %s', (others) => {
    expect(priceIn(read(documentOf(`<h1>Lamp</h1><div id="app"></div>${others}`, [LAMP])))).toBe('exact 1999 eur');
  });

  test.each([
    '19<sup>99</sup> €',
    '<span>€</span><span>19</span><span>,</span><span>99</span>',
    '<span class="offscreen">19,99 €</span><span aria-hidden="true"><span>19</span><span>,99</span> €</span>',
    '<b>19.99</b> EUR',
    'nur 19,99&nbsp;€ inkl. MwSt.',
  ])('is found as it is set: %s', (price) => {
    const reading = read(documentOf(`<h1>Lamp</h1><p>${price}</p>`, [LAMP]));
    expect(priceIn(reading)).toBe('exact 1999 eur');
    expect(reading.kind === 'offer' && reading.fields.price!.confidence).toBeGreaterThan(0.9);
  });

  test('digits of other scripts', () => {
    const page = documentOf('<h1>مصباح</h1><p>١٬٢٩٩٫٠٠ ر.س</p>', [
      { ...lampAt(1299, { priceCurrency: 'SAR' }), name: 'مصباح' },
    ]);
    expect(priceIn(read(page, { currency: 'sar', locale: 'ar-SA' }))).toBe('exact 129900 sar');
  });
});

describe('currencies', () => {
  test.each([
    ['said by the data', documentOf('<h1>Lamp</h1><p>$19.99</p>', [lampAt('19.99', { priceCurrency: 'USD' })])],
    ['shown on the page', documentOf('<h1>Lamp</h1><p>$19.99</p>', [{ ...LAMP, offers: { price: '19.99' } }])],
    [
      'said by meta',
      documentOf(
        '<h1>Lamp</h1><p>$19.99</p>',
        [],
        '<meta property="og:price:amount" content="19.99"><meta property="og:price:currency" content="USD">',
      ),
    ],
  ])('another than the site’s, %s, is told and gives no price', (_, html) => {
    expect(read(html)).toMatchObject({ kind: 'none', reason: 'wrong_currency' });
  });

  test('of one offer in several currencies, the site’s', () => {
    const offers = [
      { ...OFFER, price: 24.5, priceCurrency: 'USD' },
      OFFER,
      { ...OFFER, price: 17, priceCurrency: 'GBP' },
    ];
    expect(priceIn(read(documentOf(SHOWN, [{ ...LAMP, offers }])))).toBe('exact 1999 eur');
  });
});

describe('fields', () => {
  const full = {
    ...LAMP,
    sku: 'L-1',
    mpn: 'MP-1',
    gtin13: '4006381333931',
    brand: { '@type': 'Brand', name: 'Leuchta' },
    image: ['https://shop.example/a.jpg', { '@type': 'ImageObject', contentUrl: 'https://shop.example/b.jpg' }],
    description: 'A &amp; B <b>bold</b>',
    color: 'red',
    additionalProperty: [{ '@type': 'PropertyValue', name: 'Power', value: '5', unitText: 'W' }],
    aggregateRating: { '@type': 'AggregateRating', ratingValue: '87', bestRating: '100', reviewCount: 24 },
    offers: {
      ...OFFER,
      itemCondition: 'https://schema.org/RefurbishedCondition',
      seller: { '@type': 'Organization', name: 'Somebody Else' },
      shippingDetails: { shippingRate: { value: '4.90', currency: 'EUR' } },
      priceSpecification: [
        { price: '24.99', priceCurrency: 'EUR', priceType: 'https://schema.org/ListPrice' },
        { price: '3.99', priceCurrency: 'EUR', referenceQuantity: { value: '1', unitCode: 'KGM' } },
      ],
    },
  };

  test('are read where they stand', () => {
    const reading = read(documentOf(SHOWN, [full]));
    const fields = Object.fromEntries(
      Object.entries((reading as { fields: object }).fields).map(([name, field]) => [name, field.value]),
    );
    expect(fields).toEqual({
      price: { kind: 'exact', amount: 1999, upper: null, currency: 'eur' },
      listPrice: { amount: 2499, currency: 'eur' },
      unitPrice: { amount: 399, currency: 'eur', quantity: 1, unit: 'kg' },
      shipping: { amount: 490, currency: 'eur' },
      availability: 'in_stock',
      condition: 'refurbished',
      seller: 'Somebody Else',
      title: 'Lamp',
      brand: 'Leuchta',
      sku: 'L-1',
      mpn: 'MP-1',
      gtin: '04006381333931',
      images: ['https://shop.example/a.jpg', 'https://shop.example/b.jpg'],
      description: 'A & B bold',
      rating: 4.35,
      ratingCount: 24,
      attributes: { color: 'red', Power: '5 W' },
    });
  });

  test.each([
    ['a wrong check digit', '4006381333932'],
    ['one of the shop’s own', '2006381333937'],
    ['zeros', '0000000000000'],
  ])('a GTIN with %s is none', (_, gtin13) => {
    expect(fieldOf(read(documentOf(SHOWN, [{ ...full, gtin13 }])), 'gtin')).toBeUndefined();
  });

  test.each([
    ['https://schema.org/InStock', 'in_stock'],
    ['http://schema.org/OutOfStock', 'out_of_stock'],
    ['SoldOut', 'out_of_stock'],
    ['LimitedAvailability', 'limited'],
    ['PreOrder', 'preorder'],
    ['BackOrder', 'backorder'],
    ['Discontinued', 'discontinued'],
    ['https://schema.org/Whatever', undefined],
  ])('availability %s is %s', (availability, expected) => {
    expect(fieldOf(read(documentOf(SHOWN, [lampAt('19.99', { availability })])), 'availability')).toBe(expected);
  });

  test('what is sold out needs no price to say so; what has neither says nothing', () => {
    const soldOut = { ...LAMP, offers: { '@type': 'Offer', availability: 'https://schema.org/SoldOut' } };
    expect(priceIn(read(documentOf('<h1>Lamp</h1><p>Ausverkauft</p>', [soldOut])))).toBe('no price');
    expect(priceIn(read(documentOf('<h1>Lamp</h1>', [{ ...LAMP, offers: undefined }])))).toBe('not_understood');
  });
});
