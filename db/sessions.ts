/** Who is connected to the database, as the database sees it. */
import { type Executor, statement } from './database.ts';

const active = statement(
  'active_session',
  `select exists (
     select from pg_stat_activity
     where datname = current_database() and application_name = any($1) and pid <> pg_backend_pid()
       and client_addr is not distinct from inet_client_addr() and state_change > now() - make_interval(secs => $2)
   ) as found`,
);

/** Whether a process at the caller's own address used one of these connections within the last seconds. */
export async function hasActiveSession(
  db: Executor,
  applicationNames: readonly string[],
  withinSeconds: number,
): Promise<boolean> {
  const [row] = await db.rows<{ found: boolean }>(active, [applicationNames, withinSeconds]);
  return row?.found === true;
}
