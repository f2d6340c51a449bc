import http from 'node:http';
import https from 'node:https';
import type { Faults } from './faults.ts';
import type { Store } from './store.ts';

/** A row per event that is not delivered yet; a delivered one needs no memory. */
const SCHEMA = `
CREATE TABLE IF NOT EXISTS deliveries (
  id INTEGER PRIMARY KEY, provider TEXT NOT NULL, event_type TEXT NOT NULL, body TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('pending', 'failed', 'lost')),
  attempts INTEGER NOT NULL DEFAULT 0, next_at INTEGER NOT NULL, last_status INTEGER, last_error TEXT);
CREATE INDEX IF NOT EXISTS deliveries_due ON deliveries (provider, next_at) WHERE state = 'pending';`;

export interface DeliveryOptions {
  store: Store;
  faults: Faults;
  /** Whose events: the name under which faults are asked for. */
  provider: string;
  url: string;
  /** Headers for this body at this moment: each attempt signs anew. */
  sign: (body: string) => Record<string, string>;
  concurrency?: number;
  timeoutMs?: number;
  /** The first retry waits this long, each later one twice as long, up to `maxRetryMs`. */
  firstRetryMs?: number;
  maxRetryMs?: number;
  maxAttempts?: number;
}

export interface Deliverer {
  /** Records a delivery in the open transaction, struck by whatever fault is asked for; it is sent after the commit. */
  enqueue(eventType: string, body: string): void;
  /** Deliveries that have not ended well, by state. */
  count(): Record<string, number>;
  close(): void;
}

interface Due {
  id: number;
  body: string;
  attempts: number;
  next_at: number;
}

type Settled = Due & { status: number | null; error: string | null };
type Settings = Required<DeliveryOptions>;

/**
 * Sends events of a sandbox provider to one URL. Rows are the truth: what is pending is sent also after a restart, and an
 * attempt that was not recorded before a kill is made again, as every provider's events come at least once.
 */
export function createDeliverer(options: DeliveryOptions): Deliverer {
  const settings: Settings = {
    concurrency: 16,
    timeoutMs: 10_000,
    firstRetryMs: 500,
    maxRetryMs: 8_000,
    maxAttempts: 100,
    ...options,
  };
  const { store, faults, provider } = settings;
  store.exec(SCHEMA);
  const insert = store.statement(
    'INSERT INTO deliveries (provider, event_type, body, state, next_at) VALUES (?, ?, ?, ?, ?)',
  );
  const sender = createSender(settings);
  sender.wake();
  return {
    enqueue: (eventType, body) => {
      for (const { at, lost } of planDeliveries(faults, provider, eventType)) {
        insert.run(provider, eventType, body, lost ? 'lost' : 'pending', at);
      }
      store.afterCommit(sender.wake);
    },
    count: () => {
      const rows = store.statement('SELECT state, count(*) AS n FROM deliveries WHERE provider = ? GROUP BY state');
      return Object.fromEntries(
        (rows.all(provider) as { state: string; n: number }[]).map((row) => [row.state, row.n]),
      );
    },
    close: sender.close,
  };
}

/** When an event is sent: once and at once, unless faults say otherwise. */
function planDeliveries(faults: Faults, provider: string, eventType: string): { at: number; lost: boolean }[] {
  const first = { at: Date.now(), lost: false };
  const plan = [first];
  for (const { kind, delay_ms } of faults.forWebhook(provider, eventType)) {
    if (kind === 'webhook_lose') first.lost = true;
    if (kind === 'webhook_double') plan.push({ at: first.at + (delay_ms ?? 0), lost: false });
    if (kind === 'webhook_delay') for (const entry of plan) entry.at += delay_ms ?? 5_000;
    if (kind === 'webhook_reorder')
      for (const entry of plan) entry.at += Math.floor(Math.random() * (delay_ms ?? 2_000));
  }
  return plan;
}

const MAX_TIMER_MS = 60_000;
const FIRST_HOLD_MS = 100;
const MAX_HOLD_MS = 2_000;

function createSender(settings: Settings) {
  const { store, provider, concurrency } = settings;
  const next = store.statement(
    "SELECT id, body, attempts, next_at FROM deliveries WHERE provider = ? AND state = 'pending' ORDER BY next_at LIMIT ?",
  );
  const post = createPost(settings);
  const inFlight = new Set<number>();
  let settled: Settled[] = [];
  let holdMs = 0;
  let heldUntil = 0;
  let awake = false;
  let closed = false;
  let timer: NodeJS.Timeout | undefined;

  /** Runs once per turn of the event loop, however many commits and answers there were in it. */
  const wake = () => {
    if (awake || closed) return;
    awake = true;
    setImmediate(run);
  };
  const run = () => {
    awake = false;
    if (closed) return;
    const ended = settled;
    settled = [];
    if (ended.length > 0) store.transaction(() => ended.map((each) => record(settings, each)));
    clearTimeout(timer);
    timer = setTimeout(wake, Math.min(MAX_TIMER_MS, sendDue()));
    timer.unref();
  };
  /** Sends what is due; returns in how many ms to look again. Where nobody listened, one tries the ground for all. */
  const sendDue = (): number => {
    const now = Date.now();
    if (heldUntil > now) return heldUntil - now;
    const free = (holdMs > 0 ? 1 : concurrency) - inFlight.size;
    if (free <= 0) return MAX_TIMER_MS;
    const rows = next.all(provider, inFlight.size + free) as unknown as Due[];
    for (const due of rows) {
      if (inFlight.has(due.id)) continue;
      if (due.next_at > now) return due.next_at - now;
      inFlight.add(due.id);
      post.send(due.body, (status, error) => finish({ ...due, status, error }));
    }
    return MAX_TIMER_MS;
  };
  const finish = (each: Settled) => {
    inFlight.delete(each.id);
    holdMs = each.status === null ? Math.min(MAX_HOLD_MS, holdMs * 2 || FIRST_HOLD_MS) : 0;
    heldUntil = Date.now() + holdMs;
    settled.push(each);
    wake();
  };
  return {
    wake,
    close: () => {
      closed = true;
      clearTimeout(timer);
      post.close();
    },
  };
}

/** 2xx ends a delivery, nobody listening does not count against it, anything else waits for the next try. */
function record({ store, maxAttempts, maxRetryMs, firstRetryMs }: Settings, each: Settled): void {
  const { id, status, error } = each;
  if (status !== null && status >= 200 && status < 300) {
    store.statement('DELETE FROM deliveries WHERE id = ?').run(id);
    return;
  }
  const attempts = each.attempts + (status === null ? 0 : 1);
  const backoff = Math.min(maxRetryMs, firstRetryMs * 2 ** (attempts - 1)) * (0.75 + Math.random() / 2);
  const nextAt = status === null ? each.next_at : Date.now() + Math.round(backoff);
  store
    .statement(
      'UPDATE deliveries SET state = ?, attempts = ?, next_at = ?, last_status = ?, last_error = ? WHERE id = ?',
    )
    .run(attempts >= maxAttempts ? 'failed' : 'pending', attempts, nextAt, status, error, id);
}

type Answered = (status: number | null, error: string | null) => void;

/** Posts over kept-alive connections; `null` as status means that nobody could be reached, 0 that no answer came. */
function createPost({ url, sign, concurrency, timeoutMs }: Settings) {
  const client = url.startsWith('https:') ? https : http;
  const agent = new client.Agent({ keepAlive: true, maxSockets: concurrency });
  const send = (body: string, answered: Answered) => {
    let open = true;
    const end: Answered = (status, error) => {
      if (open) answered(status, error);
      open = false;
      clearTimeout(timer);
    };
    const headers = { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body), ...sign(body) };
    const request = client.request(url, { method: 'POST', agent, headers });
    const timer = setTimeout(() => {
      end(0, `no answer within ${timeoutMs} ms`);
      request.destroy();
    }, timeoutMs);
    request.on('response', (response) => {
      response.resume();
      response.on('close', () => end(response.statusCode ?? 0, null));
    });
    request.on('error', (error) => end(null, error.message));
    request.end(body);
  };
  return { send, close: () => agent.destroy() };
}
