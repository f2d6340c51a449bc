/** What is done about lines of a paid order of which there is not enough: as the customer chose, and never at their cost. Pure. */
import type { OutOfStockChoice } from './plan.ts';

export interface ShortLine {
  /** The order's line. */
  id: string;
  name: string;
  sku: string;
  quantity: number;
  /** What it was billed at, each. */
  unitAmount: number;
  /** What the customer has paid for it, tax included. */
  value: number;
  choice: OutOfStockChoice;
  substituteSku: string | null;
}

export interface Substitute {
  id: string;
  sku: string;
  name: string;
  weightGrams: number;
  unitAmount: number;
}

export type Decision =
  | { outcome: 'skipped' | 'refunded'; line: ShortLine; returned: number }
  | { outcome: 'substituted'; line: ShortLine; returned: number; by: Substitute; unitAmount: number };

/**
 * Nothing is decided while a line waits, since the others may be there again when it is. A substitute that cannot be had is
 * as good as none, and a wait that took too long ends: both give the money back.
 * @param substitutes what can be had of them, by SKU
 */
export function decideShortage(
  lines: readonly ShortLine[],
  substitutes: ReadonlyMap<string, Substitute>,
  isTimeUp: boolean,
): 'wait' | Decision[] {
  if (!isTimeUp && lines.some(({ choice }) => choice === 'wait')) return 'wait';
  return lines.map((line): Decision => {
    const by = line.choice === 'substitute' && line.substituteSku ? substitutes.get(line.substituteSku) : undefined;
    if (by) return substituteBy(line, by);
    return { outcome: line.choice === 'skip' ? 'skipped' : 'refunded', line, returned: line.value };
  });
}

/** It costs the customer no more than what they paid; what it is cheaper by goes back, with its share of discounts and tax. */
function substituteBy(line: ShortLine, by: Substitute): Decision {
  const unitAmount = Math.min(by.unitAmount, line.unitAmount);
  const kept = line.unitAmount === 0 ? line.value : portion(line.value, unitAmount, line.unitAmount);
  return { outcome: 'substituted', line, returned: line.value - kept, by, unitAmount };
}

/** Rounded up, so that what goes back is never more than the difference. */
const portion = (amount: number, part: number, whole: number): number =>
  Number((BigInt(amount) * BigInt(part) + BigInt(whole) - 1n) / BigInt(whole));
