import { documentOf, fieldOf, priceIn, read } from './page-for-test.ts';

const lamp = (offer: object, name = 'Lamp') => ({
  '@type': 'Product',
  name,
  offers: { '@type': 'Offer', priceCurrency: 'EUR', ...offer },
});
const page = (body: string, offer: object, name = 'Lamp') =>
  read(documentOf(`<h1>${name}</h1>${body}`, [lamp(offer, name)]));

describe('a price that data name', () => {
  test.each([
    '<p>Preis auf Anfrage</p>',
    '<p>Price on request</p>',
    '<span>Prix sur demande</span>',
    '<b>Цена по запросу</b>',
  ])('is not believed where the page says %s', (body) => {
    expect(priceIn(page(body, { price: '0.01' }))).toBe('price_unsure');
  });

  it('is believed where the page shows it and asks for calls besides', () => {
    expect(priceIn(page('<p>19,99 €</p><p>Call for price of large orders</p>', { price: '19.99' }))).toBe(
      'exact 1999 eur',
    );
  });

  it('of one piece is not that of the pack', () => {
    const cups = (body: string, price: string) => priceIn(page(body, { price }, 'Becher 6 Stück'));
    expect(cups('<p>2,50 €/Stück</p><p>15,00 €</p>', '2.50')).toBe('price_unsure');
    expect(cups('<p>2,50 €/Stück</p><p>15,00 €</p>', '15.00')).toBe('exact 1500 eur');
    expect(cups('<p>2,50 €</p>', '2.50')).toBe('exact 250 eur');
  });
});

describe('what is paid once beside more each month', () => {
  test.each(['<p>mtl. 34,99 €</p>', '<p>34,99 € / Monat</p>', '<p>34,99 € monatlich</p>'])(
    'is no price: %s',
    (body) => {
      const phone = (price: string, shown: string) => priceIn(page(`<p>einmalig ${shown}</p>${body}`, { price }));
      expect(phone('1.00', '1,00 €')).toBe('price_unsure');
      expect(phone('799.00', '799,00 €')).toBe('exact 79900 eur');
    },
  );
});

describe('what data call sold out', () => {
  const stock = (body: string, availability = 'OutOfStock') =>
    fieldOf(
      page(`<p>19,99 €</p>${body}`, { price: '19.99', availability: `https://schema.org/${availability}` }),
      'availability',
    );

  it('is not known to be where it can be put into the cart', () => {
    expect(stock('<button class="buy">In den Warenkorb</button>')).toBeUndefined();
    expect(stock('<button type="submit"><span>Add to your basket</span></button>')).toBeUndefined();
    expect(stock('<a class="btn" href="#">In den Warenkorb</a>')).toBeUndefined();
    expect(stock('<button>In den Warenkorb</button>', 'InStock')).toBe('in_stock');
    expect(stock('<button>In den Warenkorb</button>', 'Discontinued')).toBe('discontinued');
  });

  test.each([
    '<button disabled>In den Warenkorb</button>',
    '<button aria-disabled="true">In den Warenkorb</button>',
    '<button class="btn is-disabled">In den Warenkorb</button>',
    '<button style="display:none">In den Warenkorb</button>',
    '<button>Benachrichtigen</button>',
    '<a href="/cart">Cart</a>',
    '<p>In den Warenkorb</p>',
    '<section class="related-products"><button>In den Warenkorb</button></section>',
  ])('is so beside %s', (body) => {
    expect(stock(body)).toBe('out_of_stock');
  });

  it('is so without a price only where nothing can be put into the cart', () => {
    const gone = { price: '', availability: 'https://schema.org/OutOfStock' };
    expect(fieldOf(page('<p>Ausverkauft</p>', gone), 'availability')).toBe('out_of_stock');
    expect(page('<p>19,99 €</p><button>In den Warenkorb</button>', gone).kind).toBe('none');
  });
});
