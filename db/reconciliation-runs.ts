/** Runs of reconciliation: one of a kind at a time, each with its job, resumed from its cursor by whoever takes it over. */
import type { Facts, ReconciliationKind } from '../domain/reconciliation.ts';
import { type Database, type Executor, statement } from './database.ts';
import { uuidv7 } from './ids.ts';
import { insertJobs, type OutboxJob } from './outbox.ts';

export interface RunRow {
  id: string;
  kind: ReconciliationKind;
  status: 'queued' | 'running' | 'done' | 'failed';
  dry_run: boolean;
  since: Date;
  cursor: Record<string, string>;
  done: number;
  total: number | null;
  counters: Record<string, number>;
  sample: object[];
  findings: number;
  error: string | null;
  created_at: Date;
  started_at: Date | null;
  finished_at: Date | null;
}

const columns = `id, kind, status, dry_run, since, cursor, done, total, counters, sample, findings, error, created_at, started_at,
  finished_at`;

// Stripe keeps events for 30 days; a list from an earlier time would look complete and not be.
const open = statement(
  'open_reconciliation_run',
  `insert into reconciliation_runs (id, kind, dry_run, since)
   values ($1, $2, $3, greatest(
     coalesce($4, (select seen_until from reconciliation_cursors where kind = $2), to_timestamp(0)),
     case when $2 = 'events' then now() - interval '30 days' else to_timestamp(0) end
   ))
   on conflict (kind) where status in ('queued', 'running') do nothing returning ${columns}`,
);
const current = statement(
  'current_reconciliation_run',
  `select ${columns} from reconciliation_runs where kind = $1 and status in ('queued', 'running')`,
);

export interface NewRun {
  kind: ReconciliationKind;
  dryRun: boolean;
  /** Undefined: from where the last run of the kind had come to. */
  since?: Date | undefined;
}

/** Opens a run with its job, or returns the one of this kind that is under way (`opened` false). The caller's transaction. */
export async function openRunIn(
  tx: Executor,
  { kind, dryRun, since }: NewRun,
  jobOf: (runId: string) => OutboxJob,
): Promise<{ run: RunRow; opened: boolean }> {
  for (;;) {
    const [opened] = await tx.rows<RunRow>(open, [uuidv7(), kind, dryRun, since ?? null]);
    if (opened) {
      await insertJobs(tx, [jobOf(opened.id)]);
      return { run: opened, opened: true };
    }
    // It may have ended between the two looks: then there is room for ours.
    const [run] = await tx.rows<RunRow>(current, [kind]);
    if (run) return { run, opened: false };
  }
}

/** The same in a transaction of its own. */
export const openRun = (db: Database, run: NewRun, jobOf: (runId: string) => OutboxJob) =>
  db.transaction((tx) => openRunIn(tx, run, jobOf));

const claim = statement(
  'claim_reconciliation_run',
  `update reconciliation_runs set status = 'running', holder = $2, noted_at = now(), started_at = coalesce(started_at, now()), error = null
   where id = $1 and (status = 'queued'
     or (status = 'running' and (holder is null or holder = $2 or noted_at < now() - make_interval(secs => $3))))
   returning ${columns}`,
);

/** Takes a run that nobody works on; undefined when somebody does, or when it has ended. */
export async function claimRun(
  db: Executor,
  id: string,
  holder: string,
  silentSeconds: number,
): Promise<RunRow | undefined> {
  const [row] = await db.rows<RunRow>(claim, [id, holder, silentSeconds]);
  return row;
}

const release = statement(
  'release_reconciliation_run',
  `update reconciliation_runs set holder = null, error = $3 where id = $1 and holder = $2 and status = 'running'`,
);

/** Leaves a run where it stands, for another try. */
export async function releaseRun(db: Executor, id: string, holder: string, error: string): Promise<void> {
  await db.rows(release, [id, holder, error]);
}

export interface RunProgress {
  cursor: Record<string, string>;
  done: number;
  total: number | null;
  counters: Record<string, number>;
  findings: number;
  sample: readonly { code: string; subject: string; explanation: string; facts?: Facts }[];
}

const note = statement(
  'note_reconciliation_run',
  `update reconciliation_runs set cursor = $3, done = $4, total = $5, counters = $6, findings = $7, sample = $8, noted_at = now()
   where id = $1 and holder = $2 and status = 'running' returning 1`,
);

/** Another process took the run over, after this one had been silent for too long. */
export class RunLostError extends Error {
  override readonly name = 'RunLostError';
}

/** @throws {@link RunLostError} when the run is somebody else's by now */
export async function noteRun(db: Executor, id: string, holder: string, progress: RunProgress): Promise<void> {
  const { cursor, done, total, counters, findings, sample } = progress;
  const json = [JSON.stringify(cursor), done, total, JSON.stringify(counters), findings, JSON.stringify(sample)];
  if ((await db.rows(note, [id, holder, ...json])).length === 0) throw new RunLostError('the run has another holder');
}

const finish = statement(
  'finish_reconciliation_run',
  `with ended as (
     update reconciliation_runs set status = 'done', finished_at = now(), noted_at = now()
     where id = $1 and holder = $2 and status = 'running' returning dry_run
   )
   insert into reconciliation_cursors (kind, seen_until)
   select kind, until from ended cross join unnest($3::text[], $4::timestamptz[]) as seen (kind, until) where not ended.dry_run
   on conflict (kind) do update set seen_until = greatest(reconciliation_cursors.seen_until, excluded.seen_until)`,
);

/** Ends a run; a run that was no dry one moves the cursors of what it has seen. */
export async function finishRun(
  db: Executor,
  id: string,
  holder: string,
  seenUntil: Readonly<Record<string, Date>>,
): Promise<void> {
  await db.rows(finish, [id, holder, Object.keys(seenUntil), Object.values(seenUntil)]);
}

const fail = statement(
  'fail_reconciliation_run',
  `update reconciliation_runs r set status = 'failed', finished_at = now(), error = coalesce(r.error, $3)
   where r.kind = $1 and r.status in ('queued', 'running') and r.noted_at < now() - make_interval(secs => $2)
     and exists (select from outbox j where j.queue = 'reconcile-payments' and j.job_id = 'run-' || r.id and j.status = 'failed')`,
);

/** Ends a run whose job has given up, so that the next one of its kind can begin. */
export async function failAbandonedRun(db: Executor, kind: ReconciliationKind, silentSeconds: number): Promise<void> {
  await db.rows(fail, [kind, silentSeconds, 'The job gave up.']);
}

const due = statement(
  'due_reconciliations',
  `select kind from unnest($1::text[], $2::float8[]) as schedule (kind, seconds)
   where not exists (
     select from reconciliation_runs r where r.kind = schedule.kind
       and (r.status in ('queued', 'running') or (not r.dry_run and r.created_at > now() - make_interval(secs => seconds)))
   )`,
);

/** The kinds whose last run is longer ago than their interval, and that have none under way. */
export async function findDueKinds(
  db: Executor,
  intervals: Readonly<Partial<Record<ReconciliationKind, number>>>,
): Promise<ReconciliationKind[]> {
  const rows = await db.rows<{ kind: ReconciliationKind }>(due, [Object.keys(intervals), Object.values(intervals)]);
  return rows.map(({ kind }) => kind);
}

const byId = statement('reconciliation_run_by_id', `select ${columns} from reconciliation_runs where id = $1`);

export async function findRun(db: Executor, id: string): Promise<RunRow | undefined> {
  const [row] = await db.rows<RunRow>(byId, [id]);
  return row;
}

const list = statement(
  'list_reconciliation_runs',
  `select ${columns} from reconciliation_runs
   where ($1::text is null or kind = $1) and ($2::text is null or status = $2) and ($3::uuid is null or id < $3)
   order by id desc limit $4`,
);

/** Newest first, one more than `limit` when there are more. */
export function listRuns(
  db: Executor,
  filter: { kind?: string | undefined; status?: string | undefined },
  { after, limit }: { after: string | undefined; limit: number },
): Promise<RunRow[]> {
  return db.rows<RunRow>(list, [filter.kind ?? null, filter.status ?? null, after ?? null, limit + 1]);
}

const cursorOf = statement('reconciliation_cursor', 'select seen_until from reconciliation_cursors where kind = $1');

/** Until when a list is known; undefined when it was never read. */
export async function findCursor(db: Executor, kind: string): Promise<Date | undefined> {
  const [row] = await db.rows<{ seen_until: Date }>(cursorOf, [kind]);
  return row?.seen_until;
}
