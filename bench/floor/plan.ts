/**
 * The floor: what one order costs when nothing is decided, checked, rendered or read but the same things happen.
 * Per order, as counted in the system at the same load:
 *   - as many HTTP requests into an Express app (express.json, each with one durable INSERT);
 *   - as many steps in SQL: durable INSERTs, INSERTs that do not wait for the disk, reads by primary key, in the system's
 *     proportion; together they write as many rows as the system inserts, updates and deletes, all into one table with a
 *     primary key and no other index. There are two floors: in one each step is a transaction of its own, in the other
 *     the steps are gathered into sets by the very piece that gathers the system's;
 *   - as many jobs: BullMQ `addBulk` of what came within 2 ms, the same number of queues, the same concurrency, the same
 *     retention; one job leads to the next, directly or by way of a provider's call and its webhook, as in the system;
 *   - as many HTTP calls to a provider: a node:http server with a constant answer of 2 kB, which also sends the webhooks.
 * Three processes (api, workers, provider), the same load generator, the same PostgreSQL and Redis.
 */
export interface FloorPlan {
  /** Requests into the API beyond the order itself: the providers' webhooks. */
  webhooks: number;
  jobs: number;
  queues: number;
  providerCalls: number;
  /** Transactions of one order, beyond none: the POST's and the webhooks' are in `durable`. */
  durable: number;
  async: number;
  read: number;
  /** Rows that one writing step writes, on average. */
  rowsPerWrite: number;
  /** Whether steps of one moment share a statement, as the system's do. */
  sets: boolean;
}

export interface FloorPayload {
  order_id: string;
  n: number;
  hop: number;
}

/** A fractional count as whole numbers that add up over the orders: the n-th order's share. */
export const whole = (count: number, n: number) => Math.floor((n + 1) * count) - Math.floor(n * count);

export interface HopWork {
  durable: number;
  async: number;
  read: number;
  calls: number;
  /** The next job comes by webhook instead of directly. */
  byWebhook: boolean;
  last: boolean;
}

/** What the job number `hop` of the n-th order does. */
export function workOf(plan: FloorPlan, n: number, hop: number): HopWork {
  const jobs = Math.max(1, whole(plan.jobs, n));
  const webhooks = whole(plan.webhooks, n);
  const share = (total: number) =>
    Math.floor(((hop + 1) * Math.max(0, total)) / jobs) - Math.floor((hop * Math.max(0, total)) / jobs);
  const byWebhook = hop < Math.min(webhooks, jobs - 1);
  const calls = whole(plan.providerCalls, n);
  return {
    durable: share(whole(plan.durable, n) - 1 - webhooks),
    async: share(whole(plan.async, n) - 1),
    read: share(whole(plan.read, n)),
    // A webhook follows a call.
    calls: byWebhook ? Math.max(1, share(calls)) : share(calls),
    byWebhook,
    last: hop === jobs - 1,
  };
}

/** Both floors run beside each other on one store. */
export const queueOf = (plan: FloorPlan, hop: number) => `floor-${plan.sets ? 'sets' : 'steps'}-${hop % plan.queues}`;
