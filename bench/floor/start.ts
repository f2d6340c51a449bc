/** Starts the floor beside the system: the same stores, a database of its own, as many processes. */
import { join } from 'node:path';
import { openDatabase, statement } from '../../db/database.ts';
import { startNode } from '../processes.ts';
import type { Stores } from '../stores.ts';
import type { Subject } from '../subject.ts';
import { answers } from '../system.ts';
import { freePort } from '../system-environment.ts';
import type { FloorPlan } from './plan.ts';
import { TABLES } from './rows.ts';

const done = statement('bench_floor_done', 'select order_id as id from floor_done where order_id = any($1::uuid[])');

export async function startFloor(
  stores: Stores,
  databaseUrl: string,
  plan: FloorPlan,
  body: Subject['body'],
): Promise<Subject> {
  const db = openDatabase({ url: databaseUrl, applicationName: 'bench', max: 4 });
  await db.pool.query(TABLES);
  const [apiPort, providerPort] = [await freePort(), await freePort()];
  const env = {
    FLOOR_DATABASE_URL: databaseUrl,
    FLOOR_REDIS_URL: stores.redisUrl ?? '',
    FLOOR_PLAN: JSON.stringify(plan),
    FLOOR_API_PORT: String(apiPort),
    FLOOR_PROVIDER_PORT: String(providerPort),
  };
  const start = (role: string) =>
    startNode({ role, file: `bench/floor/${role}.ts`, env, logFile: join(stores.dataDir, `floor-${role}.log`) });
  const children = [start('provider'), start('api'), start('workers')];
  await answers(`http://127.0.0.1:${apiPort}/ready`);
  return {
    name: 'floor',
    url: `http://127.0.0.1:${apiPort}/orders`,
    headers: { 'content-type': 'application/json' },
    body,
    idOf: (answer) => (JSON.parse(answer) as { id: string }).id,
    findDone: async (ids) => (await db.rows<{ id: string }>(done, [ids])).map((row) => row.id),
    children,
    databaseName: new URL(databaseUrl).pathname.slice(1),
    async stop() {
      await Promise.all(children.map((child) => child.stop()));
      await db.close();
    },
  };
}
