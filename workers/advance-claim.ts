/**
 * Triggered by a claim that was asked for, and by a replacement that has ended unsent. Tells operations; refunds the claim whose goods
 * could not be sent once more. A second run finds the claim decided. What cannot be refunded stands in the exceptions list.
 */
import { findClaim, lockClaim } from '../db/claims.ts';
import type { Database } from '../db/database.ts';
import { openException } from '../db/exceptions.ts';
import { refundClaim } from '../db/settle-claim.ts';
import { done } from './outcome.ts';
import type { Processor } from './run-worker.ts';
import { tellOperations } from './tell-operations.ts';

export interface AdvanceClaimDeps {
  db: Database;
  operationsEmail: string | undefined;
}

type Payload = { order_id: string; claim_id: string; turn: 'requested' | 'not_sent' };

export function createAdvanceClaim({ db, operationsEmail }: AdvanceClaimDeps): Processor<Payload> {
  return async ({ claim_id: id, turn }) => {
    const claim = await findClaim(db, id);
    if (!claim) return done('there is no such claim');
    const { order_id: orderId, number } = claim;
    const about = { orderId, facts: { claim: number, claimed: claim.kind } };
    if (turn === 'requested') {
      if (claim.status !== 'requested') return done(`it is ${claim.status}`);
      await tellOperations(db, operationsEmail, { ...about, cause: `claim_requested/${id}`, kind: 'claim_requested' });
      return done();
    }
    const problem = await db.transaction(async (tx) => {
      const row = await lockClaim(tx, id);
      if (row?.status !== 'reshipped') return undefined;
      const found = await refundClaim(tx, id, { actor: 'replacement_not_sent' });
      if (!found) return undefined;
      const detail = { number, ...found };
      await openException(tx, { code: 'claim_not_refunded', subject: id, orderId, detail });
      await tellOperations(tx, operationsEmail, {
        ...about,
        cause: `claim_not_settled/${id}`,
        kind: 'claim_not_settled',
      });
      return found;
    });
    return done(problem ? `not refunded: ${problem.code}` : 'refunded instead');
  };
}
