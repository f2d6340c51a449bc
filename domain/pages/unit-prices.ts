/** Prices per kilogram, litre or metre, as shops must print them in many countries. */
import { parsePrice } from '../price-text.ts';
import type { Market } from './amounts.ts';
import type { UnitPrice } from './page-reading.ts';

const UNIT =
  '(kg|kilo|kilogramm?|g|gr|mg|l|liter|litre|litro|litr|ml|cl|dl|m²|m2|m³|m|cm|lb|oz|fl\\.? ?oz|stück|stk|st|szt|pieces?|pcs|pz|ud|count|ct|each|ks|kpl)';
const PER = new RegExp(
  `((?:[A-Z]{3}|\\p{Sc}|kr\\.?|Fr\\.)?\\s?\\d[\\d.,'’ ]{0,14}\\s?[^\\d\\s(/]{0,5})\\s{0,3}(?:\\/|per|pro|je|par|al|por|za|pr\\.?|le|the|el)\\s{0,3}(\\d{1,4}(?:[.,]\\d{1,3})?)?\\s{0,3}${UNIT}\\b`,
  'iu',
);
const BEFORE = new RegExp(`^\\(?\\s{0,3}(\\d{1,4}(?:[.,]\\d{1,3})?)\\s{0,3}${UNIT}\\s{0,3}=\\s{0,3}(.{1,40})`, 'iu');

const NAMES: Readonly<Record<string, string>> = {
  kilo: 'kg',
  kilogramm: 'kg',
  kilogram: 'kg',
  gr: 'g',
  liter: 'l',
  litre: 'l',
  litro: 'l',
  litr: 'l',
  m2: 'm²',
  stück: 'piece',
  stk: 'piece',
  st: 'piece',
  szt: 'piece',
  piece: 'piece',
  pieces: 'piece',
  pcs: 'piece',
  pz: 'piece',
  ud: 'piece',
  count: 'piece',
  ct: 'piece',
  each: 'piece',
  ks: 'piece',
  kpl: 'piece',
};

export function unitPriceIn(text: string, market: Market): UnitPrice | undefined {
  if (text.length > 120) return undefined;
  const bare = text.replace(/^[^\d\p{Sc}(]{0,40}/u, '').replace(/^\(/, '');
  const [, first, quantity, unit] = PER.exec(bare) ?? [];
  if (first !== undefined && unit !== undefined) return priced(first, quantity, unit, market);
  const [, amount, name, second] = BEFORE.exec(bare) ?? [];
  return name === undefined ? undefined : priced(second!.replace(/[)\s]+$/, ''), amount, name, market);
}

function priced(price: string, quantity: string | undefined, unit: string, market: Market): UnitPrice | undefined {
  const parsed = parsePrice(price.trim(), market);
  if (
    parsed?.kind !== 'exact' ||
    parsed.amount === 0 ||
    (parsed.currency !== null && parsed.currency !== market.currency)
  )
    return undefined;
  const name = unit.toLowerCase();
  const count = quantity === undefined ? 1 : Number(quantity.replace(',', '.'));
  return { amount: parsed.amount, currency: market.currency, quantity: count, unit: NAMES[name] ?? name };
}
