/**
 * What was asked of subscriptions: pending → applied | refused, one after the other. Only the first that is pending has a job; whoever
 * settles it writes the job of the next. Both happen under the subscription's lock, so no job is forgotten and none is made twice.
 */
import type { Change, ChangeKind, ChangeWishes } from '../domain/subscriptions/change.ts';
import type { Plan } from '../domain/subscriptions/plan.ts';
import { type Executor, statement } from './database.ts';
import { uuidv7 } from './ids.ts';
import { insertJobs, type OutboxJob } from './outbox.ts';

export interface ChangeRow {
  id: string;
  subscription_id: string;
  sequence: number;
  kind: ChangeKind;
  wish: ChangeWishes[ChangeKind];
  status: 'pending' | 'applied' | 'refused';
  error: { code: string; message: string } | null;
  actor: string;
  sent_at: Date | null;
  tries: number;
  created_at: Date;
  settled_at: Date | null;
}

/** See queues/apply-subscription-change.ts. */
const jobOf = ({ id, subscription_id }: Pick<ChangeRow, 'id' | 'subscription_id'>): OutboxJob => ({
  queue: 'apply-subscription-change',
  jobId: `subscription-change-${id}`,
  payload: { subscription_id, change_id: id },
  orderId: undefined,
  availableAt: undefined,
});

const insert = statement(
  'insert_subscription_change',
  `with subscription as (
     update subscriptions set last_change = last_change + 1, version = version + 1, updated_at = now() where id = $2 returning last_change
   )
   insert into subscription_changes (id, subscription_id, sequence, kind, wish, actor)
   select $1, $2, last_change, $3, $4::jsonb, $5 from subscription`,
);

const columns =
  'id, subscription_id, sequence, kind, wish, status, error, actor, sent_at, tries, created_at, settled_at';
const head = statement(
  'first_pending_change',
  `select ${columns} from subscription_changes where subscription_id = $1 and status = 'pending' order by sequence limit 1`,
);

/** The one that is made now. */
export async function findFirstPending(db: Executor, subscriptionId: string): Promise<ChangeRow | undefined> {
  const [row] = await db.rows<ChangeRow>(head, [subscriptionId]);
  return row;
}

/** Asks for a change; its job is written when nothing is before it. The caller holds the subscription's lock. Returns its id. */
export async function insertChange(
  tx: Executor,
  subscriptionId: string,
  { kind, wish }: Change,
  actor: string,
): Promise<string> {
  const id = uuidv7();
  const before = await findFirstPending(tx, subscriptionId);
  await tx.rows(insert, [id, subscriptionId, kind, JSON.stringify(wish), actor]);
  if (!before) await insertJobs(tx, [jobOf({ id, subscription_id: subscriptionId })]);
  return id;
}

const settle = statement(
  'settle_subscription_change',
  `update subscription_changes set status = $2, error = $3, settled_at = now(), updated_at = now()
   where id = $1 and status = 'pending' returning subscription_id`,
);

/** Settles it and writes the job of the next. False when it was settled before. The caller holds the subscription's lock. */
export async function settleChange(
  tx: Executor,
  id: string,
  status: 'applied' | 'refused',
  error: { code: string; message: string } | null = null,
): Promise<boolean> {
  const [row] = await tx.rows<{ subscription_id: string }>(settle, [id, status, error && JSON.stringify(error)]);
  if (!row) return false;
  const next = await findFirstPending(tx, row.subscription_id);
  if (next) await insertJobs(tx, [jobOf(next)]);
  return true;
}

const find = statement('find_subscription_change', `select ${columns} from subscription_changes where id = $1`);

export async function findChange(db: Executor, id: string): Promise<ChangeRow | undefined> {
  const [row] = await db.rows<ChangeRow>(find, [id]);
  return row;
}

const sent = statement(
  'note_subscription_change_sent',
  `update subscription_changes set sent_at = coalesce(sent_at, now()), updated_at = now() where id = $1 and status = 'pending'`,
);

/** Noted before Stripe is asked: whoever comes later looks there first. */
export async function noteChangeSent(db: Executor, id: string): Promise<void> {
  await db.rows(sent, [id]);
}

const rotate = statement(
  'rotate_subscription_change_key',
  'update subscription_changes set tries = tries + 1 where id = $1 and tries = $2',
);

/** The provider has stored something else under the key: the next call takes a new one. */
export async function rotateChangeKey(db: Executor, change: Pick<ChangeRow, 'id' | 'tries'>): Promise<void> {
  await db.rows(rotate, [change.id, change.tries]);
}

const shown = statement(
  'shown_subscription_changes',
  `select ${columns} from (
     select *, row_number() over (partition by subscription_id, status = 'refused' order by sequence desc) as age
     from subscription_changes where subscription_id = any($1::uuid[]) and status in ('pending', 'refused')
   ) c
   where status = 'pending' or age = 1
   order by subscription_id, sequence`,
);

/** What is still to be made, and the last that was refused, of any number of subscriptions. */
export function findShownChanges(db: Executor, subscriptionIds: readonly string[]): Promise<ChangeRow[]> {
  return db.rows<ChangeRow>(shown, [subscriptionIds]);
}

const wanted = statement(
  'wanted_plan',
  `select wish -> 'plan' as plan from subscription_changes
   where subscription_id = $1 and status = 'pending' and kind in ('create', 'plan') order by sequence desc limit 1`,
);

/** The plan as the changes that are still to be made leave it; undefined when none of them changes it. */
export async function findWantedPlan(tx: Executor, subscriptionId: string): Promise<Plan | undefined> {
  const [row] = await tx.rows<{ plan: Plan }>(wanted, [subscriptionId]);
  return row?.plan;
}

const stalled = statement(
  'stalled_subscription_changes',
  `select distinct on (subscription_id) id, subscription_id from subscription_changes c
   where status = 'pending' and not exists (
     select from subscription_changes b
     where b.subscription_id = c.subscription_id and b.status = 'pending' and b.sequence < c.sequence
   ) and updated_at < now() - make_interval(secs => $1)
   order by subscription_id, sequence limit $2`,
);

/** Changes whose turn it is and that nobody has made for a while. */
export function findStalledChanges(
  db: Executor,
  olderThanSeconds: number,
  limit: number,
): Promise<Pick<ChangeRow, 'id' | 'subscription_id'>[]> {
  return db.rows(stalled, [olderThanSeconds, limit]);
}

const due = statement(
  'subscriptions_to_resume',
  `select s.id from subscriptions s
   where s.paused_until <= now() and s.status = 'paused' and not exists (
     select from subscription_changes c where c.subscription_id = s.id and c.kind = 'resume' and c.created_at > s.paused_until
   )
   order by s.paused_until limit $1`,
);

/** Paused subscriptions whose time is up and that nobody has been asked to resume. */
export async function findDueResumes(db: Executor, limit: number): Promise<string[]> {
  const rows = await db.rows<{ id: string }>(due, [limit]);
  return rows.map(({ id }) => id);
}
