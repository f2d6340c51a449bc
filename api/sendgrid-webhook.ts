/**
 * SendGrid's Event Webhook: raw body → signature → inbox rows and one job, in one statement → 2xx. Nothing is applied
 * here. A bad signature is 400; our own failure is 5xx, so that SendGrid sends the batch again (it does for 24 hours).
 */
import { createHash } from 'node:crypto';
import express, { type ErrorRequestHandler, type Request, type Response, Router } from 'express';
import type { Logger } from 'pino';
import type { Database } from '../db/database.ts';
import { uuidv7 } from '../db/ids.ts';
import { keepProviderEvents, type ProviderEvent } from '../db/provider-events.ts';
import { readEventKey, refuseEvents, SIGNATURE_HEADER, TIMESTAMP_HEADER } from '../providers/sendgrid-signature.ts';
import { sendProblem } from './middleware/problem.ts';

export interface SendgridWebhookDeps {
  db: Database;
  /** As SendGrid shows it: base64 SPKI. Throws at start when it is not one. */
  publicKey: string;
  log: Logger;
  now?: () => number;
}

/** SendGrid posts up to 768 KB. */
const MAX_BODY_BYTES = 1_048_576;

export function createSendgridWebhook({ db, publicKey, log, now = Date.now }: SendgridWebhookDeps): Router {
  const key = readEventKey(publicKey);
  const router = Router();
  const paths = ['/webhooks/sendgrid', '/v1/webhooks/sendgrid'];
  router.post(paths, express.raw({ type: () => true, limit: MAX_BODY_BYTES, inflate: false }), async (req, res) => {
    const body = Buffer.isBuffer(req.body) ? req.body : Buffer.alloc(0);
    const signed = { signature: req.get(SIGNATURE_HEADER), timestamp: req.get(TIMESTAMP_HEADER), body };
    const refusal = refuseEvents(key, signed, now());
    if (refusal) return problem(res, 400, 'signature_invalid', refusal);
    const events = readEvents(body);
    if (!events) return problem(res, 400, 'body_invalid', 'The body is not a JSON array of events.');
    if (events.length > 0) await keepProviderEvents(db, 'sendgrid', uuidv7(), events);
    res.status(204).end();
  });
  router.use(paths, refuseRequest(log));
  return router;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Reads the array; elements that are no objects are left out, since a retry would not make them any. */
export function readEvents(body: Buffer): ProviderEvent[] | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
  if (!Array.isArray(parsed)) return undefined;
  return parsed.filter((each) => typeof each === 'object' && each !== null && !Array.isArray(each)).map(toEvent);
}

function toEvent(raw: Record<string, unknown>): ProviderEvent {
  const notificationId = textOf(raw.notification_id);
  return {
    // Every event has an id; one without is known by its content, so that its repetition is still the same event.
    id: textOf(raw.sg_event_id) ?? createHash('sha256').update(JSON.stringify(raw)).digest('base64url'),
    type: textOf(raw.event) ?? 'unknown',
    notificationId: notificationId && UUID.test(notificationId) ? notificationId.toLowerCase() : null,
    // sg_message_id is the X-Message-Id of the send, a dot, and the part of the mail system that speaks.
    messageId: textOf(raw.sg_message_id)?.split('.')[0] ?? null,
    code: textOf(raw.type) ?? textOf(raw.status) ?? null,
    reason: textOf(raw.reason) ?? textOf(raw.response) ?? null,
    at: timeOf(raw.timestamp),
  };
}

/** Seconds since 1970; what no calendar has is left out. */
function timeOf(seconds: unknown): string | null {
  const plausible = typeof seconds === 'number' && seconds > 0 && seconds < 1e11;
  return plausible ? new Date(seconds * 1_000).toISOString() : null;
}

/** Foreign mail servers write the reasons: PostgreSQL takes neither NUL nor half a surrogate pair. */
function textOf(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  return value.replaceAll('\0', '').slice(0, 1_000).toWellFormed() || undefined;
}

/** Errors of the body's parser are the sender's (4xx), all others are ours. */
function refuseRequest(log: Logger): ErrorRequestHandler {
  return (error: { status?: number; message?: string }, req: Request, res: Response, next) => {
    if (res.headersSent) return next(error);
    const status = error.status ?? 500;
    if (status >= 400 && status < 500) return problem(res, status, 'body_invalid', error.message ?? 'Not readable.');
    log.error({ err: error, path: req.path }, 'e-mail events could not be kept; SendGrid will send them again');
    return problem(res, 500, 'internal_error', 'The events could not be kept. Send them again.');
  };
}

function problem(res: Response, status: number, code: string, detail: string): void {
  sendProblem(res, { status, code, detail });
}
