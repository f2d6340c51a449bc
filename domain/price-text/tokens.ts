/** A price string in pieces: numbers, marks of currencies, words that say something, other words, and signs. */
import type { Cue } from './cue-words.ts';
import { cuesAt } from './cues.ts';
import { type CurrencyMark, markAt } from './currency-marks.ts';
import { folded, IS_UNSPACED } from './plain-text.ts';

interface Place {
  readonly start: number;
  readonly end: number;
}

export type Token =
  | (Place & { readonly kind: 'number'; readonly raw: string })
  /** Without a mark: `,-` and the like, which say "a price" in no currency. */
  | (Place & { readonly kind: 'mark'; readonly mark: CurrencyMark | undefined })
  | (Place & { readonly kind: 'cue'; readonly cues: readonly Cue[] })
  | (Place & { readonly kind: 'word' })
  | (Place & { readonly kind: 'sign'; readonly sign: string });

/** Groups by a blank must be whole; other separators are judged later. */
const NUMBER = /(?:\d{1,3}(?:[ \u00a0]\d{3})+(?!\d)|\d+)(?:[.,'’‘`´ʼ٫٬،·]\d+)*|(?<![\d\p{L}])[.,]\d{2}(?![\d.,])/uy;
const DASH = /[ \u00a0]?(?:[.,:]-{1,2}|\/-|,=)(?!\d)/y;
const WORD = /[\p{L}\p{M}][\p{L}\p{M}\p{Nd}]*/uy;

/** As printed, and folded for comparing. */
interface Read {
  readonly text: string;
  readonly words: string;
}

export function tokensOf(text: string, hint: string | undefined): Token[] {
  const words = folded(text);
  const tokens: Token[] = [];
  for (let at = 0; at < text.length; ) {
    const token =
      text[at] === ' ' || text[at] === '\u00a0' ? undefined : tokenAt({ text, words }, at, hint, tokens.at(-1));
    if (token) tokens.push(token);
    at = token?.end ?? at + 1;
  }
  const worded = tokens.some(({ kind }) => kind === 'word');
  const isWord = (token: Token) =>
    token.kind === 'mark' && token.mark?.isWord && worded && !token.mark.codes.includes(hint ?? '');
  return tokens.map((token) => (isWord(token) ? { kind: 'word', start: token.start, end: token.end } : token));
}

function tokenAt(read: Read, start: number, hint: string | undefined, last: Token | undefined): Token {
  const { text, words } = read;
  const number = matchAt(NUMBER, text, start);
  if (number) return numberOrModel(read, start, number);
  if (last?.kind === 'number') {
    const dash = matchAt(DASH, text, last.end);
    if (dash && last.end + dash.length > start) {
      const mark = dash.trim() === ':-' ? markAt(':-', 0)?.mark : undefined;
      return { kind: 'mark', mark, start: last.end, end: last.end + dash.length };
    }
  }
  const mark = meantMark(text, start, hint);
  const cue = cuesAt(words, start);
  if (mark && mark.end >= (cue?.end ?? 0)) return { kind: 'mark', mark: mark.mark, start, end: mark.end };
  if (cue) return { kind: 'cue', cues: cue.cues, start, end: cue.end };
  return wordOrSign(text, start);
}

/** `4K`, `3D`, `20th` are no numbers. */
function numberOrModel({ text, words }: Read, start: number, raw: string): Token {
  const end = start + raw.length;
  const next = text[end];
  const glued = next !== undefined && /[\p{L}\p{M}]/u.test(next) && !IS_UNSPACED.test(next);
  if (!glued || markAt(text, end) || cuesAt(words, end)) return { kind: 'number', raw, start, end };
  return { kind: 'word', start, end: end + (matchAt(WORD, text, end)?.length ?? 0) };
}

/** What is a mark by a hint alone is none without it. */
function meantMark(text: string, start: number, hint: string | undefined): ReturnType<typeof markAt> {
  const found = markAt(text, start);
  if (!found) return undefined;
  const { codes, hinted } = found.mark;
  const byHintOnly = codes.length === 0 && hinted.length > 0;
  return byHintOnly && !hinted.includes(hint ?? '') ? undefined : found;
}

function wordOrSign(text: string, start: number): Token {
  const word = matchAt(WORD, text, start);
  if (word === undefined) {
    const sign = String.fromCodePoint(text.codePointAt(start)!);
    return { kind: 'sign', sign, start, end: start + sign.length };
  }
  return { kind: 'word', start, end: start + (IS_UNSPACED.test(word[0]!) ? 1 : word.length) };
}

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}
