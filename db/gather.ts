/**
 * Runs calls of one statement that are made at about the same time as one: a statement over a set of items. Under load a
 * statement's fixed cost (a round trip, the plan's start, the commit) is shared by many orders; when little is asked, a call
 * waits some milliseconds and goes alone. Every caller gets the rows of its own item, and only its own failure.
 */
import pg from 'pg';
import { isRetryable, MAX_TRIES, type Statement } from './statement.ts';

/**
 * A statement over a JSON array of items, given as `$1`. Each item carries its place as `n`, and each row of the answer
 * names the item it belongs to by the same `n`. Items of one key never share a statement: they take turns.
 * Lock rows in the order of the key, so that two statements never wait for each other.
 */
export interface SetStatement<I, O> extends Statement {
  readonly keyOf: (item: I) => string;
  /** How long the first of a set waits for company, when the usual is too short for what nobody waits for. */
  readonly gatherMs?: number;
  /** Only a type: what a row of the answer holds, beside `n`. */
  readonly row?: O;
}

export function setStatement<I extends object, O = unknown>(
  name: string,
  keyOf: (item: I) => string,
  text: string,
  options: { gatherMs?: number } = {},
): SetStatement<I, O> {
  return { name, keyOf, text, ...options };
}

/**
 * For the WHERE of a set's items: true of each, and read by the planner as "hardly a row is left". It takes 100 rows for granted
 * otherwise, and finds it cheaper then to walk a whole index of a young table than to look each item up, in a plan that stays
 * in the session while the table grows.
 */
export const FEW = 'n between 0 and 999';

export type Run = (statement: Statement, values: readonly unknown[]) => Promise<{ n: number }[]>;

export interface Gatherer {
  each<I extends object, O>(statement: SetStatement<I, O>, item: I): Promise<O[]>;
  /** Resolves when nothing waits and nothing is under way. */
  drain(): Promise<void>;
}

/** How long the first of a set waits for company. */
const GATHER_MS = 5;
const MAX_ITEMS = 100;
/** Sets of one statement under way at once: a second one keeps going while the first waits for a lock. */
const MAX_FLIGHTS = 2;
/** When the first has waited for so long, the database hangs: who comes then is refused at once, as by a pool that is used up. */
const PATIENCE_MS = 5_000;

interface Call {
  item: object;
  key: string;
  since: number;
  resolve: (rows: never[]) => void;
  reject: (error: unknown) => void;
}

export function createGatherer(run: Run): Gatherer {
  const lanes = new Map<string, ReturnType<typeof createLane>>();
  return {
    each<I extends object, O>(statement: SetStatement<I, O>, item: I) {
      let lane = lanes.get(statement.name);
      if (!lane) {
        lane = createLane(run, statement, statement.gatherMs);
        lanes.set(statement.name, lane);
      }
      const { add } = lane;
      return new Promise<O[]>((resolve, reject) =>
        add({ item, key: statement.keyOf(item), since: performance.now(), resolve, reject }),
      );
    },
    async drain() {
      await Promise.all([...lanes.values()].map((lane) => lane.drain()));
    },
  };
}

/** All calls of one statement. */
function createLane(run: Run, statement: Statement, unhurriedMs: number | undefined) {
  const unhurried = unhurriedMs !== undefined;
  const gatherMs = unhurriedMs ?? GATHER_MS;
  let waiting: Call[] = [];
  let timer: NodeJS.Timeout | undefined;
  let lastLaunch = 0;
  const flights = new Set<Promise<void>>();

  function add(call: Call): void {
    if (isStuck(call.since)) {
      call.reject(new Error(`timeout exceeded when trying to connect: ${statement.name} waits for the database`));
      return;
    }
    waiting.push(call);
    // Nobody came lately, so nobody is waited for: when little is asked, sets cost no latency.
    const quiet = !unhurried && performance.now() - lastLaunch > gatherMs;
    if (!timer && flights.size < MAX_FLIGHTS) timer = setTimeout(launch, quiet ? 0 : gatherMs);
    else if (timer && waiting.length >= MAX_ITEMS) launch();
  }

  const isStuck = (now: number) =>
    flights.size === MAX_FLIGHTS && waiting[0] !== undefined && now - waiting[0].since > PATIENCE_MS;

  function launch(): void {
    clearTimeout(timer);
    timer = undefined;
    if (waiting.length === 0) return;
    lastLaunch = performance.now();
    const [taken, left] = takeDistinct(waiting);
    waiting = left;
    const flight = fly(run, statement, taken).finally(() => {
      flights.delete(flight);
      if (!timer) launch();
    });
    flights.add(flight);
    if (waiting.length > 0 && flights.size < MAX_FLIGHTS) timer = setTimeout(launch, gatherMs);
  }

  async function drain(): Promise<void> {
    while (waiting.length > 0 || flights.size > 0) {
      if (flights.size < MAX_FLIGHTS) launch();
      await Promise.race(flights);
    }
  }

  return { add, drain };
}

function takeDistinct(calls: Call[]): [Call[], Call[]] {
  const taken = new Map<string, Call>();
  const left: Call[] = [];
  for (const call of calls) {
    if (taken.size < MAX_ITEMS && !taken.has(call.key)) taken.set(call.key, call);
    else left.push(call);
  }
  return [[...taken.values()].sort((a, b) => (a.key < b.key ? -1 : 1)), left];
}

/** Never rejects: each call is told for itself. */
async function fly(run: Run, statement: Statement, calls: Call[]): Promise<void> {
  try {
    answer(calls, await runSet(run, statement, calls));
  } catch (error) {
    // PostgreSQL refused the set, and nothing of it was done: each goes alone, so that one's fault is not the others'.
    if (calls.length > 1 && error instanceof pg.DatabaseError)
      for (const call of calls) await goAlone(run, statement, call);
    else for (const call of calls) call.reject(error);
  }
}

async function goAlone(run: Run, statement: Statement, call: Call): Promise<void> {
  try {
    answer([call], await runSet(run, statement, [call]));
  } catch (error) {
    call.reject(error);
  }
}

async function runSet(run: Run, statement: Statement, calls: Call[]): Promise<{ n: number }[]> {
  const items = JSON.stringify(calls.map(({ item }, n) => ({ n, ...item })));
  for (let tries = 1; ; tries++) {
    try {
      return await run(statement, [items]);
    } catch (error) {
      // A set that was undone for a deadlock is not tried as a set again.
      if (calls.length > 1 || tries === MAX_TRIES || !isRetryable(error)) throw error;
    }
  }
}

function answer(calls: Call[], rows: { n: number }[]): void {
  const byCall: { n: number }[][] = calls.map(() => []);
  for (const row of rows) byCall[row.n]?.push(row);
  for (const [n, call] of calls.entries()) call.resolve(byCall[n] as never[]);
}

/** The same for a caller that has a transaction open: at once and alone. */
export async function runAlone<I extends object, O>(run: Run, statement: SetStatement<I, O>, item: I): Promise<O[]> {
  return (await run(statement, [JSON.stringify([{ n: 0, ...item }])])) as O[];
}
