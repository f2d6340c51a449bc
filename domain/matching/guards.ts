/**
 * What speaks against a match whatever speaks for it: another pack, size or colour, a used one, another seller. A guard
 * contradicts only where both sides say something; silence contradicts nothing, except that a pack is not one.
 */
import { colorsIn, colorsInTitle } from './colors.ts';
import type { Guard, OurVariant, Setting } from './match.ts';
import { type Dimension, isSameMeasure, measuresOf, packCountOf } from './measures.ts';
import type { PageFacts } from './page-facts.ts';
import { isSameBrand, isSameName } from './same-name.ts';
import { fold } from './title-text.ts';

export interface Objection {
  guard: Guard;
  text: string;
}

/** Product and variant as one title. */
export const titleOf = ({ product_name, name }: Pick<OurVariant, 'product_name' | 'name'>): string =>
  [product_name, name].filter((part) => part !== '').join(' ');

/** The first attribute of one of these names that holds a single value. */
function attribute(attributes: Readonly<Record<string, unknown>>, names: ReadonlySet<string>): string | undefined {
  for (const [name, value] of Object.entries(attributes)) {
    if (!names.has(fold(name).replaceAll(/[^a-z]/g, ''))) continue;
    const single = Array.isArray(value) && value.length === 1 ? value[0] : value;
    if (typeof single === 'string' || typeof single === 'number') return String(single);
  }
  return undefined;
}

const set = (names: string) => new Set(names.split(' '));
const PACK_NAMES = set('packcount packsize packquantity pack unitsperpack numberofitems multipack');
const SIZE_NAMES = set('size groesse grosse taille talla taglia maat storlek koko rozmiar tamanho beden velikost');
const COLOR_NAMES = set('color colour farbe couleur colore kleur farg kolor cor vari renk barva');

export function objectionsTo(ours: OurVariant, page: PageFacts, setting: Setting): Objection[] {
  return [
    packs(ours, page, setting),
    sizes(ours, page),
    colors(ours, page),
    condition(page),
    seller(page, setting),
  ].filter((each) => each !== undefined);
}

function packs(ours: OurVariant, page: PageFacts, { packCount }: Setting): Objection | undefined {
  const said = attribute(ours.attributes, PACK_NAMES);
  const mine = (said && /^\d{1,4}$/.test(said) ? Number(said) : packCountOf(titleOf(ours))) ?? 1;
  const theirs = page.packCount ?? packCountOf(page.title);
  if (theirs === undefined || theirs === mine * (packCount ?? 1) || (packCount !== null && theirs === packCount))
    return undefined;
  const expected = mine * (packCount ?? 1);
  return { guard: 'pack_count', text: `The page sells ${theirs} together, ours is ${expected}.` };
}

/** Several values of these stand in a title for different things; one on each side means the same thing. */
const ONE_ONLY: ReadonlySet<Dimension> = new Set(['length', 'power', 'voltage', 'charge', 'resolution']);

function sizes(ours: OurVariant, page: PageFacts): Objection | undefined {
  return measured(ours, page) ?? worn(ours, page);
}

function measured(ours: OurVariant, page: PageFacts): Objection | undefined {
  const mine = measuresOf(`${titleOf(ours)} ${attribute(ours.attributes, SIZE_NAMES) ?? ''}`);
  const theirs = measuresOf(`${page.title} ${attribute(page.attributes, SIZE_NAMES) ?? ''}`);
  const packs = [1, packCountOf(titleOf(ours)) ?? 1, packCountOf(page.title) ?? page.packCount ?? 1];
  for (const [dimension, values] of mine) {
    const others = theirs.get(dimension);
    if (!others || (ONE_ONLY.has(dimension) && (values.length > 1 || others.length > 1))) continue;
    const isThere = values.some((a) =>
      others.some((b) => packs.some((n) => isSameMeasure(a * n, b) || isSameMeasure(a, b * n))),
    );
    if (!isThere) return { guard: 'size', text: `The page says another ${dimension} than ours.` };
  }
  return undefined;
}

const LETTERS = /^(?:\d{0,2}x*[sl]|m)$/;

/** `XXL` and `2XL`, `EU 42` and `42`. Undefined for what is no single size to wear. */
function wornSize(value: string | undefined): string | undefined {
  const plain = fold(value ?? '')
    .replaceAll(/\b(?:eu|eur|de|size|grosse|gr|taille|t)\b\.?/g, '')
    .replaceAll(/[\s.-]/g, '');
  const repeated = /^(x{2,})([sl])$/.exec(plain);
  if (repeated) return `${repeated[1]!.length}x${repeated[2]}`;
  if (LETTERS.test(plain)) return plain.replace(/^1x/, 'x');
  return /^\d{1,3}(?:[.,/]\d{1,2})?$/.test(plain) ? plain.replace(',', '.') : undefined;
}

function worn(ours: OurVariant, page: PageFacts): Objection | undefined {
  const mine = wornSize(attribute(ours.attributes, SIZE_NAMES)) ?? wornSize(ours.name);
  const theirs = wornSize(attribute(page.attributes, SIZE_NAMES));
  if (mine === undefined || theirs === undefined || mine === theirs || /\d$/.test(mine) !== /\d$/.test(theirs))
    return undefined;
  return { guard: 'size', text: `The page sells size ${theirs}, ours is ${mine}.` };
}

function colors(ours: OurVariant, page: PageFacts): Objection | undefined {
  const own = attribute(ours.attributes, COLOR_NAMES);
  const mine = own === undefined ? inTitle(titleOf(ours), ours.brand) : colorsIn(own);
  const named = attribute(page.attributes, COLOR_NAMES);
  const theirs = named === undefined ? inTitle(page.title, page.brand ?? ours.brand) : colorsIn(named);
  if (mine.size === 0 || theirs.size === 0 || [...mine].some((color) => theirs.has(color))) return undefined;
  return { guard: 'color', text: `The page says ${[...theirs].join(', ')}, ours is ${[...mine].join(', ')}.` };
}

/** Black & Decker is no colour. */
const inTitle = (title: string, brand: string | null | undefined) =>
  colorsInTitle(brand ? fold(title).replaceAll(fold(brand), ' ') : title);

const WORN_OUT =
  /(?<!\p{L})(?:refurbished|renewed|reconditioned|recertified|pre[- ]?owned|second[- ]hand|open[- ]box|\(used\)|used[ -]+(?:good|very good|like new|acceptable)|generaluberholt|aufbereitet|gebraucht|gebrauchte|wiederaufbereitet|b[- ]ware|reconditionne|d'occasion|occasion|reacondicionado|usado|segunda mano|ricondizionato|usato|gereviseerd|refurb|tweedehands|renoverad|begagnad|brugt|brukt|odnowiony|uzywany|recondicionado|kunnostettu|kaytetty)(?!\p{L})/u;

function condition(page: PageFacts): Objection | undefined {
  const said =
    page.condition !== undefined && page.condition !== 'new' ? page.condition : WORN_OUT.exec(fold(page.title))?.[0];
  return said === undefined ? undefined : { guard: 'condition', text: `The page sells it ${said}, ours is new.` };
}

function seller(page: PageFacts, { ownNames }: Setting): Objection | undefined {
  if (page.seller === undefined || page.seller.trim() === '') return undefined;
  if (ownNames.some((name) => isSameName(name, page.seller!))) return undefined;
  return { guard: 'seller', text: `It is sold by ${page.seller.slice(0, 80)}, not by the site itself.` };
}

/** What the page calls the maker, where it cannot be ours. */
export function brandObjection(ours: OurVariant, page: PageFacts): Objection | undefined {
  if (!ours.brand || !page.brand || isSameBrand(ours.brand, page.brand)) return undefined;
  if (fold(page.title).includes(fold(ours.brand)) || fold(titleOf(ours)).includes(fold(page.brand))) return undefined;
  return { guard: 'brand', text: `The page says it is of ${page.brand.slice(0, 80)}, ours is of ${ours.brand}.` };
}
