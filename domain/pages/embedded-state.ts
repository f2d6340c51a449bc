/** The data that a page's own program is given: products are found in it by their shape, whatever it is called. */
import { rawText } from './json-ld.ts';
import type { PageElement } from './page-tree.ts';
import { type Json, parseAt, parseTolerantly } from './tolerant-json.ts';

/** Characters that are parsed, over all scripts of a page. */
const MOST_PARSED = 5_000_000;
const MOST_STARTS = 60;

/** All data of a page's scripts, but what is JSON-LD. */
export function embeddedStates(scripts: readonly PageElement[]): Json[] {
  const states: Json[] = [];
  let left = MOST_PARSED;
  let starts = MOST_STARTS;
  for (const script of scripts) {
    if (left <= 0 || starts <= 0) break;
    const type = (script.attribs.type ?? '').toLowerCase().trim();
    if (/ld\+json|json\+ld|importmap|speculationrules|template|text\/x-/.test(type)) continue;
    const text = rawText(script);
    if (text.length > left) continue;
    if (/json/.test(type)) {
      left -= text.length;
      const json = parseTolerantly(text);
      if (json !== undefined) states.push(isFlattened(json) ? unflattened(json) : json);
      continue;
    }
    for (const found of assigned(text, () => starts-- > 0 && left > 0)) {
      left -= found.length;
      if (found.json !== undefined) states.push(found.json);
    }
  }
  return states;
}

/** `window.__STATE__ = {…}`, `dataLayer.push({…})`, `x = JSON.parse("…")` */
const START =
  /(?:(?:^|[\s;,({])(?:window\.|self\.|globalThis\.|var |let |const )?[\w$.]{0,60}(?:state|data|product|nuxt|apollo|initial|preload|meta|item|page|config|store|props|redux|context|layer)[\w$]{0,30}(?:\[["'][\w-]{1,40}["']\])?\s{0,5}=\s{0,5}|(?:dataLayer|_satellite|digitalData)\.push\(\s{0,5}|gtag\(\s{0,5}["']event["'],\s{0,5}["']view_item["'],\s{0,5})(?:JSON\.parse\(\s{0,5}(?=["'])|(?=[[{]))/gi;

function* assigned(text: string, mayGoOn: () => boolean): Generator<{ json: Json | undefined; length: number }> {
  if (!/price|amount/i.test(text)) return;
  START.lastIndex = 0;
  for (let start = START.exec(text); start !== null && mayGoOn(); start = START.exec(text)) {
    const from = START.lastIndex;
    const { value, end } = parseAt(text, from);
    const json = typeof value === 'string' ? parseTolerantly(value) : value;
    yield { json, length: end - from };
    if (value !== undefined) START.lastIndex = end;
  }
}

type Flattened = readonly Json[];

/** Nuxt writes objects whose values are places in one long list. */
function isFlattened(json: Json): json is Flattened {
  if (!Array.isArray(json) || json.length < 4 || json.length > 200_000) return false;
  const [first] = json;
  return Array.isArray(first)
    ? typeof first[0] === 'string'
    : isRecord(first) && Object.values(first).every(Number.isInteger);
}

function isRecord(json: Json | undefined): json is { readonly [name: string]: Json } {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

/** What is referred to twice is one object, so that it takes no more room than the list. */
function unflattened(list: Flattened): Json {
  const made = new Map<number, Json>();
  const valueAt = (place: Json, depth: number): Json => {
    if (typeof place !== 'number' || !Number.isInteger(place) || place < 0 || place >= list.length || depth > 60)
      return null;
    const known = made.get(place);
    if (known !== undefined) return known;
    const raw = list[place]!;
    if (Array.isArray(raw)) {
      if (typeof raw[0] === 'string') return valueAt(raw[1] ?? null, depth + 1);
      const items: Json[] = [];
      made.set(place, items);
      for (const item of raw) items.push(valueAt(item, depth + 1));
      return items;
    }
    if (!isRecord(raw)) return raw;
    const members: Record<string, Json> = Object.create(null);
    made.set(place, members);
    for (const [name, at] of Object.entries(raw)) members[name] = valueAt(at, depth + 1);
    return members;
  };
  return valueAt(0, 0);
}
