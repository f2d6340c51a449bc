/** What vendors' money books: their shares out of the shop's revenue, and what moves to and from their accounts. */
import type { LedgerBooking, LedgerEntry } from '../ledger.ts';
import { mergeEntries } from '../ledger.ts';
import type { VendorShare } from './share.ts';

type Amounts = Omit<VendorShare, 'vendorOrderId'>;

/** What a share has become since it was booked. */
export const changeOf = (now: Amounts, before: Amounts): Amounts => ({
  gross: now.gross - before.gross,
  refunded: now.refunded - before.refunded,
  disputed: now.disputed - before.disputed,
  commission: now.commission - before.commission,
  payable: now.payable - before.payable,
});

export const isNothing = (change: Amounts): boolean => Object.values(change).every((amount) => amount === 0);

/**
 * Of goods that were sold the shop keeps the commission and owes the rest; of a refund, and of what a dispute takes, it bears its
 * commission alone.
 */
export function shareEntries(change: Amounts, currency: string): LedgerEntry[] {
  const amounts = {
    revenue: change.gross,
    refunds: -change.refunded,
    dispute_losses: -change.disputed,
    commission: -change.commission,
    vendor_payable: -change.payable,
  } as const;
  const entries = Object.entries(amounts).map(([account, amount]) => ({
    account: account as keyof typeof amounts,
    currency,
    amount: amount + 0,
  }));
  return mergeEntries(entries);
}

interface Transfer {
  id: string;
  orderId: string;
  kind: 'transfer' | 'reversal';
  amount: number;
  currency: string;
  occurredAt: Date;
}

/** Money that left Stripe's balance for a vendor's account, or came back from there. */
export function transferBooking({ id, orderId, kind, amount, currency, occurredAt }: Transfer): LedgerBooking {
  const out = kind === 'transfer' ? amount : -amount;
  return {
    cause: { kind: kind === 'transfer' ? 'transfer' : 'transfer_reversal', id },
    orderId,
    occurredAt,
    entries: [
      { account: 'vendor_payable', currency, amount: out },
      { account: 'stripe_balance', currency, amount: -out },
    ],
  };
}
