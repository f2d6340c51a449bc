/** Returns for Prometheus: how many stand where, and since when. */
import { Gauge, type Registry } from 'prom-client';
import type { Executor } from '../db/database.ts';
import { countOpenReturns } from '../db/return-figures.ts';

/** Returns what brings them up to date. */
export function createReturnMetrics(db: Executor, registers: Registry[]): () => Promise<void> {
  const gauge = (name: string, help: string) =>
    new Gauge({ name: `stockroom_returns_${name}`, help, labelNames: ['status'], registers });
  const count = gauge('open', 'Returns that are not settled');
  const oldest = gauge('oldest_seconds', 'Since when the one that waits longest has stood where it stands');
  return async () => {
    for (const each of [count, oldest]) each.reset();
    for (const { status, returns, oldest_seconds } of await countOpenReturns(db)) {
      count.set({ status }, returns);
      oldest.set({ status }, oldest_seconds);
    }
  };
}
