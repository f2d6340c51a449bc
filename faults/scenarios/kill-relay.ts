/** What a relay that dies, or sleeps beyond its lease, leaves to the next one; the sweeper, which would mend it, is dead too. */
import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { statement } from '../../db/database.ts';
import { waitFor } from '../../test/support/wait-for.ts';
import type { Scenario } from '../scenario.ts';
import { killRole, POOLS, type Stage, setExpiry } from '../stage.ts';
import { countDown, countOpen, killAt, type Point } from './kill-at-point.ts';

export const killRelayHandingOver: Scenario = {
  name: 'kill-relay-handing-over',
  title:
    'the relay killed between reading rows and handing them over: the next one hands them over, without the sweeper',
  async run({ stage, size, crowd }) {
    const undo = await setExpiry(stage, 600);
    for (const role of [...POOLS, 'scheduler']) await killRole(stage, role);
    const load = crowd({ orders: size.orders, buyers: 12, pauseMs: 0, ways: ['good'] });
    const { system } = stage;
    const early = await killHandingOver(stage, () => load.done);
    await system.start('relay');
    const count = async () => (await countJobs(stage)) >= size.orders && size.orders;
    const late = await waitFor(count, { timeoutMs: 20_000, everyMs: 200 }).catch(() => countJobs(stage));
    await Promise.all([...POOLS, 'scheduler'].map((role) => system.start(role)));
    await undo();
    return [
      { what: 'rows were read and not handed over', held: early < size.orders, detail: `${early} handed over` },
      { what: 'the next relay hands them over', held: late === size.orders, detail: `${late} of ${size.orders}` },
    ];
  },
};

const handingOver: Point = {
  lock: statement('faults_lock_jobs', 'lock table bullmq.job in share mode'),
  application: 'stockroom-workers-queues',
};

/** Returns how many jobs were in the store when the relay was dead. */
async function killHandingOver(stage: Stage, placed: () => Promise<void>): Promise<number> {
  if (!stage.redis) {
    await Promise.all([killAt(stage, 'relay', handingOver, true), placed()]);
    return countJobs(stage);
  }
  const redis = new Redis(stage.redis.url);
  try {
    await redis.client('PAUSE', 60_000, 'WRITE');
    await placed();
    // Longer than a relay waits with keeping how far it has come.
    await delay(2_000);
    await killRole(stage, 'relay');
    // What the dead relay has sent is not to be carried out.
    await redis.client('KILL', 'TYPE', 'NORMAL');
    await redis.client('UNPAUSE');
    return await countJobs(stage);
  } finally {
    redis.disconnect();
  }
}

const jobs = statement(
  'faults_jobs',
  `select count(*)::integer as jobs from bullmq.job where queue = 'check-out-order'`,
);

async function countJobs({ redis, system }: Stage): Promise<number> {
  if (!redis) return (await system.db.rows<{ jobs: number }>(jobs))[0]!.jobs;
  const client = new Redis(redis.url);
  try {
    return await client.llen('{stockroom}:check-out-order:wait');
  } finally {
    client.disconnect();
  }
}

const holder = statement('faults_relay_holder', 'select holder::text from relay');

export const killLeaseHolder: Scenario = {
  name: 'kill-lease-holder',
  title:
    'of two relays the working one stopped beyond its lease, then the other killed and the first woken, without the sweeper',
  async run({ stage, size, crowd }) {
    const { system } = stage;
    const undo = await setExpiry(stage, 600);
    await killRole(stage, 'scheduler');
    const first = system.processes.get('relay')!;
    await system.start('relay');
    const load = crowd({ orders: size.orders, endless: true, pauseMs: 300, ways: ['good'] });
    await delay(500);
    const before = await readHolder(stage);
    first.child.kill('SIGSTOP');
    const second = await waitForHolder(stage, (now) => now !== before);
    await killRole(stage, 'relay');
    first.child.kill('SIGCONT');
    const third = await waitForHolder(stage, (now) => now === before);
    await load.close();
    const left = await countDown(() => countOpen(stage, load.accepted, ['paid', 'shipped', 'delivered']));
    await Promise.all([first.kill(), system.start('relay'), system.start('scheduler')]);
    await undo();
    return [
      { what: 'the second relay takes over', held: second !== undefined },
      { what: 'the first one goes on after it', held: third !== undefined },
      { what: 'no order is left to the sweeper', held: left === 0, detail: `${left} of ${load.accepted.length}` },
    ];
  },
};

async function readHolder({ system }: Stage): Promise<string | null> {
  return (await system.db.rows<{ holder: string | null }>(holder))[0]!.holder;
}

const waitForHolder = (stage: Stage, wished: (now: string | null) => boolean): Promise<string | null | undefined> =>
  waitFor(async () => wished(await readHolder(stage)) && readHolder(stage), { timeoutMs: 15_000, everyMs: 100 }).catch(
    () => undefined,
  );
