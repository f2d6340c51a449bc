/** Liveness says that the process turns; readiness measures what it depends on, each time it is asked. */
import { Router } from 'express';
import type { Database } from '../db/database.ts';
import { statement } from '../db/database.ts';

const ping = statement('ping', 'select 1');
const TIMEOUT_MS = 2_000;

export interface HealthDeps {
  db: Database;
  /** Not needed to accept orders, so its absence is told but does not make the API unready. */
  pingQueues: () => Promise<void>;
  isDraining: () => boolean;
}

export function createHealth(deps: HealthDeps): Router {
  const router = Router();
  router.get(
    '/health/live',
    (_req, res) => void res.json({ status: 'ok', uptime_seconds: Math.round(process.uptime()) }),
  );
  router.get('/health/ready', async (_req, res) => {
    const [database, queues] = await Promise.all([measure(() => deps.db.rows(ping)), measure(deps.pingQueues)]);
    const ready = database.ok && !deps.isDraining();
    res.status(ready ? 200 : 503).set('Cache-Control', 'no-store');
    if (!ready) res.set('Retry-After', '1');
    res.json({ status: ready ? 'ok' : 'unavailable', draining: deps.isDraining(), checks: { database, queues } });
  });
  return router;
}

async function measure(check: () => Promise<unknown>): Promise<{ ok: boolean; ms: number; error?: string }> {
  const began = performance.now();
  const ms = () => Math.round((performance.now() - began) * 10) / 10;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${TIMEOUT_MS} ms`)), TIMEOUT_MS);
  });
  try {
    await Promise.race([check(), late]);
    return { ok: true, ms: ms() };
  } catch (error) {
    return { ok: false, ms: ms(), error: (error as { code?: string }).code ?? 'failed' };
  } finally {
    clearTimeout(timer);
  }
}
