/** What sites' robots.txt say, by origin: kept for a day at most, and asked for by one process at a time. */
import { type Executor, statement } from './database.ts';

export type RobotsKind = 'read' | 'unavailable' | 'unreachable';

export interface RobotsRow {
  origin: string;
  version: number;
  kind: RobotsKind;
  reason: string;
  body: Buffer | null;
  etag: string | null;
  last_modified: string | null;
  failures: number;
  next_url: string | null;
  hops: number;
  /** By the database's clock; false: nothing may be concluded from it. */
  fresh: boolean;
}

const find = statement(
  'find_robots',
  `select origin, version, kind, reason, body, etag, last_modified, failures, next_url, hops, expires_at > clock_timestamp() as fresh
   from robots_files where origin = $1`,
);

export async function findRobots(db: Executor, origin: string): Promise<RobotsRow | undefined> {
  const [row] = await db.rows<RobotsRow>(find, [origin]);
  return row;
}

const current = statement(
  'find_robots_version',
  `select version, expires_at > clock_timestamp() as fresh from robots_files where origin = $1`,
);

/** Which answer holds, without the file itself. */
export async function findRobotsVersion(
  db: Executor,
  origin: string,
): Promise<Pick<RobotsRow, 'version' | 'fresh'> | undefined> {
  const [row] = await db.rows<Pick<RobotsRow, 'version' | 'fresh'>>(current, [origin]);
  return row;
}

const lease = statement(
  'lease_robots',
  `insert into robots_files as r (origin, asking, asking_until) values ($1, $2, clock_timestamp() + make_interval(secs => $3))
   on conflict (origin) do update set asking = excluded.asking, asking_until = excluded.asking_until
   where r.expires_at <= clock_timestamp() and (r.asking_until is null or r.asking_until <= clock_timestamp())
   returning origin, version, kind, reason, body, etag, last_modified, failures, next_url, hops, false as fresh`,
);

/** For the one that is to ask for it; undefined when another does, or has done. */
export async function leaseRobots(
  db: Executor,
  origin: string,
  asker: string,
  seconds: number,
): Promise<RobotsRow | undefined> {
  const [row] = await db.rows<RobotsRow>(lease, [origin, asker, seconds]);
  return row;
}

const release = statement(
  'release_robots',
  `update robots_files set asking = null, asking_until = null where origin = $1 and asking = $2`,
);

/** It was not this one's turn: another may ask. */
export async function releaseRobots(db: Executor, origin: string, asker: string): Promise<void> {
  await db.rows(release, [origin, asker]);
}

const moveOn = statement(
  'follow_robots_redirect',
  `update robots_files set next_url = $3, hops = hops + 1, asking = null, asking_until = null where origin = $1 and asking = $2`,
);

export async function followRobotsRedirect(db: Executor, origin: string, asker: string, to: string): Promise<void> {
  await db.rows(moveOn, [origin, asker, to]);
}

// A day is the longest that a copy may be used for (RFC 9309, 2.4). What cannot be reached is asked for again sooner, ever less often.
const save = statement(
  'save_robots',
  `update robots_files set version = version + 1, kind = $3, reason = $4, body = $5, etag = $6, last_modified = $7,
     fetched_at = clock_timestamp(), failures = case when $3 = 'unreachable' then failures + 1 else 0 end,
     expires_at = clock_timestamp() + make_interval(secs => case when $3 = 'unreachable' then least($8 * 2 ^ least(failures, 20), 21600) else $9::float8 end),
     next_url = null, hops = 0, asking = null, asking_until = null
   where origin = $1 and asking = $2 returning version`,
);

export interface RobotsAnswerRow {
  kind: RobotsKind;
  reason: string;
  body: Uint8Array | null;
  etag: string | null;
  lastModified: string | null;
}

const RETRY_SECONDS = 300;
const FRESH_SECONDS = 12 * 3_600;

/** Undefined when the lease had run out and another asks. */
export async function saveRobots(
  db: Executor,
  origin: string,
  asker: string,
  { kind, reason, body, etag, lastModified }: RobotsAnswerRow,
): Promise<number | undefined> {
  const bytes = body && Buffer.from(body);
  const values = [origin, asker, kind, reason, bytes, etag, lastModified, RETRY_SECONDS, FRESH_SECONDS];
  const [row] = await db.rows<{ version: number }>(save, values);
  return row?.version;
}

const trim = statement(
  'trim_robots',
  `delete from robots_files where fetched_at < now() - interval '30 days' and expires_at < now()`,
);

/** Removes those of sites that nobody looks at any more. */
export async function trimRobots(db: Executor): Promise<void> {
  await db.rows(trim);
}
