import { documentOf, fieldOf, priceIn, read } from './page-for-test.ts';

const offer = (price: number | string, more: object = {}) => ({
  '@type': 'Offer',
  price,
  priceCurrency: 'EUR',
  availability: 'https://schema.org/InStock',
  ...more,
});
const product = (name: string, offers: unknown, more: object = {}) => ({ '@type': 'Product', name, offers, ...more });
const lamp = (offers: unknown, more: object = {}) => product('Lamp', offers, more);
const drawn = '<h1>Lamp</h1>';

describe('the product of the page', () => {
  const other = product('Candle', offer(4.99));
  test.each([
    ['by its name in the heading', [other, lamp(offer(19.99))]],
    ['by its address', [product('A', offer(4.99)), product('B', offer(19.99), { url: '/p/lamp' })]],
    [
      'by its offer’s address',
      [product('A', offer(4.99)), product('B', offer(19.99, { url: 'https://www.shop.example/p/lamp/' }))],
    ],
    [
      'by mainEntityOfPage',
      [
        product('A', offer(4.99)),
        product('B', offer(19.99), { mainEntityOfPage: { '@id': 'https://shop.example/p/lamp' } }),
      ],
    ],
    ['by mainEntity', [other, { '@type': 'ItemPage', mainEntity: lamp(offer(19.99)) }]],
    ['beside related ones', [lamp(offer(19.99), { isRelatedTo: [other], isSimilarTo: other })]],
    [
      'beside a list',
      [{ '@type': 'ItemList', itemListElement: [{ '@type': 'ListItem', item: other }, other] }, lamp(offer(19.99))],
    ],
    [
      'beside breadcrumbs and reviews',
      [
        {
          '@type': 'BreadcrumbList',
          itemListElement: [{ '@type': 'ListItem', name: 'Lamps', item: 'https://shop.example/lamps' }],
        },
        lamp(offer(19.99), { review: { '@type': 'Review', itemReviewed: other } }),
      ],
    ],
    ['said twice', [lamp(offer(19.99), { sku: 'L-1' }), lamp(offer(19.99), { sku: 'L-1', brand: 'X' })]],
  ])('is told %s', (_, blocks) => {
    expect(priceIn(read(documentOf(drawn, blocks)))).toBe('exact 1999 eur');
  });

  test('the canonical address counts too', () => {
    const head = '<title>Shop</title><link rel="canonical" href="https://shop.example/lamp-red">';
    const blocks = [
      product('A', offer(4.99)),
      product('B', offer(19.99), { '@id': 'https://shop.example/lamp-red#product' }),
    ];
    expect(priceIn(read(documentOf('', blocks, head)))).toBe('exact 1999 eur');
  });

  test.each([
    ['two that nothing tells apart', [product('A', offer(4.99)), product('B', offer(19.99))]],
    [
      'a list alone',
      [{ '@type': 'ItemList', itemListElement: [product('A', offer(4.99)), product('B', offer(5.99))] }],
    ],
    ['a catalogue', [{ '@type': 'OfferCatalog', itemListElement: [offer(4.99), offer(5.99)] }]],
  ])('is none of %s', (_, blocks) => {
    expect(priceIn(read(documentOf('<h1>Lampen</h1>', blocks)))).toBe('several_products');
  });

  test('is none that is about another page altogether', () => {
    const blocks = [product('Candle, scented', offer(4.99), { url: 'https://shop.example/p/candle' })];
    expect(read(documentOf('<h1>Große Stehlampe</h1>', blocks, '<title>Große Stehlampe</title>')).kind).toBe('none');
  });

  test('a page of microdata cards is a list', () => {
    const card = (name: string, price: string) =>
      `<li itemscope itemtype="https://schema.org/Product"><a itemprop="name">${name}</a><span itemprop="offers" itemscope itemtype="https://schema.org/Offer"><span itemprop="price" content="${price}">${price} €</span></span></li>`;
    expect(priceIn(read(documentOf(`<h1>Kerzen</h1><ul>${card('A', '4.99')}${card('B', '5.99')}</ul>`)))).toBe(
      'several_products',
    );
    const main = `<div itemscope itemtype="https://schema.org/Product"><h1 itemprop="name">Lamp</h1><div itemprop="offers" itemscope itemtype="https://schema.org/Offer"><meta itemprop="priceCurrency" content="EUR"><b itemprop="price">19,99</b> €</div></div>`;
    expect(priceIn(read(documentOf(`${main}<ul class="related">${card('A', '4.99')}${card('B', '5.99')}</ul>`)))).toBe(
      'exact 1999 eur',
    );
    expect(priceIn(read(documentOf(`${main}<ul>${card('A', '4.99')}${card('B', '5.99')}</ul>`)))).toBe(
      'exact 1999 eur',
    );
  });
});

describe('variants', () => {
  const group = {
    '@type': 'ProductGroup',
    name: 'Lamp',
    productGroupID: 'L',
    hasVariant: [
      product('Lamp, red', offer(19.99, { url: 'https://shop.example/p/lamp?variant=11' }), {
        sku: 'L-RED',
        color: 'red',
      }),
      product('Lamp, blue', offer(24.99, { url: 'https://shop.example/p/lamp?variant=12' }), {
        sku: 'L-BLUE',
        color: 'blue',
      }),
    ],
  };
  test.each([
    ['https://shop.example/p/lamp?variant=12', 'exact 2499 eur', 'blue'],
    ['https://shop.example/p/lamp?utm_source=x&variant=11#top', 'exact 1999 eur', 'red'],
    ['https://shop.example/p/lamp?sku=l-blue', 'exact 2499 eur', 'blue'],
    ['https://shop.example/p/lamp#L-RED', 'exact 1999 eur', 'red'],
    ['https://shop.example/p/lamp', 'range 1999 2499 eur', undefined],
    ['https://shop.example/p/lamp?variant=99', 'range 1999 2499 eur', undefined],
  ])('%s chooses', (url, expected, color) => {
    const reading = read(documentOf(drawn, [group]), {}, { url });
    expect(priceIn(reading)).toBe(expected);
    expect(fieldOf(reading, 'attributes')?.color).toBe(color);
  });

  test('all of one price need no choice', () => {
    const same = { ...group, hasVariant: group.hasVariant.map((variant) => ({ ...variant, offers: offer(19.99) })) };
    expect(priceIn(read(documentOf(drawn, [same])))).toBe('exact 1999 eur');
  });

  test('offers of one product, told apart by address or number', () => {
    const offers = [offer(19.99, { sku: 'L-RED' }), offer(24.99, { sku: 'L-BLUE' })];
    expect(priceIn(read(documentOf(drawn, [lamp(offers)]), {}, { url: 'https://shop.example/p/lamp?v=L-BLUE' }))).toBe(
      'exact 2499 eur',
    );
    expect(priceIn(read(documentOf(drawn, [lamp(offers)])))).toBe('range 1999 2499 eur');
  });

  test('products of one name side by side are its variants', () => {
    const blocks = [
      lamp(offer(19.99), { sku: 'L-RED', url: '/p/lamp?c=red' }),
      lamp(offer(24.99), { sku: 'L-BLUE', url: '/p/lamp?c=blue' }),
    ];
    expect(priceIn(read(documentOf(drawn, blocks), {}, { url: 'https://shop.example/p/lamp?c=blue' }))).toBe(
      'exact 2499 eur',
    );
    expect(priceIn(read(documentOf(drawn, blocks)))).toBe('range 1999 2499 eur');
  });
});

describe('one price of several', () => {
  test.each<[string, unknown, string]>([
    [
      'bounds',
      { '@type': 'AggregateOffer', lowPrice: 19.99, highPrice: 29.99, priceCurrency: 'EUR' },
      'range 1999 2999 eur',
    ],
    [
      'bounds that meet',
      { '@type': 'AggregateOffer', lowPrice: 19.99, highPrice: 19.99, priceCurrency: 'EUR' },
      'exact 1999 eur',
    ],
    [
      'a least alone',
      { '@type': 'AggregateOffer', lowPrice: '19.99', priceCurrency: 'EUR', offerCount: 5 },
      'from 1999 eur',
    ],
    [
      'a least of one',
      { '@type': 'AggregateOffer', lowPrice: '19.99', priceCurrency: 'EUR', offerCount: 1 },
      'exact 1999 eur',
    ],
    [
      'its offers',
      {
        '@type': 'AggregateOffer',
        lowPrice: 19.99,
        highPrice: 24.99,
        priceCurrency: 'EUR',
        offers: [offer(19.99), offer(24.99)],
      },
      'range 1999 2499 eur',
    ],
    [
      'a specification',
      { '@type': 'Offer', priceSpecification: { price: '19.99', priceCurrency: 'EUR' } },
      'exact 1999 eur',
    ],
    [
      'a list price in one',
      {
        '@type': 'Offer',
        priceSpecification: [
          { price: 29.99, priceCurrency: 'EUR', priceType: 'https://schema.org/StrikethroughPrice' },
          { price: 19.99, priceCurrency: 'EUR' },
        ],
      },
      'exact 1999 eur',
    ],
    [
      'one for members',
      {
        '@type': 'Offer',
        priceSpecification: [
          { price: 14.99, priceCurrency: 'EUR', validForMemberTier: { name: 'Gold' } },
          { price: 19.99, priceCurrency: 'EUR' },
        ],
      },
      'exact 1999 eur',
    ],
    [
      'one with tax and one without',
      {
        '@type': 'Offer',
        priceSpecification: [
          { price: 16.8, priceCurrency: 'EUR', valueAddedTaxIncluded: false },
          { price: 19.99, priceCurrency: 'EUR', valueAddedTaxIncluded: true },
        ],
      },
      'exact 1999 eur',
    ],
    [
      'one per unit',
      {
        '@type': 'Offer',
        price: 19.99,
        priceCurrency: 'EUR',
        priceSpecification: { price: 39.98, priceCurrency: 'EUR', referenceQuantity: { value: 1, unitCode: 'KGM' } },
      },
      'exact 1999 eur',
    ],
    [
      'postage',
      {
        '@type': 'Offer',
        price: 19.99,
        priceCurrency: 'EUR',
        priceSpecification: { '@type': 'DeliveryChargeSpecification', price: 4.9, priceCurrency: 'EUR' },
      },
      'exact 1999 eur',
    ],
    ['one for many', [offer(19.99), offer(17.99, { eligibleQuantity: { minValue: 10 } })], 'exact 1999 eur'],
    [
      'one for rent',
      [offer(19.99), offer(3.99, { businessFunction: 'http://purl.org/goodrelations/v1#LeaseOut' })],
      'exact 1999 eur',
    ],
    [
      'one that is over',
      [offer(14.99, { validThrough: '2026-01-31' }), offer(19.99, { validFrom: '2026-02-01' })],
      'exact 1999 eur',
    ],
    [
      'a used one',
      [offer(9.99, { itemCondition: 'UsedCondition' }), offer(19.99, { itemCondition: 'NewCondition' })],
      'exact 1999 eur',
    ],
    [
      'other sellers',
      [offer(17.5, { seller: { name: 'Cheap & Co' } }), offer(19.99, { seller: { name: 'Lampenladen GmbH' } })],
      'exact 1999 eur',
    ],
  ])('%s', (_, offers, expected) => {
    expect(priceIn(read(documentOf(drawn, [lamp(offers)])))).toBe(expected);
  });

  test('a seller that is not the site is told', () => {
    expect(fieldOf(read(documentOf(drawn, [lamp(offer(19.99, { seller: { name: 'Cheap & Co' } }))])), 'seller')).toBe(
      'Cheap & Co',
    );
  });
});

describe('variants told apart by what they are', () => {
  const desk = '<h1>Lamp for desks</h1>';
  const blocks = (prices: readonly number[]) =>
    ['red', 'blue'].map((color, at) => lamp(offer(prices[at]!), { name: `Lamp for desks, ${color}`, color }));
  test.each<[string, readonly number[], string]>([
    ['https://shop.example/p/lamp?colour=blue', [19.99, 19.99], 'exact 1999 eur'],
    ['https://shop.example/p/lamp', [19.99, 19.99], 'exact 1999 eur'],
    ['https://shop.example/p/lamp', [19.99, 24.99], 'several_products'],
  ])('%s of %p', (url, prices, expected) => {
    expect(priceIn(read(documentOf(desk, blocks(prices)), {}, { url }))).toBe(expected);
  });

  test('one of a group by its color', () => {
    const hasVariant = blocks([19.99, 24.99]);
    const group = { '@type': 'ProductGroup', name: 'Lamp for desks', hasVariant };
    const url = 'https://shop.example/p/lamp?colour=Blue';
    expect(priceIn(read(documentOf(desk, [group]), {}, { url }))).toBe('exact 2499 eur');
  });
});

describe('offers that nothing tells apart', () => {
  const two = [lamp([offer(24.99), offer(19.99)])];
  test.each([
    ['exact 1999 eur', '<p>19,99 €</p><p>Früher 24,99 €</p>'],
    ['exact 1999 eur', '<p>19,99 €</p><p>1 weiterer Händler</p><p>24,99 €</p>'],
    ['price_unsure', '<p>24,99 €</p><p>Mit Karte</p><p>19,99 €</p>'],
    ['range 1999 2499 eur', '<p>19,99 € – 24,99 €</p>'],
    ['range 1999 2499 eur', ''],
  ])('are %s: %s', (expected, body) => {
    expect(priceIn(read(documentOf(`${drawn}${body}`, two)))).toBe(expected);
  });

  it('are a range where something does', () => {
    const sizes = [lamp([offer(19.99, { sku: 'L-S' }), offer(24.99, { sku: 'L-L' })])];
    expect(priceIn(read(documentOf(`${drawn}<p>19,99 €</p><p>24,99 €</p>`, sizes)))).toBe('range 1999 2499 eur');
  });
});

describe('an offer', () => {
  it('for another region is not the site’s', () => {
    const there = offer(22.99, { eligibleRegion: 'FR' });
    const here = offer(19.99, { eligibleRegion: { '@type': 'Country', name: 'DE' } });
    expect(priceIn(read(documentOf(drawn, [lamp([there, here])])))).toBe('exact 1999 eur');
  });

  it('of each month is no price, whatever else repeats it', () => {
    const monthly = {
      '@type': 'UnitPriceSpecification',
      price: '17.91',
      priceCurrency: 'EUR',
      billingIncrement: 1,
      unitCode: 'MON',
    };
    const body = `${drawn}<p>Im Abo 17,91 €</p><p>Einzeln 19,90 €</p>`;
    expect(read(documentOf(body, [lamp(offer('17.91', { priceSpecification: monthly }))])).kind).toBe('none');
  });

  it('is read where a shop system writes its own price objects, and names without capitals', () => {
    const sales = (value: number) => ({
      sales: { value, currency: 'EUR', decimalPrice: value.toFixed(2) },
      list: null,
    });
    const own = { '@type': 'AggregateOffer', lowprice: sales(19.99), highprice: sales(24.99) };
    expect(priceIn(read(documentOf(drawn, [lamp(own)])))).toBe('range 1999 2499 eur');
    const foreign = { '@type': 'Offer', price: '19.99', pricecurrency: 'USD' };
    expect(priceIn(read(documentOf(drawn, [lamp(foreign)])))).toBe('wrong_currency');
  });

  it('of the one hit of a search is not the page’s', () => {
    const hit = lamp(offer(19.99), { name: 'Lamp Milano', url: 'https://shop.example/p/17' });
    const html = documentOf('<h1>Search for lamp</h1>', [hit], '<title>Search</title>');
    expect(read(html, {}, { url: 'https://shop.example/search?q=lamp' }).kind).toBe('none');
  });
});
