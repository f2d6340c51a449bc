import { hash } from 'node:crypto';
import type { Store } from '../store.ts';
import { StripeError } from './errors.ts';

const SCHEMA = `
CREATE TABLE IF NOT EXISTS stripe_idempotency (
  key TEXT PRIMARY KEY, created INTEGER NOT NULL, path TEXT NOT NULL, fingerprint TEXT NOT NULL,
  request_id TEXT NOT NULL, status INTEGER NOT NULL, body TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS stripe_idempotency_created ON stripe_idempotency (created);`;

/** Keys are kept for a day; then the same key executes again. */
const KEPT_SECONDS = 86_400;
const MAX_KEY = 255;
const PRUNE_EVERY = 500;

export interface Replay {
  requestId: string;
  status: number;
  body: string;
}

export interface Idempotency {
  /** The stored answer of this key, or undefined when it may be executed; throws when it belongs to another request. */
  find(key: string, path: string, form: string, now: number): Replay | undefined;
  /** Marks the key as being executed; throws 409 while it already is. */
  begin(key: string): void;
  end(key: string): void;
  /** Stores an answer in the open transaction. */
  keep(key: string, path: string, form: string, answer: Replay, now: number): void;
}

export function createIdempotency(store: Store): Idempotency {
  store.exec(SCHEMA);
  const find = store.statement(
    'SELECT path, fingerprint, request_id AS requestId, status, body FROM stripe_idempotency WHERE key = ? AND created > ?',
  );
  const keep = store.statement('INSERT OR REPLACE INTO stripe_idempotency VALUES (?, ?, ?, ?, ?, ?, ?)');
  const prune = store.statement(
    'DELETE FROM stripe_idempotency WHERE key IN (SELECT key FROM stripe_idempotency WHERE created <= ? ORDER BY created LIMIT ?)',
  );
  const running = new Set<string>();
  let kept = 0;
  return {
    find: (key, path, form, now) => {
      const row = find.get(key, now - KEPT_SECONDS) as (Replay & { path: string; fingerprint: string }) | undefined;
      if (!row) return undefined;
      if (row.path !== path)
        throw misused(`for the same endpoint they were first used for ('${row.path}' vs '${path}')`, key);
      if (row.fingerprint !== fingerprint(form))
        throw misused('with the same parameters they were first used with', key);
      return row;
    },
    begin: (key) => {
      if (running.has(key)) throw inUse(key);
      running.add(key);
    },
    end: (key) => running.delete(key),
    keep: (key, path, form, answer, now) => {
      keep.run(key, now, path, fingerprint(form), answer.requestId, answer.status, answer.body);
      kept += 1;
      if (kept % PRUNE_EVERY === 0) prune.run(now - KEPT_SECONDS, PRUNE_EVERY * 2);
    },
  };
}

/** Refuses a key that Stripe would not take. */
export function checkKey(key: string): void {
  if (key.length > MAX_KEY) {
    throw new StripeError(400, {
      message: `Idempotency keys can be at most ${MAX_KEY} characters.`,
      type: 'idempotency_error',
    });
  }
}

/** The order in which parameters were written does not make another request. */
const fingerprint = (form: string): string => hash('sha1', form.split('&').sort().join('&'));

const misused = (how: string, key: string) =>
  new StripeError(400, {
    type: 'idempotency_error',
    message: `Keys for idempotent requests can only be used ${how}. Try using a key other than '${key}' if you meant to execute a different request.`,
  });

const inUse = (key: string) =>
  new StripeError(409, {
    type: 'idempotency_error',
    code: 'idempotency_key_in_use',
    message: `There is currently another in-progress request using this Idempotent Key (that probably means you submitted twice, and the other request is still going through): ${key}. Please try again later.`,
  });
