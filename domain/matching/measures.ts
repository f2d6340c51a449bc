/** How much, how long, how strong and how many together: what a title says of it, in one unit per dimension. */
import { fold } from './title-text.ts';

export type Dimension = 'volume' | 'mass' | 'length' | 'storage' | 'power' | 'voltage' | 'charge' | 'resolution';

interface Unit {
  dimension: Dimension;
  /** In millilitres, grams, millimetres, gigabytes, watts, volts, milliampere hours, megapixels. */
  factor: number;
}

const unit = (dimension: Dimension, factor: number): Unit => ({ dimension, factor });

const UNITS: Readonly<Record<string, Unit>> = {
  ...names('ml milliliter millilitre milliliters millilitres', unit('volume', 1)),
  ...names('cl', unit('volume', 10)),
  ...names('dl', unit('volume', 100)),
  ...names('l lt ltr liter litre liters litres litro litri litros', unit('volume', 1_000)),
  ...names('floz', unit('volume', 29.5735)),
  ...names('mg', unit('mass', 0.001)),
  ...names('g gr gramm grams gram grammes', unit('mass', 1)),
  ...names('kg kilo kilogramm', unit('mass', 1_000)),
  ...names('oz ounce ounces', unit('mass', 28.3495)),
  ...names('lb lbs pound pounds', unit('mass', 453.592)),
  ...names('mm', unit('length', 1)),
  ...names('cm', unit('length', 10)),
  ...names('m meter metre meters metres metro metri', unit('length', 1_000)),
  ...names('in inch inches zoll pouces pollici pulgadas " ″', unit('length', 25.4)),
  ...names('ft foot feet', unit('length', 304.8)),
  ...names('mb', unit('storage', 0.001)),
  ...names('gb go', unit('storage', 1)),
  ...names('tb to', unit('storage', 1_000)),
  ...names('w watt watts', unit('power', 1)),
  ...names('kw', unit('power', 1_000)),
  ...names('v volt volts', unit('voltage', 1)),
  ...names('mah', unit('charge', 1)),
  ...names('ah', unit('charge', 1_000)),
  ...names('mp megapixel megapixels mpix', unit('resolution', 1)),
};

function names(all: string, of: Unit): Record<string, Unit> {
  return Object.fromEntries(all.split(' ').map((name) => [name, of]));
}

const ALTERNATIVES = Object.keys(UNITS)
  .sort((a, b) => b.length - a.length)
  .join('|');
const MEASURE = new RegExp(
  `(?<![\\p{L}\\p{N}.])(\\d{1,6}(?:\\.\\d{1,3})?)[ -]?(${ALTERNATIVES})(?![\\p{L}\\p{N}]|[ -]\\d)`,
  'gu',
);

export type Measures = ReadonlyMap<Dimension, readonly number[]>;

/** All that a text measures, by dimension. */
export function measuresOf(text: string): Measures {
  const found = new Map<Dimension, number[]>();
  for (const [, number, name] of plain(text).matchAll(MEASURE)) {
    const { dimension, factor } = UNITS[name!]!;
    found.set(dimension, [...(found.get(dimension) ?? []), Number(number) * factor]);
  }
  return found;
}

/** Decimal points, and no thousands: `1,5 l` → `1.5 l`. */
function plain(text: string): string {
  return fold(text)
    .replaceAll(/(?<=\d)[.,](?=\d{3}(?!\d)\s*(?:ml|g|mm|w|mah)\b)/g, '')
    .replaceAll(/(?<=\d),(?=\d)/g, '.')
    .replaceAll(/\bfl\.? ?oz\b/g, 'floz');
}

/** What is the same after a change of units, as printed: 12 fl oz are 355 ml. */
export const isSameMeasure = (a: number, b: number): boolean => Math.abs(a - b) <= 0.02 * Math.max(a, b);

const COUNTED = '\\d{1,4}';
/** One digit group stands for the number that are sold together. */
const PACKS: readonly RegExp[] = [
  // 6 x 330 ml, 6x; but not 4x optical zoom or 10x15 cm
  new RegExp(
    `(?<![\\p{L}\\p{N}.])(${COUNTED}) ?[x×] ?(?=\\d+(?:\\.\\d+)? ?(?:ml|cl|l|g|gr|kg|oz|floz)(?![\\p{L}\\p{N}]))`,
    'u',
  ),
  new RegExp(
    `(?<![\\p{L}\\p{N}.])(${COUNTED})[ -]?(?:er|fach)?[ -]?(?:pack|packs|pk|pck|paquete|paquetes|pak|opak)(?![\\p{L}\\p{N}])`,
    'u',
  ),
  new RegExp(`(?<![\\p{L}\\p{N}.])(${COUNTED})er[ -]?(?:set|pack|packung|box|karton|kiste)`, 'u'),
  new RegExp(
    `(?<!\\p{L})(?:pack|set|lot|box|case|bundle|pacco|confezione|paquete|pakke|verpakking|zestaw)[ -](?:of|de|da|di|van|med|mit|von|à|a)[ -](${COUNTED})(?![\\p{L}\\p{N}.])`,
    'u',
  ),
  new RegExp(
    `(?<![\\p{L}\\p{N}.])(${COUNTED})[ -]?(?:stuck|stk|stuks|st|pcs|pc|piece|pieces|pieza|piezas|pz|pezzi|pieces|szt|count|ct|units|unites|unidades|paar|pairs|rollen|rolls|sachets|tabs|kapseln|capsules|tablets|tabletten)\\.?(?![\\p{L}\\p{N}])`,
    'u',
  ),
  /(?<!\p{L})(?:twin|doppel|double)[ -]?pack(?:ung)?(?!\p{L})/u,
];

/** How many are sold together, where a title says so; undefined where it does not. */
export function packCountOf(title: string): number | undefined {
  const text = plain(title);
  for (const pattern of PACKS) {
    const found = pattern.exec(text);
    if (!found) continue;
    const count = found[1] === undefined ? 2 : Number(found[1]);
    if (count >= 1 && count <= 5_000) return count;
  }
  return undefined;
}
