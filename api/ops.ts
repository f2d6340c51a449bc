/**
 * Bull Board at /ops/queues. It has no sign-in, no CSRF check and no framing headers of its own, so all three are here:
 * Basic credentials compared in constant time, writes only from our own origin, a policy that forbids framing.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { ExpressAdapter } from '@bull-board/express';
import { type RequestHandler, Router } from 'express';
import type { QueueStore } from '../queues/connection.ts';
import { Problem } from './problem.ts';

export interface OpsDeps {
  store: QueueStore;
  queueNames: readonly string[];
  user: string;
  password: string;
}

const PATH = '/ops/queues';

export function createOps(deps: OpsDeps): Router {
  const board = new ExpressAdapter();
  board.setBasePath(PATH);
  createBullBoard({
    queues: deps.queueNames.map((name) => new BullMQAdapter(deps.store.openQueue(name))),
    serverAdapter: board,
    options: { uiConfig: { boardTitle: 'Stockroom', hideRedisDetails: true } },
  });
  const router = Router();
  router.use(
    PATH,
    signIn(deps.user, deps.password),
    ownOriginOnly,
    framingHeaders,
    ownFontsOnly,
    board.getRouter() as RequestHandler,
  );
  return router;
}

const digest = (text: string) => createHash('sha256').update(text).digest();

function signIn(user: string, password: string): RequestHandler {
  const expected = digest(`${user}:${password}`);
  return (req, res, next) => {
    const [scheme, value] = (req.headers.authorization ?? '').split(' ', 2);
    const given = scheme?.toLowerCase() === 'basic' ? Buffer.from(value ?? '', 'base64').toString() : '';
    if (timingSafeEqual(digest(given), expected)) return next();
    res.set('WWW-Authenticate', 'Basic realm="Stockroom operations", charset="UTF-8"');
    throw new Problem({ status: 401, code: 'sign_in_needed', detail: 'Sign in as operations.' });
  };
}

const ownOriginOnly: RequestHandler = (req, _res, next) => {
  const { origin, 'sec-fetch-site': site } = req.headers;
  const safe = ['GET', 'HEAD', 'OPTIONS'].includes(req.method);
  const foreign =
    (origin !== undefined && hostOf(origin) !== req.headers.host) ||
    (site !== undefined && !['same-origin', 'none'].includes(site));
  if (safe || !foreign) return next();
  throw new Problem({ status: 403, code: 'origin_foreign', detail: 'Changes are taken from this site only.' });
};

const hostOf = (origin: string) => (URL.canParse(origin) ? new URL(origin).host : '');

/** Its page asks Google for fonts, which would tell Google who operates the shop; without, the browser's own serve. */
const ownFontsOnly: RequestHandler = (_req, res, next) => {
  const send = res.send.bind(res);
  res.send = (body: unknown) =>
    send(typeof body === 'string' ? body.replaceAll(/<link [^>]*fonts\.(?:googleapis|gstatic)\.com[^>]*>/g, '') : body);
  next();
};

/** The dashboard needs inline styles; everything else comes from itself. */
const framingHeaders: RequestHandler = (_req, res, next) => {
  res.set({
    'Content-Security-Policy':
      "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'",
    'X-Frame-Options': 'DENY',
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cache-Control': 'no-store',
  });
  next();
};
