/** What the demo catalogue knows of a product; the seed turns it into what the API takes. */

/** One thing to buy: its SKU, what sets it apart, and how many units lie in each of the two warehouses. */
export interface DemoVariant {
  sku: string;
  name: string;
  attributes: Readonly<Record<string, string>>;
  stock: { east: number; west: number };
  /** Cents on top of the product's price. */
  extra: number;
}

export interface DemoProduct {
  slug: string;
  name: string;
  /** Slug of a category. */
  category: string;
  description: string;
  /** US cents, before tax; the other currencies follow from it. */
  price: number;
  /** US cents it was sold for before. */
  compareAt?: number;
  weightGrams: number;
  palette: Palette;
  variants: readonly DemoVariant[];
}

/** Colors of a picture: the wall behind, then the thing itself in four tones. */
export interface Palette {
  wall: string;
  glow: string;
  main: string;
  dark: string;
  light: string;
  accent: string;
}

/** Six colors in the order of {@link Palette}, written as one line of hex numbers. */
export function palette(colors: string): Palette {
  const [wall = '', glow = '', main = '', dark = '', light = '', accent = ''] = colors
    .split(' ')
    .map((hex) => `#${hex}`);
  return { wall, glow, main, dark, light, accent };
}

/** A variant told apart by one attribute, such as `color` or `size`. */
export function variantsBy(attribute: string) {
  return (sku: string, name: string, east: number, west: number, extra = 0): DemoVariant => ({
    sku,
    name,
    attributes: { [attribute]: name },
    stock: { east, west },
    extra,
  });
}

/** The only variant of a product. */
export function single(sku: string, east: number, west: number): DemoVariant {
  return { sku, name: '', attributes: {}, stock: { east, west }, extra: 0 };
}
