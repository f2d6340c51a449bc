/** Competitors' pages through Firecrawl, while its answers are lost or late, its pages get lost, and the workers fall. */
import { setTimeout as delay } from 'node:timers/promises';
import { breakOutside, type FaultWish, mendOutside } from '../outside.ts';
import type { Scenario } from '../scenario.ts';
import { killRole, type Stage } from '../stage.ts';
import { checkPages, firecrawlEnvironment, lookAgain, untilLooked, watchPages } from '../watched-pages.ts';

const START = { method: 'POST', path: '/v2/batch/scrape' };
const FAULTS: readonly Omit<FaultWish, 'provider'>[] = [
  { kind: 'answer_lost', probability: 0.2, match: START },
  { kind: 'server_error', status: 503, probability: 0.1 },
  { kind: 'server_error', status: 408, probability: 0.1, match: START },
  { kind: 'server_error', status: 500, phase: 'after', probability: 0.1, match: START },
  { kind: 'rate_limit', delay_ms: 1_000, probability: 0.1 },
  { kind: 'webhook_lose', probability: 0.3 },
  { kind: 'webhook_double', probability: 0.3 },
  { kind: 'webhook_forge', probability: 0.1 },
  { kind: 'page_lost', probability: 0.1 },
  { kind: 'page_stuck', probability: 0.2 },
  { kind: 'page_wrong_json', probability: 0.2 },
];

export const competitorPages: Scenario = {
  name: 'competitor-pages',
  title:
    'kill -9 of the prices pool while Firecrawl loses answers, reports and pages: each batch once, each page booked once, no false alert',
  async run({ stage, size }) {
    const { system } = stage;
    await restartWith(stage, firecrawlEnvironment(system));
    const listings = await watchPages(system);
    for (const fault of FAULTS) await breakOutside(system, { provider: 'firecrawl', ...fault });
    for (let round = 0; round < 2 * size.rounds; round++) {
      await lookAgain(system, listings);
      for (let kill = 0; kill < 3; kill++) {
        await delay(500 + stage.random() * 2_000);
        await killRole(stage, 'prices');
        await system.start('prices');
      }
    }
    await mendOutside(system);
    const looked = await untilLooked(system);
    return [{ what: 'every look comes to its end', held: looked }, ...(await checkPages(system))];
  },
};

/** The roles that look at pages, with other settings. */
async function restartWith({ system }: Stage, env: Record<string, string>): Promise<void> {
  Object.assign(system.env, env);
  for (const role of ['api', 'prices', 'scheduler']) {
    await system.processes.get(role)?.kill();
    await system.start(role);
  }
}
