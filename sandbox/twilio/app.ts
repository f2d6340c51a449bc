/**
 * A Twilio that sends text messages to played phones: the API under /2010-04-01, what was sent at /sms and /sms.json. Faults by
 * the provider's name `twilio`.
 */
import { timingSafeEqual } from 'node:crypto';
import express, { type ErrorRequestHandler, type RequestHandler, type Router } from 'express';
import type { Faults } from '../faults.ts';
import { sendPage } from '../page.ts';
import type { Store } from '../store.ts';
import { type Callbacks, createCallbacks } from './callbacks.ts';
import { createMessage } from './create-message.ts';
import { answerError, answerFault } from './errors.ts';
import { createMessages, type Messages, toResource } from './messages.ts';
import { smsPage } from './sms-page.ts';

export interface TwilioSandboxOptions {
  store: Store;
  faults: Faults;
  accountSid: string;
  authToken: string;
  /** Numbers that the account owns, beside Twilio's magic ones. */
  senders?: readonly string[];
  tickMs?: number;
  nowMs?: () => number;
  log?: (message: string, facts?: object) => void;
}

/** An Express router to mount at `/`. */
export type TwilioSandbox = Router & {
  callbacks: Callbacks;
  /** Stops telling. The store is the caller's to close, afterwards. */
  close(): Promise<void>;
};

const PAGE_SIZE = 50;
const MAX_LIST = 1_000;

export function createTwilioSandbox(options: TwilioSandboxOptions): TwilioSandbox {
  const { store, faults, authToken, tickMs = 100, nowMs = Date.now, log = () => {} } = options;
  const messages = createMessages(store);
  const callbacks = createCallbacks({ store, faults, messages, authToken, tickMs, nowMs, log });

  const api = express.Router();
  // The body is read before a fault strikes: a slow server goes on with its work when the caller has given up.
  api.use(express.urlencoded({ extended: false, limit: '64kb' }));
  api.use(faults.middleware('twilio', answerFault));
  api.use(authenticate(options.accountSid, authToken));
  const create = createMessage({ store, messages, callbacks, senders: options.senders ?? [], nowMs });
  api.post('/Accounts/:account/Messages.json', create);
  api.get('/Accounts/:account/Messages.json', (req, res) => {
    const limit = Math.min(MAX_LIST, Number(req.query.PageSize) || PAGE_SIZE);
    const found = messages.list({ to: textOf(req.query.To), limit });
    res.json({ ...pageOf(req.originalUrl, limit), messages: found.map(toResource) });
  });
  api.get('/Accounts/:account/Messages/:sid.json', (req, res) => {
    const message = messages.find(String(req.params.sid));
    if (message) res.json(toResource(message));
    else notFound(req, res, () => {});
  });
  api.use(notFound, refuseBody);

  const router = express.Router();
  router.use('/2010-04-01', api);
  router.use(pages(messages));
  return Object.assign(router, { callbacks, close: callbacks.close });
}

function pages(messages: Messages): Router {
  const router = express.Router();
  const beforeOf = (value: unknown) => (/^\d{1,15}$/.test(String(value)) ? Number(value) : undefined);
  router.get('/sms.json', (req, res) => {
    const to = textOf(req.query.to);
    const limit = Math.min(MAX_LIST, Number(req.query.limit) || 100);
    const found = messages.list({ to, before: beforeOf(req.query.before), limit });
    const data = found.map((each) => ({ seq: each.seq, status_callback: each.status_callback, ...toResource(each) }));
    res.json({ data, total: messages.count(to), has_more: found.length === limit });
  });
  router.get('/sms', (req, res) => {
    const to = textOf(req.query.to);
    const found = messages.list({ to, before: beforeOf(req.query.before), limit: PAGE_SIZE });
    const next = found.length === PAGE_SIZE ? found.at(-1)?.seq : undefined;
    sendPage(res, smsPage({ messages: found, to, total: messages.count(to), next }));
  });
  return router;
}

function authenticate(accountSid: string, authToken: string): RequestHandler {
  const expected = Buffer.from(`Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`);
  return (req, res, next) => {
    const given = Buffer.from(req.get('authorization') ?? '');
    const known = given.length === expected.length && timingSafeEqual(given, expected);
    // Whoever asks for another account's is told that it does not exist for him.
    if (known && req.path.startsWith(`/Accounts/${accountSid}/`)) return next();
    if (known) return notFound(req, res, next);
    answerError(res, { status: 401, code: 20003, message: 'Authenticate' });
  };
}

const notFound: RequestHandler = (req, res) =>
  answerError(res, { status: 404, code: 20404, message: `The requested resource ${req.originalUrl} was not found` });

const refuseBody: ErrorRequestHandler = (error: { status?: number }, _req, res, next) => {
  if (res.headersSent) return next(error);
  const status = error.status ?? 500;
  answerError(res, { status, code: 20_000 + status, message: 'The body is not readable.' });
};

const pageOf = (uri: string, pageSize: number) => ({
  ...{ first_page_uri: uri, next_page_uri: null, previous_page_uri: null, uri },
  ...{ page: 0, page_size: pageSize, start: 0, end: pageSize - 1 },
});

const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
