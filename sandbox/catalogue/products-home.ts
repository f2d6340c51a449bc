import { type DemoProduct, palette, single, variantsBy } from './demo-product.ts';

const color = variantsBy('color');
const size = variantsBy('size');

export const home: readonly DemoProduct[] = [
  {
    slug: 'arc-table-lamp',
    name: 'Arc Table Lamp',
    category: 'home',
    description:
      'A small pool of warm light where you read. The shade tilts, the stem leans, and a dial on the base takes it from evening down to candle.',
    price: 12900,
    weightGrams: 2400,
    palette: palette('fbe6b9 fff8e4 e2963a b56f1f ffd27d 34414f'),
    variants: [color('LAMP-AMB', 'Amber', 28, 22), color('LAMP-GRN', 'Bottle green', 1, 0)],
  },
  {
    slug: 'merino-blanket',
    name: 'Merino Blanket',
    category: 'home',
    description:
      'Two meters of fine wool, woven with a herringbone you notice on the second evening. Warm without weight, and it airs clean on a line.',
    price: 14900,
    compareAt: 17900,
    weightGrams: 1300,
    palette: palette('efd9df fcf3f5 b35c74 8c4059 dd99ab f4e3d0'),
    variants: [color('BLANKET-ROSE', 'Rose', 24, 18), color('BLANKET-FOG', 'Fog', 30, 26)],
  },
  {
    slug: 'corduroy-cushion',
    name: 'Corduroy Cushion',
    category: 'home',
    description:
      'Wide-wale cotton over a feather pad that comes back when you shake it. The cover unzips for the wash. Fifty centimeters square.',
    price: 3900,
    weightGrams: 700,
    palette: palette('d7e6e0 f2faf7 d98a3d ad6724 f0b877 2f6f62'),
    variants: [color('CUSHION-OCHRE', 'Ochre', 75, 55), color('CUSHION-PINE', 'Pine', 60, 40)],
  },
  {
    slug: 'beeswax-candle',
    name: 'Beeswax Candle',
    category: 'home',
    description:
      'Pure wax and a cotton wick, nothing added: it smells of honey because it is nearly honey. Forty hours in the large one, without a drip.',
    price: 1400,
    weightGrams: 250,
    palette: palette('e8dff0 f8f4fc f0c35a c9962f fbe3a3 e8663c'),
    variants: [size('CANDLE-S', 'Small', 220, 140), size('CANDLE-L', 'Large', 120, 90, 1000)],
  },
  {
    slug: 'quiet-wall-clock',
    name: 'Quiet Wall Clock',
    category: 'home',
    description:
      'A sweeping movement that makes no sound at all, behind real glass. Thirty centimeters, legible from the other end of the kitchen.',
    price: 7200,
    weightGrams: 900,
    palette: palette('cddbe8 eef5fb fdfdf8 2f4358 e9eef2 d9533f'),
    variants: [single('CLOCK-30', 0, 0)],
  },
  {
    slug: 'terracotta-pot',
    name: 'Terracotta Pot',
    category: 'home',
    description:
      'Fired clay that lets the roots breathe, with a hole where a hole should be and a saucer that fits. The plant in the picture is yours to find.',
    price: 1900,
    weightGrams: 1500,
    palette: palette('dcead6 f5fbf2 c96f4a 9c4f30 e59b78 4f8a4c'),
    variants: [
      size('POT-S', '12 cm', 130, 90),
      size('POT-M', '18 cm', 85, 60, 900),
      size('POT-L', '26 cm', 12, 9, 2600),
    ],
  },
  {
    slug: 'fluted-vase',
    name: 'Fluted Vase',
    category: 'home',
    description:
      'Blown glass with twenty-four flutes that turn an afternoon window into something to look at. Tall enough for tulips, narrow enough for one of them.',
    price: 4800,
    weightGrams: 820,
    palette: palette('f5dfe6 fdf5f8 6fa6b8 447f93 b4d9e4 e0647f'),
    variants: [color('VASE-SEA', 'Sea', 33, 27), color('VASE-SMOKE', 'Smoke', 1, 1)],
  },
];
