/** SIGKILL at random points, and workers that are stopped and wake up too late. */
import { setTimeout as delay } from 'node:timers/promises';
import { waitFor } from '../../test/support/wait-for.ts';
import { breakOutside, mendOutside, waitForHits } from '../outside.ts';
import type { Play, Scenario } from '../scenario.ts';
import { killRole, ROLES, setExpiry } from '../stage.ts';

export const killProcesses: Scenario = {
  name: 'kill-processes',
  title: 'kill -9 of api, relay, scheduler and each pool at random points, again and again',
  async run({ stage, size, crowd }) {
    const load = crowd({ endless: true, pauseMs: 500 });
    for (let round = 0; round < size.rounds; round++) {
      const starts: Promise<void>[] = [];
      for (const role of ROLES) {
        await delay(stage.random() * 600);
        await killRole(stage, role);
        await delay(stage.random() * 500);
        // The next one falls while this one is getting up.
        starts.push(stage.system.start(role));
      }
      await Promise.all(starts);
    }
    await load.close();
    return [];
  },
};

/** Kills the pool each time that the one job is between its call and the answer. */
async function killWhileCalling(
  { stage }: Play,
  role: string,
  fault: { provider: 'stripe' | 'carrier'; path: string },
): Promise<void> {
  const id = await breakOutside(stage.system, {
    provider: fault.provider,
    kind: 'slow',
    delay_ms: 1_500,
    match: { method: 'POST', path: fault.path },
  });
  for (let death = 1; death <= 3; death++) {
    await waitForHits(stage.system, id, death);
    await killRole(stage, role);
    await stage.system.start(role);
  }
  await mendOutside(stage.system);
}

export const killSameJob: Scenario = {
  name: 'kill-same-job',
  title: "the same job's worker killed three times, in the middle of its calls to Stripe",
  async run(play) {
    const { stage, crowd } = play;
    const undo = await setExpiry(stage, 600);
    const killing = killWhileCalling(play, 'checkout', { provider: 'stripe', path: '/v1/payment_intents*' });
    const load = crowd({ orders: 1, buyers: 1, ways: ['good'] });
    await Promise.all([killing, load.done]);
    await undo();
    return [await completes(play, load.accepted[0]!.order_id, `after three deaths (${stage.kind})`)];
  },
};

async function completes({ stage }: Play, id: string, when: string) {
  const status = await waitFor(
    async () => {
      const [order] = (await stage.system.db.pool.query('select status from orders where id = $1', [id])).rows;
      return ['shipped', 'delivered'].includes(order?.status) && (order.status as string);
    },
    { timeoutMs: 60_000, everyMs: 200 },
  ).catch(() => 'stuck');
  return { what: `the order completes ${when}`, held: status !== 'stuck', detail: status };
}

export const stopBeyondLock: Scenario = {
  name: 'stop-beyond-lock',
  title: 'a worker stopped beyond its lock while it calls, its job given to another, and resumed: one effect',
  async run(play) {
    const undo = await setExpiry(play.stage, 600);
    const checks = [];
    for (const [role, provider, path] of [
      ['checkout', 'stripe', '/v1/payment_intents*'],
      ['notifications', 'sendgrid', '/v3/mail/send'],
    ] as const) {
      checks.push(await stopWhileCalling(play, role, provider, path));
    }
    await undo();
    return checks;
  },
};

async function stopWhileCalling(play: Play, role: string, provider: 'stripe' | 'sendgrid', path: string) {
  const { stage, crowd } = play;
  const slow = { kind: 'slow', delay_ms: 700, match: { method: 'POST', path } };
  const id = await breakOutside(stage.system, { provider, ...slow });
  const load = crowd({ orders: 4, buyers: 4, ways: ['good'] });
  await waitForHits(stage.system, id, 1);
  const asleep = stage.system.processes.get(role)!;
  asleep.child.kill('SIGSTOP');
  await stage.system.start(role);
  await load.done;
  const others = await Promise.all(
    load.accepted.map(({ order_id }) => completes(play, order_id, `while its ${role} worker sleeps`)),
  );
  await mendOutside(stage.system);
  asleep.child.kill('SIGCONT');
  await delay(1_500);
  await asleep.kill();
  return others.find((check) => !check.held) ?? others[0]!;
}
