/**
 * Triggered by each event of a payout: reads the payout anew, keeps it and books it. Events may come twice, late and in any
 * order: what is read is the present state, and each booking is made once for its cause.
 */
import { type KeepPayoutDeps, keepPayout } from './keep-payout.ts';
import { done } from './outcome.ts';
import type { Processor } from './run-worker.ts';

export function createReadPayout(deps: KeepPayoutDeps): Processor<{ payout_id: string }> {
  return async ({ payout_id: id }) => {
    const payout = await keepPayout(deps, id);
    return done(payout ? `it is ${payout.status}` : 'Stripe does not know the payout');
  };
}
