import express, {
  type ErrorRequestHandler,
  type NextFunction,
  type Request,
  type Response,
  type Router,
} from 'express';
import type { FaultAnswer, Faults } from '../faults.ts';
import type { Store } from '../store.ts';
import { createEventWebhook, type EventWebhook, type EventWebhookOptions } from './event-webhook.ts';
import { createMailbox } from './mailbox.ts';
import { createMailboxPages } from './mailbox-pages.ts';
import { limitRate } from './rate-limit.ts';
import { answerErrors, createSendMail } from './send-mail.ts';

export interface SendgridSandboxOptions {
  store: Store;
  faults: Faults;
  /** The key that callers must present; any key that begins with `SG.` when left out. */
  apiKey?: string;
  /** Where events go; none are made when left out. */
  eventWebhook?: EventWebhookOptions;
  /** Addresses that may stand in `from`; all when left out. */
  verifiedSenders?: readonly string[];
  /** How many of the newest mails keep their bodies. */
  keepBodies?: number;
  /** How often due events leave. */
  batchMs?: number;
  /** Mails per second before 429. */
  mailsPerSecond?: number;
  nowMs?: () => number;
  log?: (message: string, facts?: object) => void;
}

/** An Express router to mount at `/`: the API at `/v3`, what was sent at `/mailbox` and `/mailbox.json`. */
export type SendgridSandbox = Router & {
  events: EventWebhook | undefined;
  /** Stops sending events. The store is the caller's to close, afterwards. */
  close(): Promise<void>;
};

/** SendGrid's documentation gives no smaller limit than 30 MB for a whole request. */
const MAX_BODY = '30mb';

/** A SendGrid that validates, keeps a mailbox that people can read, and tells what became of each mail. */
export function createSendgridSandbox(options: SendgridSandboxOptions): SendgridSandbox {
  const { store, faults, eventWebhook, batchMs = 1_000, nowMs = Date.now, log = () => {} } = options;
  const mailbox = createMailbox(store, options.keepBodies ?? 20_000);
  const events = eventWebhook
    ? createEventWebhook({ store, faults, webhook: eventWebhook, batchMs, nowMs, log })
    : undefined;
  const send = createSendMail({ store, mailbox, events, verifiedSenders: options.verifiedSenders, nowMs });

  const api = express.Router();
  api.use(limitRate(options.mailsPerSecond ?? 10_000, nowMs));
  // The body is read before a fault strikes: a slow server goes on with its work when the caller has given up.
  api.use(express.json({ limit: MAX_BODY, strict: false }));
  api.use(faults.middleware('sendgrid', answerFault));
  api.use(authenticate(options.apiKey));
  api.post('/mail/send', requireJson, send);
  api.all('/mail/send', (_req, res) =>
    answerErrors(res, 405, [{ message: 'Only POST is possible here.', field: null }]),
  );
  api.use((_req, res) => answerErrors(res, 404, [{ message: 'There is nothing here.', field: null }]));
  api.use(refuseBody);

  const router = express.Router();
  router.use('/v3', api);
  router.use(createMailboxPages(mailbox));
  return Object.assign(router, { events, close: async () => events?.close() });
}

function authenticate(apiKey: string | undefined) {
  return (req: Request, res: Response, next: NextFunction) => {
    const key = /^Bearer (\S+)$/i.exec(req.headers.authorization ?? '')?.[1];
    if (key !== undefined && (apiKey === undefined ? key.startsWith('SG.') : key === apiKey)) return next();
    answerErrors(res, 401, [{ message: 'The API key is missing, invalid, expired or revoked.', field: null }]);
  };
}

function requireJson(req: Request, res: Response, next: NextFunction) {
  if (req.is('application/json')) return next();
  answerErrors(res, 415, [{ message: 'The Content-Type must be application/json.', field: null }]);
}

/** 429 and 5xx look like SendGrid's own. */
const answerFault: FaultAnswer = (fault, res) => {
  const limited = fault.kind === 'rate_limit';
  if (limited && !res.headersSent) res.setHeader('X-RateLimit-Remaining', '0');
  const message = limited ? 'too many requests' : 'an internal error, on request';
  answerErrors(res, fault.status ?? (limited ? 429 : 500), [{ message, field: null }]);
};

const refuseBody: ErrorRequestHandler = (error: { status?: number }, _req, res, next) => {
  if (res.headersSent) return next(error);
  const status = error.status ?? 500;
  const message = status === 413 ? 'The request is larger than 30 MB.' : 'The body is not valid JSON.';
  answerErrors(res, status, [{ message: status >= 500 ? 'an internal error' : message, field: null }]);
};
