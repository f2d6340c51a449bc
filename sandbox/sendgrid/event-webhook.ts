/**
 * The Event Webhook: events wait as rows, about once a second the due ones leave as one signed batch, and a batch is
 * sent again until somebody answers 2xx. Rows survive a restart.
 */
import type { Faults } from '../faults.ts';
import type { Store } from '../store.ts';
import { readPrivateKey, signatureHeaders } from './event-keys.ts';
import { createPost } from './post-batch.ts';

export interface EventWebhookOptions {
  url: string;
  /** Base64 PKCS #8, see `generateEventKeys`. */
  privateKey: string;
}

export interface EventWebhook {
  schedule(event: Record<string, unknown> & { event: string }, dueMs: number): void;
  /** Events that wait. */
  pending(): number;
  /** Sends what is due now, without waiting for the next tick. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

export interface EventWebhookParts {
  store: Store;
  faults: Faults;
  webhook: EventWebhookOptions;
  batchMs: number;
  nowMs: () => number;
  log: (message: string, facts?: object) => void;
}

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS sendgrid_events (seq INTEGER PRIMARY KEY, due_ms INTEGER NOT NULL, payload TEXT NOT NULL);
  CREATE INDEX IF NOT EXISTS sendgrid_events_due ON sendgrid_events (due_ms);
`;
/** SendGrid sends at most 768 KB at once; an event is about half a kilobyte. */
const MAX_EVENTS = 1_000;
const GATHER_MS = 10;
const MAX_BACKOFF_MS = 30_000;
const MAX_AGE_MS = 24 * 3_600_000;

export function createEventWebhook(parts: EventWebhookParts): EventWebhook {
  const { store, faults, webhook, batchMs, nowMs, log } = parts;
  store.exec(SCHEMA);
  const key = readPrivateKey(webhook.privateKey);
  const post = createPost(10_000);
  let failures = 0;
  let notBeforeMs = 0;
  let running: Promise<void> | undefined;
  let closed = false;

  function insert(payload: string, dueMs: number): void {
    store.statement('INSERT INTO sendgrid_events (due_ms, payload) VALUES (?, ?)').run(Math.round(dueMs), payload);
  }

  /** Sends one batch; returns whether it was taken and more may be due. */
  async function sendBatch(): Promise<boolean> {
    const due = 'SELECT seq, payload FROM sendgrid_events WHERE due_ms <= ? ORDER BY due_ms, seq LIMIT ?';
    const rows = store.statement(due).all(nowMs(), MAX_EVENTS) as { seq: number; payload: string }[];
    if (rows.length === 0) return false;
    const body = Buffer.from(`[${rows.map((row) => row.payload).join(',\r\n')}]\r\n`);
    const answer = await post.send(webhook.url, body, signatureHeaders(key, body, nowMs()));
    if (closed) return false;
    if (answer >= 200 && answer < 300) {
      failures = 0;
      store.transaction(() => {
        for (const { seq } of rows) store.statement('DELETE FROM sendgrid_events WHERE seq = ?').run(seq);
      }, GATHER_MS);
      return rows.length === MAX_EVENTS;
    }
    failures += 1;
    notBeforeMs = nowMs() + Math.min(MAX_BACKOFF_MS, 500 * 2 ** Math.min(failures, 10));
    log('event webhook was not taken, will be sent again', { status: answer, events: rows.length });
    store.statement('DELETE FROM sendgrid_events WHERE due_ms < ?').run(nowMs() - MAX_AGE_MS);
    return false;
  }

  function run(): Promise<void> {
    running ??= (async () => {
      while (!closed && (await sendBatch())) {
        // until less than a full batch is due
      }
    })().finally(() => {
      running = undefined;
    });
    return running;
  }

  const timer = setInterval(() => {
    if (nowMs() >= notBeforeMs) void run();
  }, batchMs);
  timer.unref();

  return {
    schedule(event, dueMs) {
      const payload = JSON.stringify(event);
      for (const at of strike(faults, event.event, dueMs)) insert(payload, at);
    },
    pending: () => Number(store.statement('SELECT count(*) AS n FROM sendgrid_events').get()?.n ?? 0),
    flush: run,
    async close() {
      closed = true;
      clearInterval(timer);
      post.close();
      await running;
    },
  };
}

/** When an event is sent: usually once, at its time; otherwise as the faults on request will have it. */
function strike(faults: Faults, event: string, dueMs: number): number[] {
  let times = [dueMs];
  for (const { kind, delay_ms } of faults.forWebhook('sendgrid', event)) {
    if (kind === 'webhook_lose') return [];
    if (kind === 'webhook_double') times = [...times, dueMs + (delay_ms ?? 1_000)];
    if (kind === 'webhook_delay') times = times.map((at) => at + (delay_ms ?? 5_000));
    if (kind === 'webhook_reorder') times = times.map((at) => at + Math.random() * (delay_ms ?? 5_000));
  }
  return times;
}
