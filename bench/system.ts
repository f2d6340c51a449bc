/** The system as processes on a store: sandbox, API and one workers process with all roles, as `npm start` has it. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { insertApiKey } from '../db/api-keys.ts';
import { type Database, openDatabase, statement } from '../db/database.ts';
import { uuidv7 } from '../db/ids.ts';
import { NODE_FLAGS } from '../start/node-flags.ts';
import { startNode } from './processes.ts';
import type { Stores } from './stores.ts';
import type { Subject } from './subject.ts';
import { freePort, systemEnvironment } from './system-environment.ts';

const VARIANTS = 200;
const UNITS = 1_000_000;

export interface SystemOptions {
  stores: Stores;
  databaseUrl: string;
  /** How fast the played carrier moves parcels: 1 is some five seconds from door to door. */
  carrierSpeed: number;
  profileDir?: string | undefined;
}

export interface BenchSystem extends Subject {
  db: Database;
  apiUrl: string;
}

export async function startSystem({
  stores,
  databaseUrl,
  carrierSpeed,
  profileDir,
}: SystemOptions): Promise<BenchSystem> {
  const db = openDatabase({ url: byKey(databaseUrl), applicationName: 'bench', max: 4 });
  await seed(db);
  const key = await insertApiKey(db, { name: 'bench', kind: 'secret', mode: 'test', scopes: ['*'] });
  const [apiPort, sandboxPort] = [await freePort(), await freePort()];
  const apiUrl = `http://127.0.0.1:${apiPort}`;
  const sandboxUrl = `http://127.0.0.1:${sandboxPort}`;
  const dataDir = join(stores.dataDir, new URL(databaseUrl).pathname.slice(1));
  mkdirSync(dataDir, { recursive: true });
  const env = {
    ...systemEnvironment({ apiPort, sandboxPort, apiUrl, sandboxUrl, dataDir }),
    STOCKROOM_RATE_LIMIT_PER_KEY: '100000000',
    STOCKROOM_RATE_LIMIT_PER_IP: '100000000',
    SANDBOX_CARRIER_SPEED: String(carrierSpeed),
    DATABASE_URL: databaseUrl,
    ...(stores.redisUrl ? { REDIS_URL: stores.redisUrl } : {}),
  };
  const start = (role: string, file: string, execArgv: string[]) =>
    startNode({ role, file, env, logFile: join(dataDir, `${role}.log`), execArgv });
  const profiling = (role: string) =>
    profileDir ? ['--cpu-prof', `--cpu-prof-dir=${profileDir}`, `--cpu-prof-name=${role}.cpuprofile`] : [];
  const counting = ['--import', './bench/count-calls.ts', ...NODE_FLAGS];
  const children = [
    start('sandbox', 'sandbox/main.ts', [...NODE_FLAGS, ...profiling('sandbox')]),
    start('api', 'api/main.ts', [...counting, ...profiling('api')]),
    start('workers', 'workers/main.ts', [...counting, ...profiling('workers')]),
  ];
  await answers(`${sandboxUrl}/sandbox/ready`);
  await answers(`${apiUrl}/health/ready`);
  return {
    name: 'system',
    db,
    apiUrl,
    url: `${apiUrl}/v1/orders`,
    headers: { authorization: `Bearer ${key.key}`, 'content-type': 'application/json' },
    body: (n) => JSON.stringify(orderBody(n)),
    idOf: (answer) => (JSON.parse(answer) as { id: string }).id,
    findDone: async (ids) => (await db.rows<{ id: string }>(done, [ids])).map((row) => row.id),
    children,
    databaseName: new URL(databaseUrl).pathname.slice(1),
    async stop() {
      const [sandbox, ...rest] = children;
      await Promise.all(rest.map((child) => child.stop()));
      await sandbox?.stop();
      await db.close();
    },
  };
}

/** What the benchmark asks goes by key, also while the tables have no statistics: it must not be the load itself. */
function byKey(databaseUrl: string): string {
  const url = new URL(databaseUrl);
  url.searchParams.set('options', '-c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off');
  return url.href;
}

function orderBody(n: number) {
  return {
    customer: { email: `buyer-${n}@example.com`, name: 'Ada Example' },
    lines: [
      { sku: `BENCH-${n % VARIANTS}`, quantity: 1 },
      { sku: `BENCH-${(n * 7 + 3) % VARIANTS}`, quantity: 2 },
    ].filter((line, index, all) => all.findIndex((each) => each.sku === line.sku) === index),
    currency: 'usd',
    shipping_address: { line1: '1 Main Street', city: 'Springfield', postal_code: '12345', country: 'US' },
    payment: { payment_method: 'pm_card_visa', confirm: true },
  };
}

// An order's end: delivered, all three of its messages taken by the provider, and none of its jobs open.
const done = statement(
  'bench_done',
  `select o.id from orders o where o.id = any($1::uuid[]) and o.status = 'delivered'
   and (select count(*) from notifications n where n.order_id = o.id and n.status in ('accepted', 'delivered')) = 3
   and not exists (select from outbox j where j.order_id = o.id and j.status = 'pending')`,
);

const variants = statement(
  'bench_variants',
  `with place as (
     insert into locations (id, code, name, country) values ($1, 'main', 'Main', 'US') returning id
   ), goods as materialized (
     select n, gen_random_uuid() as product_id, gen_random_uuid() as variant_id from generate_series(0, $2::integer - 1) n
   ), p as (
     insert into products (id, slug, name, status) select product_id, 'bench-' || n, 'Product ' || n, 'active' from goods returning id
   ), v as (
     insert into variants (id, product_id, sku, weight_grams) select variant_id, product_id, 'BENCH-' || n, 250 from goods returning id
   ), r as (
     insert into prices (variant_id, currency, amount) select variant_id, 'usd', 1999 + n from goods
   )
   insert into stock_levels (variant_id, location_id, on_hand) select goods.variant_id, place.id, $3 from goods, place`,
);

const movements = statement(
  'bench_received',
  `insert into stock_movements (variant_id, location_id, kind, on_hand_change, reserved_change, reason)
   select variant_id, location_id, 'received', on_hand, 0, 'bench' from stock_levels`,
);

async function seed(db: Database): Promise<void> {
  await db.rows(variants, [uuidv7(), VARIANTS, UNITS]);
  await db.rows(movements);
  await db.pool.query('analyze');
}

export async function answers(url: string): Promise<void> {
  for (let tries = 0; tries < 300; tries++) {
    const ok = await fetch(url).then(
      (response) => response.ok,
      () => false,
    );
    if (ok) return;
    await delay(100);
  }
  throw new Error(`${url} does not answer`);
}
