/**
 * What a relay reads: the outbox rows that were committed, or fell due, since its last look. Nothing is written for a job:
 * a row carries the transaction that made it due, and PostgreSQL's snapshots tell which transactions a look has seen, in
 * whatever order they committed. What was seen is kept in the relay's one row, from which the next relay goes on.
 */
import { type Executor, setStatement, statement } from './database.ts';

/** How far a relay has handed over: the transactions it has seen, and until when it has seen rows fall due. */
export interface Seen {
  snapshot: string;
  at: string;
}

export interface DueJob {
  queue: string;
  job_id: string;
  payload: object;
  /** The queue may still hold an earlier job of this id, which would swallow the new one. */
  again: boolean;
  xid: string;
}

// One that ends later than anybody may ask for is of a clock that was put back since.
const lease = statement(
  'lease_relay',
  `update relay set holder = $1, lease_until = clock_timestamp() + make_interval(secs => $2)
   where holder = $1 or lease_until not between clock_timestamp() and clock_timestamp() + make_interval(secs => 2 * $2)
   returning 1`,
);

// Of a database that was restored into another server the numbers of transactions mean nothing: begin again.
const renumber = statement(
  'renumber_outbox',
  `with r as (
     update relay set seen = null, seen_at = null where pg_snapshot_xmax(seen) > pg_snapshot_xmax(pg_current_snapshot())
   )
   update outbox set xid = pg_current_xact_id() where xid > pg_snapshot_xmax(pg_current_snapshot())`,
);

/**
 * Makes `holder` the relay for so many seconds, or renews that. Returns false while another one is. One that takes over
 * goes on from what is kept, by {@link readSeen}.
 */
export async function takeRelayLease(db: Executor, holder: string, seconds: number): Promise<boolean> {
  return (await db.rows(lease, [holder, seconds])).length > 0;
}

const read = statement('read_relay', 'select seen::text as snapshot, seen_at::text as at from relay');

/** Nothing has been seen: everything that is open is new. */
const NOTHING_SEEN: Seen = { snapshot: '1:1:', at: '-infinity' };

export async function readSeen(db: Executor): Promise<Seen> {
  await db.rows(renumber);
  const [row] = await db.rows<{ snapshot: string | null; at: string | null }>(read);
  return row?.snapshot && row.at ? { snapshot: row.snapshot, at: row.at } : NOTHING_SEEN;
}

const keep = statement('keep_relay', 'update relay set seen = $2::pg_snapshot, seen_at = $3 where holder = $1');

/** Keeps how far the holder has come. */
export async function keepSeen(db: Executor, holder: string, seen: Seen): Promise<void> {
  await db.rows(keep, [holder, seen.snapshot, seen.at]);
}

const release = statement('release_relay', `update relay set lease_until = '-infinity' where holder = $1`);

export async function releaseRelayLease(db: Executor, holder: string): Promise<void> {
  await db.rows(release, [holder]);
}

interface Look {
  snapshot: string;
  at: string;
  after_xid: string;
  after_queue: string;
  after_job: string;
  most: number;
}

const COLUMNS = 'queue, job_id, payload, again, xid';
const AFTER = `status = 'pending' and (xid, queue, job_id) > (item.after_xid, item.after_queue, item.after_job)`;
// A row without a delay is due as soon as it is seen: its clock may be ahead of the look's, which is read before its snapshot.
const IS_DUE = 'available_at <= greatest(created_at, now())';
const PAGE = 'order by xid, queue, job_id limit item.most';

// Three ways to be new, each found by its own index: begun after the last look, under way during it, or due since.
const due = setStatement<Look, DueJob & { snapshot: string; at: string }>(
  'due_outbox',
  () => '',
  `select item.n, pg_current_snapshot()::text as snapshot, now()::text as at, job.queue, job.job_id, job.payload, job.again, job.xid::text
   from json_to_recordset($1) as item (n integer, snapshot pg_snapshot, at timestamptz, after_xid xid8, after_queue text, after_job text, most integer)
   left join lateral (
     select * from (
       (select ${COLUMNS} from outbox where xid >= pg_snapshot_xmax(item.snapshot) and ${IS_DUE} and ${AFTER} ${PAGE})
       union all
       (select ${COLUMNS} from outbox where xid = any(array(select pg_snapshot_xip(item.snapshot))) and ${IS_DUE} and ${AFTER} ${PAGE})
       union all
       (select ${COLUMNS} from outbox
        where available_at > created_at and available_at > item.at and available_at <= now()
          and pg_visible_in_snapshot(xid, item.snapshot) and ${AFTER} ${PAGE})
     ) new ${PAGE}
   ) job on true`,
);

/** The place of a job in the order in which they are handed over. */
export type Place = Pick<DueJob, 'xid' | 'queue' | 'job_id'>;

/**
 * Jobs that are new since `seen`, oldest first, at most `most` and behind `after`; and what this look has seen.
 */
export async function findDueJobs(
  db: Executor,
  seen: Seen,
  most: number,
  after: Place = { xid: '0', queue: '', job_id: '' },
): Promise<{ jobs: DueJob[]; seen: Seen }> {
  const look = { ...seen, after_xid: after.xid, after_queue: after.queue, after_job: after.job_id, most };
  const rows = await db.each(due, look);
  const [first] = rows;
  if (!first) throw new Error('a look at the outbox was not answered');
  return { jobs: rows.filter(({ job_id }) => job_id !== null), seen: { snapshot: first.snapshot, at: first.at } };
}
