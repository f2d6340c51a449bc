/** What `/metrics` says of Firecrawl: credits by what they are for, and batches that have not ended. */
import { Gauge, type Registry } from 'prom-client';
import type { Executor } from '../db/database.ts';
import { readCreditFigures } from '../db/firecrawl-credits.ts';
import { readBatchFigures } from '../db/page-batches.ts';

/** Returns what brings them up to date. */
export function createFirecrawlMetrics(db: Executor, registers: Registry[]): () => Promise<void> {
  const gauge = (name: string, help: string, labelNames: string[] = []) =>
    new Gauge({ name: `stockroom_firecrawl_${name}`, help, labelNames, registers });
  const credits = gauge('credits', 'Credits of this month that are used or reserved, and what the account has', [
    'kind',
  ]);
  const pages = gauge('pages', 'Pages that Firecrawl charged for this month');
  const batches = gauge('batches', 'Batches that have not ended', ['status']);
  const oldest = gauge('batch_oldest_seconds', 'Age of the oldest of them', ['status']);
  return async () => {
    const { used, reserved, remaining, pages: charged } = await readCreditFigures(db, 0);
    for (const each of [credits, batches, oldest]) each.reset();
    credits.set({ kind: 'used' }, used);
    credits.set({ kind: 'reserved' }, reserved);
    if (remaining !== null) credits.set({ kind: 'account' }, remaining);
    pages.set(charged);
    for (const { status, batches: open, oldest_seconds } of await readBatchFigures(db)) {
      batches.set({ status }, open);
      oldest.set({ status }, oldest_seconds);
    }
  };
}
