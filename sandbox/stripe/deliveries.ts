import type { Store } from '../store.ts';

/**
 * One row per event and endpoint. `open` is 1 while the event counts as not delivered there: it is pending, was given
 * up, or was lost on request.
 */
const SCHEMA = `
CREATE TABLE IF NOT EXISTS stripe_deliveries (
  id INTEGER PRIMARY KEY, event_seq INTEGER NOT NULL, event_id TEXT NOT NULL, event_type TEXT NOT NULL, endpoint_id TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('pending', 'delivered', 'failed', 'lost', 'canceled')), open INTEGER NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0, next_at INTEGER NOT NULL, last_status INTEGER, last_error TEXT);
CREATE INDEX IF NOT EXISTS stripe_deliveries_due ON stripe_deliveries (endpoint_id, next_at) WHERE state = 'pending';
CREATE INDEX IF NOT EXISTS stripe_deliveries_open ON stripe_deliveries (event_seq) WHERE open = 1;
CREATE INDEX IF NOT EXISTS stripe_deliveries_event ON stripe_deliveries (event_id);`;

export interface DueDelivery {
  id: number;
  event_id: string;
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
  insert(event: { seq: number; id: string; type: string }, endpointId: string, nextAt: number, lost: boolean): void;
  /** The next deliveries of an endpoint, due ones and the first that is not. */
  next(endpointId: string, limit: number): DueDelivery[];
  record(attempt: Attempt): void;
  /** Ends what is pending for an endpoint that is gone or disabled. */
  cancel(endpointId: string): void;
  list(filter: { eventId?: string | undefined; state?: string | undefined; limit: number }): unknown[];
  /** Deliveries in each state. */
  count(): Record<string, number>;
}

export function createDeliveries(store: Store): Deliveries {
  store.exec(SCHEMA);
  const insert = store.statement(
    'INSERT INTO stripe_deliveries (event_seq, event_id, event_type, endpoint_id, state, open, next_at) VALUES (?, ?, ?, ?, ?, 1, ?)',
  );
  const next = store.statement(
    "SELECT id, event_id, attempts, next_at FROM stripe_deliveries WHERE endpoint_id = ? AND state = 'pending' ORDER BY next_at LIMIT ?",
  );
  const record = store.statement(
    "UPDATE stripe_deliveries SET state = ?, open = ?, attempts = ?, next_at = ?, last_status = ?, last_error = ? WHERE id = ? AND state = 'pending'",
  );
  return {
    insert: (event, endpointId, nextAt, lost) => {
      insert.run(event.seq, event.id, event.type, endpointId, lost ? 'lost' : 'pending', nextAt);
    },
    next: (endpointId, limit) => next.all(endpointId, limit) as unknown as DueDelivery[],
    record: ({ id, state, attempts, nextAt, status, error }) => {
      record.run(state, state === 'delivered' ? 0 : 1, attempts, nextAt, status, error, id);
    },
    cancel: (endpointId) => {
      store
        .statement(
          "UPDATE stripe_deliveries SET state = 'canceled', open = 0 WHERE endpoint_id = ? AND state = 'pending'",
        )
        .run(endpointId);
    },
    list: ({ eventId, state, limit }) =>
      store
        .statement(
          'SELECT * FROM stripe_deliveries WHERE (?1 IS NULL OR event_id = ?1) AND (?2 IS NULL OR state = ?2) ORDER BY id DESC LIMIT ?3',
        )
        .all(eventId ?? null, state ?? null, limit),
    count: () => {
      const rows = store.statement('SELECT state, count(*) AS n FROM stripe_deliveries GROUP BY state').all();
      return Object.fromEntries((rows as { state: string; n: number }[]).map(({ state, n }) => [state, n]));
    },
  };
}
