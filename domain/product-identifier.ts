/** The identifier in what a shop prints beside "EAN", "ISBN" or nothing: which kind it is, and the GTIN it amounts to. */
import { checkDigitOf, expandUpcE, gtin14Of, isRestrictedGtin, parseGtin } from './gtin.ts';

type IdentifierKind = 'gtin8' | 'upc' | 'gtin13' | 'gtin14' | 'isbn10' | 'isbn13' | 'ismn' | 'issn';

export interface ProductIdentifier {
  readonly kind: IdentifierKind;
  /** Without blanks and hyphens; a UPC-E expanded. */
  readonly value: string;
  /** What it is compared by; null for an ISSN, which names a periodical and none of its issues. */
  readonly gtin14: string | null;
  /** It means something else in every shop, or nothing: not to be compared. */
  readonly restricted: boolean;
}

/** Longer texts are descriptions; a number in one may be anybody's. */
const LONGEST = 300;

const LABEL =
  /(?<![\p{L}\p{N}])(gtin|ean|upc(?:[- ]?[ae])?|jan|isbn|ismn|issn|barcode|strichcode|code-barres)(?![\p{L}])/giu;

/** Digits in groups, or the letter that stands for ten at the end, or for music at the beginning. */
const NUMBER = /^(?:M[ -]?)?\d(?:[ -]?\d){6,13}(?:[ -]?X)?(?![\p{L}\p{N}]|[ -]\p{N})/iu;

/**
 * With labels: what they name. Without: the whole text, but for brackets and signs around it. Undefined when there is none, when its
 * check digit is wrong, and when there are several that differ.
 */
export function findIdentifier(text: string): ProductIdentifier | undefined {
  if (text.length > LONGEST) return undefined;
  const labels = [...text.matchAll(LABEL)];
  const found = labels.length > 0 ? labels.map((label) => labelled(text, label)) : [whole(text)];
  const known = found.filter((one) => one !== undefined);
  const different = new Set(known.map(({ gtin14, value }) => gtin14 ?? value));
  return different.size === 1 ? known[0] : undefined;
}

/** `EAN13: …`, also without anything between: `EAN134006381333931` is tried with the length and without. */
function labelled(text: string, label: RegExpExecArray): ProductIdentifier | undefined {
  const name = label[1]!.toLowerCase();
  const behind = text.slice(label.index + label[0].length);
  const length = /^[- ]?(8|10|12|13|14)/.exec(behind);
  const sized = length && classify(numberIn(behind.slice(length[0].length)), name);
  if (sized && sized.value.length === Number(length[1])) return sized;
  return classify(numberIn(behind), name);
}

function numberIn(text: string): string {
  return NUMBER.exec(text.replace(/^[\s:#.=()/–-]+/, ''))?.[0] ?? '';
}

function whole(text: string): ProductIdentifier | undefined {
  const bare = text.replace(/^[\s:#.,;()[\]'"*–-]+/, '').replace(/[\s:#.,;()[\]'"*–-]+$/, '');
  return NUMBER.exec(bare)?.[0] === bare ? classify(bare, '') : undefined;
}

function classify(printed: string, label: string): ProductIdentifier | undefined {
  const value = printed.replaceAll(/[ -]/g, '').toUpperCase();
  if (label === 'isbn') return bookOf(value);
  if (label === 'ismn') return musicOf(value);
  if (label === 'issn') return periodicalOf(value);
  if (label.startsWith('upc') && value.length === 8) return identified('upc', expandUpcE(value));
  if (label !== '') return articleOf(value);
  // An ISSN is printed in two halves; a GTIN-8 is not.
  const halves = /^\d{4}-/.test(printed) ? periodicalOf(value) : undefined;
  return halves ?? articleOf(value) ?? bookOf(value) ?? musicOf(value) ?? periodicalOf(value);
}

const KINDS: Readonly<Record<number, IdentifierKind>> = { 8: 'gtin8', 12: 'upc', 13: 'gtin13', 14: 'gtin14' };

function articleOf(value: string): ProductIdentifier | undefined {
  const gtin = parseGtin(value);
  if (gtin === undefined) return undefined;
  if (gtin.length !== 13) return identified(KINDS[gtin.length]!, gtin);
  const kind = gtin.startsWith('9790') ? 'ismn' : /^97[89]/.test(gtin) ? 'isbn13' : 'gtin13';
  return identified(kind, gtin);
}

function bookOf(value: string): ProductIdentifier | undefined {
  if (value.length === 13) {
    const article = articleOf(value);
    return article?.kind === 'isbn13' ? article : undefined;
  }
  if (!/^\d{9}[\dX]$/.test(value) || !dividesBy11(value)) return undefined;
  const payload = `978${value.slice(0, 9)}`;
  return identified('isbn10', value, gtin14Of(payload + checkDigitOf(payload)));
}

/** Since 2008 of thirteen digits; before, of ten, the first an M. */
function musicOf(value: string): ProductIdentifier | undefined {
  const article = articleOf(value.replace(/^M(?=\d{9}$)/, '9790'));
  return article?.kind === 'ismn' ? article : undefined;
}

function periodicalOf(value: string): ProductIdentifier | undefined {
  if (!/^\d{7}[\dX]$/.test(value) || /^0+$/.test(value) || !dividesBy11(value)) return undefined;
  return { kind: 'issn', value, gtin14: null, restricted: false };
}

function identified(
  kind: IdentifierKind,
  value: string | undefined,
  gtin14 = gtin14Of(value ?? ''),
): ProductIdentifier | undefined {
  return value === undefined ? undefined : { kind, value, gtin14, restricted: isRestrictedGtin(gtin14) };
}

/** The check of ISBN-10 and ISSN: weights count down to 1 at the check digit, in which X is ten. */
function dividesBy11(value: string): boolean {
  const sum = [...value].reduce(
    (sum, digit, at) => sum + (digit === 'X' ? 10 : Number(digit)) * (value.length - at),
    0,
  );
  return sum % 11 === 0;
}
