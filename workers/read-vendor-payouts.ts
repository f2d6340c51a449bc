/**
 * Triggered by each event of a payout in a vendor's connected account: reads what has moved there anew and keeps it. Events may come twice,
 * late and in any order: what is read is the present state. Accounts that are no vendor's of ours are left alone.
 */
import { findVendorAccount } from '../db/vendor-account-money.ts';
import { PaymentRefusedError } from '../providers/payments.ts';
import { keepVendorMoney, type VendorMoneyDeps } from './keep-vendor-money.ts';
import { done } from './outcome.ts';
import type { Processor } from './run-worker.ts';

export function createReadVendorPayouts(deps: VendorMoneyDeps): Processor<{ account_id: string }> {
  return async ({ account_id: id }) => {
    const account = await findVendorAccount(deps.db, id);
    if (!account) return done('no vendor of ours has this account');
    try {
      await keepVendorMoney(deps, account);
      return done();
    } catch (error) {
      if (error instanceof PaymentRefusedError) return done(`Stripe refuses it: ${error.code}`);
      throw error;
    }
  };
}
