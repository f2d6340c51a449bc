/**
 * Sends what waits for one endpoint, some at a time, for a few seconds; the publisher opens the job again while anything is due.
 * An answer of 2xx is a delivery; anything else, redirects included, is tried again over days. One that fails several times in a
 * row rests, and is then tried one at a time; one that has failed for days is paused, and 410 disables it. A run that dies between
 * POST and record leaves the delivery waiting: it is sent again under the same webhook-id. A second run finds the turn taken.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Database } from '../db/database.ts';
import { type PatientDatabase, withPatience } from '../db/patience.ts';
import * as work from '../db/webhook-work.ts';
import { restAfter, retryDelay } from '../domain/webhook-retries.ts';
import type { WebhookAnswer, WebhookClient } from '../providers/webhook-client.ts';
import { inParallel } from './in-parallel.ts';
import { done, later, type Outcome } from './outcome.ts';
import { stopEndpoint, tellFailedDelivery } from './stop-webhook-endpoint.ts';

export interface DeliverWebhookDeps {
  db: Database;
  client: WebhookClient;
  /** An endpoint that has failed for so long is paused. */
  pauseAfterSeconds: number;
  /** How long an attempt may take. */
  timeoutMs: number;
  operationsEmail: string | undefined;
  runMs?: number;
  lingerMs?: number;
}

/** Requests that an endpoint has at the same time: at first, and as long as all that waits is taken well. */
const AT_ONCE = 8;
const MOST_AT_ONCE = 32;
/** What is read at once. */
const BATCH = 256;
/** A run gives its place to others after this. */
const RUN_MS = 5_000;
const GIVE_WAY_MS = 10;
/** A run that has sent something stays so long for what comes next: to open another takes several hops. */
const LINGER_MS = 2_000;

interface Run {
  db: PatientDatabase;
  endpointId: string;
  deps: DeliverWebhookDeps;
  log: Logger;
  until: number;
  /** Requests at the same time. */
  atOnce: number;
  /** When the next webhook may begin, of an endpoint that bounds them. */
  nextStart: number;
  lingerUntil: number;
}

export function createDeliverWebhook(deps: DeliverWebhookDeps) {
  const { runMs = RUN_MS, lingerMs = LINGER_MS, timeoutMs } = deps;
  const db = withPatience(deps.db, 5_000);
  return async ({ endpoint_id: endpointId }: { endpoint_id: string }, { log }: { log: Logger }): Promise<Outcome> => {
    const run: Run = {
      db,
      endpointId,
      deps,
      log,
      until: Date.now() + runMs,
      atOnce: AT_ONCE,
      nextStart: 0,
      lingerUntil: 0,
    };
    const turn = {
      endpoint_id: endpointId,
      holder: randomUUID(),
      most: BATCH,
      seconds: (runMs + timeoutMs) / 1_000 + 5,
    };
    try {
      while (Date.now() < run.until) {
        const taken = await work.takeWebhookTurn(db, turn);
        if (!taken) return done('it rests, was stopped, or somebody is at it');
        if (taken.deliveries.length > 0) {
          await sendBatch(run, taken);
          run.lingerUntil = Date.now() + lingerMs;
        } else if (!(await becomesDue(run))) return done();
      }
      return later(GIVE_WAY_MS);
    } finally {
      await work.endWebhookTurn(db, endpointId, turn.holder);
    }
  };
}

async function becomesDue({ db, endpointId, until, lingerUntil }: Run): Promise<boolean> {
  while (Date.now() < Math.min(until, lingerUntil)) if (await work.isWebhookDue(db, endpointId)) return true;
  return false;
}

interface Tally {
  succeeded: number;
  failed: number;
  error: { code: string; message: string };
  wished: number;
  gone: boolean;
  /** The next request does not wait for the record of the one before. */
  records: Promise<void>[];
}

async function sendBatch(run: Run, turn: work.WebhookTurn): Promise<void> {
  const tally: Tally = {
    succeeded: 0,
    failed: 0,
    error: { code: '', message: '' },
    wished: 0,
    gone: false,
    records: [],
  };
  // One that is back from an outage is not met by all that waited for it at once.
  if (turn.failures > 0) run.atOnce = 1;
  await inParallel(turn.deliveries, run.atOnce, async (delivery) => {
    if ((await isInTime(run, turn)) && !isSick(turn, tally)) await sendOne(run, turn, delivery, tally);
  });
  await Promise.all(tally.records);
  run.atOnce = tally.failed > 0 ? AT_ONCE : Math.min(MOST_AT_ONCE, run.atOnce * 2);
  await judge(run, turn, tally);
}

/** Waits for the endpoint's pace; false when the run is over. */
async function isInTime(run: Run, { max_per_second: most }: work.WebhookTurn): Promise<boolean> {
  const now = Date.now();
  const start = most === null ? now : Math.max(now, run.nextStart);
  if (start >= run.until) return false;
  if (most === null) return true;
  run.nextStart = start + 1_000 / most;
  await delay(start - now);
  return true;
}

/** What was read of a batch and not sent yet waits, without an attempt being counted. */
const isSick = (turn: work.WebhookTurn, { succeeded, failed, wished, gone }: Tally) =>
  gone || wished > 0 || (succeeded === 0 && failed > 0 && restAfter(turn.failures + failed, 0) > 0);

async function sendOne(run: Run, turn: work.WebhookTurn, delivery: work.WaitingDelivery, tally: Tally): Promise<void> {
  const { id, event_id, type, data, occurred_at } = delivery;
  const body = JSON.stringify({ type, timestamp: new Date(occurred_at).toISOString(), data });
  const began = performance.now();
  const answer = await run.deps.client.send({ url: turn.url, id: event_id, body, secrets: turn.secrets });
  const durationMs = Math.round(performance.now() - began);
  if (answer.kind === 'answered' && answer.status >= 200 && answer.status < 300) {
    tally.succeeded++;
    const record = work.recordDelivered(run.db, { id, response_status: answer.status, duration_ms: durationMs });
    record.catch(() => {});
    tally.records.push(record);
    return;
  }
  await fail(run, delivery, answer, durationMs, tally);
}

async function fail(
  run: Run,
  delivery: work.WaitingDelivery,
  answer: WebhookAnswer,
  durationMs: number,
  tally: Tally,
): Promise<void> {
  const { id, tries } = delivery;
  const answered = answer.kind === 'answered' ? answer : undefined;
  const error = describe(answer);
  const wished = asksForRest(answered?.status) ? (answered?.retryAfterSeconds ?? 0) : 0;
  tally.failed++;
  tally.error = error;
  tally.wished = Math.max(tally.wished, wished);
  tally.gone ||= answered?.status === 410;
  const nextIn = retryDelay(tries + 1, wished);
  run.log.info({ delivery_id: id, endpoint_id: run.endpointId, error, tries: tries + 1 }, 'webhook was not taken');
  const record = { id, nextIn, status: answered?.status ?? null, error, body: answered?.text ?? null, durationMs };
  await run.db.transaction(async (tx) => {
    await work.recordFailed(tx, record);
    if (nextIn === undefined) await tellFailedDelivery(tx, run.endpointId, delivery, error);
  });
}

function describe(answer: WebhookAnswer): { code: string; message: string } {
  if (answer.kind === 'unanswered') return { code: answer.code, message: answer.message };
  const { status } = answer;
  if (status >= 300 && status < 400)
    return { code: 'redirected', message: `It answered ${status}; redirects are not followed.` };
  return { code: `http_${status}`, message: `It answered ${status}.` };
}

const asksForRest = (status: number | undefined) => status === 429 || status === 503;

/** What the batch says of the endpoint itself. */
async function judge(run: Run, turn: work.WebhookTurn, tally: Tally): Promise<void> {
  const { db, deps, endpointId } = run;
  const { succeeded, failed, error, wished } = tally;
  if (tally.gone) {
    await work.noteEndpointSick(db, endpointId, { failures: failed, error, restSeconds: 0 });
    return stopEndpoint(db, deps.operationsEmail, { endpointId, url: turn.url, reason: 'gone', error });
  }
  if (succeeded > 0 && turn.stale) await work.noteEndpointWell(db, endpointId);
  if (failed === 0 || (succeeded > 0 && wished === 0)) return;
  const restSeconds = restAfter(succeeded > 0 ? 0 : turn.failures + failed, turn.failing_seconds, wished);
  await work.noteEndpointSick(db, endpointId, { failures: failed, error, restSeconds });
  if (succeeded === 0 && turn.failing_seconds >= deps.pauseAfterSeconds)
    await stopEndpoint(db, deps.operationsEmail, { endpointId, url: turn.url, reason: 'failing', error });
}
