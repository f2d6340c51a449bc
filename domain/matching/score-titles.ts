/** How alike two titles are: 0 to 1, from the words that tell goods apart. A title suggests; it never links. */
import { bare, FILLERS, isModelNumber, tokensOf } from './title-text.ts';

export interface TitleComparison {
  /** Weighted share of words that both have. */
  overlap: number;
  /** Of makers' numbers in the titles: whether one is in both; unknown where a side has none. */
  modelNumber: 'same' | 'different' | 'unknown';
  shared: readonly string[];
}

const WEIGHT = { model: 4, number: 1.5, word: 1 };

function weightOf(token: string): number {
  if (FILLERS.has(token) || token.length < 2) return 0;
  if (isModelNumber(token)) return WEIGHT.model;
  return /\d/.test(token) ? WEIGHT.number : WEIGHT.word;
}

/** @param known maker's numbers that are known from elsewhere, such as an attribute */
export function compareTitles(
  ours: string,
  theirs: string,
  known: { ours?: string | undefined; theirs?: string | undefined } = {},
): TitleComparison {
  const [mine, yours] = [new Set(tokensOf(ours)), new Set(tokensOf(theirs))];
  const [whole, other] = [bare(`${ours} ${known.ours ?? ''}`), bare(`${theirs} ${known.theirs ?? ''}`)];
  const isIn = (token: string, tokens: ReadonlySet<string>, text: string) =>
    tokens.has(token) || (token.length >= 5 && text.includes(token));
  const shared = [...mine].filter((token) => isIn(token, yours, other));
  const sharedBack = [...yours].filter((token) => isIn(token, mine, whole));
  return {
    overlap: share(mine, yours, shared, sharedBack),
    modelNumber: compareModels(mine, yours, whole, other, known),
    shared: shared.filter((token) => weightOf(token) > 0),
  };
}

const sum = (tokens: Iterable<string>) => [...tokens].reduce((total, token) => total + weightOf(token), 0);

/** Of both sides together, leaning to the shorter: shops differ most in how much they put into a title. */
function share(mine: ReadonlySet<string>, yours: ReadonlySet<string>, shared: string[], sharedBack: string[]): number {
  const [a, b] = [sum(mine), sum(yours)];
  if (a === 0 || b === 0) return 0;
  const [one, two] = [sum(shared) / a, sum(sharedBack) / b];
  return one + two === 0 ? 0 : 0.5 * Math.max(one, two) + 0.5 * ((2 * one * two) / (one + two));
}

function compareModels(
  mine: ReadonlySet<string>,
  yours: ReadonlySet<string>,
  whole: string,
  other: string,
  known: { ours?: string | undefined; theirs?: string | undefined },
): TitleComparison['modelNumber'] {
  const models = (tokens: ReadonlySet<string>, more: string | undefined) => [
    ...[...tokens].filter(isModelNumber),
    ...(more && bare(more).length >= 4 ? [bare(more)] : []),
  ];
  const [own, foreign] = [models(mine, known.ours), models(yours, known.theirs)];
  const isFound = (all: string[], text: string) => all.some((model) => text.includes(model) || isCloseIn(model, text));
  if (isFound(own, other) || isFound(foreign, whole)) return 'same';
  return own.length > 0 && foreign.length > 0 ? 'different' : 'unknown';
}

/** `dscw170s` is in what says `dscw170`: makers add a letter or two for the colour or the country. */
function isCloseIn(model: string, text: string): boolean {
  const stem = /^(.*\d)\p{L}{1,2}$/u.exec(model)?.[1];
  return stem !== undefined && stem.length >= 5 && text.includes(stem);
}
