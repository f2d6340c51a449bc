/** Words beside a price that say what it is. */
import { CUE_WORDS, type Cue } from './cue-words.ts';
import { IS_UNSPACED, isWholeWord } from './plain-text.ts';

const BY_PHRASE = new Map<string, Cue[]>();
for (const [cue, phrases] of Object.entries(CUE_WORDS) as [Cue, string][]) {
  for (const written of phrases.split('|')) {
    const phrase = written.trim().replaceAll(/\s+/g, ' ').replaceAll('’', "'");
    const cues = BY_PHRASE.get(phrase) ?? [];
    if (phrase !== '' && !cues.includes(cue)) BY_PHRASE.set(phrase, [...cues, cue]);
  }
}

/** By their first character, longest first. */
const BY_FIRST = new Map<string, string[]>();
for (const phrase of [...BY_PHRASE.keys()].sort((a, b) => b.length - a.length)) {
  BY_FIRST.set(phrase[0]!, [...(BY_FIRST.get(phrase[0]!) ?? []), phrase]);
}

/** What the words at this place of a folded text say (a word may say several things), and where they end. */
export function cuesAt(text: string, at: number): { cues: readonly Cue[]; end: number } | undefined {
  const phrase = BY_FIRST.get(text[at]!)?.find((phrase) => text.startsWith(phrase, at) && isWhole(text, at, phrase));
  return phrase === undefined ? undefined : { cues: BY_PHRASE.get(phrase)!, end: at + phrase.length };
}

function isWhole(text: string, at: number, phrase: string): boolean {
  if (!isWholeWord(text, at, at + phrase.length)) return false;
  // A letter with a number is a model (`A4`), unless it multiplies.
  const isLetter = phrase.length === 1 && /[\p{L}]/u.test(phrase) && !IS_UNSPACED.test(phrase);
  return !isLetter || 'xх'.includes(phrase) || !/\d/.test(text[at + 1] ?? '');
}
