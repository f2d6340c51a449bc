/**
 * The one door to PostgreSQL: named prepared statements, alone or over sets of items, transactions that retry what
 * PostgreSQL asks to retry, and signals (NOTIFY) that leave only after the commit, gathered so that they never serialise
 * commits.
 */
import pg from 'pg';
import { type Batcher, createBatcher } from './batch.ts';
import { createGatherer, type Run, runAlone, type SetStatement } from './gather.ts';
import { isRetryable, MAX_TRIES, type Statement } from './statement.ts';

export { FEW, type SetStatement, setStatement } from './gather.ts';
export type { Statement } from './statement.ts';

/** Channels that wake whoever waits for rows; the payload names what changed, never what it is. */
export type Channel = 'stockroom_outbox' | 'stockroom_orders' | 'stockroom_images';

/** What a function in db/ needs: it runs the same inside a transaction and outside. */
export interface Executor {
  rows<T>(statement: Statement, values?: readonly unknown[]): Promise<T[]>;
  /**
   * Runs a statement over sets for one item and returns its rows. Outside a transaction it shares a round trip and a
   * commit with whoever asks the same at about the same time (a few milliseconds); inside it runs at once.
   */
  each<I extends object, O>(statement: SetStatement<I, O>, item: I): Promise<O[]>;
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
  const onError = options.onError ?? (() => {});
  const max = options.max ?? 10;
  const pool = openPool(options, max, []);
  const setPool = openPool(options, Math.min(max, SET_CONNECTIONS), BY_KEY);
  const sets = createGatherer((sql, values) => query(setPool, sql, values));
  const signals = createSignals(pool, onError);

  return {
    pool,
    rows: (sql, values) => query(pool, sql, values),
    each: sets.each,
    signal: signals.add,
    transaction: (work) => transaction(pool, work, signals.add),
    async close() {
      await sets.drain();
      await signals.drain();
      await Promise.all([pool.end(), setPool.end()]);
    },
  };
}

const SET_CONNECTIONS = 6;

/**
 * Sets are always found by key. On tables without statistics yet (a fresh shop) the planner would rather read them whole,
 * and the plan would stay in the session.
 */
const BY_KEY = [
  'enable_seqscan=off',
  'enable_hashjoin=off',
  'enable_mergejoin=off',
  'plan_cache_mode=force_generic_plan',
];

function openPool(options: DatabaseOptions, max: number, settings: readonly string[]): pg.Pool {
  // jit=off: no statement here runs long enough to earn its compilation back.
  const all = ['jit=off', ...settings, ...(options.synchronousCommit === false ? ['synchronous_commit=off'] : [])];
  const pool = new pg.Pool({
    connectionString: options.url,
    application_name: options.applicationName,
    max,
    types,
    keepAlive: true,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 30_000,
    query_timeout: 30_000,
    statement_timeout: 20_000,
    lock_timeout: 5_000,
    idle_in_transaction_session_timeout: 30_000,
    options: all.map((setting) => `-c ${setting}`).join(' '),
  });
  pool.on('error', options.onError ?? (() => {}));
  // The pool listens to idle clients alone: one that is cut off in a transaction would end the process. Its query rejects.
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}

async function query<T>(client: pg.Pool | pg.PoolClient, sql: Statement, values?: readonly unknown[]): Promise<T[]> {
  const result = await client.query({ name: sql.name, text: sql.text, values: values as unknown[] });
  return result.rows as T[];
}

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
      if (tries === MAX_TRIES || !isRetryable(error)) throw error;
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
    const run: Run = (sql, values) => query(client, sql, values);
    const result = await work({
      rows: (sql, values) => query(client, sql, values),
      each: (sql, item) => runAlone(run, sql, item),
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
/** How long signals wait for company. */
const GATHER_MS: Record<Channel, number> = { stockroom_outbox: 4, stockroom_orders: 10, stockroom_images: 50 };
/** The relay, once woken, looks by itself for longer than this: it is not told again before. */
const RELAY_AWAKE_MS = 100;

/** One NOTIFY in these milliseconds and channel, after the commit. A lost one costs latency only: every listener also polls. */
function createSignals(pool: pg.Pool, onError: (error: Error) => void) {
  let relayWoken = Number.NEGATIVE_INFINITY;
  const send = (channel: Channel) => async (all: string[]) => {
    if (channel === 'stockroom_outbox') relayWoken = performance.now();
    const subjects = [...new Set(all)];
    const payloads: string[] = [];
    for (let from = 0; from < subjects.length; from += SUBJECTS_PER_NOTIFY)
      payloads.push(subjects.slice(from, from + SUBJECTS_PER_NOTIFY).join(','));
    await query(pool, notify, [channel, payloads]);
  };
  const channels: Record<Channel, Batcher<string>> = {
    stockroom_outbox: createBatcher(send('stockroom_outbox'), () =>
      Math.max(GATHER_MS.stockroom_outbox, relayWoken + RELAY_AWAKE_MS - performance.now()),
    ),
    stockroom_orders: createBatcher(send('stockroom_orders'), GATHER_MS.stockroom_orders),
    stockroom_images: createBatcher(send('stockroom_images'), GATHER_MS.stockroom_images),
  };
  return {
    add: (channel: Channel, subject: string) => void channels[channel].add(subject).catch(onError),
    drain: () => Promise.all(Object.values(channels).map((channel) => channel.drain())),
  };
}

// A signal is a commit of its own, which need not wait for the disk: what it tells of is there already.
const notify = statement(
  'notify',
  `select pg_notify($1, payload) from set_config('synchronous_commit', 'off', true) cross join unnest($2::text[]) as payload`,
);
