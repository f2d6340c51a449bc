/** Who queues and sends in a turn of `--notifications`: the system, and its floors. */
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { type Database, openDatabase, statement } from '../../db/database.ts';
import { uuidv7 } from '../../db/ids.ts';
import { tell } from '../../db/tell.ts';
import { openQueueStore } from '../../queues/connection.ts';
import { createAdder } from '../floor/add-jobs.ts';
import type { FloorPlan } from '../floor/plan.ts';
import { createSteps } from '../floor/rows.ts';
import { startFloor } from '../floor/start.ts';
import type { Child } from '../processes.ts';
import type { Stores } from '../stores.ts';
import type { BenchSystem } from '../system.ts';

export interface Side {
  name: string;
  children: Child[];
  /** Queues so many messages and waits until all are sent and nothing is open. Returns the seconds that it took. */
  send(messages: number): Promise<number>;
  stop(): Promise<void>;
}

/** Messages that are being queued at once; what is queued waits in rows and in the queue store. */
const AT_ONCE = 256;
const LOOK_MS = 200;
/** Without a message sent for so long, something is broken. */
const PATIENCE_MS = 120_000;

async function queueAll(ids: readonly string[], queue: (id: string, n: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < ids.length) {
      const n = next++;
      await queue(ids[n]!, n);
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, ids.length) }, worker));
}

async function timed(work: Promise<void>, remaining: () => Promise<number>): Promise<number> {
  const began = performance.now();
  let lastChange = began;
  let before = Number.NaN;
  await work;
  for (;;) {
    const left = await remaining();
    const now = performance.now();
    if (left === 0) return (now - began) / 1_000;
    if (left !== before) lastChange = now;
    before = left;
    if (now - lastChange > PATIENCE_MS) throw new Error(`${left} messages are not sent: see the logs`);
    await delay(LOOK_MS);
  }
}

const orders = statement(
  'bench_orders',
  `with item as materialized (
     select id, n, row_number() over () as place from unnest($1::uuid[]) with ordinality as item (id, n)
   ), o as (
     insert into orders (id, currency, subtotal_amount, shipping_amount, tax_amount, total_amount, customer_email, customer_name,
       shipping_address, shipping_method, expires_at, status, payment_status, fulfillment_status)
     select id, 'usd', 5997, 600, 0, 6597, 'buyer-' || n || '@example.com', 'Ada Example',
       '{"name":"Ada Example","line1":"1 Main Street","city":"Springfield","postal_code":"12345","country":"US"}', 'standard', now(), 'delivered',
       'paid', 'delivered'
     from item
   )
   insert into order_lines (id, order_id, position, variant_id, sku, name, quantity, unit_amount, total_amount)
   select gen_random_uuid(), item.id, line, v.id, v.sku, 'Product of the bench', line, 1999, 1999 * line
   from item cross join generate_series(1, 2) line
   join lateral (select id, sku from variants where sku = 'BENCH-' || (item.n + line) % 200) v on true`,
);
// What is open is looked at first: the rest is read once it is nothing.
const left = statement(
  'bench_messages_left',
  `select (select count(*) from (select from notifications where open limit 1000) m)::integer
     + (select count(*) from (select from outbox where status = 'pending' limit 1000) o)::integer as open`,
);
const undelivered = statement(
  'bench_messages_undelivered',
  `select count(*)::integer as open from notifications where status <> 'delivered'`,
);

/** A receipt for each of as many orders: the message that most is read for and rendered. */
export function systemSide(system: BenchSystem): Side {
  const one = async (each: typeof left) => (await system.db.rows<{ open: number }>(each))[0]!.open;
  return {
    name: 'system',
    children: system.children,
    async send(messages) {
      const ids = Array.from({ length: messages }, () => uuidv7());
      for (let at = 0; at < messages; at += 5_000) await system.db.rows(orders, [ids.slice(at, at + 5_000)]);
      await system.db.pool.query('vacuum (analyze) notifications, orders, order_lines');
      const queued = queueAll(ids, (id, n) =>
        tell(system.db, {
          event: 'order.paid',
          orderId: id,
          cause: `order.paid/${id}`,
          email: `buyer-${n}@example.com`,
        }),
      );
      return timed(queued, async () => (await one(left)) || (await one(undelivered)));
    },
    stop: () => system.stop(),
  };
}

const done = statement('bench_floor_messages', 'select count(*)::integer as done from floor_done');

/** The same rows, jobs, calls and webhooks, counted in the system, with no logic in them. */
export async function floorSide(stores: Stores, store: string, plan: FloorPlan): Promise<Side> {
  const url = await stores.createDatabase(`messages_floor_${store}_${plan.sets}`);
  const floor = await startFloor(stores, url, plan, () => '');
  const db: Database = openDatabase({ url, applicationName: 'bench', max: 10 });
  const onError = (error: Error) => process.stderr.write(`${error.stack}\n`);
  const queues = openQueueStore({
    redisUrl: stores.redisUrl,
    databaseUrl: url,
    poolSize: 2,
    applicationName: 'bench',
    onError,
  });
  const add = createAdder(queues, plan);
  const steps = createSteps(db, plan);
  let sequence = 0;
  let total = 0;
  return {
    name: plan.sets ? 'floor in sets' : 'floor',
    children: floor.children,
    async send(messages) {
      const ids = Array.from({ length: messages }, () => uuidv7());
      const queued = queueAll(ids, async (id) => {
        await steps.insertRows(id, id, { message: id });
        await add({ order_id: id, n: sequence++, hop: 0 });
      });
      total += messages;
      return timed(queued, async () => total - (await db.rows<{ done: number }>(done))[0]!.done);
    },
    async stop() {
      await floor.stop();
      await queues.close();
      await db.close();
    },
  };
}
