/**
 * Firecrawl's reports on batches: raw body → signature → inbox row, batch and job, in one transaction → 2xx. A report says that there
 * is something to look at; what it holds besides is not believed but fetched. One that comes twice moves nothing.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import express, { type ErrorRequestHandler, type Request, type Response, Router } from 'express';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { Database } from '../db/database.ts';
import { insertInboxEvent } from '../db/firecrawl-inbox.ts';
import { reopenJobs } from '../db/outbox.ts';
import { noteReport } from '../db/page-batches.ts';
import { collectPages } from '../queues/collect-pages.ts';
import { makeJob } from '../queues/define-queue.ts';
import { sendProblem } from './middleware/problem.ts';
import { refuseFloods } from './middleware/refuse-floods.ts';

export interface FirecrawlWebhookDeps {
  db: Database;
  /** Undefined: reports are not asked for, and none is believed. */
  secret: string | undefined;
  log: Logger;
}

/** A report on a page holds the page. */
const LIMIT = '8mb';
const PATHS = ['/webhooks/firecrawl', '/v1/webhooks/firecrawl'];

const name = z.string().min(1).max(100);
const report = z.object({
  type: z.string().min(1).max(100),
  id: name,
  success: z.boolean().optional(),
  webhookId: name.optional().catch(undefined),
  data: z.array(z.unknown()).optional().catch(undefined),
  error: z.string().optional().catch(undefined),
  metadata: z
    .object({ batch_id: z.uuid().optional().catch(undefined) })
    .optional()
    .catch(undefined),
});
type Report = z.output<typeof report>;

export function createFirecrawlWebhook({ db, secret, log }: FirecrawlWebhookDeps): Router {
  const router = Router();
  const raw = express.raw({ type: () => true, limit: LIMIT, inflate: false });
  router.post(PATHS, refuseFloods, raw, async (req, res) => {
    const body: Buffer = Buffer.isBuffer(req.body) ? req.body : Buffer.alloc(0);
    if (!secret || !verifies(body, req.get('x-firecrawl-signature'), secret))
      return problem(res, 400, 'signature_invalid', 'The X-Firecrawl-Signature does not verify.');
    const parsed = report.safeParse(parse(body));
    if (!parsed.success) return problem(res, 400, 'event_malformed', 'The body is no report of Firecrawl.');
    await keep(db, parsed.data);
    return void res.status(200).json({ received: true });
  });
  router.use(PATHS, refuseRequest(log));
  return router;
}

/** `sha256=<hex>`: HMAC of the body. It has no time in it, so a caught report may be played again, and moves nothing. */
export function verifies(body: Buffer, header: string | undefined, secret: string): boolean {
  const [, hex] = /^sha256=([0-9a-f]{64})$/i.exec(header?.trim() ?? '') ?? [];
  if (!hex) return false;
  const [given, own] = [Buffer.from(hex, 'hex'), createHmac('sha256', secret).update(body).digest()];
  return given.length === own.length && timingSafeEqual(given, own);
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}

/** Only batches are asked for; what else the account does is kept as ignored. */
const keep = (db: Database, given: Report): Promise<void> =>
  db.transaction(async (tx) => {
    const event = { id: identityOf(given), type: given.type, objectId: given.id };
    if (!(await insertInboxEvent(tx, event))) return;
    if (!given.type.startsWith('batch_scrape.')) return;
    const batchId = await noteReport(tx, { batchId: given.metadata?.batch_id ?? null, providerId: given.id });
    if (batchId) await reopenJobs(tx, [makeJob(collectPages, { batch_id: batchId })]);
  });

/** By batch, type and page; a failed page, which has no data, by the report's own id or what it says. */
function identityOf({ id, type, data, webhookId, error }: Report): string {
  const page = (data?.[0] as { metadata?: { scrapeId?: unknown } } | null | undefined)?.metadata?.scrapeId;
  const part =
    typeof page === 'string' && page.length <= 100
      ? page
      : (webhookId ?? (type === 'batch_scrape.page' ? digest(JSON.stringify([data, error])) : ''));
  return `${id}/${type}/${part}`.replaceAll('\0', '').toWellFormed();
}

const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 32);

/** Errors of the body's parser are the sender's (4xx), all others are ours: it comes again. */
function refuseRequest(log: Logger): ErrorRequestHandler {
  return (error: { status?: number; message?: string }, req: Request, res: Response, next) => {
    if (res.headersSent) return next(error);
    const status = error.status ?? 500;
    if (status >= 400 && status < 500) return problem(res, status, 'body_invalid', error.message ?? 'Not readable.');
    log.error({ err: error, path: req.path }, 'a report of Firecrawl could not be kept');
    return problem(res, 500, 'internal_error', 'The report could not be kept.');
  };
}

function problem(res: Response, status: number, code: string, detail: string): void {
  sendProblem(res, { status, code, detail });
}
