/** Products in embedded state, by shape: what has a name and a price, in the words that shop systems use for them. */

import { BEFORE, CURRENCY, ELSEWHERE, LABELS, MINOR, NAMES, NOW, OFFER_LABELS, VALUE } from './state-words.ts';
import { addValue, type Leaf, newThing, type Thing, type Things } from './things.ts';
import type { Json } from './tolerant-json.ts';

type JsonObject = { readonly [name: string]: Json };

const MOST_NODES = 80_000;
const DEEPEST = 40;
const MOST_PRODUCTS = 500;

export function stateProducts(states: readonly Json[]): Things {
  const roots: Thing[] = [];
  const seen = new Set<object>();
  const queue: { json: Json; currency: string | undefined; depth: number; aside: boolean }[] = states.map((json) => ({
    json,
    currency: undefined,
    depth: 0,
    aside: false,
  }));
  for (let at = 0; at < queue.length && at < MOST_NODES && roots.length < MOST_PRODUCTS; at++) {
    const { json, currency, depth, aside } = queue[at]!;
    if (typeof json !== 'object' || json === null || depth > DEEPEST || seen.has(json)) continue;
    seen.add(json);
    if (Array.isArray(json)) {
      const isMany = aside || json.filter((one) => isObject(one) && looksLikeProduct(keyed(one))).length > 1;
      for (const item of json)
        if (queue.length < MOST_NODES) queue.push({ json: item, currency, depth: depth + 1, aside: isMany });
      continue;
    }
    const object = json as JsonObject;
    const keys = keyed(object);
    const own = textAt(keys, CURRENCY) ?? currency;
    const isListEvent = typeof object.event === 'string' && ELSEWHERE.test(object.event);
    const isProduct = looksLikeProduct(keys);
    if (isProduct) roots.push(productOf(keys, own, aside));
    for (const [name, value] of Object.entries(object)) {
      if (
        typeof value !== 'object' ||
        value === null ||
        queue.length >= MOST_NODES ||
        (isProduct && /variants?$/i.test(name))
      )
        continue;
      queue.push({
        json: value,
        currency: own,
        depth: depth + 1,
        aside: aside || isListEvent || ELSEWHERE.test(name) || isProduct,
      });
    }
  }
  return { layer: 'embedded_state', roots };
}

type Keyed = ReadonlyMap<string, Json>;

/** By name without case and separators: `finalPrice`, `final_price` and `FinalPrice` are one. */
function keyed(object: JsonObject): Keyed {
  return new Map(
    Object.entries(object)
      .slice(0, 300)
      .map(([name, value]) => [name.toLowerCase().replaceAll(/[^a-z0-9]/g, ''), value]),
  );
}

function isObject(json: Json | undefined): json is JsonObject {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

function looksLikeProduct(keys: Keyed): boolean {
  return nameOf(keys) !== undefined && (nowOf(keys) !== undefined || variantsOf(keys).length > 0);
}

function nameOf(keys: Keyed): string | undefined {
  for (const name of NAMES) {
    const value = keys.get(name);
    if (typeof value === 'string' && value.trim() !== '') return value.trim();
    if (isObject(value) && typeof value.title === 'string') return value.title.trim();
  }
  return undefined;
}

function textAt(keys: Keyed, names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = keys.get(name);
    if (typeof value === 'string' && value.trim() !== '') return value.trim();
    if (isObject(value)) {
      const inner = value.name ?? value.code ?? value.label ?? value.title;
      if (typeof inner === 'string') return inner.trim();
    }
    if (typeof value === 'number') return String(value);
  }
  return undefined;
}

interface StatePrice {
  readonly leaf: Leaf;
  readonly currency: string | undefined;
  readonly before: Leaf | undefined;
}

/** Where an object gives a price: at itself, or in objects that it holds for the purpose. */
function nowOf(keys: Keyed, names: readonly string[] = NOW, depth = 0): StatePrice | undefined {
  for (const name of names) {
    const value = keys.get(name);
    const leaf = leafOf(value, name);
    if (leaf) return { leaf, currency: textAt(keys, CURRENCY), before: beforeOf(keys, depth) };
    if (!isObject(value) || depth > 3) continue;
    const inner = keyed(value);
    const price = nowOf(inner, VALUE, depth + 1) ?? nowOf(inner, NOW, depth + 1);
    if (price)
      return {
        ...price,
        currency: price.currency ?? textAt(inner, CURRENCY),
        before: price.before ?? beforeOf(inner, depth) ?? beforeOf(keys, depth),
      };
  }
  return undefined;
}

function beforeOf(keys: Keyed, depth: number): Leaf | undefined {
  for (const name of BEFORE) {
    const value = keys.get(name);
    const leaf =
      leafOf(value, name) ?? (isObject(value) && depth < 4 ? nowOf(keyed(value), VALUE, depth + 2)?.leaf : undefined);
    if (leaf) return leaf;
  }
  return undefined;
}

function leafOf(value: Json | undefined, name: string): Leaf | undefined {
  if (typeof value === 'string') {
    const text = value.trim();
    return /\d/.test(text) && text.length <= 40
      ? { kind: 'leaf', text, form: 'written', ...(/^\d+$/.test(text) && counted(name)) }
      : undefined;
  }
  if (typeof value !== 'number' || !(value > 0)) return undefined;
  return { kind: 'leaf', text: String(value), form: 'number', ...(Number.isInteger(value) && counted(name)) };
}

function counted(name: string): Pick<Leaf, 'minor'> {
  return { minor: MINOR.test(name) ? 'certainly' : 'perhaps' };
}

function productOf(keys: Keyed, currency: string | undefined, aside: boolean): Thing {
  const product = newThing('embedded_state', ['Product'], undefined, aside);
  const written = (text: string): Leaf => ({ kind: 'leaf', text, form: 'written' });
  const name = nameOf(keys);
  if (name !== undefined) addValue(product, 'name', written(name));
  for (const [property, names] of Object.entries(LABELS)) {
    const text = textAt(keys, names);
    if (text !== undefined && text.length < 200) addValue(product, property, written(text));
  }
  const id = textAt(keys, ['id', 'variantid', 'productid']);
  if (id !== undefined) addValue(product, 'productID', written(id));
  const price = nowOf(keys);
  if (price) addValue(product, 'offers', offerOf(price, keys, currency));
  for (const variant of variantsOf(keys)) {
    const thing = productOf(variant, currency, aside);
    if (thing.properties.has('offers')) addValue(product, 'hasVariant', thing);
  }
  return product;
}

function variantsOf(keys: Keyed): Keyed[] {
  const variants = keys.get('variants');
  if (!Array.isArray(variants)) return [];
  return variants
    .slice(0, 500)
    .filter(isObject)
    .map(keyed)
    .filter((variant) => nowOf(variant) !== undefined);
}

function offerOf(price: StatePrice, keys: Keyed, currency: string | undefined): Thing {
  const offer = newThing('embedded_state', ['Offer']);
  addValue(offer, 'price', price.leaf);
  const code = price.currency ?? currency;
  if (code !== undefined) addValue(offer, 'priceCurrency', { kind: 'leaf', text: code, form: 'written' });
  if (price.before) addValue(offer, 'price', { ...price.before, struck: true });
  for (const [property, names] of Object.entries(OFFER_LABELS)) {
    const text = textAt(keys, names);
    if (text !== undefined && text.length < 200) addValue(offer, property, { kind: 'leaf', text, form: 'written' });
  }
  const availability = availabilityOf(keys);
  if (availability !== undefined)
    addValue(offer, 'availability', { kind: 'leaf', text: availability, form: 'written' });
  return offer;
}

function availabilityOf(keys: Keyed): string | undefined {
  for (const name of ['availability', 'availabilitystatus', 'stockstatus', 'stock', 'inventory', 'inventorystatus']) {
    const value = keys.get(name);
    const text = typeof value === 'string' ? value : isObject(value) ? (value.status ?? value.state) : undefined;
    if (typeof text === 'string') return text;
  }
  for (const name of [
    'instock',
    'available',
    'isinstock',
    'isavailable',
    'availableforsale',
    'purchasable',
    'buyable',
  ]) {
    const value = keys.get(name);
    if (typeof value === 'boolean') return value ? 'InStock' : 'OutOfStock';
  }
  const stock = keys.get('stock');
  return typeof stock === 'number' && stock > 0 ? 'InStock' : undefined;
}
