import { type DemoProduct, palette, single, variantsBy } from './demo-product.ts';

const color = variantsBy('color');
const paper = variantsBy('paper');

export const desk: readonly DemoProduct[] = [
  {
    slug: 'field-notebook',
    name: 'Field Notebook',
    category: 'desk',
    description:
      'Lies flat on page one. 192 numbered pages that take ink without letting it through, an index to fill in, a pocket for the receipt you will need in March.',
    price: 1600,
    weightGrams: 310,
    palette: palette('d9e2f2 f4f7fd 31568f 223f6c 6f94cc e8b04a'),
    variants: [
      paper('NOTE-DOT', 'Dotted', 300, 220),
      paper('NOTE-RULED', 'Ruled', 260, 180),
      paper('NOTE-PLAIN', 'Plain', 150, 110),
    ],
  },
  {
    slug: 'brass-fountain-pen',
    name: 'Brass Fountain Pen',
    category: 'desk',
    description:
      'Turned from one bar of brass and left without lacquer, so that it darkens where you hold it. A steel nib, medium, and a converter for ink from a bottle.',
    price: 5800,
    weightGrams: 60,
    palette: palette('e9e3d6 fbf8f1 c9a24b 96742a ecd08d 2f3b4d'),
    variants: [single('PEN-BRASS', 65, 50)],
  },
  {
    slug: 'studio-headphones',
    name: 'Studio Headphones',
    category: 'desk',
    description:
      'Closed at the back, honest in the middle, and light enough to forget. The cable unplugs, the pads unclip, and every part can be ordered by its number.',
    price: 18900,
    compareAt: 22900,
    weightGrams: 410,
    palette: palette('dcd6ee f5f2fc 3a3551 25213a 6a6390 ef7f5a'),
    variants: [color('PHONES-NIGHT', 'Night', 42, 30), color('PHONES-CORAL', 'Coral', 1, 0)],
  },
  {
    slug: 'compact-keyboard',
    name: 'Compact Keyboard',
    category: 'desk',
    description:
      'Seventy-five keys, each with a soft, low bump, in an aluminum tray that does not flex. Switches pull out, layouts go in, and it works with a plain cable.',
    price: 14900,
    weightGrams: 980,
    palette: palette('d5e8ea f2fafb e9edf0 9aa8b2 ffffff e2725b'),
    variants: [color('KEYS-CHALK', 'Chalk', 36, 24), color('KEYS-COAL', 'Coal', 28, 16)],
  },
];
