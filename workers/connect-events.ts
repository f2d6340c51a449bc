/** Stripe's events of transfers and of vendors' accounts: read anew, whatever the event says and whenever it comes. */
import type { Database } from '../db/database.ts';
import type { InboxEvent } from '../db/inbox.ts';
import { reopenJobs } from '../db/outbox.ts';
import { settleTransfer } from '../db/settle-vendor-transfer.ts';
import { isOfAccount } from '../domain/stripe-events.ts';
import type { ConnectProvider } from '../providers/connect.ts';
import { PaymentRefusedError } from '../providers/payments.ts';
import { makeJob } from '../queues/define-queue.ts';
import { readVendorAccount } from '../queues/read-vendor-account.ts';
import { readVendorPayouts } from '../queues/read-vendor-payouts.ts';

export interface ConnectEventDeps {
  db: Database;
  connect: ConnectProvider;
}

/** Undefined for an event that speaks of something else. */
export function connectEventApplier({
  type,
  object_id: subject,
}: InboxEvent): ((deps: ConnectEventDeps, event: InboxEvent) => Promise<string>) | undefined {
  if (isOfAccount(subject)) return applyAccountEvent;
  return type.startsWith('transfer.') ? applyTransferEvent : undefined;
}

/** The account, or its payouts, are read by a job of their own. */
async function applyAccountEvent({ db }: ConnectEventDeps, event: InboxEvent): Promise<string> {
  const payload = { account_id: event.object_id!, event_id: event.event_id };
  if (/^(account|capability)\./.test(event.type)) {
    await reopenJobs(db, [makeJob(readVendorAccount, payload)]);
    return 'the account is read';
  }
  if (!event.type.startsWith('payout.')) return 'foreign: what a vendor sells by itself is not ours';
  await reopenJobs(db, [makeJob(readVendorPayouts, payload)]);
  return "the account's payouts are read";
}

/** Rows of ours that Stripe has made, although the answer was lost, are settled; those that are settled stay as they are. */
export async function applyTransferEvent(
  { db, connect }: ConnectEventDeps,
  { object_id: id }: Pick<InboxEvent, 'object_id'>,
): Promise<string> {
  if (!id?.startsWith('tr_')) return 'foreign: speaks of no transfer';
  const transfer = await connect.retrieveTransfer(id).catch(refused);
  if (!transfer) return 'foreign: Stripe does not know the transfer';
  const made = [transfer, ...(transfer.amountReversed > 0 ? await connect.listReversals(id) : [])];
  const ours = made.filter(({ rowId }) => rowId !== null && UUID.test(rowId));
  if (ours.length === 0) return 'foreign: it names no transfer of ours';
  let settled = 0;
  for (const { id: providerId, rowId } of ours)
    if (await db.transaction((tx) => settleTransfer(tx, rowId!, { providerId }))) settled++;
  return settled > 0 ? `settled: ${settled}` : 'known';
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function refused(error: unknown): undefined {
  if (error instanceof PaymentRefusedError) return undefined;
  throw error;
}
