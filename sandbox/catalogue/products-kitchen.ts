import { type DemoProduct, palette, single, variantsBy } from './demo-product.ts';

const color = variantsBy('color');
const size = variantsBy('size');

export const kitchen: readonly DemoProduct[] = [
  {
    slug: 'stoneware-mug',
    name: 'Stoneware Mug',
    category: 'kitchen',
    description:
      'A heavy mug that keeps coffee warm through one long e-mail. Thrown by hand, glazed inside and out, with a handle wide enough for three fingers. Holds 330 ml and does not mind the dishwasher.',
    price: 1800,
    weightGrams: 380,
    palette: palette('f3e3cf fdf6ec d9a66c b27a43 f2cfa0 6b4a2b'),
    variants: [
      color('MUG-OAT', 'Oat', 240, 160),
      color('MUG-MOSS', 'Moss', 180, 90),
      color('MUG-SLATE', 'Slate', 3, 0),
    ],
  },
  {
    slug: 'gooseneck-kettle',
    name: 'Gooseneck Kettle',
    category: 'kitchen',
    description:
      'Pours a thin, steady stream exactly where you aim it. One liter of brushed steel for any hob, with a thermometer in the lid and a handle that stays cool.',
    price: 7900,
    compareAt: 9500,
    weightGrams: 1100,
    palette: palette('cfe1e3 eff8f8 3f5a63 2a3f47 7f9aa3 d98e4a'),
    variants: [color('KETTLE-BLK', 'Black', 60, 35), color('KETTLE-STL', 'Steel', 45, 20)],
  },
  {
    slug: 'cast-iron-teapot',
    name: 'Cast Iron Teapot',
    category: 'kitchen',
    description:
      'Six cups that are still hot at the sixth. Enameled inside, so it neither rusts nor flavors the tea, with a steel basket for loose leaves.',
    price: 6400,
    weightGrams: 1900,
    palette: palette('dbe7d3 f4faf0 3d6652 28483a 6f9c84 c9573f'),
    variants: [single('TEAPOT-6', 2, 1)],
  },
  {
    slug: 'chefs-knife',
    name: "Chef's Knife",
    category: 'kitchen',
    description:
      'The one knife that does nine jobs in ten. High-carbon steel ground thin behind the edge, a walnut handle without rivets, balanced at the heel. Comes sharp; stays so with a stone.',
    price: 9800,
    weightGrams: 260,
    palette: palette('e4dcd4 faf6f2 b9c3c9 7d8a92 e8eef1 6b442b'),
    variants: [size('KNIFE-16', '16 cm', 40, 40), size('KNIFE-20', '20 cm', 55, 30, 2000)],
  },
  {
    slug: 'oak-cutting-board',
    name: 'Oak Cutting Board',
    category: 'kitchen',
    description:
      'End-grain oak that closes over the cuts you make in it. A groove catches the juice, four feet keep it still. Oil it twice a year and leave it to your children.',
    price: 4200,
    weightGrams: 1600,
    palette: palette('efe0c8 fcf6ea c98f52 9a6633 e3b67f 5c7a4a'),
    variants: [size('BOARD-S', 'Small', 70, 40), size('BOARD-L', 'Large', 35, 25, 1600)],
  },
  {
    slug: 'linen-apron',
    name: 'Linen Apron',
    category: 'kitchen',
    description:
      'Washed linen that gets softer with every stain. Straps that cross at the back, so nothing pulls at your neck, and two pockets for a towel and a telephone.',
    price: 4600,
    weightGrams: 320,
    palette: palette('dfe4ee f6f8fc 5e7396 435474 8fa3c4 e0b25c'),
    variants: [color('APRON-INK', 'Ink', 80, 60), color('APRON-SAND', 'Sand', 50, 45)],
  },
  {
    slug: 'pepper-mill',
    name: 'Pepper Mill',
    category: 'kitchen',
    description:
      'Beech on the outside, hardened steel within. Turn the knob for anything from dust to cracked corns. Refill it from the top without a tool.',
    price: 3600,
    weightGrams: 290,
    palette: palette('f6dcd0 fdf3ee a4553a 7a3a26 cf8468 2e2a28'),
    variants: [single('MILL-PEPPER', 90, 70)],
  },
];
