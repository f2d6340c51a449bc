/** What came back, over all parcels of a return: each parcel is counted once, and counted again when the first count was wrong. */
export interface Count {
  lineId: string;
  good: number;
  damaged: number;
  wrong: number;
  missing: number;
}

export interface Totals {
  /** Whether everything that was approved is accounted for. */
  isComplete: boolean;
  lines: Count[];
}

export type CountRefusal = { code: 'more_than_approved'; lineId: string; approved: number; counted: number };

/**
 * Adds up the counts of all parcels. What is missing is what did not come once all is told, so a parcel that comes later makes
 * it less.
 * @param isLast nothing more is expected, whatever was told as missing
 */
export function totalCounts(
  approved: ReadonlyMap<string, number>,
  counts: readonly Count[],
  isLast: boolean,
): Totals | CountRefusal {
  const lines = [...approved].map(([lineId, units]) => ({ units, ...addUp(lineId, counts) }));
  const excess = lines.find(({ units, good, damaged, wrong }) => good + damaged + wrong > units);
  if (excess) {
    const { lineId, units, good, damaged, wrong } = excess;
    return { code: 'more_than_approved', lineId, approved: units, counted: good + damaged + wrong };
  }
  const isComplete =
    isLast || lines.every(({ units, good, damaged, wrong, missing }) => good + damaged + wrong + missing >= units);
  return {
    isComplete,
    lines: lines.map(({ units, missing: _told, ...line }) => ({
      ...line,
      missing: isComplete ? units - line.good - line.damaged - line.wrong : 0,
    })),
  };
}

function addUp(lineId: string, counts: readonly Count[]): Count {
  const own = counts.filter((count) => count.lineId === lineId);
  const sum = (of: 'good' | 'damaged' | 'wrong' | 'missing') => own.reduce((total, count) => total + count[of], 0);
  return { lineId, good: sum('good'), damaged: sum('damaged'), wrong: sum('wrong'), missing: sum('missing') };
}
