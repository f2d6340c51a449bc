/** Whether goods may come back, judged by the terms of each line; a refusal says what would have been possible, and until when. */
import { isOurFault, type ReturnReason, type ReturnTerms } from './terms.ts';

export interface ReturnableLine {
  id: string;
  sku: string;
  name: string;
  quantity: number;
  /** Units that money or goods were given for. */
  refunded: number;
  /** Units of other returns and claims that are not settled. */
  claimed: number;
  /** Units of it that have left. */
  sent: number;
  /** When the last of them arrived, or left where nobody knows of an arrival; null while nothing has left. */
  since: Date | null;
  isDelivered: boolean;
  terms: ReturnTerms;
}

export interface ReturnWish {
  lineId: string;
  quantity: number;
  reason: ReturnReason;
}

export type ReturnRefusal =
  | { code: 'not_sent'; sku: string }
  | { code: 'window_over'; sku: string; until: string }
  | { code: 'final_sale'; sku: string }
  | { code: 'reason_not_taken'; sku: string; reasons: readonly ReturnReason[] }
  | { code: 'units_exceeded'; sku: string; returnable: number };

/** Units that may still be asked for: never more than have left, whatever was refunded or asked for before. */
export const returnableUnits = ({ quantity, sent, refunded, claimed }: ReturnableLine): number =>
  Math.max(0, Math.min(quantity, sent) - refunded - claimed);

/** Until when a line may come back; null while it has not left. */
export function returnableUntil({ since, terms }: ReturnableLine): Date | null {
  return since && new Date(since.getTime() + terms.windowDays * 86_400_000);
}

/**
 * Why a line may not come back; undefined when it may.
 * @param isOverride the shop takes it whatever its own rules say; more than was sent comes back never
 */
export function judgeWish(
  line: ReturnableLine,
  { quantity, reason }: ReturnWish,
  now: Date,
  isOverride: boolean,
): ReturnRefusal | undefined {
  const { sku, terms } = line;
  const until = returnableUntil(line);
  if (until === null) return { code: 'not_sent', sku };
  if (quantity > returnableUnits(line)) return { code: 'units_exceeded', sku, returnable: returnableUnits(line) };
  if (isOverride) return undefined;
  if (terms.finalSale && !isOurFault(reason)) return { code: 'final_sale', sku };
  if (terms.reasons && !terms.reasons.includes(reason))
    return { code: 'reason_not_taken', sku, reasons: terms.reasons };
  return now > until ? { code: 'window_over', sku, until: until.toISOString() } : undefined;
}

/** The shop pays when any line is its fault or its terms say so. */
export function payerOf(lines: readonly { reason: ReturnReason; terms: ReturnTerms }[]): 'shop' | 'customer' {
  return lines.some(({ reason, terms }) => isOurFault(reason) || terms.wayBack === 'shop') ? 'shop' : 'customer';
}

/** Approved at once when the terms of every line say so. */
export const isAutoApproved = (lines: readonly { terms: ReturnTerms }[]): boolean =>
  lines.every(({ terms }) => terms.autoApprove);
