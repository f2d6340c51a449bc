/** What a visitor reads, in runs of text: where each stands, and whether it is struck through. */
import { isInline, isSilent, type PageElement, tidy, walk } from './page-tree.ts';
import { isOthersHeading, type PageZones, type Zone } from './page-zones.ts';

export interface TextRun {
  readonly text: string;
  /** `others`: about other products. `furniture`: navigation, baskets, footers. */
  readonly zone: 'main' | 'others' | 'furniture';
  readonly struck: boolean;
  /** The same cut where an inline element begins or ends and no number is torn; empty when that leaves it whole. */
  readonly pieces: readonly string[];
}

/** Between digits of two elements: `12<sup>99</sup>`. */
export const SEAM = '\u2063';

const LONGEST_RUN = 4_000;
const MOST_TEXT = 3_000_000;

interface Frame {
  readonly element: PageElement;
  readonly zone: TextRun['zone'];
  readonly struck: boolean;
}

export function textRuns(root: PageElement, zones: PageZones): TextRun[] {
  const reader = new RunReader(zones);
  walk(root, reader);
  reader.flush();
  return reader.runs;
}

class RunReader {
  readonly #zones: PageZones;
  readonly runs: TextRun[] = [];
  readonly #frames: Frame[] = [];
  /** Elements from whose present place on the page tells of other products. */
  readonly #turned = new Set<PageElement>();
  #parts: string[] = [];
  #length = 0;
  #total = 0;

  constructor(zones: PageZones) {
    this.#zones = zones;
  }

  enter = (element: PageElement): boolean => {
    if (isHidden(element) || this.#total > MOST_TEXT) return false;
    const outer = this.#frames.at(-1);
    const own = this.#zones.of(element);
    const struck = outer?.struck === true || own.isStruck;
    const turned = outer !== undefined && this.#turned.has(outer.element);
    const zone = zoneOf(own, turned ? 'others' : (outer?.zone ?? 'main'));
    if (isApart(element) || struck !== (outer?.struck === true)) this.flush();
    this.#frames.push({ element, zone, struck });
    return true;
  };

  leave = (element: PageElement): void => {
    const frame = this.#frames.at(-1)!;
    const text = /^h[2-6]$/.test(element.name) ? tidy(this.#parts.join('')) : '';
    if (isApart(element) || frame.struck !== (this.#frames.at(-2)?.struck === true)) this.flush();
    if (text !== '' && isOthersHeading(text)) this.#turned.add(sectionOf(element));
    this.#frames.pop();
  };

  text = (text: string): void => {
    if (this.#length > LONGEST_RUN) return;
    const part = text.slice(0, LONGEST_RUN);
    this.#parts.push(part);
    this.#length += part.length;
  };

  flush(): void {
    const frame = this.#frames.at(-1);
    const pieces = piecesOf(this.#parts);
    const text = tidy(pieces.join(''));
    this.#total += text.length;
    if (text !== '') {
      const tidied = pieces.length > 1 && /\d/.test(text) ? pieces.map(tidy).filter((piece) => piece !== '') : [];
      this.runs.push({ text, zone: frame?.zone ?? 'main', struck: frame?.struck ?? false, pieces: tidied });
    }
    this.#parts = [];
    this.#length = 0;
  }
}

/** What belongs to one number, or to a number and its currency, is one piece. */
function piecesOf(parts: readonly string[]): string[] {
  const pieces: string[] = [];
  for (const part of parts) {
    const last = pieces.at(-1);
    if (last === undefined) pieces.push(part);
    else if (isTorn(last, part)) pieces[pieces.length - 1] = last + (isDigits(last, part) ? SEAM : '') + part;
    else pieces.push(isDigits(last, part) ? ` ${part}` : part);
  }
  return pieces;
}

function isDigits(before: string, after: string): boolean {
  return /\d/.test(before.at(-1) ?? '') && /^\d/.test(after);
}

function isTorn(last: string, part: string): boolean {
  const [before, after] = [last.slice(-20).trimEnd(), part.slice(0, 20).trimStart()];
  if (after === '') return true;
  // A number that has its cents has ended: `12<sup>99</sup><b>25 %</b>`.
  if (/^\d/.test(after) && /(?:\u2063|\d[.,])\d{2}$/.test(before)) return false;
  const isNumber = /[\d.,’'\p{Sc}]$/u.test(before) && /^[\d.,’'-]/.test(after);
  return isNumber || (/\d$/.test(before) && /^\p{Sc}(?!\s?\d)/u.test(after));
}

/** What is meant for those who listen says again what stands beside it. */
function isApart(element: PageElement): boolean {
  return (
    !isInline(element) ||
    element.name === 'ins' ||
    /screen-reader|sr-only|visually-?hidden|offscreen/i.test((element.attribs.class ?? '').slice(0, 300))
  );
}

function zoneOf(own: Zone, outer: TextRun['zone']): TextRun['zone'] {
  if (outer !== 'main') return outer;
  if (own.isOfOthers) return 'others';
  return own.isFurniture ? 'furniture' : 'main';
}

function isHidden(element: PageElement): boolean {
  if (isSilent(element)) return true;
  const { hidden, style, class: classes } = element.attribs;
  return (
    (hidden !== undefined && hidden !== 'until-found') ||
    (style !== undefined && /display\s?:\s?none/i.test(style)) ||
    (classes !== undefined && element.name !== 'body' && isHiddenByClass(classes.slice(0, 1_000)))
  );
}

/** By the names that style sheets of many shops share; `hidden md:block` and `d-none d-md-block` are only so on phones. */
function isHiddenByClass(classes: string): boolean {
  if (!/(?:^|\s)(?:hidden|hide|d-none|is-hidden|ng-hide)(?:\s|$)/.test(classes)) return false;
  return !/(?:^|\s)(?:\w{2,3}:(?!hidden)[\w-]+|d-(?:sm|md|lg|xl|xxl)-(?!none)\w|visible-\w)/.test(classes);
}

/** The element whose later parts a heading is about: its parent, unless that holds nothing else. */
function sectionOf(heading: PageElement): PageElement {
  let section = heading.parent ?? heading;
  for (let up = 0; up < 3 && section.parent && isAlone(section); up++) section = section.parent;
  return section;
}

function isAlone(section: PageElement): boolean {
  return section.children.filter((child) => child.type === 'tag').length === 1;
}
