/**
 * Where on a page a price that is known from before stands now: selectors that lead to it alone, those first that will outlast the
 * next release. Each page costs a time that grows with its length alone.
 */
import type { Money } from '../money.ts';
import type { SiteHints } from '../pages/page-reading.ts';
import { isElement, isSilent, type PageElement, type PageTree, textOf, walk } from '../pages/page-tree.ts';
import { parsePrice } from '../price-text.ts';

export interface Candidate {
  selector: string;
  /** From 0 (made to be found) upwards. */
  rank: number;
}

const MOST_PLACES = 30;
const MOST_ANCESTORS = 5;
/** Each goes through the whole page. */
const MOST_LOOKS = 400;
const LONGEST_PRICE = 80;
const MOST_CHILDREN = 12;

/** Selectors of the elements that say just this price, best first. */
export function findSelectors(tree: PageTree, price: Money, hints: SiteHints): Candidate[] {
  const found = new Map<string, number>();
  let looks = 0;
  for (const place of placesOf(tree, price, hints))
    for (const { selector, rank } of selectorsOf(place)) {
      if (looks++ > MOST_LOOKS) break;
      if (!found.has(selector) && leadsTo(tree, selector, place)) found.set(selector, rank);
    }
  return [...found].map(([selector, rank]) => ({ selector, rank })).sort((a, b) => a.rank - b.rank);
}

function placesOf({ root }: PageTree, price: Money, hints: SiteHints): PageElement[] {
  const places: PageElement[] = [];
  walk(root, {
    enter: (element) => {
      if (element.type !== 'root' && isSilent(element)) return false;
      if (places.length >= MOST_PLACES) return false;
      if (!isShort(element) || !says(textOf(element), price, hints)) return true;
      // The innermost: what is around it may hold more on another page.
      if (places.at(-1) === element.parent) places.pop();
      places.push(element);
      return true;
    },
  });
  return places;
}

/** What may hold a price and little else: its text is at hand without going deep. */
function isShort({ children }: PageElement): boolean {
  if (children.length > MOST_CHILDREN) return false;
  const inner = children.filter(isElement);
  return inner.every((child) => child.children.length <= MOST_CHILDREN && child.children.every(isLeaf));
}

const isLeaf = (node: PageElement['children'][number]) =>
  !isElement(node) || node.children.every((child) => !isElement(child));

function says(text: string, price: Money, { currency, locale }: SiteHints): boolean {
  if (text.length > LONGEST_PRICE || !/\p{Nd}/u.test(text)) return false;
  const read = parsePrice(text, { currency, locale });
  return read?.kind === 'exact' && read.amount === price.amount && read.currency === price.currency;
}

const ANCESTOR_COSTS = 10;

/** By itself, else below the nearest of what is around it that has a name. */
function* selectorsOf(place: PageElement): Iterable<Candidate> {
  const own = namesOf(place);
  yield* own;
  const inner = [...own, { selector: place.name, rank: 5 }];
  let around = place.parent;
  for (let step = 1; around && around.type !== 'root' && step <= MOST_ANCESTORS; step++, around = around.parent)
    for (const outer of namesOf(around))
      for (const { selector, rank } of inner)
        yield { selector: `${outer.selector} ${selector}`, rank: ANCESTOR_COSTS * step + outer.rank + rank };
}

/** How an element can be named, best first: what was put there for programs, then an id, then classes that people wrote. */
function namesOf(element: PageElement): Candidate[] {
  const { itemprop, id, class: classes = '' } = element.attribs;
  const names: Candidate[] = [];
  if (itemprop && isWord(itemprop)) names.push({ selector: `[itemprop="${itemprop}"]`, rank: 0 });
  for (const [name, value] of Object.entries(element.attribs)) {
    if (!/^data-[a-z]+(?:-[a-z]+)*$/.test(name)) continue;
    if (isWord(value)) names.push({ selector: `[${name}="${value}"]`, rank: 1 });
    else names.push({ selector: `[${name}]`, rank: 2 });
  }
  if (id && isWord(id)) names.push({ selector: `#${id}`, rank: 2 });
  for (const name of classes.split(/\s+/).slice(0, 8)) {
    const selector = classSelector(name);
    if (selector) names.push({ selector, rank: selector.startsWith('.') ? 3 : 4 });
  }
  return names;
}

/** Of what a person would write: a number in it is of one product or one build. */
const isWord = (text: string) => /^[A-Za-z]+(?:[-_]{1,2}[A-Za-z]+)*$/.test(text) && text.length <= 40;

/** `Price_now__x7Yz1` keeps its first part through all builds. */
function classSelector(name: string): string | undefined {
  const [, kept] = /^([A-Za-z][A-Za-z-]{2,})_[A-Za-z0-9]+(?:__|_)[A-Za-z0-9_-]{4,8}$/.exec(name) ?? [];
  if (kept) return `[class*="${kept}_"]`;
  return isWord(name) && !isMade(name) ? `.${name}` : undefined;
}

/** Names that a program made: capitals within short words, or hardly a vowel. */
function isMade(name: string): boolean {
  if (/^(?:css|sc|jsx|emotion|svelte)-/.test(name)) return true;
  const vowels = name.match(/[aeiouy]/gi)?.length ?? 0;
  return /[a-z][A-Z].*[a-z][A-Z]/.test(name) ? name.length < 10 : vowels === 0 && name.length > 4;
}

function leadsTo({ select }: PageTree, selector: string, place: PageElement): boolean {
  const found = select(selector);
  return found.length === 1 && (found[0] as unknown) === place;
}
