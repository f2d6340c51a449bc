/** What `/metrics` says of webhooks out: how each endpoint fares, and whether events are still being published. */
import { Gauge, type Registry } from 'prom-client';
import type { Database } from '../db/database.ts';
import { readWebhookFigures } from '../db/webhook-deliveries.ts';

/** Waiting deliveries are counted no further. */
const COUNTED = 10_000;
const STATUSES = ['active', 'paused', 'disabled'];

/** Returns what brings them up to date. */
export function createWebhookMetrics(db: Database, registers: Registry[]): () => Promise<void> {
  const gauge = (name: string, help: string, labelNames: string[] = []) =>
    new Gauge({ name: `stockroom_webhook_${name}`, help, labelNames, registers });
  const endpoints = gauge('endpoints', 'Webhook endpoints by status', ['status']);
  const waiting = gauge('waiting', `Deliveries that wait, up to ${COUNTED}`, ['endpoint']);
  const oldest = gauge('oldest_seconds', 'Age of the oldest of them', ['endpoint']);
  const failing = gauge('failing_seconds', 'How long an active endpoint has taken nothing, 0 when well', ['endpoint']);
  const lag = gauge('publisher_lag_seconds', 'Since events were last looked for, 0 while nobody listens');
  return async () => {
    const figures = await readWebhookFigures(db, COUNTED);
    for (const each of [waiting, oldest, failing]) each.reset();
    for (const { id, status, ...figure } of figures.endpoints) {
      waiting.set({ endpoint: id }, figure.waiting);
      oldest.set({ endpoint: id }, figure.oldest_seconds);
      if (status === 'active') failing.set({ endpoint: id }, figure.failing_seconds);
    }
    for (const status of STATUSES)
      endpoints.set({ status }, figures.endpoints.filter((each) => each.status === status).length);
    lag.set(figures.lagSeconds);
  };
}
