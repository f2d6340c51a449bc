import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../test/support/database.ts';
import { describeEachStore } from '../test/support/each-store.ts';
import { spawnNode } from '../test/support/spawn-node.ts';
import { ALL_ROLES, type System, startSystem } from '../test/support/system.ts';
import { waitFor } from '../test/support/wait-for.ts';

const SILENT_SECONDS = '6';

describeEachStore('the health check of a worker', (store) => {
  let system: System;
  let elsewhere: TestDatabase;
  beforeAll(async () => {
    elsewhere = await createTestDatabase();
    const { databaseUrl, redisUrl } = store;
    system = await startSystem({ databaseUrl, redisUrl, env: { STOCKROOM_SWEEP_INTERVAL_SECONDS: '1' } });
  }, 60_000);
  afterAll(async () => {
    await system?.stop();
    await elsewhere?.drop();
  }, 30_000);

  /** Resolves with the exit code and what was said. */
  async function check(env: Record<string, string> = {}) {
    const run = spawnNode(['deploy/check-worker.ts', SILENT_SECONDS], { ...system.env, WORKERS: ALL_ROLES, ...env });
    const { code } = await run.exited;
    return { code, said: run.lines.join('\n') };
  }

  it('is well while each role is heard, even with no work', async () => {
    await waitFor(async () => (await check()).code === 0, { timeoutMs: 20_000, describe: 'a healthy worker' });
  }, 30_000);

  it('names the roles that fell silent when the process hangs', async () => {
    const worker = system.processes.get(ALL_ROLES)!;
    worker.child.kill('SIGSTOP');
    const silent = await waitFor(
      async () => {
        const { code, said } = await check();
        return code === 1 && ALL_ROLES.split(',').every((role) => said.includes(role)) && said;
      },
      { timeoutMs: 25_000, describe: 'all roles to be silent' },
    );
    expect(silent).toContain(`for ${SILENT_SECONDS} s from checkout, payments`);
    worker.child.kill('SIGCONT');
  }, 40_000);

  it('is not well when the database is another one or away', async () => {
    expect(await check({ DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' })).toMatchObject({ code: 1 });
  }, 20_000);
});
