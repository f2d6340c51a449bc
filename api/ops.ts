/** Bull Board at /ops/queues, behind the sign-in of operations: it has none of its own, nor a CSRF check, nor framing headers. */
import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { ExpressAdapter } from '@bull-board/express';
import { type RequestHandler, Router } from 'express';
import type { QueueStore } from '../queues/connection.ts';
import { type OpsCredentials, opsSignIn } from './ops-sign-in.ts';

export interface OpsDeps extends OpsCredentials {
  store: QueueStore;
  queueNames: readonly string[];
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
  router.use(PATH, opsSignIn(deps), ownFontsOnly, board.getRouter() as RequestHandler);
  return router;
}

/** Its page asks Google for fonts, which would tell Google who operates the shop; without, the browser's own serve. */
const ownFontsOnly: RequestHandler = (_req, res, next) => {
  const send = res.send.bind(res);
  res.send = (body: unknown) =>
    send(typeof body === 'string' ? body.replaceAll(/<link [^>]*fonts\.(?:googleapis|gstatic)\.com[^>]*>/g, '') : body);
  next();
};
