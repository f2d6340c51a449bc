/**
 * Opens the connected account of a vendor. Triggered when the vendor is verified.
 * find (a lost answer) → create under the key of what is sent → record. A second run finds the account on the row or at Stripe; two at
 * once share the key. Gives up when Stripe refuses what the vendor says of itself: it is tried again when that has changed.
 */
import { createHash } from 'node:crypto';
import type { Database } from '../db/database.ts';
import { recordAccount, startReading } from '../db/vendor-accounts.ts';
import { findVendor, type VendorRow } from '../db/vendors.ts';
import type { ConnectedAccount, ConnectProvider } from '../providers/connect.ts';
import { PaymentRefusedError } from '../providers/payments.ts';
import { done, giveUp, type Outcome } from './outcome.ts';

interface OpenVendorAccountDeps {
  db: Database;
  connect: ConnectProvider;
}

export function createOpenVendorAccount({ db, connect }: OpenVendorAccountDeps) {
  return async ({ vendor_id: id }: { vendor_id: string }): Promise<Outcome> => {
    const vendor = await findVendor(db, id);
    if (!vendor) return giveUp('vendor_missing', `There is no vendor ${id}.`);
    if (vendor.account_id !== null) return done('it has an account');
    if (vendor.status !== 'onboarding') return done(`it is ${vendor.status}`);
    try {
      const reading = await startReading(db);
      const account = (await connect.findAccount(id, vendor.created_at)) ?? (await create(connect, vendor));
      await recordAccount(db, account, reading);
      return done();
    } catch (error) {
      if (error instanceof PaymentRefusedError) return giveUp('account_refused', `Stripe refuses it: ${error.code}.`);
      throw error;
    }
  };
}

function create(connect: ConnectProvider, { id, email, country, name, profile }: VendorRow): Promise<ConnectedAccount> {
  const wanted = { vendorId: id, email, country, businessName: name, url: profile.website };
  const mark = createHash('sha256').update(JSON.stringify(wanted)).digest('hex').slice(0, 16);
  return connect.createAccount(wanted, `vendor-account-${id}-${mark}`);
}
