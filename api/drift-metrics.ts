/** What `/metrics` says of sites that are no longer understood as before. */
import { Gauge, type Registry } from 'prom-client';
import type { Executor } from '../db/database.ts';
import { countDrift } from '../db/extraction-changes.ts';

/** Returns what brings it up to date. */
export function createDriftMetrics(db: Executor, registers: Registry[]): () => Promise<void> {
  const waiting = new Gauge({
    name: 'stockroom_extraction_waiting',
    help: 'What waits for a person since the pages of a site changed',
    labelNames: ['what'],
    registers,
  });
  return async () => {
    for (const [what, count] of Object.entries(await countDrift(db))) waiting.set({ what }, count);
  };
}
