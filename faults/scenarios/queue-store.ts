/** The queue store is disposable: flushed, away, restarted. */
import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { statement } from '../../db/database.ts';
import { waitFor } from '../../test/support/wait-for.ts';
import type { Check, Scenario } from '../scenario.ts';
import { killRole, POOLS, type Stage, setExpiry } from '../stage.ts';

const WAITING = 500;

export const flushRedis: Scenario = {
  name: 'flush-redis',
  title: `FLUSHALL with at least ${WAITING} jobs waiting`,
  needs: 'redis',
  async run({ stage, crowd }) {
    const undo = await setExpiry(stage, 600);
    await Promise.all(POOLS.map((pool) => stage.system.processes.get(pool)?.kill()));
    const load = crowd({ orders: WAITING, buyers: 24, pauseMs: 0, ways: ['good'] });
    await load.done;
    const waiting = await waitFor(async () => waitsFor(await countWaiting(stage)), {
      timeoutMs: 20_000,
      describe: `${WAITING} jobs in Redis`,
    }).catch(() => countWaiting(stage));
    await stage.redis!.flush();
    const left = await countWaiting(stage);
    await Promise.all(POOLS.map((pool) => stage.system.start(pool)));
    const complete = await waitFor(async () => waitsFor(await countComplete(stage, load.accepted)), {
      timeoutMs: 60_000,
      everyMs: 250,
    }).catch(() => countComplete(stage, load.accepted));
    await undo();
    return [
      {
        what: `at least ${WAITING} jobs wait in Redis before the flush`,
        held: waiting >= WAITING,
        detail: `${waiting}`,
      },
      { what: 'none are there after it', held: left < waiting - WAITING + 1, detail: `${left}` },
      {
        what: 'all orders complete',
        held: complete === WAITING,
        detail: `${complete} of ${WAITING} paid and on their way`,
      },
    ];
  },
};

const waitsFor = (count: number) => count >= WAITING && count;

async function countWaiting({ redis }: Stage): Promise<number> {
  const client = new Redis(redis!.url);
  try {
    return await client.llen('{stockroom}:check-out-order:wait');
  } finally {
    client.disconnect();
  }
}

const complete = statement(
  'faults_complete_orders',
  `select count(*)::integer as orders from orders where id = any($1) and status in ('paid', 'shipped', 'delivered')`,
);

async function countComplete({ system }: Stage, accepted: readonly { order_id: string }[]): Promise<number> {
  const [row] = await system.db.rows<{ orders: number }>(complete, [accepted.map((each) => each.order_id)]);
  return row?.orders ?? 0;
}

export const redisDown: Scenario = {
  name: 'redis-down',
  title: 'Redis away for 10 s, and the API killed meanwhile',
  needs: 'redis',
  async run({ stage, crowd }) {
    const load = crowd({ endless: true, pauseMs: 400 });
    await delay(1_000);
    await stage.redis!.kill();
    await delay(3_000);
    await killRole(stage, 'api');
    const api = stage.system.start('api');
    await delay(7_000);
    await stage.redis!.restart();
    await api;
    await load.close();
    return [];
  },
};

export const restartRedis: Scenario = {
  name: 'restart-redis',
  title: 'Redis killed and restarted empty under load',
  needs: 'redis',
  async run({ stage, size, crowd }) {
    const load = crowd({ endless: true, pauseMs: 400 });
    for (let round = 0; round < size.rounds + 1; round++) {
      await delay(600 + stage.random() * 800);
      await stage.redis!.kill();
      await delay(stage.random() * 500);
      await stage.redis!.restart();
    }
    await load.close();
    return [];
  },
};

const databaseOf = statement('faults_database', 'select current_database() as name');
const cut = statement(
  'faults_cut_connections',
  `select count(pg_terminate_backend(pid))::integer as cut from pg_stat_activity
   where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'`,
);

export const cutConnections: Scenario = {
  name: 'cut-connections',
  title: 'every connection to PostgreSQL cut at once, again and again',
  async run({ stage, size, crowd }) {
    const load = crowd({ endless: true, pauseMs: 400 });
    const checks: Check[] = [];
    for (let round = 0; round < size.rounds * 3; round++) {
      await delay(300 + stage.random() * 900);
      // A first statement finds out whether this pool's own connection fell in the last round.
      await stage.system.db.rows(databaseOf).catch(() => {});
      await stage.system.db.rows(cut);
    }
    await load.close();
    return checks;
  },
};

export const restartPostgres: Scenario = {
  name: 'restart-postgres',
  title: 'PostgreSQL restarted under load, in order and as in a power cut',
  needs: 'server',
  async run({ stage, size, crowd }) {
    const load = crowd({ endless: true, pauseMs: 400 });
    for (let round = 0; round < size.rounds * 2; round++) {
      await delay(1_500 + stage.random() * 1_000);
      await stage.server!.restart(round % 2 === 0 ? 'immediate' : 'fast');
    }
    await load.close();
    return [];
  },
};
