/** What each statement costs PostgreSQL, by pg_stat_statements, nested ones beside those that call them. */
import type { Database } from '../db/database.ts';

export interface StatementCost {
  text: string;
  /** Per order. */
  calls: number;
  ms: number;
  /** Spent on planning, beside that: a prepared statement is planned anew when PostgreSQL thinks that it pays. */
  planMs: number;
  walBytes: number;
  /** Shared buffers hit or read. */
  pages: number;
}

/** Forgets what was counted so far; the result reads what was counted since, per order. */
export async function watchStatements(db: Database): Promise<(orders: number) => Promise<StatementCost[]>> {
  await db.pool.query('create extension if not exists pg_stat_statements');
  await db.pool.query('select pg_stat_statements_reset()');
  return async (orders) => {
    const { rows } = await db.pool.query<StatementCost>(
      `select case when toplevel then '' else '└ ' end || left(regexp_replace(query, '\\s+', ' ', 'g'), 70) as text, (calls / $1::float8) as calls,
         total_exec_time / $1::float8 as ms, total_plan_time / $1::float8 as "planMs", (wal_bytes / $1::float8)::float8 as "walBytes",
         ((shared_blks_hit + shared_blks_read) / $1::float8)::float8 as pages
       from pg_stat_statements where dbid = (select oid from pg_database where datname = current_database())
       order by total_exec_time + total_plan_time desc limit 40`,
      [orders],
    );
    return rows;
  };
}

export interface TableWrites {
  name: string;
  /** Per order. */
  inserts: number;
  updates: number;
  /** Share of the updates that touched no index (heap-only tuples). */
  heapOnly: number;
}

/** What was written to each table since the database was made, per order. */
export async function readTableWrites(db: Database, orders: number): Promise<TableWrites[]> {
  const { rows } = await db.pool.query<TableWrites>(
    `select relname as name, n_tup_ins / $1::float8 as inserts, n_tup_upd / $1::float8 as updates,
       n_tup_hot_upd / nullif(n_tup_upd, 0)::float8 as "heapOnly"
     from pg_stat_user_tables where n_tup_ins + n_tup_upd > $1 order by n_tup_ins + n_tup_upd desc`,
    [orders],
  );
  return rows;
}

/** Rows that were inserted, updated and deleted in our own tables (not in the queues') since the database was made. */
export async function readRowsWritten(db: Database): Promise<number> {
  const { rows } = await db.pool.query<{ written: number }>(
    `select sum(n_tup_ins + n_tup_upd + n_tup_del)::float8 as written from pg_stat_user_tables where schemaname = 'public'`,
  );
  return rows[0]?.written ?? 0;
}
