import { documentOf, fieldOf, read } from './page-for-test.ts';

const META =
  '<title>Lamp</title><meta property="product:price:amount" content="19.99"><meta property="product:price:currency" content="EUR">';
const shown = (body: string, title = 'Lamp') =>
  read(documentOf(`<h1>${title}</h1><p class="price">19,99 €</p>${body}`, [], META.replace('Lamp', title)));

describe('beside the price', () => {
  test.each<[string, number | undefined]>([
    ['<del>29,99 €</del>', 2999],
    ['<p class="old-price">29,99 €</p>', 2999],
    ['<p>UVP 29,99 €</p>', 2999],
    ['<p>29,99 €</p>', undefined],
    ['<del>9,99 €</del>', undefined],
    ['<del>499,00 €</del>', undefined],
    ['<section class="bundle"><del>29,99 €</del></section>', undefined],
  ])('what it was: %s', (body, amount) => {
    expect(fieldOf(shown(body), 'listPrice')?.amount).toBe(amount);
  });

  test.each<[string, [number, number, string] | undefined]>([
    ['<p>3,99 € / 100 g</p>', [399, 100, 'g']],
    ['<p>Grundpreis: 39,98 €/l</p>', [3998, 1, 'l']],
    ['<small>(1 kg = 39,98 €)</small>', [3998, 1, 'kg']],
    ['<p>19,99 € / Stück</p>', undefined],
    ['<p>10 kg</p>', undefined],
  ])('per unit: %s', (body, expected) => {
    const unit = fieldOf(shown(body), 'unitPrice');
    expect(unit && [unit.amount, unit.quantity, unit.unit]).toEqual(expected);
  });

  test.each([
    ['<p>Auf Lager</p>', 'in_stock'],
    ['<p>Nicht auf Lager</p>', 'out_of_stock'],
    ['<p>Only 2 left</p>', 'limited'],
    ['<p>Out of stock</p>', 'out_of_stock'],
    ['<p>En rupture de stock</p>', 'out_of_stock'],
    ['<p>Vorbestellbar: jetzt vorbestellen</p>', 'preorder'],
    ['<p>Genäht in Bremen</p>', undefined],
    ['<p>If sold out, join the waiting list.</p>', undefined],
    ['<p>Notify me when available</p>', undefined],
    ['<p>Reservar em loja</p>', undefined],
    ['<p>Benachrichtigen, sobald verfügbar</p>', undefined],
    ['<p class="soldout hidden">Sold out</p>', undefined],
    ['<p class="d-none">Sold out</p>', undefined],
    ['<p class="hidden md:block">Sold out</p>', 'out_of_stock'],
    ['<p class="d-none d-md-block">Sold out</p>', 'out_of_stock'],
  ])('whether it is there: %s', (body, expected) => {
    expect(fieldOf(shown(body), 'availability')).toBe(expected);
  });

  test.each([
    ['<p>Sold by <a>Copper Lane</a></p>', 'Copper Lane'],
    ['<p>Verkauf und Versand durch Lichtblick GmbH.</p>', 'Lichtblick GmbH'],
    ['<p>Vendu et expédié par Lumière</p>', 'Lumière'],
    ['<p>Verkäufer: Lichtblick (98 %)</p>', 'Lichtblick'],
    ['<p>Sold by weight: 98 %</p>', 'weight: 98 %'],
    ['<p>Best seller of the year</p>', undefined],
  ])('who sells it: %s', (body, expected) => {
    expect(fieldOf(shown(body), 'seller')).toBe(expected === 'weight: 98 %' ? undefined : expected);
  });

  test.each([
    ['<p>Zustand: gebraucht – sehr gut</p>', 'Lamp', 'used'],
    ['<p>Condition: Refurbished</p>', 'Lamp', 'refurbished'],
    ['', 'Lamp (generalüberholt)', 'refurbished'],
    ['', 'ランプ【中古】', 'used'],
    ['', 'Lamp, used look', undefined],
    ['<p>We used oak from Bremen.</p>', 'Lamp', undefined],
  ])('in which condition: %s %s', (body, title, expected) => {
    expect(fieldOf(shown(body, title), 'condition')).toBe(expected);
  });

  test.each([
    ['Lamp, pack of 6', 6],
    ['Lampe 3er-Set', 3],
    ['Lamp 60 W', undefined],
  ])('how many: %s', (title, expected) => {
    expect(fieldOf(shown('', title), 'packCount')).toBe(expected);
  });
});
