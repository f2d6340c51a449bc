/** Whether goods may be claimed: units that were sent, that nothing was given for, within the time for it. Pure. */

/** How long after their arrival (or their dispatch, where nobody knows of an arrival) a customer may claim goods. */
export const CLAIM_DAYS = 60;

export interface ClaimableLine {
  id: string;
  sku: string;
  quantity: number;
  /** Units that money or goods were given for. */
  refunded: number;
  /** Units of returns and claims that are not settled. */
  claimed: number;
  /** Units of it that have left. */
  sent: number;
  /** When the last of them arrived, or left where nobody knows of an arrival; null while nothing has left. */
  since: Date | null;
}

export type ClaimRefusal =
  | { code: 'not_sent'; sku: string }
  | { code: 'window_over'; sku: string; until: string }
  | { code: 'units_exceeded'; sku: string; claimable: number };

export const claimableUnits = ({ quantity, sent, refunded, claimed }: ClaimableLine): number =>
  Math.max(0, Math.min(quantity, sent) - refunded - claimed);

/**
 * Why so many units of a line may not be claimed; undefined when they may.
 * @param days how long after their arrival (or their dispatch) goods may be claimed; null: for ever, as the shop may
 */
export function judgeClaim(
  line: ClaimableLine,
  quantity: number,
  days: number | null,
  now: Date,
): ClaimRefusal | undefined {
  const { sku, since } = line;
  if (!since) return { code: 'not_sent', sku };
  if (quantity > claimableUnits(line)) return { code: 'units_exceeded', sku, claimable: claimableUnits(line) };
  const until = new Date(since.getTime() + (days ?? 0) * 86_400_000);
  return days !== null && now > until ? { code: 'window_over', sku, until: until.toISOString() } : undefined;
}
