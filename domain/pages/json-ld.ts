/** JSON-LD: every block of the page as one graph of things. */
import { isElement, type PageElement, unescapeEntities } from './page-tree.ts';
import { addValue, type Leaf, newThing, type Thing, type Things } from './things.ts';
import { type Json, parseTolerantly } from './tolerant-json.ts';

/** No page says more than this about one offer. */
const MOST_VALUES = 60_000;
const DEEPEST = 40;

export function readJsonLd(scripts: readonly PageElement[]): Things {
  const graph = new Graph();
  for (const script of scripts) {
    if (!/^\s*application\/(?:ld\+json|json\+ld)/i.test(script.attribs.type ?? '')) continue;
    const json = parseTolerantly(rawText(script));
    if (json !== undefined) graph.addBlock(json);
  }
  return { layer: 'json_ld', roots: graph.roots() };
}

export function rawText(script: PageElement): string {
  return script.children.map((child) => (!isElement(child) && 'data' in child ? child.data : '')).join('');
}

type JsonObject = { readonly [name: string]: Json };

class Graph {
  readonly #tops: Thing[] = [];
  readonly #byId = new Map<string, Thing>();
  readonly #references: { owner: Thing; name: string; at: number; id: string }[] = [];
  #values = 0;

  addBlock(json: Json, depth = 0): void {
    if (depth > DEEPEST || this.#values > MOST_VALUES) return;
    if (Array.isArray(json)) for (const item of json) this.addBlock(item, depth + 1);
    else if (isObject(json)) {
      const graph = json['@graph'];
      if (graph !== undefined && graph !== null) this.addBlock(graph, depth + 1);
      if (Object.keys(json).some((name) => name !== '@graph' && name !== '@context' && name !== '@id'))
        this.#tops.push(this.#thing(json, 0));
    }
  }

  /** References find what they mean once all blocks are read; what another thing refers to is no root. */
  roots(): Thing[] {
    const inner = new Set<Thing>();
    for (const { owner, name, at, id } of this.#references) {
      const thing = this.#byId.get(id);
      if (!thing || thing === owner) continue;
      owner.properties.get(name)![at] = thing;
      inner.add(thing);
    }
    const roots = this.#tops.filter((thing) => !inner.has(thing));
    const reached = reachedFrom(roots);
    // Things that refer to each other in a ring have no root.
    for (const thing of this.#tops) {
      if (reached.has(thing)) continue;
      roots.push(thing);
      reachedFrom([thing], reached);
    }
    return roots;
  }

  #thing(json: JsonObject, depth: number): Thing {
    const types = [json['@type'] ?? json.type ?? []].flat().filter((type) => typeof type === 'string');
    const id = json['@id'] ?? json.id;
    const thing = newThing('json_ld', types, typeof id === 'string' ? id : undefined);
    for (const [name, value] of Object.entries(json)) {
      if (name === '@context' || name === '@type' || name === '@graph') continue;
      this.#add(thing, propertyName(name), value, depth);
    }
    if (thing.id !== undefined) this.#register(thing.id, thing);
    return thing;
  }

  #add(thing: Thing, name: string, value: Json, depth: number): void {
    if (++this.#values > MOST_VALUES || depth > DEEPEST || value === null) return;
    if (Array.isArray(value)) for (const item of value) this.#add(thing, name, item, depth + 1);
    else if (isObject(value)) this.#addObject(thing, name, value, depth);
    else addValue(thing, name, leafOf(value as string | number | boolean));
  }

  #addObject(thing: Thing, name: string, value: JsonObject, depth: number): void {
    const inner = value['@value'] ?? value['@list'] ?? value['@set'];
    if (inner !== undefined) {
      this.#add(thing, name, inner, depth + 1);
      return;
    }
    const sales = salesPriceOf(value);
    if (sales && /price$/i.test(name)) {
      this.#add(thing, name, sales.decimalPrice ?? sales.value ?? null, depth + 1);
      this.#add(thing, 'priceCurrency', sales.currency ?? null, depth + 1);
      return;
    }
    const id = value['@id'];
    addValue(thing, name, this.#thing(value, depth + 1));
    const isReference = Object.keys(value).every((key) => key === '@id' || key === '@type');
    if (typeof id === 'string' && isReference)
      this.#references.push({ owner: thing, name, at: thing.properties.get(name)!.length - 1, id });
  }

  /** The fullest of one id is the one that others refer to. */
  #register(id: string, thing: Thing): void {
    const known = this.#byId.get(id);
    if (!known || thing.properties.size > known.properties.size) this.#byId.set(id, thing);
  }
}

/** Some shops write `Offers`. */
function propertyName(name: string): string {
  const bare = name.replace(/^(?:schema:|https?:\/\/schema\.org\/)/, '');
  return bare.slice(0, 1).toLowerCase() + bare.slice(1);
}

/** Salesforce's reference shop sets its own price object where the number belongs. */
function salesPriceOf({ sales }: JsonObject): JsonObject | undefined {
  return sales !== undefined && isObject(sales) && 'decimalPrice' in sales ? sales : undefined;
}

function isObject(json: Json): json is JsonObject {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

function leafOf(value: string | number | boolean): Leaf {
  if (typeof value === 'number') return { kind: 'leaf', text: String(value), form: 'number' };
  return { kind: 'leaf', text: unescapeEntities(String(value)).trim(), form: 'written' };
}

function reachedFrom(start: readonly Thing[], reached = new Set<Thing>()): Set<Thing> {
  const queue = [...start];
  for (let thing = queue.pop(); thing; thing = queue.pop()) {
    if (reached.has(thing)) continue;
    reached.add(thing);
    for (const values of thing.properties.values())
      for (const value of values) if (value.kind === 'thing') queue.push(value);
  }
  return reached;
}
