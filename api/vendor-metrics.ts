/** Vendors' money for Prometheus: what is not paid to them, what they owe, and how far counting is behind. */
import { Gauge, type Registry } from 'prom-client';
import type { Executor } from '../db/database.ts';
import { readShareLag } from '../db/vendor-facts.ts';
import { readVendorFigures } from '../db/vendor-statements.ts';

/** Returns what brings them up to date. */
export function createVendorMetrics(db: Executor, registers: Registry[]): () => Promise<void> {
  const gauge = (name: string, help: string, labelNames: string[] = []) =>
    new Gauge({ name, help, labelNames, registers });
  const unpaid = gauge('stockroom_vendor_unpaid_amount', 'Minor units payable to vendors and not transferred', [
    'currency',
  ]);
  const owed = gauge('stockroom_vendor_owed_amount', 'Minor units that vendors were paid beyond what they have', [
    'currency',
  ]);
  const lag = gauge(
    'stockroom_vendor_share_lag_seconds',
    "Age of the oldest change of money that is not in a vendor's share",
  );
  return async () => {
    for (const each of [unpaid, owed]) each.reset();
    for (const { currency, ...amounts } of await readVendorFigures(db)) {
      unpaid.set({ currency }, amounts.unpaid);
      owed.set({ currency }, amounts.owed);
    }
    lag.set((await readShareLag(db)).seconds);
  };
}
