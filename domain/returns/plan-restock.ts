/** Where units that came back go: to the place that sent them, or to one that the receipt names. Pure. */
export interface CameBack {
  lineId: string;
  variantId: string;
  good: number;
  damaged: number;
}

/** What a place has sent of a variant for the order, less what came back before. */
export interface Sent {
  variantId: string;
  locationId: string;
  away: number;
}

export interface ShelfMove {
  variantId: string;
  locationId: string;
  /** Units that came in, and those of them that were thrown away at once. */
  returned: number;
  writtenOff: number;
}

export interface RestockPlan {
  moves: ShelfMove[];
  lines: { lineId: string; restocked: number; writtenOff: number }[];
}

/** No more comes back than was sent: what a refund has put on the shelf before is left out. */
export function planRestock(came: readonly CameBack[], sent: readonly Sent[], locationId: string | null): RestockPlan {
  const shelves = sent.map((shelf) => ({ ...shelf }));
  const moves = new Map<string, ShelfMove>();
  const take = (variantId: string, units: number, isDamaged: boolean): number => {
    let rest = units;
    for (const shelf of shelves.filter((each) => each.variantId === variantId)) {
      const taken = Math.min(rest, Math.max(0, shelf.away));
      if (taken === 0) continue;
      shelf.away -= taken;
      rest -= taken;
      const to = locationId ?? shelf.locationId;
      const move = moves.get(`${variantId}/${to}`) ?? { variantId, locationId: to, returned: 0, writtenOff: 0 };
      move.returned += taken;
      if (isDamaged) move.writtenOff += taken;
      moves.set(`${variantId}/${to}`, move);
    }
    return units - rest;
  };
  const lines = came.map(({ lineId, variantId, good, damaged }) => ({
    lineId,
    restocked: take(variantId, good, false),
    writtenOff: take(variantId, damaged, true),
  }));
  return { moves: [...moves.values()], lines };
}
