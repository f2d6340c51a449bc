/** What `/metrics` says of looks at competitors' pages: the plan, what the sites answer, and which of them are left alone. */
import { Gauge, type Registry } from 'prom-client';
import type { Executor } from '../db/database.ts';
import { countPageRequests } from '../db/page-requests.ts';
import { readPlanTotals } from '../db/scrape-plan.ts';

/** Returns what brings them up to date. */
export function createScrapeMetrics(db: Executor, registers: Registry[]): () => Promise<void> {
  const gauge = (name: string, help: string, labelNames: string[] = []) =>
    new Gauge({ name: `stockroom_${name}`, help, labelNames, registers });
  const looks = gauge('scrapes_today', "Today's looks at competitors' pages, by what has become of them", ['state']);
  const lag = gauge('scrape_plan_lag_seconds', 'How late the latest look of the plan is');
  const left = gauge('scrape_plan_left_seconds', "Until today's looks will be done");
  const resting = gauge('scrape_sites_resting', 'Sites that are left alone for a while');
  const requests = gauge('page_requests_hour', "Requests to competitors' sites in the last hour", [
    'kind',
    'source',
    'outcome',
  ]);
  return async () => {
    const { planned, to_come, in_hand, late, observed, failed, ...plan } = await readPlanTotals(db);
    for (const [state, count] of Object.entries({ planned, to_come, in_hand, late, observed, failed }))
      looks.set({ state }, count);
    lag.set(plan.late_seconds);
    left.set(plan.done_at ? Math.max(0, (plan.done_at.getTime() - Date.now()) / 1_000) : 0);
    resting.set(plan.resting);
    requests.reset();
    for (const { count, ...labels } of await countPageRequests(db)) requests.set(labels, count);
  };
}
