/**
 * Triggered by each event of a connected account: reads the account anew and moves its vendor by it. Events may come twice, late and in
 * any order: what is read is the present state, and an earlier reading never replaces a later one.
 */
import { recordAccount, startReading } from '../db/vendor-accounts.ts';
import { PaymentRefusedError } from '../providers/payments.ts';
import type { VendorAccountDeps } from './open-vendor-account.ts';
import { done, type Outcome } from './outcome.ts';

export function createReadVendorAccount({ db, connect }: VendorAccountDeps) {
  return async ({ account_id: id }: { account_id: string }): Promise<Outcome> => {
    const reading = await startReading(db);
    try {
      const kept = await recordAccount(db, await connect.retrieveAccount(id), reading);
      return done(kept ? undefined : 'nothing to keep');
    } catch (error) {
      if (error instanceof PaymentRefusedError) return done(`Stripe refuses it: ${error.code}`);
      throw error;
    }
  };
}
