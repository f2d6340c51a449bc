import type { Store } from '../store.ts';

/**
 * One row per event and target. `open` is 1 while the event counts as not delivered there: it is pending, was given
 * up, or was lost on request. `body` is null where the event itself is kept elsewhere.
 */
const SCHEMA = `
CREATE TABLE IF NOT EXISTS webhook_deliveries (
  id INTEGER PRIMARY KEY, target TEXT NOT NULL, event_seq INTEGER, event_id TEXT NOT NULL, event_type TEXT NOT NULL, body TEXT,
  state TEXT NOT NULL CHECK (state IN ('pending', 'delivered', 'failed', 'lost', 'canceled')), open INTEGER NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0, next_at INTEGER NOT NULL, last_status INTEGER, last_error TEXT);
CREATE INDEX IF NOT EXISTS webhook_deliveries_due ON webhook_deliveries (target, next_at) WHERE state = 'pending';
CREATE INDEX IF NOT EXISTS webhook_deliveries_open ON webhook_deliveries (event_seq) WHERE open = 1;`;

/** An event of a provider's. `seq` is its place in the provider's own list, `body` its text where there is no such list. */
export interface WebhookEvent {
  id: string;
  type: string;
  seq: number | null;
  body: string | null;
}

export interface Delivery {
  id: number;
  event_id: string;
  body: string | null;
  attempts: number;
  next_at: number;
}

/** How an attempt ended. */
export interface Attempt {
  id: number;
  state: 'pending' | 'delivered' | 'failed';
  attempts: number;
  nextAt: number;
  status: number | null;
  error: string | null;
}

export interface Deliveries {
  /** Returns the delivery's id. */
  insert(event: WebhookEvent, target: string, nextAt: number, lost: boolean): number;
  /** The next deliveries of a target, due ones and later ones. */
  next(target: string, limit: number): Delivery[];
  record(attempt: Attempt): void;
  /** Ends what is pending for a target that is gone or disabled. */
  cancel(target: string): void;
  /** For people: looks through all of them. */
  list(filter: { eventId?: string | undefined; state?: string | undefined; limit: number }): unknown[];
  /** Deliveries in each state, of targets whose name begins so. */
  count(targets: string): Record<string, number>;
}

export function createDeliveries(store: Store): Deliveries {
  store.exec(SCHEMA);
  const insert = store.statement(
    'INSERT INTO webhook_deliveries (target, event_seq, event_id, event_type, body, state, open, next_at) VALUES (?, ?, ?, ?, ?, ?, 1, ?)',
  );
  const next = store.statement(
    "SELECT id, event_id, body, attempts, next_at FROM webhook_deliveries WHERE target = ? AND state = 'pending' ORDER BY next_at LIMIT ?",
  );
  const record = store.statement(
    `UPDATE webhook_deliveries SET state = ?1, open = ?1 <> 'delivered', body = iif(?1 = 'delivered', NULL, body), attempts = ?2,
     next_at = ?3, last_status = ?4, last_error = ?5 WHERE id = ?6 AND state = 'pending'`,
  );
  return {
    insert: (event, target, nextAt, lost) => {
      const state = lost ? 'lost' : 'pending';
      return Number(insert.run(target, event.seq, event.id, event.type, event.body, state, nextAt).lastInsertRowid);
    },
    next: (target, limit) => next.all(target, limit) as unknown as Delivery[],
    record: ({ id, state, attempts, nextAt, status, error }) => {
      record.run(state, attempts, nextAt, status, error, id);
    },
    ...createOverview(store),
  };
}

function createOverview(store: Store): Pick<Deliveries, 'cancel' | 'list' | 'count'> {
  return {
    cancel: (target) => {
      store
        .statement("UPDATE webhook_deliveries SET state = 'canceled', open = 0 WHERE target = ? AND state = 'pending'")
        .run(target);
    },
    list: ({ eventId, state, limit }) =>
      store
        .statement(
          `SELECT id, target, event_id, event_type, state, attempts, next_at, last_status, last_error FROM webhook_deliveries
           WHERE (?1 IS NULL OR event_id = ?1) AND (?2 IS NULL OR state = ?2) ORDER BY id DESC LIMIT ?3`,
        )
        .all(eventId ?? null, state ?? null, limit),
    count: (targets) => {
      const rows = store
        .statement("SELECT state, count(*) AS n FROM webhook_deliveries WHERE target LIKE ? || '%' GROUP BY state")
        .all(targets);
      return Object.fromEntries((rows as { state: string; n: number }[]).map(({ state, n }) => [state, n]));
    },
  };
}
