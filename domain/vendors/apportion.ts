/**
 * Dividing whole amounts by weights: exact to the last unit, and so that nobody's part falls when there is more to divide (each
 * unit goes to who is furthest behind, as Webster's method has it). Pure.
 */

export interface Claim {
  weight: number;
  /** No more than this; default: any amount. */
  most?: number;
}

/**
 * @returns a part for each claim, in their order. They sum to the amount, or to all that the claims can take when that is less.
 * Claims without weight get something only when nobody else can take it.
 */
export function apportion(amount: number, claims: readonly Claim[]): number[] {
  const most = claims.map((claim) => claim.most ?? Number.MAX_SAFE_INTEGER);
  const parts = firstParts(amount, claims, most);
  let left = amount - sum(parts);
  while (left > 0) {
    const next = whoIsNext(claims, parts, most);
    if (next === undefined) return parts;
    // Claims without weight have no turns: the first that can takes it all.
    const step = claims[next]!.weight > 0 ? 1 : Math.min(left, most[next]! - parts[next]!);
    parts[next]! += step;
    left -= step;
  }
  return parts;
}

/** Somewhat less than each one's part by proportion: what is left from there is given out one by one. */
function firstParts(amount: number, claims: readonly Claim[], most: readonly number[]): number[] {
  let open = claims.map((_, at) => at).filter((at) => claims[at]!.weight > 0);
  let left = BigInt(amount);
  for (;;) {
    const whole = open.reduce((total, at) => total + BigInt(claims[at]!.weight), 0n);
    const proportion = (at: number) => (whole === 0n ? 0n : (left * BigInt(claims[at]!.weight)) / whole);
    const full = open.filter((at) => proportion(at) >= BigInt(most[at]!));
    if (full.length === 0 || left <= 0n) {
      const shy = claims.length + 1;
      return claims.map((_, at) =>
        Math.max(
          0,
          Math.min(most[at]!, open.includes(at) ? Number(proportion(at)) : weightless(claims[at]!, most[at]!)) - shy,
        ),
      );
    }
    for (const at of full) left -= BigInt(most[at]!);
    open = open.filter((at) => !full.includes(at));
  }
}

/** Who is not among the open ones is full, or has no weight. */
const weightless = ({ weight }: Claim, most: number) => (weight > 0 ? most : 0);

/** The one whose next unit has the lowest (2 × units + 1) ÷ weight; of equals the first. */
function whoIsNext(claims: readonly Claim[], parts: readonly number[], most: readonly number[]): number | undefined {
  let best: number | undefined;
  for (let at = 0; at < claims.length; at++) {
    if (parts[at]! >= most[at]!) continue;
    if (best === undefined || isBefore(claims[at]!, parts[at]!, claims[best]!, parts[best]!)) best = at;
  }
  return best;
}

function isBefore(one: Claim, units: number, other: Claim, otherUnits: number): boolean {
  if (one.weight <= 0 || other.weight <= 0) return one.weight > 0 && other.weight <= 0;
  return BigInt(2 * units + 1) * BigInt(other.weight) < BigInt(2 * otherUnits + 1) * BigInt(one.weight);
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0);
