/** Reconciliation's figures for Prometheus: what is not explained must be zero (deploy/prometheus/rules.yml). */
import { Gauge, type Registry } from 'prom-client';
import type { Executor } from '../db/database.ts';
import { readReconciliationFigures } from '../db/finding-list.ts';

/** Returns what brings them up to date. */
export function createReconciliationMetrics(db: Executor, registers: Registry[]): () => Promise<void> {
  const gauge = (name: string, help: string, labelNames: string[]) => new Gauge({ name, help, labelNames, registers });
  const unexplained = gauge(
    'stockroom_unexplained_amount',
    'Minor units that nobody has explained: differences of open findings, and the suspense account',
    ['source', 'currency'],
  );
  const findings = gauge('stockroom_findings_open', 'Open findings of reconciliation', ['code', 'owner']);
  const age = gauge('stockroom_reconciliation_age_seconds', 'Time since the last run of a kind was done', ['kind']);
  return async () => {
    const figures = await readReconciliationFigures(db);
    for (const each of [unexplained, findings, age]) each.reset();
    for (const { source, currency, amount } of figures.unexplained) unexplained.set({ source, currency }, amount);
    for (const { code, owner, findings: open } of figures.open) findings.set({ code, owner }, open);
    for (const { kind, age_seconds } of figures.lastRuns) age.set({ kind }, age_seconds);
  };
}
