/** One balance run, as a worker process carries it out; tells its progress every second, and at the end time and memory. */
import { pino } from 'pino';
import { openDatabase } from '../../db/database.ts';
import { findRun } from '../../db/reconciliation-runs.ts';
import { createStripePayments } from '../../providers/payments.ts';
import { createStripeLists } from '../../providers/payments-lists.ts';
import { createReconcilePayments } from '../../workers/reconcile-payments.ts';

const [databaseUrl = '', apiBase = '', runId = ''] = process.argv.slice(2);
const db = openDatabase({ url: databaseUrl, applicationName: 'bench-reconcile', max: 4 });
const options = { secretKey: 'sk_test_benchmark', apiBase, timeoutMs: 10_000 };
const deps = {
  db,
  payments: createStripePayments(options),
  lists: createStripeLists(options),
  feeRates: {},
  graceSeconds: 300,
  silentSeconds: 120,
};
const startedAt = performance.now();
const seconds = () => Math.round((performance.now() - startedAt) / 100) / 10;

const timer = setInterval(async () => {
  const run = await findRun(db, runId);
  process.send!(`${seconds()} s: ${run?.done} of ${run?.total ?? '?'} steps`);
}, 1_000);
await createReconcilePayments(deps)({ run_id: runId }, { log: pino({ level: 'silent' }) });
clearInterval(timer);
const took = seconds();
const run = (await findRun(db, runId))!;
const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
process.send!({
  status: run.status,
  movements: run.counters.movements,
  findings: run.findings,
  seconds: took,
  cpuSeconds: Math.round((userCPUTime + systemCPUTime) / 100_000) / 10,
  highestMemoryMiB: Math.round(maxRSS / 1_024),
});
await db.close();
process.exit(run.status === 'done' ? 0 : 1);
