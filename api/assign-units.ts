/** Units that a request names by line or by SKU, as lines of the order. */
import { type FieldError, invalid } from './problem.ts';

interface NamedUnits {
  line_id?: string | undefined;
  sku?: string | undefined;
  quantity: number;
}

export interface AssignedUnits<Wish> {
  lineId: string;
  quantity: number;
  wish: Wish;
  /** Where the wish stands in the request: `/lines/0`. */
  pointer: string;
}

/**
 * Lines by their ids; a SKU that stands on several lines fills the first that has units left, and the last takes the rest, for the
 * caller to refuse. Throws 400 for a line that the order does not have.
 * @param free how many units of a line may still be named
 */
export function assignUnits<Line extends { id: string; sku: string }, Wish extends NamedUnits>(
  lines: readonly Line[],
  wanted: readonly Wish[],
  free: (line: Line) => number,
): AssignedUnits<Wish>[] {
  const assigned = new Map<string, AssignedUnits<Wish>>();
  const errors: FieldError[] = [];
  wanted.forEach((wish, index) => {
    const own = lines.filter((line) => (wish.line_id ? line.id === wish.line_id : line.sku === wish.sku));
    const pointer = `/lines/${index}`;
    const member = wish.line_id ? 'line_id' : 'sku';
    if (own.length === 0)
      errors.push({ pointer: `${pointer}/${member}`, code: 'line_unknown', message: 'The order has no such line.' });
    let rest = wish.quantity;
    for (const [place, line] of own.entries()) {
      const before = assigned.get(line.id)?.quantity ?? 0;
      const units = place === own.length - 1 ? rest : Math.min(rest, Math.max(0, free(line) - before));
      if (units > 0) assigned.set(line.id, { lineId: line.id, quantity: before + units, wish, pointer });
      rest -= units;
    }
  });
  if (errors.length > 0) throw invalid(errors);
  return [...assigned.values()];
}
