/** What `/metrics` says of messages: how sends ended by channel and provider, what waits for how long, and what did not arrive. */
import { Gauge, type Metric, type Registry } from 'prom-client';
import type { Database } from '../db/database.ts';
import { readMessageFigures, readSendOutcomes } from '../db/message-figures.ts';

/** Messages are counted no further. */
const COUNTED = 10_000;
const DAY_MS = 86_400_000;

/** Returns what brings them up to date. */
export function createMessageMetrics(db: Database, registers: Registry[]): () => Promise<void> {
  const gauge = (name: string, help: string) =>
    new Gauge({ name: `stockroom_${name}`, help, labelNames: ['channel', 'status'], registers });
  const waiting = gauge(
    'messages_waiting',
    `Messages that are queued, being sent, uncertain or held, up to ${COUNTED}`,
  );
  const oldest = gauge(
    'message_oldest_seconds',
    'Age of the oldest of them; of uncertain ones since they are so, of held ones since they were due',
  );
  const undelivered = gauge('messages_undelivered', 'Messages of the last 24 hours that did not arrive');
  // Counted by the workers in the database: prom-client's own counters hold what this process has seen.
  for (const register of registers) {
    register.registerMetric(
      countedMetric(db, 'messages_total', 'Calls to the providers of messages, by how they ended', 'count'),
    );
    register.registerMetric(countedMetric(db, 'message_send_seconds_total', 'Time that these calls took', 'seconds'));
  }
  return async () => {
    const figures = await readMessageFigures(db, COUNTED, Date.now() - DAY_MS);
    for (const each of [waiting, oldest, undelivered]) each.reset();
    for (const { channel, status, messages, oldestSeconds } of figures.waiting) {
      waiting.set({ channel, status }, messages);
      oldest.set({ channel, status }, oldestSeconds);
    }
    for (const { channel, status, messages } of figures.undelivered) undelivered.set({ channel, status }, messages);
  };
}

function countedMetric(db: Database, name: string, help: string, figure: 'count' | 'seconds'): Metric {
  const metric = {
    name: `stockroom_${name}`,
    help,
    type: 'counter',
    aggregator: 'sum',
    async get() {
      const rows = await readSendOutcomes(db);
      const values = rows.map(({ channel, provider, outcome, [figure]: value }) => ({
        labels: { channel, provider, outcome },
        value,
      }));
      return { ...metric, get: undefined, values };
    },
    reset() {},
  };
  return metric as unknown as Metric;
}
