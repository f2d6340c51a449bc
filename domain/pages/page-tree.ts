/** A page's elements, parsed in a time that grows with its length alone. */
import { type CheerioAPI, load } from 'cheerio/slim';

export interface PageText {
  readonly type: 'text';
  readonly data: string;
}

export interface PageElement {
  readonly type: 'tag' | 'script' | 'style' | 'root';
  readonly name: string;
  readonly attribs: Readonly<Record<string, string>>;
  readonly children: readonly PageNode[];
  readonly parent: PageElement | null;
}

export type PageNode = PageText | PageElement | { readonly type: 'comment' | 'cdata' | 'directive' };

export interface PageTree {
  readonly root: PageElement;
  readonly select: CheerioAPI;
}

/** More than any page for people has; the parser needs time for elements times their depth. */
const LONGEST = 6_000_000;
const MOST_ELEMENTS = 150_000;
const DEEPEST = 500;

/** Elements that never hold others, or that the parser closes by itself. */
const SHALLOW = new Set(
  `area base br col embed hr img input link meta param source track wbr p li dt dd tr td th thead tbody tfoot option optgroup
  path circle rect line polygon polyline ellipse use stop`.split(/\s+/),
);

/** Undefined for what would take the parser too long. */
export function parsePage(html: string): PageTree | undefined {
  if (html.length > LONGEST || isTooDeep(html)) return undefined;
  const select = load(html, { xml: false });
  // The document itself has neither name nor attributes.
  const root = Object.assign(select.root()[0] as unknown as PageElement, { name: '', attribs: {} });
  return { root, select };
}

const TAG = /<(\/?)([a-z][a-z0-9-]*)/gi;
/** What holds text that is no markup. */
const RAW_ENDS: Readonly<Record<string, RegExp>> = { script: /<\/script/gi, style: /<\/style/gi, title: /<\/title/gi };

function isTooDeep(html: string): boolean {
  let [elements, depth] = [0, 0];
  TAG.lastIndex = 0;
  for (let tag = TAG.exec(html); tag !== null; tag = TAG.exec(html)) {
    const name = tag[2]!.toLowerCase();
    if (tag[1] === '/') {
      if (!SHALLOW.has(name) && depth > 0) depth--;
      continue;
    }
    elements++;
    if (!SHALLOW.has(name)) depth++;
    if (elements > MOST_ELEMENTS || depth > DEEPEST) return true;
    const end = RAW_ENDS[name];
    if (end) {
      end.lastIndex = TAG.lastIndex;
      if (end.exec(html) === null) return false;
      TAG.lastIndex = end.lastIndex - 1;
      depth--;
    }
  }
  return false;
}

export function isElement(node: PageNode): node is PageElement {
  return node.type === 'tag' || node.type === 'script' || node.type === 'style' || node.type === 'root';
}

export interface Visitor {
  /** False: what is inside is left out. */
  enter(element: PageElement): boolean | undefined;
  leave?(element: PageElement): void;
  text?(text: string): void;
}

/** In the order of the page, without recursion. */
export function walk(start: PageElement, visitor: Visitor): void {
  const open: { element: PageElement; at: number }[] = [];
  if (visitor.enter(start) === false) return;
  open.push({ element: start, at: 0 });
  for (let last = open.at(-1); last; last = open.at(-1)) {
    const child = last.element.children[last.at++];
    if (child === undefined) {
      visitor.leave?.(last.element);
      open.pop();
    } else if (child.type === 'text') visitor.text?.((child as PageText).data);
    else if (isElement(child) && visitor.enter(child) !== false) open.push({ element: child, at: 0 });
  }
}

const SILENT = new Set(['script', 'style', 'noscript', 'template', 'svg', 'head', 'iframe', 'object', 'textarea']);

export function isSilent(element: PageElement): boolean {
  return SILENT.has(element.name);
}

/** Enough for any field; what stands further in is not looked at, so that nested elements are not read again and again. */
const MOST_NODES = 1_500;
const MOST_TEXT = 6_000;

/** Its words with simple blanks, without those of elements inside that are left out. */
export function textOf(element: PageElement, isLeftOut: (inner: PageElement) => boolean = isSilent): string {
  let [nodes, length] = [0, 0];
  const parts: string[] = [];
  const isFull = () => ++nodes > MOST_NODES || length > MOST_TEXT;
  walk(element, {
    enter: (inner) => {
      if (isFull() || (inner !== element && (isSilent(inner) || isLeftOut(inner)))) return false;
      if (!isInline(inner)) parts.push(' ');
      return true;
    },
    text: (text) => {
      if (isFull()) return;
      parts.push(text.slice(0, MOST_TEXT));
      length += text.length;
    },
  });
  return tidy(parts.join(''));
}

const INLINE = new Set(
  'a abbr b bdi bdo big cite code data del dfn em font i ins kbd label mark meta link q s samp small span strike strong sub sup time tt u var wbr'.split(
    ' ',
  ),
);

export function isInline(element: PageElement): boolean {
  return INLINE.has(element.name);
}

export function tidy(text: string): string {
  return text.replaceAll(/[\s\u00a0]+/g, ' ').trim();
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  quot: '"',
  apos: "'",
  lt: '<',
  gt: '>',
  nbsp: ' ',
  euro: '€',
  pound: '£',
  yen: '¥',
  ndash: '–',
  mdash: '—',
  auml: 'ä',
  ouml: 'ö',
  uuml: 'ü',
  Auml: 'Ä',
  Ouml: 'Ö',
  Uuml: 'Ü',
  szlig: 'ß',
  eacute: 'é',
  egrave: 'è',
  agrave: 'à',
  ccedil: 'ç',
  reg: '®',
  trade: '™',
  rsquo: '’',
};

/** For texts that were escaped once too often, as in JSON-LD. */
export function unescapeEntities(text: string): string {
  if (!text.includes('&')) return text;
  return text.replaceAll(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,8}));/gi, (all, decimal, hex, name) => {
    if (name !== undefined) return ENTITIES[name] ?? all;
    const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : all;
  });
}
