/** `npm run faults` in short: some of its scenarios, on a system of separate processes, on both queue stores. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeResult } from '../faults/report.ts';
import { playScenario } from '../faults/scenario.ts';
import { scenarios } from '../faults/scenarios/index.ts';
import { openStage, type Stage } from '../faults/stage.ts';
import { describeEachStore } from './support/each-store.ts';

const PLAYED = {
  redis: ['kill-processes', 'kill-same-job', 'flush-redis', 'all-provider-faults', 'stripe-no-webhooks'],
  postgres: ['kill-processes', 'stop-beyond-lock', 'cut-connections', 'all-provider-faults'],
};
const SIZE = { orders: 20, rounds: 1, subscriptions: 0, months: 0 };

describeEachStore('the invariants hold after', (store) => {
  let stage: Stage;
  beforeAll(async () => {
    const env = { STOCKROOM_ORDER_EXPIRY_SECONDS: '12' };
    stage = await openStage({ databaseUrl: store.databaseUrl, redis: store.redis, seed: Date.now(), env });
  }, 120_000);
  afterAll(() => stage?.system.stop(), 30_000);

  for (const scenario of scenarios.filter(({ name }) => PLAYED[store.kind].includes(name))) {
    it(scenario.title, async () => {
      const result = await playScenario(scenario, stage, SIZE);
      if (!result.held) throw new Error(describeResult(result));
      expect(result.orders).toBeGreaterThan(0);
    }, 150_000);
  }
});
