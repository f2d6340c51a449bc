import type { Store } from '../store.ts';
import { scopeOf } from './account-scope.ts';
import type { Sandbox, TaskKind } from './context.ts';

const SCHEMA = `
CREATE TABLE IF NOT EXISTS stripe_tasks (id INTEGER PRIMARY KEY, due_at INTEGER NOT NULL, kind TEXT NOT NULL, ref TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS stripe_tasks_due ON stripe_tasks (due_at);`;

const BATCH = 100;
/** Tasks that fall due close together are done in one transaction. */
const TICK_MS = 20;
const MAX_TIMER_MS = 60_000;

export type TaskHandlers = Record<TaskKind, (sandbox: Sandbox, ref: string) => unknown>;

export interface Tasks {
  schedule: Sandbox['schedule'];
  /** Does what is due, then sleeps until the next. */
  wake(): void;
  /** Does what is due by now. */
  doDue(): void;
  /** When the next thing falls due. */
  nextAt(): number | undefined;
  /** Whether something of the kind is to come. */
  isPlanned(kind: TaskKind): boolean;
  close(): void;
}

interface Task {
  id: number;
  kind: TaskKind;
  ref: string;
}

/** What the sandbox does by itself later: kept as rows, so that a restart delays but does not drop it. */
export function createTasks(store: Store, handlers: TaskHandlers, context: () => Sandbox): Tasks {
  store.exec(SCHEMA);
  const insert = store.statement('INSERT INTO stripe_tasks (due_at, kind, ref) VALUES (?, ?, ?)');
  const due = store.statement('SELECT id, kind, ref FROM stripe_tasks WHERE due_at <= ? ORDER BY due_at LIMIT ?');
  const next = store.statement('SELECT min(due_at) AS at FROM stripe_tasks');
  const remove = store.statement('DELETE FROM stripe_tasks WHERE id = ?');
  let timer: NodeJS.Timeout | undefined;
  let timerAt = Number.POSITIVE_INFINITY;
  let closed = false;

  const sleepUntil = (at: number) => {
    if (closed || at >= timerAt) return;
    timerAt = at;
    clearTimeout(timer);
    timer = setTimeout(wake, Math.min(MAX_TIMER_MS, Math.max(TICK_MS, at - context().nowMs())));
    timer.unref();
  };
  const doTask = (sandbox: Sandbox, task: Task) => {
    remove.run(task.id);
    // A request may have come upon it; it is none of its doing.
    const { cause } = sandbox;
    sandbox.cause = null;
    try {
      const { scope, own } = scopeOf(sandbox, task.ref);
      handlers[task.kind](scope, own);
    } catch (error) {
      sandbox.log('a scheduled task of the Stripe sandbox failed', {
        kind: task.kind,
        ref: task.ref,
        error: String(error),
      });
    } finally {
      sandbox.cause = cause;
    }
  };
  const doDue = () => {
    const sandbox = context();
    const ready = due.all(sandbox.nowMs(), BATCH) as unknown as Task[];
    if (ready.length > 0) store.transaction(() => ready.map((task) => doTask(sandbox, task)), TICK_MS);
  };
  const wake = () => {
    if (closed) return;
    timerAt = Number.POSITIVE_INFINITY;
    doDue();
    const next = nextAt();
    if (next !== undefined) sleepUntil(next);
  };
  const nextAt = () => (next.get() as { at: number | null }).at ?? undefined;
  return {
    schedule: (kind, ref, delayMs) => {
      const at = context().nowMs() + delayMs;
      insert.run(at, kind, ref);
      store.afterCommit(() => sleepUntil(at));
    },
    wake,
    doDue,
    nextAt,
    isPlanned: (kind) => store.statement('SELECT 1 FROM stripe_tasks WHERE kind = ? LIMIT 1').get(kind) !== undefined,
    close: () => {
      closed = true;
      clearTimeout(timer);
    },
  };
}
