/** Keeps a payout as Stripe shows it now and books it: from Stripe's balance to the bank, and back when it has failed. */
import type { Database } from '../db/database.ts';
import type { InboxEvent } from '../db/inbox.ts';
import { postBookings } from '../db/ledger.ts';
import { reopenJobs } from '../db/outbox.ts';
import { keepMovements, keepStripeObjects } from '../db/stripe-objects.ts';
import type { LedgerBooking } from '../domain/ledger.ts';
import { payoutBookings } from '../domain/reconciliation-payouts.ts';
import type { StripeObject } from '../domain/stripe-objects.ts';
import type { StripeLists } from '../providers/payments-lists.ts';
import { makeJob } from '../queues/define-queue.ts';
import { readPayout } from '../queues/read-payout.ts';

export interface KeepPayoutDeps {
  db: Database;
  lists: StripeLists;
}

/** Undefined when Stripe knows no such payout. */
export async function keepPayout(
  { db, lists }: KeepPayoutDeps,
  id: string,
  book: (bookings: readonly LedgerBooking[]) => Promise<unknown> = (bookings) => postInTurn(db, bookings),
): Promise<StripeObject | undefined> {
  const readAt = new Date();
  const found = await lists.retrievePayout(id);
  if (!found) return undefined;
  const { payout, movement } = found;
  await keepStripeObjects(db, [payout], readAt);
  if (movement) await keepMovements(db, [movement], readAt);
  const { status, amount, currency, createdAt } = payout;
  const balance = movement && { amount: -movement.amount, fee: movement.fee, currency: movement.currency };
  await book(payoutBookings({ id, status, amount, currency, createdAt, balance }));
  return payout;
}

/** A booking and its reversal do not go in one set. */
export async function postInTurn(db: Database, bookings: readonly LedgerBooking[]): Promise<number> {
  let booked = 0;
  for (const set of [bookings.filter((each) => !each.reverses), bookings.filter((each) => each.reverses)])
    booked += (await postBookings(db, set)).filter((posted) => posted.booked).length;
  return booked;
}

/** An event of a payout's: the payout is read by a job of its own, whatever the event says. */
export async function applyPayoutEvent(
  { db }: { db: Database },
  { object_id: id, event_id }: Pick<InboxEvent, 'object_id' | 'event_id'>,
): Promise<string> {
  if (!id?.startsWith('po_')) return 'foreign: speaks of no payout';
  await reopenJobs(db, [makeJob(readPayout, { payout_id: id, event_id })]);
  return 'the payout is read';
}
