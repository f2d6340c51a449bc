/**
 * Status callbacks: they wait as rows, survive a restart, and leave one by one as signed forms. A callback that is not
 * taken is sent again as its address asks for in its fragment
 * (https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides).
 */
import type { Faults } from '../faults.ts';
import type { Store } from '../store.ts';
import type { PlannedStatus, Status } from './magic-numbers.ts';
import type { Messages } from './messages.ts';
import { createStatusPoster } from './post-status.ts';

export interface CallbackParts {
  store: Store;
  faults: Faults;
  messages: Messages;
  /** What forms are signed with. */
  authToken: string;
  tickMs: number;
  nowMs: () => number;
  log: (message: string, facts?: object) => void;
}

export interface Callbacks {
  /** The message comes to these statuses, each at its time. */
  plan(sid: string, statuses: readonly PlannedStatus[], fromMs: number): void;
  /** Statuses and callbacks that wait. */
  pending(): number;
  close(): Promise<void>;
}

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS twilio_callbacks (
    seq INTEGER PRIMARY KEY, sid TEXT NOT NULL, status TEXT NOT NULL, error_code INTEGER, due_ms INTEGER NOT NULL,
    moved INTEGER NOT NULL DEFAULT 0, failures INTEGER NOT NULL DEFAULT 0
  );
  CREATE INDEX IF NOT EXISTS twilio_callbacks_due ON twilio_callbacks (due_ms);
`;
const AT_ONCE = 32;
const FIRST_RETRY_MS = 250;

interface Waiting {
  seq: number;
  sid: string;
  status: Status;
  error_code: number | null;
  moved: number;
  failures: number;
}

export function createCallbacks(parts: CallbackParts): Callbacks {
  const { store, faults, messages, authToken, tickMs, nowMs, log } = parts;
  store.exec(SCHEMA);
  const poster = createStatusPoster(authToken);
  const busy = new Map<number, Promise<void>>();
  let closed = false;

  const insert = (row: Omit<Waiting, 'seq' | 'failures'>, dueMs: number) =>
    store
      .statement('INSERT INTO twilio_callbacks (sid, status, error_code, moved, due_ms) VALUES (?, ?, ?, ?, ?)')
      .run(row.sid, row.status, row.error_code, row.moved, Math.round(dueMs));
  const remove = (seq: number) => store.statement('DELETE FROM twilio_callbacks WHERE seq = ?').run(seq);

  /** The message moves on; whether and when that is told is for the faults to say. */
  function arrive(row: Waiting): void {
    messages.move(row.sid, row.status, row.error_code, nowMs());
    const told = strike(faults, row.status, nowMs());
    store.transaction(() => {
      remove(row.seq);
      for (const dueMs of told) insert({ ...row, moved: 1 }, dueMs);
    });
  }

  async function tell(row: Waiting): Promise<void> {
    const message = messages.find(row.sid);
    const answer = message && (await poster.post(message, row.status, row.error_code));
    if (closed) return;
    const again = answer !== undefined && row.failures < answer.retries;
    if (answer?.retries) log('a status callback was not taken', { ...answer, sid: row.sid, again });
    if (!again) return void remove(row.seq);
    const sql = 'UPDATE twilio_callbacks SET failures = failures + 1, due_ms = ? WHERE seq = ?';
    store.statement(sql).run(nowMs() + FIRST_RETRY_MS * 2 ** row.failures, row.seq);
  }

  function tick(): void {
    const sql = 'SELECT * FROM twilio_callbacks WHERE due_ms <= ? ORDER BY due_ms, seq LIMIT ?';
    for (const row of store.statement(sql).all(nowMs(), 2 * AT_ONCE) as unknown as Waiting[]) {
      if (!row.moved) arrive(row);
      else if (!busy.has(row.seq) && busy.size < AT_ONCE) {
        busy.set(
          row.seq,
          tell(row).finally(() => busy.delete(row.seq)),
        );
      }
    }
  }

  const timer = setInterval(tick, tickMs);
  timer.unref();
  return {
    plan(sid, statuses, fromMs) {
      for (const { status, afterMs, errorCode = null } of statuses) {
        insert({ sid, status, error_code: errorCode, moved: 0 }, fromMs + afterMs);
      }
    },
    pending: () => Number(store.statement('SELECT count(*) AS n FROM twilio_callbacks').get()?.n ?? 0),
    async close() {
      closed = true;
      clearInterval(timer);
      poster.close();
      await Promise.all(busy.values());
    },
  };
}

/** When a status is told: usually once, at its time; otherwise as the faults on request will have it. */
function strike(faults: Faults, status: string, nowMs: number): number[] {
  let times = [nowMs];
  for (const { kind, delay_ms } of faults.forWebhook('twilio', status)) {
    if (kind === 'webhook_lose') return [];
    if (kind === 'webhook_double') times = [...times, nowMs + (delay_ms ?? 1_000)];
    if (kind === 'webhook_delay') times = times.map((at) => at + (delay_ms ?? 5_000));
    if (kind === 'webhook_reorder') times = times.map((at) => at + Math.random() * (delay_ms ?? 5_000));
  }
  return times;
}
