/**
 * Turns at the hosts that pictures are fetched from. All processes share them: each host has so many visits at once, and as many
 * begin per second. They are booked in the order in which they are asked for, so that a host's long queue is fair to those in it,
 * and whoever waits leaves the worker to the other hosts.
 */
import { type Executor, statement } from './database.ts';

const take = statement('take_host_turn', `select ceil(take_host_turn($1, $2, $3, $4) * 1000)::integer as wait_ms`);

/**
 * Returns 0 when the turn has come, which then lasts for the lease or until it is given back; else how many milliseconds to
 * wait before asking again.
 * @param visit who asks; asking again keeps the place in the queue
 */
export async function takeHostTurn(
  db: Executor,
  host: string,
  visit: string,
  options: { atOnce: number; leaseSeconds: number },
): Promise<number> {
  const [row] = await db.rows<{ wait_ms: number }>(take, [host, visit, options.atOnce, options.leaseSeconds]);
  return row!.wait_ms;
}

const giveBack = statement('give_back_host_turn', `delete from host_visits where visit = $1`);

export async function giveBackHostTurn(db: Executor, visit: string): Promise<void> {
  await db.rows(giveBack, [visit]);
}

const rest = statement(
  'rest_host',
  `update host_turns set rests_until = greatest(rests_until, clock_timestamp() + make_interval(secs => $2)) where host = $1`,
);

/** Nobody visits the host for so long: it said so. Turns that were booked within that time are booked anew. */
export async function restHost(db: Executor, host: string, seconds: number): Promise<void> {
  await db.rows(rest, [host, seconds]);
}

const forget = statement(
  'forget_old_turns',
  `with visits as (
     delete from host_visits where greatest(starts_at, ends_at) < now() - interval '1 day'
   )
   delete from host_turns t where greatest(next_at, rests_until) < now() - interval '1 day'
     and not exists (select from host_visits v where v.host = t.host)`,
);

/** Removes what visits left behind that never came, and hosts that nobody visits any more. */
export async function forgetOldTurns(db: Executor): Promise<void> {
  await db.rows(forget);
}
