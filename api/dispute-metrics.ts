/** Disputes for Prometheus: how many wait for the bank or for us, and what they are about. */
import { Gauge, type Registry } from 'prom-client';
import type { Executor } from '../db/database.ts';
import { countOpenDisputes } from '../db/disputes.ts';

/** Returns what brings them up to date. */
export function createDisputeMetrics(db: Executor, registers: Registry[]): () => Promise<void> {
  const labelNames = ['status', 'currency'];
  const count = new Gauge({
    name: 'stockroom_disputes_open',
    help: 'Disputes that are not decided',
    labelNames,
    registers,
  });
  const amounts = new Gauge({
    name: 'stockroom_disputes_open_amount',
    help: 'Minor units that open disputes are about',
    labelNames,
    registers,
  });
  return async () => {
    const rows = await countOpenDisputes(db);
    for (const each of [count, amounts]) each.reset();
    for (const { status, currency, disputes, amount } of rows) {
      count.set({ status, currency }, disputes);
      amounts.set({ status, currency }, amount);
    }
  };
}
