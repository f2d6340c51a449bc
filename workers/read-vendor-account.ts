/**
 * Triggered by each event of a connected account: reads the account anew and moves its vendor by it. Events may come twice, late and in
 * any order: what is read is the present state, and an earlier reading never replaces a later one.
 */
import { recordAccount, startReading } from '../db/vendor-accounts.ts';
import { PaymentRefusedError } from '../providers/payments.ts';
import type { VendorMoneyDeps } from './keep-vendor-money.ts';
import { loseAccountOf } from './lose-account.ts';
import { done, type Outcome } from './outcome.ts';

export function createReadVendorAccount({ db, connect }: VendorMoneyDeps) {
  return async ({ account_id: id }: { account_id: string }): Promise<Outcome> => {
    const reading = await startReading(db);
    try {
      const kept = await recordAccount(db, await connect.retrieveAccount(id), reading);
      return done(kept ? undefined : 'nothing to keep');
    } catch (error) {
      if (!(error instanceof PaymentRefusedError)) throw error;
      const isOurs = await loseAccountOf(db, id, reading);
      return done(isOurs ? `Stripe does not show it any more: ${error.code}` : 'nothing to keep');
    }
  };
}
