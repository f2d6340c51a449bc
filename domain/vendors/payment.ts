/** What is to be done about a vendor's part of an order: pay it, take back from it, or wait, and for what. Pure. */
import { movable } from './facts.ts';

/** The words of `vendor_shares.waits_for`. */
export type WaitsFor = 'delay' | 'vendor' | 'balance' | 'refused' | 'owed';

export interface PaymentStanding {
  currency: string;
  payable: number;
  releasable: number;
  /** By transfers less reversals, and what was set off. */
  paid: number;
  isDue: boolean;
  /** The vendor is active, and Stripe takes transfers for its account and pays out from it. */
  canBePaid: boolean;
  /** Its transfers that have something left to take back, latest first. */
  transfers: readonly { id: string; left: number }[];
}

export type PaymentStep =
  | { kind: 'even' }
  | { kind: 'wait'; for: WaitsFor }
  | { kind: 'pay'; amount: number }
  | { kind: 'take_back'; transferId: string; amount: number };

/**
 * Below what Stripe's smallest step can move nothing is done. What was paid beyond the payable is taken back from the latest transfers,
 * one after the other; where none is left (it was paid by what the vendor owed) it is owed.
 */
export function nextStep(standing: PaymentStanding): PaymentStep {
  const { currency, paid } = standing;
  const over = paid - movable(standing.payable, currency);
  if (over > 0) {
    const transfer = standing.transfers.find(({ left }) => left > 0);
    if (!transfer) return { kind: 'wait', for: 'owed' };
    return { kind: 'take_back', transferId: transfer.id, amount: Math.min(over, transfer.left) };
  }
  const missing = movable(standing.releasable, currency) - paid;
  if (missing <= 0) return { kind: 'even' };
  if (!standing.canBePaid) return { kind: 'wait', for: 'vendor' };
  return standing.isDue ? { kind: 'pay', amount: missing } : { kind: 'wait', for: 'delay' };
}

/** When what Stripe refused is tried again: soon, then less and less often. */
export const retrySeconds = (refusals: number): number => Math.min(86_400, 60 * 4 ** Math.min(refusals, 8));
