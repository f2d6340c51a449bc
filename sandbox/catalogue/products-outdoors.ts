import { type DemoProduct, palette, single, variantsBy } from './demo-product.ts';

const color = variantsBy('color');

export const outdoors: readonly DemoProduct[] = [
  {
    slug: 'ridge-backpack',
    name: 'Ridge Backpack',
    category: 'outdoors',
    description:
      'Twenty-six liters for a long day: a lid that shuts out rain, a back that lets air through, and one pocket on each side that you can reach while walking.',
    price: 13500,
    weightGrams: 1050,
    palette: palette('d3e5da f1f9f4 d06b3c a14c25 ed9a6f 2e5a4b'),
    variants: [color('PACK-RUST', 'Rust', 48, 32), color('PACK-FERN', 'Fern', 40, 38)],
  },
  {
    slug: 'two-person-tent',
    name: 'Two-Person Tent',
    category: 'outdoors',
    description:
      'Up in four minutes, down in two. Three poles, two doors and a porch for the boots; stands in wind that you would rather not stand in. The last one of the season.',
    price: 32000,
    weightGrams: 2300,
    palette: palette('c9dcef eaf4fd e58a3c b9651f f8bd7f 2f5d50'),
    variants: [single('TENT-2P', 1, 0)],
  },
  {
    slug: 'storm-lantern',
    name: 'Storm Lantern',
    category: 'outdoors',
    description:
      'The shape your grandparents hung in the barn, with a lamp that charges by cable and lasts three nights. Dim it to a glow or light the whole table.',
    price: 4900,
    weightGrams: 640,
    palette: palette('273447 3b4d66 c94f3d 93362a f08a76 ffd56b'),
    variants: [color('LANTERN-RED', 'Red', 55, 44), color('LANTERN-TEAL', 'Teal', 2, 0)],
  },
  {
    slug: 'steel-bottle',
    name: 'Steel Bottle',
    category: 'outdoors',
    description:
      'Cold for a day, hot for half of one. Two walls of steel with nothing between them, a lid that cannot be lost, and no taste of what was in it before.',
    price: 3200,
    weightGrams: 350,
    palette: palette('fbe0d3 fff5f0 3b8c88 27696a 7cc0bb f2b05e'),
    variants: [
      color('BOTTLE-SEA', 'Sea', 160, 120),
      color('BOTTLE-CLAY', 'Clay', 140, 90),
      color('BOTTLE-SNOW', 'Snow', 110, 100),
    ],
  },
  {
    slug: 'folding-stove',
    name: 'Folding Stove',
    category: 'outdoors',
    description:
      'Boils half a liter in three minutes and folds into a fist. Holds a wide pan steady on three arms; burns any common canister.',
    price: 6400,
    weightGrams: 180,
    palette: palette('dfe3e8 f7f9fb 5b6773 3d4751 94a1ad 3f8fe0'),
    variants: [single('STOVE-3', 38, 29)],
  },
  {
    slug: 'sighting-compass',
    name: 'Sighting Compass',
    category: 'outdoors',
    description:
      'A needle that settles at once and a mirror to take a bearing by. It has no battery, no account and no update.',
    price: 2900,
    weightGrams: 75,
    palette: palette('efe6cf fcf8ec c49a45 8f6c26 f3dfae c9433a'),
    variants: [single('COMPASS-1', 95, 60)],
  },
];
