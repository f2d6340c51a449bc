/** What the sweeper looks for among refunds and disputes: rows that a job should move, or of which nothing was heard. */
import { closedStatuses } from '../domain/disputes.ts';
import { type Executor, statement } from './database.ts';

interface WaitingMoney {
  id: string;
  order_id: string;
}

const refunds = statement(
  'open_refunds',
  `select id, order_id from refunds
   where (status = 'pending' and updated_at < now() - make_interval(secs => $1))
     or (status in ('requested', 'requires_action')
       and updated_at < now() - greatest(make_interval(secs => $1 * 4), least((updated_at - created_at) / 2, interval '6 hours')))
   order by updated_at limit $2`,
);

/** Refunds that were decided but not sent, and those that were sent and not heard of for a while. */
export function findOpenRefunds(db: Executor, olderThanSeconds: number, limit: number): Promise<WaitingMoney[]> {
  return db.rows(refunds, [olderThanSeconds, limit]);
}

const disputes = statement(
  'silent_disputes',
  `select id, order_id from disputes
   where status <> all($3)
     and updated_at < now() - greatest(make_interval(secs => $1), least((updated_at - created_at) / 2, interval '6 hours'))
   order by updated_at limit $2`,
);

/** Disputes that the bank has not decided and of which nothing was heard for a while: asked for less and less often. */
export function findSilentDisputes(db: Executor, silentSeconds: number, limit: number): Promise<WaitingMoney[]> {
  return db.rows(disputes, [silentSeconds, limit, closedStatuses]);
}

const evidence = statement(
  'unsent_evidence',
  `select id, order_id from disputes where evidence_status = 'queued' and updated_at < now() - make_interval(secs => $1)
   order by updated_at limit $2`,
);

/** Evidence that was handed in and waits to be sent. */
export function findUnsentEvidence(db: Executor, olderThanSeconds: number, limit: number): Promise<WaitingMoney[]> {
  return db.rows(evidence, [olderThanSeconds, limit]);
}
