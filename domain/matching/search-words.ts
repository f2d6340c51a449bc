/** What to look for in our own catalogue, given what a page says: few words, the rarest first, so that the search stays small. */
import { FILLERS } from './title-text.ts';

export interface CatalogueSearch {
  /** Spellings of the GTIN as a barcode is kept. */
  barcodes: readonly string[];
  /** Letters and digits of the maker's number. */
  mpn: string | null;
  /** As PostgreSQL's to_tsquery takes it; null: nothing to look for. */
  words: string | null;
}

const MOST_WORDS = 4;
const LONGEST = 300;

/** A GTIN-14 in each length that it may have been printed in. */
export function spellingsOf(gtin14: string): string[] {
  return [8, 12, 13, 14]
    .filter((length) => /^0*$/.test(gtin14.slice(0, -length)))
    .map((length) => gtin14.slice(-length));
}

/** Of a title: numbers that few articles have, or the brand with some of the longest words. Null when it has none. */
export function searchWords(title: string, brand: string | undefined): string | null {
  const words = [...new Set(wordsOf(title.slice(0, LONGEST)))];
  const numbers = words.filter((word) => word.length >= 4 && /\d/.test(word) && /\p{L}|\d{5}/u.test(word));
  const makers = wordsOf((brand ?? '').slice(0, 100)).slice(0, 3);
  const plain = words
    .filter((word) => word.length >= 3 && !/\d/.test(word) && !FILLERS.has(word) && !makers.includes(word))
    .sort((a, b) => b.length - a.length)
    .slice(0, MOST_WORDS);
  const queries = [...numbers.slice(0, MOST_WORDS).map(quoted), ...together(makers, plain)];
  return queries.length > 0 ? queries.join(' | ') : null;
}

const wordsOf = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{M}\p{N}]{2,60}/gu) ?? [];
const quoted = (word: string) => `'${word}'`;

/** With a brand any of the words; without, each two of them. */
function together(makers: readonly string[], plain: readonly string[]): string[] {
  if (plain.length === 0) return [];
  if (makers.length > 0) return [`(${makers.map(quoted).join(' & ')} & (${plain.map(quoted).join(' | ')}))`];
  return plain.flatMap((word, at) => plain.slice(at + 1).map((other) => `(${quoted(word)} & ${quoted(other)})`));
}
