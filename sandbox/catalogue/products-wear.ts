import { type DemoProduct, type DemoVariant, palette, single, variantsBy } from './demo-product.ts';

const color = variantsBy('color');
const size = variantsBy('size');

/** A shirt in two colors and four sizes. */
const shirt = (code: string, name: string, stock: readonly number[]): DemoVariant[] =>
  ['S', 'M', 'L', 'XL'].map((letter, index) => ({
    sku: `SHIRT-${code}-${letter}`,
    name: `${name}, ${letter}`,
    attributes: { color: name, size: letter },
    stock: { east: stock[index] ?? 0, west: Math.floor((stock[index] ?? 0) / 2) },
    extra: 0,
  }));

export const wear: readonly DemoProduct[] = [
  {
    slug: 'heavy-cotton-shirt',
    name: 'Heavy Cotton T-Shirt',
    category: 'wear',
    description:
      'Knitted from thick, combed cotton with a collar that stays round. Washed before it is cut, so it does not shrink after.',
    price: 3200,
    weightGrams: 240,
    palette: palette('d8ecf0 f3fbfc f4f0e6 c9c2b0 ffffff 3f7fa0'),
    variants: [...shirt('ECRU', 'Ecru', [60, 80, 80, 40]), ...shirt('NAVY', 'Navy', [40, 60, 2, 30])],
  },
  {
    slug: 'lambswool-beanie',
    name: 'Lambswool Beanie',
    category: 'wear',
    description:
      'A ribbed cap in soft lambswool, double over the ears. One size, since wool is reasonable about heads.',
    price: 2800,
    weightGrams: 90,
    palette: palette('e3e0f0 f7f6fd d4503f a8372a ee8273 f5e6c8'),
    variants: [color('BEANIE-BRICK', 'Brick', 110, 80), color('BEANIE-CREAM', 'Cream', 70, 65)],
  },
  {
    slug: 'striped-scarf',
    name: 'Striped Scarf',
    category: 'wear',
    description:
      'Long enough to go round twice and still meet. Brushed wool in three stripes, with fringes twisted by hand.',
    price: 5400,
    compareAt: 6800,
    weightGrams: 210,
    palette: palette('f6e6c4 fefaee 2f6f7e 1f4f5b 69a7b4 e6a13c'),
    variants: [single('SCARF-STRIPE', 64, 48)],
  },
  {
    slug: 'everyday-socks',
    name: 'Everyday Socks',
    category: 'wear',
    description:
      'Three pairs that match each other and will go on doing so. Combed cotton, a flat seam at the toe, a heel that stays where a heel is.',
    price: 1900,
    weightGrams: 150,
    palette: palette('d5e9df f2fbf6 e9c24f bd962b f7e09a 3d6ea8'),
    variants: [
      size('SOCKS-36', '36–39', 180, 130),
      size('SOCKS-40', '40–43', 200, 150),
      size('SOCKS-44', '44–47', 90, 70),
    ],
  },
  {
    slug: 'rain-jacket',
    name: 'Rain Jacket',
    category: 'wear',
    description:
      'Keeps water out and lets warmth go. Taped seams, a hood with a brim you can bend, and it packs into its own pocket.',
    price: 16800,
    weightGrams: 390,
    palette: palette('ced9e6 eef4fa f0bb2f c08f14 fbdc84 2f4a66'),
    variants: [size('JACKET-S', 'S', 18, 14), size('JACKET-M', 'M', 22, 17), size('JACKET-L', 'L', 1, 0)],
  },
  {
    slug: 'canvas-tote',
    name: 'Canvas Tote',
    category: 'wear',
    description:
      'Unbleached canvas with handles that reach the shoulder and seams that carry twelve kilograms of groceries without a word.',
    price: 2200,
    weightGrams: 260,
    palette: palette('f2d9cc fdf4ef e7d8b8 b9a57d f6ecd6 c2523c'),
    variants: [single('TOTE-1', 210, 190)],
  },
];
