/**
 * A step of the sweeper: who must know of authorizations and of money that differs is told, once. An authorization that runs out
 * soon is put into the exceptions list, and what needs a person there is told by mail. Any number may run: an exception is
 * opened once, and a message is one per cause.
 */
import { findExpiringAuthorizations, noteExpiring, resolveSettledAuthorizations } from '../db/authorizations.ts';
import type { Database } from '../db/database.ts';
import { findUntoldExceptions } from '../db/exceptions.ts';
import { appendOrderEvent } from '../db/order-events.ts';
import { lockOrderMoney } from '../db/refunds.ts';
import { hasAudience } from '../db/tell.ts';
import { TOLD_EXCEPTIONS } from '../domain/messages/notices.ts';
import { tellOperations } from './tell-operations.ts';

export interface WatchOptions {
  db: Database;
  operationsEmail?: string | undefined;
  /** How long before its end somebody is told that an authorization was not captured. */
  captureNoticeHours: number;
}

const LIMIT = 100;

export async function watchAuthorizations({ db, operationsEmail, captureNoticeHours }: WatchOptions): Promise<void> {
  await resolveSettledAuthorizations(db);
  for (const authorization of await findExpiringAuthorizations(db, captureNoticeHours, LIMIT)) {
    const { order_id: orderId, capture_before } = authorization;
    await db.transaction(async (tx) => {
      await lockOrderMoney(tx, orderId);
      if (await noteExpiring(tx, authorization))
        await appendOrderEvent(tx, orderId, 'payment.authorization_expiring', { capture_before });
    });
  }
  if (await hasAudience(db, 'operations', operationsEmail)) await tellExceptions(db, operationsEmail);
}

async function tellExceptions(db: Database, fallback: string | undefined): Promise<void> {
  for (const { order_id: orderId, code: kind, subject, detail } of await findUntoldExceptions(
    db,
    TOLD_EXCEPTIONS,
    LIMIT,
  ))
    await tellOperations(db, fallback, { orderId, cause: `${kind}/${subject}`, kind, facts: detail });
}
