/** An account that Stripe does not show us any more: nothing can be paid there, and its vendor is told so by its state. */
import type { Database } from '../db/database.ts';
import { findVendorAccount, noteAccountReading, type VendorAccount } from '../db/vendor-account-money.ts';
import { recordAccount } from '../db/vendor-accounts.ts';

const CLOSED = {
  transfersEnabled: false,
  payoutsEnabled: false,
  detailsSubmitted: true,
  requirements: { currentlyDue: [], pastDue: [], disabledReason: 'account_lost' },
};

/** @param reading of when Stripe was asked */
export async function loseAccount(db: Database, account: VendorAccount, reading: number): Promise<void> {
  await recordAccount(db, { ...CLOSED, id: account.account_id, vendorId: account.vendor_id }, reading);
  await noteAccountReading(db, account, { seenUntil: null, isLost: true, readAt: new Date() });
}

/** The same by the account's id; false when no vendor of ours has it. */
export async function loseAccountOf(db: Database, accountId: string, reading: number): Promise<boolean> {
  const account = await findVendorAccount(db, accountId);
  if (account) await loseAccount(db, account, reading);
  return account !== undefined;
}
