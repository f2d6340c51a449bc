/** Finds what says which currency is meant. */
import { CODES_THAT_ARE_WORDS, CURRENCY_CODES, CURRENCY_MARKS } from './currency-writings.ts';
import { isWholeWord } from './plain-text.ts';

export interface CurrencyMark {
  /** What it means by itself; empty for what is no currency that can be told. */
  readonly codes: readonly string[];
  /** What it also means where a hint says so. */
  readonly hinted: readonly string[];
  readonly isCode: boolean;
  readonly isWord: boolean;
}

const BY_TEXT = new Map<string, CurrencyMark>();
for (const [marks, meanings] of CURRENCY_MARKS) {
  const [own = '', also = ''] = meanings.split('|');
  const codes = own.split(' ').filter(Boolean);
  const mark = { codes, hinted: [...codes, ...also.split(' ').filter(Boolean)], isCode: false, isWord: false };
  for (const text of marks.split(';')) BY_TEXT.set(text, mark);
}

/** In upper or lower case, unless they are so short that the other case is a word (`da 10 €`). */
const IGNORING_CASE = new Map(
  [...BY_TEXT].filter(([text]) => text.length > 2).map(([text, mark]) => [text.toLowerCase(), mark]),
);

function codeMark(text: string): CurrencyMark | undefined {
  const code = text.toLowerCase();
  if (!CURRENCY_CODES.has(code)) return undefined;
  const isWord = CODES_THAT_ARE_WORDS.has(code);
  return isWord && text !== text.toUpperCase() ? undefined : { codes: [code], hinted: [code], isCode: true, isWord };
}

/** By their first character, longest first. */
const BY_FIRST = new Map<string, string[]>();
for (const text of [...BY_TEXT.keys()].sort((a, b) => b.length - a.length)) {
  const first = text[0]!.toLowerCase();
  BY_FIRST.set(first, [...(BY_FIRST.get(first) ?? []), text]);
}

/** The mark that begins at this place, and where it ends. */
export function markAt(text: string, at: number): { mark: CurrencyMark; end: number } | undefined {
  for (const written of BY_FIRST.get(text[at]!.toLowerCase()) ?? []) {
    const end = at + written.length;
    const found = text.slice(at, end).replaceAll('\u00a0', ' ');
    const mark = found === written || found.toLowerCase() === written.toLowerCase() ? marked(found) : undefined;
    if (mark && isWholeWord(text, at, end)) return { mark, end };
  }
  const code = text.slice(at, at + 3);
  const mark = /^[A-Za-z]{3}$/.test(code) && isWholeWord(text, at, at + 3) ? codeMark(code) : undefined;
  return mark && { mark, end: at + 3 };
}

function marked(found: string): CurrencyMark | undefined {
  return BY_TEXT.get(found) ?? IGNORING_CASE.get(found.toLowerCase());
}
