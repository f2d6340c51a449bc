/**
 * From our own rows to bookings: what a payment's or a refund's row calls for, beside what the ledger holds of it already. The
 * same rows lead to the same bookings however often they are looked at.
 */
import {
  captureEntries,
  feeEntries,
  type LedgerBooking,
  type LedgerEntry,
  type PriceParts,
  refundEntries,
} from './ledger.ts';

interface OrderFacts {
  orderId: string;
  currency: string;
  price: PriceParts;
  /** What Stripe took for the order in all. */
  captured: number;
  /** The money came after the order had ended. */
  unsold: boolean;
  occurredAt: Date;
}

export interface PaymentFacts extends OrderFacts {
  paymentId: string;
  fee: number | null;
  feeCurrency: string;
  /** What the ledger holds of the payment's captures. */
  bookedCapture: number;
}

export function paymentBookings(facts: PaymentFacts): LedgerBooking[] {
  const { paymentId, orderId, occurredAt, captured, bookedCapture: before, fee } = facts;
  const bookings: LedgerBooking[] = [];
  if (captured > before) {
    const entries = captureEntries({ ...facts, amount: captured - before, before });
    const id = before === 0 ? paymentId : `${paymentId}/${captured}`;
    bookings.push({ cause: { kind: 'capture', id }, orderId, occurredAt, entries });
  }
  if (fee) {
    const entries = feeEntries(fee, facts.feeCurrency);
    bookings.push({ cause: { kind: 'fee', id: paymentId }, orderId, occurredAt, entries });
  }
  return bookings;
}

export interface RefundFacts extends OrderFacts {
  refundId: string;
  amount: number;
  status: string;
  booked: boolean;
  /** What the ledger holds of the order's refunds, those taken back left out. */
  bookedRefunds: { amount: number; tax: number };
}

/** Refunds of one look, in the order they were made: each one's share of the tax depends on those before it. */
export function refundBookings(refunds: readonly RefundFacts[]): LedgerBooking[] {
  const held = new Map<string, { amount: number; tax: number }>();
  return refunds.flatMap((refund) => {
    const before = held.get(refund.orderId) ?? refund.bookedRefunds;
    const booking = refundBooking(refund, before);
    if (booking?.entries) held.set(refund.orderId, addRefund(before, booking.entries));
    return booking ? [booking] : [];
  });
}

function refundBooking(refund: RefundFacts, before: { amount: number; tax: number }): LedgerBooking | undefined {
  const { refundId: id, orderId, occurredAt, status, booked } = refund;
  if (status === 'succeeded' && !booked)
    return { cause: { kind: 'refund', id }, orderId, occurredAt, entries: refundEntries({ ...refund, before }) };
  if ((status === 'failed' || status === 'canceled') && booked)
    return { cause: { kind: 'refund_failure', id }, orderId, occurredAt, reverses: { kind: 'refund', id } };
  return undefined;
}

function addRefund(before: { amount: number; tax: number }, entries: readonly LedgerEntry[]) {
  const of = (account: LedgerEntry['account']) =>
    entries.reduce((sum, entry) => (entry.account === account ? sum + entry.amount : sum), 0);
  return { amount: before.amount - of('stripe_balance'), tax: before.tax + of('tax_payable') };
}
