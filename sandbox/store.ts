import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';

/**
 * The sandbox's memory: one SQLite file that every sandbox provider keeps its tables in. Transactions of the same few
 * milliseconds share one commit, so whoever answers for what it did, or read, answers through `afterCommit`.
 * WAL with `synchronous = OFF` survives the death of the process at any point; only a power cut may lose the tail.
 */
export interface Store {
  /** Runs DDL or other statements without parameters. */
  exec(sql: string): void;
  /** The prepared statement for this text, prepared once per store. */
  statement(sql: string): StatementSync;
  /**
   * Runs `work` whole or, when it throws, not at all; a nested call joins the outer one. Its commit comes with the next turn of
   * the event loop; what nobody waits for may wait `patienceMs` for others.
   */
  transaction<T>(work: () => T, patienceMs?: number): T;
  /** Runs `action` once all that was done before it is committed. One from a transaction that throws is dropped. */
  afterCommit(action: () => void, patienceMs?: number): void;
  /** Commits what is open, and closes. */
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
    'PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA busy_timeout = 5000; PRAGMA cache_size = -16000; PRAGMA temp_store = MEMORY; PRAGMA wal_autocheckpoint = 8000',
  );
  const statements = new Map<string, StatementSync>();
  const statement = (sql: string): StatementSync => {
    const known = statements.get(sql);
    if (known) return known;
    const prepared = db.prepare(sql);
    statements.set(sql, prepared);
    return prepared;
  };
  const { transaction, afterCommit, commit } = gatherTransactions(statement);
  const close = () => {
    commit();
    db.close();
  };
  return { exec: (sql) => db.exec(sql), statement, transaction, afterCommit, close };
}

function gatherTransactions(statement: Store['statement']) {
  let open = false;
  let inside = false;
  let actions: (() => void)[] = [];
  let timer: NodeJS.Timeout | undefined;
  let soon: NodeJS.Immediate | undefined;

  const commit = () => {
    if (!open) return;
    open = false;
    clearTimeout(timer);
    clearImmediate(soon);
    timer = undefined;
    soon = undefined;
    statement('COMMIT').run();
    const due = actions;
    actions = [];
    for (const action of due) action();
  };
  const begin = () => {
    if (!open) statement('BEGIN IMMEDIATE').run();
    open = true;
  };
  const commitWithin = (patienceMs: number) => {
    if (patienceMs === 0) soon ??= setImmediate(commit);
    else timer ??= setTimeout(commit, patienceMs);
  };
  const undo = (kept: number) => {
    statement('ROLLBACK TO work').run();
    statement('RELEASE work').run();
    actions.length = kept;
  };
  const outermost = <T>(work: () => T, patienceMs: number): T => {
    begin();
    commitWithin(patienceMs);
    const kept = actions.length;
    statement('SAVEPOINT work').run();
    inside = true;
    try {
      const result = work();
      statement('RELEASE work').run();
      return result;
    } catch (error) {
      undo(kept);
      throw error;
    } finally {
      inside = false;
    }
  };
  return {
    commit,
    transaction: <T>(work: () => T, patienceMs = 0): T => (inside ? work() : outermost(work, patienceMs)),
    afterCommit: (action: () => void, patienceMs = 0) => {
      if (!open) return action();
      actions.push(action);
      if (!inside) commitWithin(patienceMs);
    },
  };
}
