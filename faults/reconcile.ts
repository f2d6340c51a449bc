/** Reconciliation as finance runs it: opened over HTTP, carried out by the payments pool. */
import { setTimeout as delay } from 'node:timers/promises';
import { RECONCILIATION_KINDS, type ReconciliationKind } from '../domain/reconciliation.ts';
import { call } from '../test/support/client.ts';
import type { System } from '../test/support/system.ts';
import { waitFor } from '../test/support/wait-for.ts';
import { insist } from './insist.ts';

interface RunJson {
  id: string;
  status: 'queued' | 'running' | 'done' | 'failed';
  error: string | null;
}

const RUNS = '/v1/reconciliation/runs';

/** Runs kinds one after the other, each to its end; what a run under way has begun before is not counted as one. */
export async function reconcile(
  system: System,
  kinds: readonly ReconciliationKind[] = RECONCILIATION_KINDS,
): Promise<void> {
  for (const kind of kinds) await runOne(system, kind);
}

async function runOne(system: System, kind: ReconciliationKind): Promise<void> {
  for (;;) {
    const answer = await insist(system, 'POST', RUNS, { body: { kind, dry_run: false } });
    const { id, run_id } = answer.body as unknown as { id: string; run_id?: string };
    if (answer.status !== 202 && answer.status !== 409) throw new Error(`POST ${RUNS} answered ${answer.status}`);
    const run = await waitFor(() => readEnded(system, run_id ?? id), {
      timeoutMs: 60_000,
      everyMs: 200,
      describe: `a run of ${kind} to end`,
    });
    if (answer.status === 202 && run.status === 'done') return;
    await delay(100);
  }
}

async function readEnded(system: System, id: string): Promise<RunJson | false> {
  const { body } = await call<RunJson>(system, 'GET', `${RUNS}/${id}`);
  return (body.status === 'done' || body.status === 'failed') && body;
}
