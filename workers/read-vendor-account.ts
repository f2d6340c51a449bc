/**
 * Triggered by each event of a connected account: reads the account anew and moves its vendor by it. Events may come twice, late and in
 * any order: what is read is the present state, and an earlier reading never replaces a later one.
 */
import type { Database } from '../db/database.ts';
import { recordAccount, startReading } from '../db/vendor-accounts.ts';
import type { ConnectProvider } from '../providers/connect.ts';
import { PaymentRefusedError } from '../providers/payments.ts';
import { done, type Outcome } from './outcome.ts';

interface ReadVendorAccountDeps {
  db: Database;
  connect: ConnectProvider;
}

export function createReadVendorAccount({ db, connect }: ReadVendorAccountDeps) {
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
