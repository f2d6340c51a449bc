/** RDFa, Lite and as it is usually met in full: typeof, property, resource, about, content and rel, of schema.org's words alone. */

import { leafOf } from './microdata.ts';
import { isSilent, type PageElement, walk } from './page-tree.ts';
import type { PageZones } from './page-zones.ts';
import { addValue, newThing, type Thing, type Things } from './things.ts';

const MOST_THINGS = 20_000;

interface Scope {
  readonly element: PageElement;
  /** Undefined where things of other vocabularies begin. */
  readonly thing: Thing | undefined;
  /** What the things further in are to it, by `rel`. */
  readonly relation: string | undefined;
  readonly isSchema: boolean;
}

export function readRdfa(root: PageElement, zones: PageZones): Things {
  const reader = new RdfaReader(zones);
  reader.read(root);
  return { layer: 'rdfa', roots: reader.roots() };
}

class RdfaReader {
  readonly #zones: PageZones;
  readonly #all: Thing[] = [];
  readonly #inner = new Set<Thing>();
  readonly #byId = new Map<string, Thing>();
  readonly #links: { owner: Thing; name: string; id: string }[] = [];
  readonly #scopes: Scope[] = [];
  readonly #prefixes = new Set(['schema']);
  #aside = 0;
  #struck = 0;

  constructor(zones: PageZones) {
    this.#zones = zones;
  }

  read(root: PageElement): void {
    walk(root, {
      enter: (element) => {
        if (isSilent(element) && element.name !== 'head') return false;
        this.#aside += Number(this.#zones.of(element).isOfOthers);
        this.#struck += Number(this.#zones.of(element).isStruck);
        this.#enter(element);
        return true;
      },
      leave: (element) => {
        this.#aside -= Number(this.#zones.of(element).isOfOthers);
        this.#struck -= Number(this.#zones.of(element).isStruck);
        if (this.#scopes.at(-1)?.element === element) this.#scopes.pop();
      },
    });
    for (const { owner, name, id } of this.#links) {
      const thing = this.#byId.get(id);
      if (!thing || thing === owner) continue;
      addValue(owner, name, thing);
      this.#inner.add(thing);
    }
  }

  roots(): Thing[] {
    const roots = this.#all.filter((thing) => !this.#inner.has(thing));
    return roots.length > 0 ? roots : this.#all;
  }

  #enter(element: PageElement): void {
    const { vocab, prefix, typeof: types, property, rel, rev, about, resource, itemscope } = element.attribs;
    if (itemscope !== undefined && types === undefined && property === undefined) return;
    const outer = this.#scopes.at(-1);
    for (const [, name] of (prefix ?? '').matchAll(/(\w{1,20}):\s*https?:\/\/schema\.org/g)) this.#prefixes.add(name!);
    const isSchema = vocab === undefined ? (outer?.isSchema ?? false) : /schema\.org/.test(vocab);
    if (types !== undefined) {
      this.#open(element, types, outer, isSchema);
      return;
    }
    const subject = about === undefined ? outer?.thing : (this.#byId.get(about) ?? outer?.thing);
    if (property !== undefined && subject && rev === undefined) this.#say(subject, property, element, isSchema);
    const relation = rel === undefined ? undefined : this.#name(rel, isSchema);
    if (relation !== undefined && subject && (resource !== undefined || (element.attribs.href ?? '').startsWith('#'))) {
      this.#links.push({ owner: subject, name: relation, id: (resource ?? element.attribs.href)! });
      return;
    }
    const isNew = vocab !== undefined || relation !== undefined || (about !== undefined && subject !== outer?.thing);
    if (isNew) this.#scopes.push({ element, thing: subject, relation, isSchema });
  }

  #open(element: PageElement, types: string, outer: Scope | undefined, isSchema: boolean): void {
    const { property, rel, about, resource, href } = element.attribs;
    const known = types
      .split(/\s+/)
      .filter((type) => this.#name(type, isSchema) !== undefined)
      .map((type) => type);
    if (known.length === 0 || this.#all.length >= MOST_THINGS) {
      this.#scopes.push({ element, thing: undefined, relation: undefined, isSchema });
      return;
    }
    const thing = newThing('rdfa', known, resource ?? about ?? href, this.#aside > 0);
    this.#all.push(thing);
    if (thing.id !== undefined && !this.#byId.has(thing.id)) this.#byId.set(thing.id, thing);
    const owner = outer?.thing;
    const named = (property ?? rel ?? '')
      .split(/\s+/)
      .flatMap((name) => (name === '' ? [] : (this.#name(name, isSchema) ?? [])));
    const names = [...named, ...(outer?.relation === undefined ? [] : [outer.relation])];
    if (owner && about === undefined)
      for (const name of new Set(names)) {
        addValue(owner, name, thing);
        this.#inner.add(thing);
      }
    this.#scopes.push({ element, thing, relation: undefined, isSchema });
  }

  #say(thing: Thing, properties: string, element: PageElement, isSchema: boolean): void {
    const { content, resource, href } = element.attribs;
    for (const property of properties.split(/\s+/).slice(0, 10)) {
      const name = property === '' ? undefined : this.#name(property, isSchema);
      if (name === undefined) continue;
      const id = content === undefined ? (resource ?? (href?.startsWith('#') ? href : undefined)) : undefined;
      if (id !== undefined) this.#links.push({ owner: thing, name, id });
      if (resource !== undefined && content === undefined)
        addValue(thing, name, { kind: 'leaf', text: resource.trim(), form: 'written' });
      else addValue(thing, name, leafOf(element, this.#struck > 0));
    }
  }

  /** Undefined for the words of other vocabularies. */
  #name(word: string, isSchema: boolean): string | undefined {
    const [, address] = /^https?:\/\/(?:www\.)?schema\.org\/(\w+)$/.exec(word) ?? [];
    if (address !== undefined) return address;
    const [, prefix, local] = /^(\w+):(\w+)$/.exec(word) ?? [];
    if (prefix !== undefined) return this.#prefixes.has(prefix) ? local : undefined;
    return isSchema && /^\w+$/.test(word) ? word : undefined;
  }
}
