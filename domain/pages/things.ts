/** Structured data in one form, whether it came as JSON-LD, microdata or RDFa: things of types, with properties. */
import type { Layer } from './page-reading.ts';

export interface Leaf {
  /** The words of a link, whose value is its address. */
  readonly shown?: string;
  readonly kind: 'leaf';
  readonly text: string;
  /** `number`: of JSON. `written`: for machines (a string of JSON, an attribute). `shown`: for people, in the words of the page. */
  readonly form: 'number' | 'written' | 'shown';
  /** Counted in the currency's minor unit: by its name, or perhaps. */
  readonly minor?: 'certainly' | 'perhaps';
  /** Struck through on the page. */
  readonly struck?: boolean;
}

export interface Thing {
  readonly kind: 'thing';
  readonly layer: Layer;
  /** Without the vocabulary: `Product`. */
  readonly types: string[];
  id: string | undefined;
  readonly properties: Map<string, Value[]>;
  /** Whether it stands in a part of the page about other products. */
  readonly aside?: boolean;
}

export type Value = Leaf | Thing;

/** The things of one layer that are in no other. */
export interface Things {
  readonly layer: Layer;
  readonly roots: readonly Thing[];
}

/** `https://schema.org/Product`, `schema:Product` → `Product` */
export function localName(name: string): string {
  return name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('#'), name.lastIndexOf(':')) + 1).trim();
}

export function newThing(layer: Layer, types: readonly string[], id?: string, aside?: boolean): Thing {
  return {
    kind: 'thing',
    layer,
    types: types.map(localName).filter((type) => type !== ''),
    id: id === '' ? undefined : id,
    properties: new Map(),
    ...(aside === true && { aside }),
  };
}

/** Names that shops are often careless with. */
const SPELLINGS = new Map(
  ['lowPrice', 'highPrice', 'priceCurrency', 'itemCondition'].map((name) => [name.toLowerCase(), name]),
);

export function addValue(thing: Thing, written: string, value: Value): void {
  const name = SPELLINGS.get(written) ?? written;
  const values = thing.properties.get(name);
  if (values) values.push(value);
  else thing.properties.set(name, [value]);
}

export function valuesOf(thing: Thing, ...names: readonly string[]): Value[] {
  return names.flatMap((name) => thing.properties.get(name) ?? []);
}

export function thingsOf(thing: Thing, ...names: readonly string[]): Thing[] {
  return valuesOf(thing, ...names).filter((value) => value.kind === 'thing');
}

export function leavesOf(thing: Thing, ...names: readonly string[]): Leaf[] {
  return valuesOf(thing, ...names).filter((value) => value.kind === 'leaf');
}

/** The first text of that name that says something; of a thing, its name. */
export function textOfProperty(thing: Thing, ...names: readonly string[]): string | undefined {
  for (const value of valuesOf(thing, ...names)) {
    const text = value.kind === 'leaf' ? value.text : textOfProperty(value, 'name', 'value');
    if (text !== undefined && text !== '') return text;
  }
  return undefined;
}

export function hasType(thing: Thing, types: ReadonlySet<string>): boolean {
  return thing.types.some((type) => types.has(type));
}
