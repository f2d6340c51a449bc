/** Numbers with the marks that belong to them. */
import type { CurrencyMark } from './currency-marks.ts';
import type { Token } from './tokens.ts';

export interface Amount {
  readonly kind: 'amount';
  readonly raw: string;
  /** Digits behind the mark that divides (`12€50`). */
  readonly cents: string | undefined;
  readonly marks: readonly CurrencyMark[];
  /** Whether it says that it is money. */
  readonly marked: boolean;
  readonly gluedBefore: boolean;
  readonly behind: boolean;
  readonly start: number;
  readonly end: number;
}

export type Item = Amount | Exclude<Token, { kind: 'number' | 'mark' }>;

type NumberToken = Extract<Token, { kind: 'number' }>;
type MarkToken = Extract<Token, { kind: 'mark' }>;
interface Claim {
  before: MarkToken[];
  after: MarkToken[];
  cents?: NumberToken;
}

/** A mark without a number beside it is left out. */
export function itemsOf(tokens: readonly Token[]): Item[] {
  const claims = claimsOf(tokens);
  const cents = new Set([...claims.values()].map((claim) => claim.cents));
  return tokens.flatMap((token): Item[] => {
    if (token.kind === 'mark') return [];
    if (token.kind !== 'number') return [token];
    return cents.has(token) ? [] : [amountOf(token, claims.get(token)!)];
  });
}

function amountOf(number: NumberToken, { before, after, cents }: Claim): Amount {
  const all = [...before, ...after];
  return {
    kind: 'amount',
    raw: number.raw,
    cents: cents?.raw,
    marks: all.flatMap(({ mark }) => mark ?? []),
    marked: all.length > 0,
    gluedBefore: before.at(-1)?.end === number.start && before.at(-1)?.mark?.isCode === false,
    behind: before.length === 0 && after.some(({ mark }) => mark !== undefined),
    start: before[0]?.start ?? number.start,
    end: (cents ?? after.at(-1) ?? number).end,
  };
}

function claimsOf(tokens: readonly Token[]): Map<NumberToken, Claim> {
  const claims = new Map<NumberToken, Claim>();
  for (const token of tokens) if (token.kind === 'number') claims.set(token, { before: [], after: [] });
  for (let from = 0; from < tokens.length; from++) {
    let to = from;
    while (tokens[to]?.kind === 'mark') to++;
    if (to > from) claimMarks(claims, tokens, from, to);
    from = to;
  }
  return claims;
}

/** The marks from `from` up to `to` stand between two numbers, or beside one. */
function claimMarks(claims: Map<NumberToken, Claim>, tokens: readonly Token[], from: number, to: number): void {
  const marks = tokens.slice(from, to) as MarkToken[];
  const [left, right] = [numberAt(tokens, from - 1), numberAt(tokens, to)];
  const leftClaim = left && claims.get(left)!;
  const rightClaim = right && claims.get(right)!;
  if (!leftClaim) rightClaim?.before.push(...marks);
  else if (!rightClaim) leftClaim.after.push(...marks);
  else if (isDivided(left, marks, right, leftClaim, tokens, to))
    Object.assign(leftClaim, { after: marks, cents: right });
  else if (marks.length > 1) {
    leftClaim.after.push(...marks.slice(0, -1));
    rightClaim.before.push(marks.at(-1)!);
  } else if (goesLeft(left, marks[0]!, right, leftClaim)) leftClaim.after.push(...marks);
  else rightClaim.before.push(...marks);
}

function numberAt(tokens: readonly Token[], at: number): NumberToken | undefined {
  const token = tokens[at];
  return token?.kind === 'number' ? token : undefined;
}

function goesLeft(left: NumberToken, mark: MarkToken, right: NumberToken, claim: Claim): boolean {
  if (mark.mark === undefined) return true;
  const [gluedLeft, gluedRight] = [left.end === mark.start, mark.end === right.start];
  return gluedLeft === gluedRight ? claim.before.length === 0 : gluedLeft;
}

/** `12€50`, and `12 € 50` where nothing follows. */
function isDivided(
  left: NumberToken,
  [mark, ...others]: MarkToken[],
  right: NumberToken,
  claim: Claim,
  tokens: readonly Token[],
  to: number,
): boolean {
  if (others.length > 0 || mark?.mark === undefined || claim.before.length > 0) return false;
  if (!/^\d\d$/.test(right.raw) || /[.,٫·]/.test(left.raw)) return false;
  const glued = left.end === mark.start && mark.end === right.start;
  const next = tokens[to + 1];
  return glued
    ? next?.kind !== 'mark' && next?.kind !== 'number'
    : next === undefined && left.end < mark.start && mark.end < right.start;
}
