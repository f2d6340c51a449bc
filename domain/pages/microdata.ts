/** Microdata as things: what an element says by itemprop belongs to the nearest itemscope above it, or to who names it by itemref. */
import { isSilent, type PageElement, textOf, walk } from './page-tree.ts';
import type { PageZones } from './page-zones.ts';
import { addValue, type Leaf, newThing, type Thing, type Things } from './things.ts';

const MOST_ITEMS = 20_000;
const MOST_REFERENCES = 500;
/** Elements that references may lead through, altogether. */
const MOST_STEPS = 100_000;

export function readMicrodata(root: PageElement, zones: PageZones): Things {
  const reader = new MicrodataReader(zones);
  reader.read(root);
  return { layer: 'microdata', roots: reader.roots };
}

class MicrodataReader {
  readonly #zones: PageZones;
  readonly roots: Thing[] = [];
  readonly #things = new Map<PageElement, Thing>();
  readonly #references: { thing: Thing; ids: string[] }[] = [];
  readonly #byId = new Map<string, PageElement>();
  #steps = 0;

  constructor(zones: PageZones) {
    this.#zones = zones;
  }

  read(root: PageElement): void {
    this.#collect(root, undefined);
    const referred = this.#references.slice(0, MOST_REFERENCES);
    const inner = new Set<Thing>();
    for (const { thing, ids } of referred)
      for (const id of ids.slice(0, 50)) {
        const element = this.#byId.get(id);
        if (element) this.#collect(element, { thing, inner });
      }
    const roots = this.roots.filter((thing) => !inner.has(thing));
    this.roots.splice(0, this.roots.length, ...roots);
  }

  /** The whole page, or with an owner: what a reference leads to. */
  #collect(start: PageElement, referred: { thing: Thing; inner: Set<Thing> } | undefined): void {
    const owners: { element: PageElement; thing: Thing }[] = [];
    let [aside, struck] = [0, 0];
    walk(start, {
      enter: (element) => {
        if (referred && ++this.#steps > MOST_STEPS) return false;
        if (isSilent(element) && element.name !== 'head') return false;
        const { itemprop, itemscope, id } = element.attribs;
        if (!referred && id !== undefined && !this.#byId.has(id)) this.#byId.set(id, element);
        aside += Number(this.#zones.of(element).isOfOthers);
        struck += Number(this.#zones.of(element).isStruck);
        const owner = owners.at(-1)?.thing ?? referred?.thing;
        if (itemscope === undefined) {
          if (itemprop !== undefined && owner) this.#say(owner, itemprop, leafOf(element, struck > 0));
          return true;
        }
        const thing = this.#thingOf(element, aside > 0);
        if (!thing) return false;
        if (itemprop !== undefined && owner && owner !== thing) {
          this.#say(owner, itemprop, thing);
          referred?.inner.add(thing);
        } else if (!referred) this.roots.push(thing);
        // What it says itself was read when the page was.
        if (referred) return false;
        owners.push({ element, thing });
        return true;
      },
      leave: (element) => {
        aside -= Number(this.#zones.of(element).isOfOthers);
        struck -= Number(this.#zones.of(element).isStruck);
        if (owners.at(-1)?.element === element) owners.pop();
      },
    });
  }

  #say(owner: Thing, names: string, value: Leaf | Thing): void {
    for (const name of names.split(/\s+/).slice(0, 10)) if (name !== '') addValue(owner, propertyName(name), value);
  }

  #thingOf(element: PageElement, aside: boolean): Thing | undefined {
    const known = this.#things.get(element);
    if (known || this.#things.size >= MOST_ITEMS) return known;
    const { itemtype = '', itemid, itemref } = element.attribs;
    const thing = newThing('microdata', itemtype.split(/\s+/), itemid, aside);
    this.#things.set(element, thing);
    if (itemref !== undefined) this.#references.push({ thing, ids: itemref.split(/\s+/) });
    return thing;
  }
}

export function propertyName(name: string): string {
  return name.replace(/^(?:https?:\/\/(?:www\.)?schema\.org\/|schema:)/, '');
}

const SOURCES = new Set(['audio', 'embed', 'iframe', 'img', 'source', 'track', 'video']);
const LINKS = new Set(['a', 'area', 'link']);

/** The value of an element by HTML's rules; an attribute for machines goes before the words for people. */
export function leafOf(element: PageElement, struck: boolean): Leaf {
  const { name, attribs } = element;
  const written = (text: string): Leaf => ({
    kind: 'leaf',
    text: text.trim(),
    form: 'written',
    ...(struck && { struck }),
  });
  if (attribs.content !== undefined && attribs.content.trim() !== '') return written(attribs.content);
  if (name === 'meta') return written(attribs.value ?? '');
  if (SOURCES.has(name)) return written(attribs.src ?? attribs['data-src'] ?? '');
  if (LINKS.has(name) && attribs.href !== undefined) return { ...written(attribs.href), shown: textOf(element) };
  if (name === 'object') return written(attribs.data ?? '');
  if ((name === 'data' || name === 'meter') && attribs.value !== undefined) return written(attribs.value);
  if (name === 'time' && attribs.datetime !== undefined) return written(attribs.datetime);
  if (name === 'input' && attribs.value !== undefined) return written(attribs.value);
  return { kind: 'leaf', text: textOf(element), form: 'shown', ...(struck && { struck }) };
}
