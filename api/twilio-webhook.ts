/**
 * Twilio's status callbacks: form → signature → inbox row and job, in one statement → 2xx. Nothing is applied here, and a
 * status that comes twice, late or in another order moves nothing (db/provider-events.ts). A bad signature is 400; our own
 * failure is 5xx, which Twilio's log shows: it does not send a callback again unless the address asks for it.
 */
import express, { type ErrorRequestHandler, type Request, type Response, Router } from 'express';
import type { Logger } from 'pino';
import type { Database } from '../db/database.ts';
import { uuidv7 } from '../db/ids.ts';
import { keepProviderEvents, type ProviderEvent } from '../db/provider-events.ts';
import { refuseForm, TWILIO_SIGNATURE_HEADER } from '../providers/twilio-signature.ts';
import { sendProblem } from './middleware/problem.ts';

export interface TwilioWebhookDeps {
  db: Database;
  /** The account's auth token; two while it is being changed. */
  authTokens: readonly string[];
  /** Where Twilio reaches the API: it signs the whole address. */
  publicUrl: string;
  log: Logger;
}

/** A callback is some hundred bytes. */
const MAX_BODY_BYTES = 65_536;

export function createTwilioWebhook({ db, authTokens, publicUrl, log }: TwilioWebhookDeps): Router {
  const base = publicUrl.replace(/\/+$/, '');
  const router = Router();
  const paths = ['/webhooks/twilio', '/v1/webhooks/twilio'];
  router.post(paths, express.raw({ type: () => true, limit: MAX_BODY_BYTES, inflate: false }), async (req, res) => {
    const body = new URLSearchParams(Buffer.isBuffer(req.body) ? req.body.toString('utf8') : '');
    const signature = req.get(TWILIO_SIGNATURE_HEADER);
    const refusal = refuseForm(authTokens, { signature, url: base + req.originalUrl, body });
    if (refusal) return problem(res, 400, 'signature_invalid', refusal);
    const event = readStatus(body, new URL(req.originalUrl, base).searchParams);
    if (event) await keepProviderEvents(db, 'twilio', uuidv7(), [event]);
    res.status(204).end();
  });
  router.use(paths, refuseRequest(log));
  return router;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Undefined for what is no status of a message (an incoming one, say): a retry would not make it one. */
export function readStatus(form: URLSearchParams, query: URLSearchParams): ProviderEvent | undefined {
  const sid = textOf(form.get('MessageSid'));
  const status = textOf(form.get('MessageStatus'));
  if (!sid || !status) return undefined;
  const code = textOf(form.get('ErrorCode'));
  const notificationId = query.get('notification_id');
  return {
    // Each status comes once in a message's life.
    id: `${sid}/${status}`,
    type: status,
    notificationId: notificationId && UUID.test(notificationId) ? notificationId.toLowerCase() : null,
    messageId: sid,
    code: code ?? null,
    reason: textOf(form.get('ErrorMessage')) ?? (code ? `See https://www.twilio.com/docs/errors/${code}` : null),
  };
}

/** PostgreSQL takes neither NUL nor half a surrogate pair. */
function textOf(value: string | null): string | undefined {
  return value?.replaceAll('\0', '').slice(0, 1_000).toWellFormed() || undefined;
}

/** Errors of the body's parser are the sender's (4xx), all others are ours. */
function refuseRequest(log: Logger): ErrorRequestHandler {
  return (error: { status?: number; message?: string }, req: Request, res: Response, next) => {
    if (res.headersSent) return next(error);
    const status = error.status ?? 500;
    if (status >= 400 && status < 500) return problem(res, status, 'body_invalid', error.message ?? 'Not readable.');
    log.error({ err: error, path: req.path }, 'a status of a text message could not be kept');
    return problem(res, 500, 'internal_error', 'The status could not be kept.');
  };
}

function problem(res: Response, status: number, code: string, detail: string): void {
  sendProblem(res, { status, code, detail });
}
