/** What Stripe says of vendors' connected accounts, kept so that an earlier reading never replaces a later one. */
import { type AccountStanding, statusByAccount, type VendorStatus } from '../domain/vendors/vendor.ts';
import { type Database, type Executor, statement } from './database.ts';
import { appendVendorEvent, lockVendor, moveVendor, type VendorRow } from './vendors.ts';

/** An account as it is read (providers/connect.ts). */
export interface ReadAccount extends AccountStanding {
  id: string;
  vendorId: string | null;
  detailsSubmitted: boolean;
  requirements: {
    currentlyDue: readonly string[];
    pastDue: readonly string[];
    disabledReason: string | null;
  };
}

const next = statement('next_vendor_account_reading', `select nextval('vendor_account_readings') as reading`);

/** A number for a reading that begins now: asked for before Stripe is. */
export async function startReading(db: Executor): Promise<number> {
  return (await db.rows<{ reading: number }>(next))[0]!.reading;
}

const keep = statement(
  'keep_vendor_account',
  `update vendors set account_id = $2, transfers_enabled = $3, payouts_enabled = $4, details_submitted = $5, requirements = $6,
     account_reading = $7, version = version + 1, updated_at = now()
   where id = $1 and account_reading < $7 and coalesce(account_id, $2) = $2 returning id`,
);

/**
 * Keeps what an account says and moves its vendor by it. False when a later reading is there, or the account is not the vendor's.
 * @param reading of {@link startReading}
 */
export function recordAccount(db: Database, account: ReadAccount, reading: number): Promise<boolean> {
  return db.transaction(async (tx) => {
    const vendor = account.vendorId === null ? undefined : await lockVendor(tx, account.vendorId);
    if (!vendor) return false;
    const { currentlyDue, pastDue, disabledReason } = account.requirements;
    const requirements = { currently_due: currentlyDue, past_due: pastDue, disabled_reason: disabledReason };
    const { id, transfersEnabled, payoutsEnabled, detailsSubmitted } = account;
    const values = [vendor.id, id, transfersEnabled, payoutsEnabled, detailsSubmitted, requirements, reading];
    if ((await tx.rows(keep, values)).length === 0) return false;
    await tellOfAccount(tx, vendor, account);
    return true;
  });
}

async function tellOfAccount(tx: Executor, vendor: VendorRow, account: ReadAccount): Promise<void> {
  if (vendor.account_id === null) {
    const data = { account_id: account.id };
    await appendVendorEvent(tx, vendor.id, { type: 'vendor.account_opened', data, actor: 'stripe' });
  }
  // Where a suspended vendor goes back to follows its account meanwhile.
  if (vendor.status === 'suspended') return followSuspended(tx, vendor, account);
  const to = statusByAccount(vendor.status, account);
  if (to === vendor.status) return;
  const event = to === 'active' ? 'vendor.activated' : 'vendor.restricted';
  const reason = to === 'restricted' ? (account.requirements.disabledReason ?? 'payouts_disabled') : undefined;
  await moveVendor(tx, vendor.id, { from: [vendor.status], to, event, actor: 'stripe', reason });
}

const follow = statement('follow_suspended_vendor', 'update vendors set status_before = $2 where id = $1');

async function followSuspended(tx: Executor, vendor: VendorRow, account: ReadAccount): Promise<void> {
  const before: VendorStatus = vendor.status_before ?? 'onboarding';
  await tx.rows(follow, [vendor.id, statusByAccount(before, account)]);
}

const unopened = statement(
  'find_unopened_vendor_accounts',
  `select id from vendors where status = 'onboarding' and account_id is null and updated_at < now() - make_interval(secs => $1)
   order by id limit $2`,
);

/** Verified vendors without an account: their job was lost or gave up. */
export async function findUnopenedAccounts(db: Executor, olderThanSeconds: number, limit: number): Promise<string[]> {
  return (await db.rows<{ id: string }>(unopened, [olderThanSeconds, limit])).map(({ id }) => id);
}
