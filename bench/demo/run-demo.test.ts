import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { statement } from '../../db/database.ts';
import { describeEachStore } from '../../test/support/each-store.ts';
import { type System, startSystem } from '../../test/support/system.ts';
import type { Runtime } from '../running-system.ts';
import { renderReport } from './report.ts';
import { type DemoOptions, runDemo } from './run-demo.ts';

const options: DemoOptions = {
  orders: 30,
  seed: 11,
  concurrency: 10,
  rate: undefined,
  settleSeconds: 60,
  display: 'none',
};

describeEachStore('the demo', (store) => {
  let system: System;
  let runtime: Runtime;
  beforeAll(async () => {
    const { databaseUrl, redisUrl } = store;
    system = await startSystem({ databaseUrl, redisUrl, env: { STOCKROOM_SWEEP_INTERVAL_SECONDS: '1' } });
    runtime = {
      pid: process.pid,
      api_url: system.apiUrl,
      sandbox_url: system.sandboxUrl,
      database_url: databaseUrl,
      secret_key: system.secretKey,
      publishable_key: system.publishableKey,
    };
  }, 60_000);
  afterAll(() => system?.stop(), 30_000);

  const run = (orders = options.orders) => runDemo(runtime, { ...options, orders }, new AbortController().signal);

  it('carries a mixed crowd to its ends, sells the last unit once, and finds all held', async () => {
    const report = await run();
    expect(report.failures).toEqual([]);
    expect(report.invariants.flatMap(({ examples }) => examples)).toEqual([]);
    expect(report).toMatchObject({ held: true, all_settled: true, last_units: { units: 1, buyers: 3, sold: 1 } });
    const { tally } = report;
    expect(tally.orders).toBe(30);
    expect(tally.paid + tally.left_unpaid + tally.out_of_stock + tally.canceled - tally.refunded).toBe(30);
    expect(tally).toMatchObject({ out_of_stock: 2, left_unpaid: 1, paid_after_authentication: 2 });
    expect(report.invariants[3]?.notes).toContain('compared with Stripe to the cent');
    expect(report.post_to_paid_ms?.count).toBeGreaterThan(15);
    expect(renderReport(report, false)).toContain('Everything held.');
  }, 90_000);

  it('says what is broken, with the row', async () => {
    const [before, after] = ['on_hand + 1', 'on_hand - 1'].map((units, index) =>
      statement(
        `demo_break_${index}`,
        `update stock_levels set on_hand = ${units} where (variant_id, location_id) in (select variant_id, location_id from stock_levels limit 1)`,
      ),
    );
    await system.db.rows(before!);
    const report = await run(1);
    await system.db.rows(after!);
    expect(report.held).toBe(false);
    const text = renderReport(report, false);
    expect(text).toMatch(/3 {2}Stock is conserved +BROKEN 1×\n +\{"rule":"level_is_not_the_sum_of_its_movements"/);
    expect(text).toContain('Not everything held.');
  }, 60_000);

  it('stops when it is interrupted', async () => {
    const interrupt = new AbortController();
    const running = runDemo(runtime, options, interrupt.signal);
    interrupt.abort(new Error('interrupted'));
    await expect(running).rejects.toThrow();
  });
});
