/** What the demo's goods are known by elsewhere: a maker, its number, and an EAN-13. */
import { crc32 } from 'node:zlib';
import type { DemoProduct, DemoVariant } from './demo-product.ts';

export interface Identifiers {
  barcode: string;
  brand: string;
  mpn: string;
}

/** A maker per branch of the shop. */
const brands: Readonly<Record<string, { name: string; code: string }>> = {
  kitchen: { name: 'Hearth & Vane', code: 'HV' },
  home: { name: 'Lumen Row', code: 'LR' },
  desk: { name: 'Quarto Works', code: 'QW' },
  outdoors: { name: 'Ridgeline', code: 'RL' },
  wear: { name: 'Common Thread', code: 'CT' },
};

/** GS1 Germany's company prefix for examples: valid, worldwide, and nobody's. */
const COMPANY_PREFIX = '4012345';

/** The item's number follows from the SKU, so that it stays when the catalogue grows. */
export function identifiersOf(product: Pick<DemoProduct, 'category'>, { sku }: Pick<DemoVariant, 'sku'>): Identifiers {
  const { name, code } = brands[product.category] ?? { name: 'Stockroom', code: 'SR' };
  const payload = COMPANY_PREFIX + String(crc32(sku) % 100_000).padStart(5, '0');
  return { barcode: payload + checkDigit(payload), brand: name, mpn: `${code}-${sku}` };
}

/** Weights 1 and 3 alternate, from the left, over twelve digits (GS1 General Specifications §7.9). */
function checkDigit(twelve: string): number {
  const sum = [...twelve].reduce((total, digit, index) => total + Number(digit) * (index % 2 === 0 ? 1 : 3), 0);
  return (10 - (sum % 10)) % 10;
}
