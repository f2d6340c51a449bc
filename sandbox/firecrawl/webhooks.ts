/**
 * Events of batches and crawls: signed, sent again after a minute, five and fifteen, then lost. They wait as rows, so that a restart
 * loses none.
 */
import { createHmac, randomUUID } from 'node:crypto';
import type { Faults } from '../faults.ts';
import type { Store } from '../store.ts';
import { createPost } from '../webhooks/post.ts';
import type { Webhook } from './read-request.ts';
import type { FirecrawlSettings } from './settings.ts';

export interface WebhookParts {
  store: Store;
  faults: Faults;
  settings: FirecrawlSettings;
  /** Undefined: events are not signed. */
  secret: string | undefined;
  nowMs: () => number;
  log: (message: string, facts?: object) => void;
}

export interface JobEvent {
  type: string;
  success: boolean;
  data: unknown[];
  error?: string;
}

export interface Webhooks {
  tell(jobId: string, webhook: Webhook | null, event: JobEvent): void;
  list(jobId: string | undefined): object[];
  close(): void;
}

interface Row {
  seq: number;
  url: string;
  headers: string;
  body: string;
  forged: number;
  failures: number;
}

const SCHEMA = `
CREATE TABLE IF NOT EXISTS firecrawl_webhooks (
  seq INTEGER PRIMARY KEY, job TEXT NOT NULL, type TEXT NOT NULL, url TEXT NOT NULL, headers TEXT NOT NULL, body TEXT NOT NULL,
  forged INTEGER NOT NULL, state TEXT NOT NULL DEFAULT 'pending', failures INTEGER NOT NULL DEFAULT 0, due_ms INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS firecrawl_webhooks_due ON firecrawl_webhooks (due_ms) WHERE state = 'pending';`;
const TICK_MS = 100;
const AT_ONCE = 8;

export function createWebhooks(parts: WebhookParts): Webhooks {
  const { store, settings, nowMs } = parts;
  store.exec(SCHEMA);
  const post = createPost(settings.webhookTimeoutMs, AT_ONCE);
  const busy = new Set<number>();
  let closed = false;
  const send = (row: Row) => {
    busy.add(row.seq);
    post.send(row.url, row.body, headersOf(row, parts.secret), (status, error) => {
      if (closed) return;
      busy.delete(row.seq);
      record(parts, row, status, error);
    });
  };
  const tick = () => {
    const sql = "SELECT * FROM firecrawl_webhooks WHERE state = 'pending' AND due_ms <= ? ORDER BY due_ms, seq LIMIT ?";
    const due = store.statement(sql).all(nowMs(), AT_ONCE * 2) as unknown as Row[];
    for (const row of due) if (!busy.has(row.seq) && busy.size < AT_ONCE) send(row);
  };
  const timer = setInterval(tick, TICK_MS).unref();
  return {
    tell: (jobId, webhook, event) => enqueue(parts, jobId, webhook, event),
    list: (jobId) =>
      store
        .statement(
          'SELECT seq, job, type, url, state, failures, forged, due_ms, body FROM firecrawl_webhooks WHERE ?1 IS NULL OR job = ?1 ORDER BY seq DESC LIMIT 1000',
        )
        .all(jobId ?? null),
    close() {
      closed = true;
      clearInterval(timer);
      post.close();
    },
  };
}

function enqueue({ store, faults, nowMs }: WebhookParts, job: string, webhook: Webhook | null, event: JobEvent): void {
  const { type, success, data, error } = event;
  if (!webhook?.events.includes(type.split('.')[1] ?? '')) return;
  const whole = { success, type, id: job, webhookId: randomUUID(), data, error, metadata: webhook.metadata };
  const body = JSON.stringify(whole);
  const { times, lost, forged } = strike(faults, type, nowMs());
  const sql =
    'INSERT INTO firecrawl_webhooks (job, type, url, headers, body, forged, state, due_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?)';
  for (const at of times) {
    const values = [job, type, webhook.url, JSON.stringify(webhook.headers), body, forged ? 1 : 0] as const;
    store.statement(sql).run(...values, lost ? 'lost' : 'pending', Math.round(at));
  }
}

/** When an event is sent: once and at once, unless faults on request will have it otherwise. */
function strike(faults: Faults, type: string, now: number) {
  let times = [now];
  let lost = false;
  let forged = false;
  for (const { kind, delay_ms } of faults.forWebhook('firecrawl', type)) {
    lost ||= kind === 'webhook_lose';
    forged ||= kind === 'webhook_forge';
    if (kind === 'webhook_double') times = [...times, now + (delay_ms ?? 0)];
    if (kind === 'webhook_delay') times = times.map((at) => at + (delay_ms ?? 5_000));
    if (kind === 'webhook_reorder') times = times.map((at) => at + Math.random() * (delay_ms ?? 2_000));
  }
  return { times, lost, forged };
}

function headersOf({ body, headers, forged }: Row, secret: string | undefined): Record<string, string> {
  const own = { ...(JSON.parse(headers) as Record<string, string>), 'Content-Type': 'application/json' };
  if (secret === undefined) return own;
  const signature = createHmac('sha256', forged ? 'somebody else' : secret)
    .update(body)
    .digest('hex');
  return { ...own, 'X-Firecrawl-Signature': `sha256=${signature}` };
}

function record(
  { store, settings, nowMs, log }: WebhookParts,
  row: Row,
  status: number | null,
  error: string | null,
): void {
  const taken = status !== null && status >= 200 && status < 300;
  const wait = settings.webhookRetryMs[row.failures];
  const lost = wait === undefined ? 'lost' : 'pending';
  if (!taken)
    log('a webhook of the played Firecrawl was not taken', { url: row.url, status, error, again_in_ms: wait });
  const sql = 'UPDATE firecrawl_webhooks SET state = ?, failures = failures + ?, due_ms = ? WHERE seq = ?';
  store.statement(sql).run(taken ? 'delivered' : lost, taken ? 0 : 1, nowMs() + (wait ?? 0), row.seq);
}
