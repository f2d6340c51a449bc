/**
 * The one door to PostgreSQL: named prepared statements, transactions that retry what PostgreSQL asks to retry, and
 * signals (NOTIFY) that leave only after the commit, gathered so that they never serialise commits.
 */
import pg from 'pg';
import { createBatcher } from './batch.ts';

/** A statement is prepared once per connection under its name. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

/** Channels that wake whoever waits for rows; the payload names what changed, never what it is. */
export type Channel = 'stockroom_outbox' | 'stockroom_orders';

/** What a function in db/ needs: it runs the same inside a transaction and outside. */
export interface Executor {
  rows<T>(statement: Statement, values?: readonly unknown[]): Promise<T[]>;
  /** Wakes the listeners of a channel once the rows written before it are visible to them. */
  signal(channel: Channel, subject: string): void;
}

export interface Database extends Executor {
  readonly pool: pg.Pool;
  transaction<T>(work: (tx: Executor) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  url: string;
  applicationName: string;
  max?: number;
  /** Off for bookkeeping that may be lost in a power cut and is then merely done again. */
  synchronousCommit?: boolean;
  onError?: (error: Error) => void;
}

export function statement(name: string, text: string): Statement {
  return { name, text };
}

/** int8 as number: every amount and count here stays below 2^53. */
const types = {
  getTypeParser: ((oid: number, format: 'text' | 'binary') =>
    oid === pg.types.builtins.INT8
      ? (value: string) => Number(value)
      : pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
};

/** Opens a pool with every timeout set: pg itself has none, and a black hole would hang for ever. */
export function openDatabase(options: DatabaseOptions): Database {
  const pool = new pg.Pool({
    connectionString: options.url,
    application_name: options.applicationName,
    max: options.max ?? 10,
    types,
    keepAlive: true,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 30_000,
    query_timeout: 30_000,
    statement_timeout: 20_000,
    lock_timeout: 5_000,
    idle_in_transaction_session_timeout: 30_000,
    ...(options.synchronousCommit === false ? { options: '-c synchronous_commit=off' } : {}),
  });
  const onError = options.onError ?? (() => {});
  pool.on('error', onError);
  // The pool listens to idle clients alone: one that is cut off in a transaction would end the process. Its query rejects.
  pool.on('connect', (client) => client.on('error', () => {}));
  const signals = createSignals(pool, onError);

  return {
    pool,
    rows: (sql, values) => query(pool, sql, values),
    signal: signals.add,
    transaction: (work) => transaction(pool, work, signals.add),
    async close() {
      await signals.drain();
      await pool.end();
    },
  };
}

async function query<T>(client: pg.Pool | pg.PoolClient, sql: Statement, values?: readonly unknown[]): Promise<T[]> {
  const result = await client.query({ name: sql.name, text: sql.text, values: values as unknown[] });
  return result.rows as T[];
}

/** serialization_failure and deadlock_detected: PostgreSQL undid the transaction and asks for another try. */
const RETRYABLE = new Set(['40001', '40P01']);

const MAX_TRIES = 5;

/** Each try gives its connection back first: tries that kept theirs would wait for each other once the pool is used up. */
async function transaction<T>(
  pool: pg.Pool,
  work: (tx: Executor) => Promise<T>,
  signal: Executor['signal'],
): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await tryTransaction(pool, work, signal);
    } catch (error) {
      if (tries === MAX_TRIES || !RETRYABLE.has((error as { code?: string }).code ?? '')) throw error;
    }
  }
}

async function tryTransaction<T>(
  pool: pg.Pool,
  work: (tx: Executor) => Promise<T>,
  signal: Executor['signal'],
): Promise<T> {
  const client = await pool.connect();
  const pending: [Channel, string][] = [];
  let broken: Error | undefined;
  try {
    await client.query('BEGIN');
    const result = await work({
      rows: (sql, values) => query(client, sql, values),
      signal: (channel, subject) => pending.push([channel, subject]),
    });
    await client.query('COMMIT');
    for (const [channel, subject] of pending) signal(channel, subject);
    return result;
  } catch (error) {
    await client.query('ROLLBACK').catch((lost: Error) => {
      broken = lost;
    });
    throw error;
  } finally {
    client.release(broken);
  }
}

/** A NOTIFY payload holds less than 8000 bytes; 150 UUIDs with commas stay below 6000. */
const SUBJECTS_PER_NOTIFY = 150;
const GATHER_MS = 4;

/** One NOTIFY in these milliseconds and channel, after the commit. A lost one costs latency only: every listener also polls. */
function createSignals(pool: pg.Pool, onError: (error: Error) => void) {
  const batcher = createBatcher<[Channel, string]>(async (items) => {
    const channels: string[] = [];
    const payloads: string[] = [];
    for (const channel of new Set(items.map(([name]) => name))) {
      const subjects = [...new Set(items.filter(([name]) => name === channel).map(([, subject]) => subject))];
      for (let from = 0; from < subjects.length; from += SUBJECTS_PER_NOTIFY) {
        channels.push(channel);
        payloads.push(subjects.slice(from, from + SUBJECTS_PER_NOTIFY).join(','));
      }
    }
    await query(pool, notify, [channels, payloads]);
  }, GATHER_MS);
  return {
    add: (channel: Channel, subject: string) => void batcher.add([channel, subject]).catch(onError),
    drain: () => batcher.drain(),
  };
}

// A signal is a commit of its own, which need not wait for the disk: what it tells of is there already.
const notify = statement(
  'notify',
  `select pg_notify(channel, payload) from set_config('synchronous_commit', 'off', true)
   cross join unnest($1::text[], $2::text[]) as signals (channel, payload)`,
);
