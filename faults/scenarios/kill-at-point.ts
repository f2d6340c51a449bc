/** SIGKILL at one point that random kills seldom hit: while a statement is under way. */
import { type Database, type Statement, statement } from '../../db/database.ts';
import { waitFor } from '../../test/support/wait-for.ts';
import type { Accepted } from '../crowd.ts';
import type { Play, Scenario } from '../scenario.ts';
import { killRole, type Stage } from '../stage.ts';

const waiting = statement(
  'faults_waiting_for_lock',
  `select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
   and application_name like $1 || '%'`,
);
const end = statement('faults_end_statement', 'select pg_terminate_backend(pid) from unnest($1::integer[]) as pid');

export interface Point {
  /** Keeps the statement waiting, and no other of the application's. */
  lock: Statement;
  application: string;
  /** Sets the work going that is to wait, once the lock is held. */
  begin?(): void;
  /** What must be so besides, before the kill. */
  isReached?(): Promise<boolean>;
}

/**
 * Kills a role while its statement waits for a lock. PostgreSQL notices no death: the statement is carried out when the
 * lock is gone, with nobody to hear of it, unless it is `cut`, and then it never happened.
 */
export async function killAt(
  { system }: Stage,
  role: string,
  { lock, application, begin, isReached }: Point,
  cut: boolean,
): Promise<void> {
  await system.db.transaction(async (tx) => {
    await tx.rows(lock);
    begin?.();
    const look = async () => (!isReached || (await isReached())) && findWaiting(system.db, application);
    const pids = await waitFor(look, { timeoutMs: 28_000, describe: `${role} to wait for a lock` });
    await system.processes.get(role)?.kill('SIGKILL');
    if (cut) await tx.rows(end, [pids]);
  });
}

async function findWaiting(db: Database, application: string): Promise<number[] | false> {
  const rows = await db.rows<{ pid: number }>(waiting, [application]);
  return rows.length > 0 && rows.map(({ pid }) => pid);
}

/** Kills a role twice at its point while buyers come: once the statement is carried out after its death, once never. */
async function killTwice({ stage, crowd }: Play, role: string, point: Point): Promise<Accepted[]> {
  const load = crowd({ endless: true, pauseMs: 300, ways: ['good'] });
  for (const cut of [false, true]) {
    await killAt(stage, role, point, cut);
    await stage.system.start(role);
  }
  await load.close();
  return load.accepted;
}

export const killWebhook: Scenario = {
  name: 'kill-carrier-webhook',
  title: 'the API killed while it records news of a parcel, before the commit and after it, without the sweeper',
  async run(play) {
    const { stage } = play;
    await killRole(stage, 'scheduler');
    const accepted = await killTwice(play, 'api', {
      lock: statement('faults_lock_news', 'lock table tracking_events in share mode'),
      application: 'stockroom-api',
    });
    const left = await countDown(() => countOpen(stage, accepted, ['delivered']));
    await stage.system.start('scheduler');
    return [
      { what: 'every parcel is known to be delivered', held: left === 0, detail: `${left} of ${accepted.length} left` },
    ];
  },
};

const due = statement('faults_ledger_due', 'select count(*)::integer as facts from ledger_due');

export const killLedgerPoster: Scenario = {
  name: 'kill-ledger-poster',
  title: 'the scheduler killed while it books: nothing is booked twice or left out',
  async run(play) {
    await killTwice(play, 'scheduler', {
      lock: statement('faults_lock_ledger', 'lock table ledger_transactions in share mode'),
      application: 'stockroom-workers',
    });
    const left = await countDown(async () => (await play.stage.system.db.rows<{ facts: number }>(due))[0]!.facts);
    return [{ what: 'every fact is booked', held: left === 0, detail: `${left} left` }];
  },
};

const open = statement(
  'faults_open_orders',
  'select count(*)::integer as orders from orders where id = any($1) and status <> all($2)',
);

/** How many of the orders are in none of these states. */
export async function countOpen(
  { system }: Stage,
  accepted: readonly Accepted[],
  ends: readonly string[],
): Promise<number> {
  const [row] = await system.db.rows<{ orders: number }>(open, [accepted.map(({ order_id }) => order_id), ends]);
  return row!.orders;
}

/** Waits until nothing is left to count; returns what is. */
export function countDown(count: () => Promise<number>): Promise<number> {
  return waitFor(async () => (await count()) === 0 && 0, { timeoutMs: 30_000, everyMs: 200 }).catch(count);
}
