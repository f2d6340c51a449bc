/**
 * A push service (RFC 8030) together with the browsers that listen to it: what a shop pushes is checked, decrypted with the browser's
 * own keys, and shown at /push. A browser is made by `POST /push/subscriptions`, as PushManager.subscribe() would.
 */
import express, { type Request, type RequestHandler, type Router } from 'express';
import type { FaultAnswer, Faults } from '../faults.ts';
import { sendPage } from '../page.ts';
import type { Store } from '../store.ts';
import { type Browsers, createBrowsers, type PlayedBrowser, type Push } from './browsers.ts';
import { decryptPush } from './decrypt.ts';
import { pushPage } from './push-page.ts';
import { checkVapid } from './vapid.ts';

export interface PushSandboxOptions {
  store: Store;
  faults: Faults;
  /** Where the sandbox is reached. */
  baseUrl: string;
  nowMs?: () => number;
}

/** What every push service takes at least, and most take at most (RFC 8030, 7.2). */
const MAX_BYTES = 4_096;
const PAGE_SIZE = 50;
const MAX_JSON = 1_000;
const URGENCIES = ['very-low', 'low', 'normal', 'high'];

/** An Express router to mount at `/`; faults by the provider's name `push`. */
export function createPushSandbox({ store, faults, baseUrl, nowMs = Date.now }: PushSandboxOptions): Router {
  const browsers = createBrowsers(store);
  const origin = new URL(baseUrl).origin;
  const endpointOf = (token: string) => `${baseUrl}/push/send/${token}`;
  const router = express.Router();

  router.post('/push/subscriptions', express.json(), (req, res) => {
    const { application_server_key: key = '', label = 'A browser' } = (req.body ?? {}) as Record<string, unknown>;
    const browser = browsers.add(String(label).slice(0, 200), String(key));
    const { token, p256dh, auth } = browser;
    store.afterCommit(() => {
      res.status(201).json({ endpoint: endpointOf(token), expirationTime: null, keys: { p256dh, auth } });
    });
  });
  router.delete('/push/subscriptions/:token', (req, res) => {
    browsers.unsubscribe(req.params.token);
    store.afterCommit(() => res.sendStatus(204));
  });

  router.post('/push/send/:token', readBody, faults.middleware('push', answerFault), (req, res) => {
    const browser = browsers.find(String(req.params.token));
    const problem = judgeRequest(req, browser, origin, nowMs());
    if (problem) return void res.status(problem.status).json({ code: problem.status, message: problem.message });
    const seq = receive(browsers, browser!, req, nowMs());
    if (seq === undefined)
      return void res.status(400).json({ code: 400, message: 'It is not encrypted for this browser.' });
    store.afterCommit(() => res.status(201).set('Location', `${baseUrl}/push/messages/${seq}`).end());
  });

  router.get('/push.json', (req, res) => {
    const token = tokenOf(req.query.endpoint);
    const pushes = browsers.list(token, Math.min(MAX_JSON, Number(req.query.limit) || 100));
    res.json({ data: pushes.map((push) => toJson(push, endpointOf)), total: browsers.count(token) });
  });
  router.get('/push', (_req, res) => {
    sendPage(res, pushPage(browsers.list(undefined, PAGE_SIZE), browsers.count(undefined)));
  });
  return router;
}

function judgeRequest(
  req: Request,
  browser: PlayedBrowser | undefined,
  origin: string,
  nowMs: number,
): { status: number; message: string } | undefined {
  const refuse = (status: number, message: string) => ({ status, message });
  if (!browser) return refuse(404, 'There is no such subscription.');
  if (browser.gone) return refuse(410, 'The subscription has ended.');
  if (!/^\d{1,10}$/.test(req.get('ttl') ?? '')) return refuse(400, 'TTL is missing or no number.');
  if (req.get('content-encoding') !== 'aes128gcm') return refuse(400, 'Content-Encoding must be aes128gcm.');
  if (!URGENCIES.includes(req.get('urgency') ?? 'normal')) return refuse(400, 'Urgency is none of RFC 8030.');
  if (!/^[\w-]{1,32}$/.test(req.get('topic') ?? 'none'))
    return refuse(400, 'Topic is longer than 32 characters of base64url.');
  if (req.get('authorization') === undefined) return refuse(401, 'Authorization is missing.');
  const sender = checkVapid(req.get('authorization'), origin, Math.floor(nowMs / 1_000));
  if ('problem' in sender) return refuse(403, sender.problem);
  const asked = browser.applicationServerKey;
  if (asked !== '' && asked !== sender.key) return refuse(403, 'The browser subscribed to another sender’s key.');
  return undefined;
}

/** Undefined when the browser cannot read it. */
function receive(browsers: Browsers, browser: PlayedBrowser, req: Request, created_ms: number): number | undefined {
  let payload: string;
  try {
    payload = decryptPush(req.body as Buffer, browser);
  } catch {
    return undefined;
  }
  return browsers.receive({
    token: browser.token,
    payload,
    topic: req.get('topic') ?? null,
    urgency: req.get('urgency') ?? 'normal',
    ttl: Number(req.get('ttl')),
    created_ms,
  });
}

/** By hand: Express would try to decode a Content-Encoding, and knows none that is encryption. */
const readBody: RequestHandler = async (req, res, next) => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of req as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= MAX_BYTES) chunks.push(chunk);
  }
  if (size > MAX_BYTES) return void res.status(413).json({ code: 413, message: `More than ${MAX_BYTES} bytes.` });
  req.body = Buffer.concat(chunks);
  next();
};

const answerFault: FaultAnswer = (fault, res) => {
  const limited = fault.kind === 'rate_limit';
  if (limited && !res.headersSent) res.setHeader('Retry-After', '1');
  res.status(fault.status ?? (limited ? 429 : 500)).send(fault.body ?? 'trouble on request');
};

const tokenOf = (endpoint: unknown): string | undefined =>
  typeof endpoint === 'string' ? endpoint.slice(endpoint.lastIndexOf('/') + 1) : undefined;

function toJson({ seq, token, created_ms, ...push }: Push, endpointOf: (token: string) => string) {
  return { ...push, id: seq, endpoint: endpointOf(token), created_at: new Date(created_ms).toISOString() };
}
