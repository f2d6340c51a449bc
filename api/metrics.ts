/** `/metrics` for Prometheus: the process, the requests, and the open work by queue. */
import { type RequestHandler, Router } from 'express';
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Database } from '../db/database.ts';
import { readLedgerLag } from '../db/ledger-due.ts';
import { readOutboxDepth } from '../db/outbox.ts';
import { createDisputeMetrics } from './dispute-metrics.ts';
import { createDriftMetrics } from './drift-metrics.ts';
import { createFirecrawlMetrics } from './firecrawl-metrics.ts';
import { createImageMetrics } from './image-metrics.ts';
import { createMessageMetrics } from './message-metrics.ts';
import { createReconciliationMetrics } from './reconciliation-metrics.ts';
import { createReturnMetrics } from './return-metrics.ts';
import { createScrapeMetrics } from './scrape-metrics.ts';
import { createVendorMetrics } from './vendor-metrics.ts';
import { createWebhookMetrics } from './webhook-metrics.ts';

export interface Metrics {
  observe: RequestHandler;
  router: Router;
}

export function createMetrics(db: Database, followers: () => { orders: number; images: number }): Metrics {
  const registers = [new Registry()];
  collectDefaultMetrics({ register: registers[0]! });
  const duration = new Histogram({
    name: 'stockroom_http_request_duration_seconds',
    help: 'Time from request to answer',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
  });
  const jobs = new Gauge({
    name: 'stockroom_jobs',
    help: 'Jobs that are not done',
    labelNames: ['queue', 'status'],
    registers,
  });
  const oldest = new Gauge({
    name: 'stockroom_job_oldest_seconds',
    help: 'Age of the oldest such job',
    labelNames: ['queue', 'status'],
    registers,
  });
  const streams: Gauge = new Gauge({
    name: 'stockroom_order_followers',
    help: 'Requests that follow orders',
    registers,
    collect: () => streams.set(followers().orders),
  });
  const imageStreams: Gauge = new Gauge({
    name: 'stockroom_image_followers',
    help: 'Requests that follow the images of a product',
    registers,
    collect: () => imageStreams.set(followers().images),
  });
  const measureImages = createImageMetrics(db, registers);
  const others = OTHERS.map((create) => create(db, registers));

  const router = Router();
  router.get('/metrics', async (_req, res) => {
    jobs.reset();
    oldest.reset();
    for (const { queue, status, jobs: count, oldest_seconds } of await readOutboxDepth(db)) {
      jobs.set({ queue, status }, count);
      oldest.set({ queue, status }, oldest_seconds);
    }
    await measureImages();
    for (const measure of others) await measure();
    res.type(registers[0]!.contentType).send(await registers[0]!.metrics());
  });
  return {
    router,
    observe(req, res, next) {
      const stop = duration.startTimer();
      res.once('finish', () =>
        stop({ method: req.method, route: (req.route as { path?: string })?.path ?? 'other', status: res.statusCode }),
      );
      next();
    },
  };
}

const OTHERS = [
  createFirecrawlMetrics,
  createLedgerMetrics,
  createReconciliationMetrics,
  createDisputeMetrics,
  createDriftMetrics,
  createWebhookMetrics,
  createMessageMetrics,
  createReturnMetrics,
  createScrapeMetrics,
  createVendorMetrics,
];

/** Returns what brings them up to date. */
function createLedgerMetrics(db: Database, registers: Registry[]): () => Promise<void> {
  const unbooked = new Gauge({
    name: 'stockroom_ledger_unbooked_facts',
    help: 'Payments and refunds whose money the ledger has not booked yet',
    registers,
  });
  const lag = new Gauge({
    name: 'stockroom_ledger_lag_seconds',
    help: 'Age of the oldest fact that is not booked; above 60 something keeps the ledger',
    registers,
  });
  return async () => {
    const { facts, seconds } = await readLedgerLag(db);
    unbooked.set(facts);
    lag.set(seconds);
  };
}
