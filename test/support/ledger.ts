/** Bookings of past days, for tests of what reads or closes the ledger. */
import type { Database } from '../../db/database.ts';
import { postBookings } from '../../db/ledger.ts';
import { captureEntries, feeEntries, type LedgerBooking, payoutEntries, refundEntries } from '../../domain/ledger.ts';

export const LEDGER_ORDER = '01900000-0000-7000-8000-00000000000a';
const price = { subtotal: 2_000, shipping: 600, tax: 247 };

/** Three days in three currencies: 2847 usd sold and 1000 refunded, 2847 jpy and 28.470 kwd sold, a fee, a payout. */
export function ledgerBookings(): LedgerBooking[] {
  const at = (day: string) => new Date(`2026-03-${day}T23:59:59.999Z`);
  const capture = (id: string, currency: string, amount = 2_847, parts = price) =>
    captureEntries({ paymentId: id, amount, currency, price: parts });
  const refund = {
    refundId: 'r1',
    amount: 1_000,
    currency: 'usd',
    price,
    captured: 2_847,
    before: { amount: 0, tax: 0 },
  };
  const tens = { subtotal: 20_000, shipping: 6_000, tax: 2_470 };
  return [
    {
      cause: { kind: 'capture', id: 'p1' },
      orderId: LEDGER_ORDER,
      occurredAt: at('01'),
      entries: capture('p1', 'usd'),
    },
    { cause: { kind: 'fee', id: 'p1' }, orderId: LEDGER_ORDER, occurredAt: at('01'), entries: feeEntries(113, 'usd') },
    { cause: { kind: 'capture', id: 'p2' }, occurredAt: at('01'), entries: capture('p2', 'jpy') },
    {
      cause: { kind: 'refund', id: 'r1' },
      orderId: LEDGER_ORDER,
      occurredAt: at('03'),
      entries: refundEntries(refund),
    },
    {
      cause: { kind: 'capture', id: 'p3' },
      occurredAt: at('03'),
      entries: capture('p3', 'kwd', 28_470, tens),
      description: '=cmd|"x", quoted',
    },
    { cause: { kind: 'payout', id: 'po_1' }, occurredAt: at('03'), entries: payoutEntries(1_500, 'usd') },
  ];
}

export async function seedLedger(db: Database): Promise<void> {
  await postBookings(db, ledgerBookings());
}
