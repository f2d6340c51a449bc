import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';

/**
 * The sandbox's memory: one SQLite file that every sandbox provider keeps its tables in.
 * WAL with `synchronous = OFF` survives the death of the process at any point; only a power cut may lose the tail.
 */
export interface Store {
  /** Runs DDL or other statements without parameters. */
  exec(sql: string): void;
  /** The prepared statement for this text, prepared once per store. */
  statement(sql: string): StatementSync;
  /** Runs `work` in one transaction; a nested call joins the outer one. A throw rolls everything back. */
  transaction<T>(work: () => T): T;
  /** Runs `action` once after the open transaction has committed (at once when none is open). Dropped on rollback. */
  afterCommit(action: () => void): void;
  close(): void;
}

/**
 * Opens (and creates) the store.
 * @param file path of the database, or `:memory:`
 */
export function openStore(file: string): Store {
  if (file !== ':memory:') mkdirSync(dirname(file), { recursive: true });
  const db = new DatabaseSync(file);
  db.exec(
    'PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA busy_timeout = 5000; PRAGMA cache_size = -16000; PRAGMA temp_store = MEMORY; PRAGMA wal_autocheckpoint = 8000',
  );
  const statements = new Map<string, StatementSync>();
  const statement = (sql: string): StatementSync => {
    const known = statements.get(sql);
    if (known) return known;
    const prepared = db.prepare(sql);
    statements.set(sql, prepared);
    return prepared;
  };
  return { ...transactions(statement), exec: (sql) => db.exec(sql), statement, close: () => db.close() };
}

function transactions(statement: Store['statement']): Pick<Store, 'transaction' | 'afterCommit'> {
  let depth = 0;
  let actions: (() => void)[] = [];
  const outermost = <T>(work: () => T): T => {
    statement('BEGIN IMMEDIATE').run();
    depth = 1;
    let result: T;
    try {
      result = work();
      statement('COMMIT').run();
    } catch (error) {
      statement('ROLLBACK').run();
      actions = [];
      throw error;
    } finally {
      depth = 0;
    }
    const due = actions;
    actions = [];
    for (const action of due) action();
    return result;
  };
  return {
    transaction: (work) => (depth > 0 ? work() : outermost(work)),
    afterCommit: (action) => {
      if (depth > 0) actions.push(action);
      else action();
    },
  };
}
