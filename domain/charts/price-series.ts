/** Prices over time as pieces to be drawn: a price holds until the next look, and is unknown where nobody knows it. */

export interface PricePoint {
  at: Date;
  /** When it was seen so for the last time before the next point; undefined: once, at `at`. */
  seenUntil?: Date | undefined;
  /** In minor units; null: unknown from here on. */
  amount: number | null;
  /** Null: not known. */
  inStock: boolean | null;
}

export interface PriceSeries {
  name: string;
  isOurs: boolean;
  /** In the order of time. */
  points: readonly PricePoint[];
  /** For how long a look holds; undefined: until the next point. */
  holdsMs?: number | undefined;
}

/** A stretch of time in which a price held; `follows`: it begins where another ends. */
export interface Piece {
  from: number;
  to: number;
  amount: number;
  isOut: boolean;
  follows: boolean;
}

export function piecesOf({ points, holdsMs }: PriceSeries, since: Date, until: Date): Piece[] {
  const pieces: Piece[] = [];
  points.forEach(({ at, seenUntil = at, amount, inStock }, index) => {
    if (amount === null) return;
    const next = points[index + 1]?.at.getTime() ?? until.getTime();
    const from = Math.max(at.getTime(), since.getTime());
    const to = Math.min(next, until.getTime(), holdsMs === undefined ? next : seenUntil.getTime() + holdsMs);
    if (to < from) return;
    const last = pieces.at(-1);
    const isOut = inStock === false;
    const follows = last?.to === from;
    if (follows && last && last.amount === amount && last.isOut === isOut) last.to = to;
    else pieces.push({ from, to, amount, isOut, follows });
  });
  return pieces;
}

/** The last price that is known, and when it was seen last; undefined: none ever was. */
export function lastKnown({ points }: Pick<PriceSeries, 'points'>): PricePoint | undefined {
  return points.findLast(({ amount }) => amount !== null);
}
