/** One run of the load with everything that is read beside it: CPU and memory per process, transactions, queue depth. */
import pg from 'pg';
import { drive, type Pace, type Run } from './load.ts';
import { cpuSeconds, residentBytes } from './processes.ts';
import { showProgress } from './progress.ts';
import type { Stores } from './stores.ts';
import type { Subject } from './subject.ts';

export interface Sample {
  seconds: number;
  done: number;
  /** Orders between POST and end, and jobs that are open (system only). */
  openOrders: number;
  openJobs: number;
  oldestJobSeconds: number;
  /** MiB by role. */
  rss: Record<string, number>;
  /** CPU seconds so far, by role. */
  cpu: Record<string, number>;
}

export interface Measured extends Run {
  subject: Subject['name'];
  /** CPU milliseconds per order, by role; `load` is the generator. */
  cpuMsPerOrder: Record<string, number>;
  transactionsPerOrder: number;
  samples: Sample[];
}

const SAMPLE_MS = 1_000;

export async function measure(subject: Subject, stores: Stores, pace: Pace, label: string): Promise<Measured> {
  const probe = await openProbe(stores, subject);
  const before = { cpu: readCpu(subject, stores), transactions: await probe.transactions() };
  const startedAt = performance.now();
  const samples: Sample[] = [];
  let latest = { done: 0, open: 0 };
  const sample = async () => {
    const jobs = await probe.jobs();
    const cpu = Object.fromEntries(
      Object.entries(readCpu(subject, stores)).map(([role, value]) => [role, value - (before.cpu[role] ?? 0)]),
    );
    const rss = Object.fromEntries(subject.children.map((child) => [child.role, residentBytes(child.pid) / 2 ** 20]));
    const seconds = (performance.now() - startedAt) / 1_000;
    samples.push({
      seconds,
      done: latest.done,
      openOrders: latest.open,
      openJobs: jobs.jobs,
      oldestJobSeconds: jobs.oldest,
      rss,
      cpu,
    });
  };
  let sampling = Promise.resolve();
  const timer = setInterval(() => {
    sampling = sampling.then(sample).catch(() => {});
  }, SAMPLE_MS);
  try {
    const run = await drive(subject, {
      ...pace,
      onProgress: (facts) => {
        latest = facts;
        showProgress(label, facts);
      },
    });
    await sampling;
    await sample();
    const cpu = readCpu(subject, stores);
    const transactions = (await probe.transactions()) - before.transactions;
    const perOrder = (value: number) => (value * 1_000) / run.orders;
    return {
      ...run,
      subject: subject.name,
      cpuMsPerOrder: Object.fromEntries(
        Object.entries(cpu).map(([role, value]) => [role, perOrder(value - (before.cpu[role] ?? 0))]),
      ),
      transactionsPerOrder: transactions / run.orders,
      samples,
    };
  } finally {
    clearInterval(timer);
    await probe.close();
  }
}

function readCpu(subject: Subject, stores: Stores): Record<string, number> {
  const own = process.cpuUsage();
  return {
    ...Object.fromEntries(subject.children.map((child) => [child.role, cpuSeconds(child.pid)])),
    postgres: cpuSeconds(stores.postgresPid, true),
    ...(stores.redisPid ? { redis: cpuSeconds(stores.redisPid) } : {}),
    load: (own.user + own.system) / 1e6,
  };
}

async function openProbe(stores: Stores, subject: Subject) {
  const client = new pg.Client({ connectionString: stores.urlOf(subject.databaseName) });
  await client.connect();
  const one = async <T>(sql: string, values: unknown[] = []): Promise<T> =>
    (await client.query(sql, values)).rows[0] as T;
  const hasOutbox = (await one<{ found: boolean }>("select to_regclass('outbox') is not null as found")).found;
  return {
    async transactions() {
      await client.query('select pg_stat_force_next_flush(), pg_stat_clear_snapshot()');
      const row = await one<{ n: string }>(
        'select xact_commit as n from pg_stat_database where datname = current_database()',
      );
      return Number(row.n);
    },
    async jobs() {
      if (!hasOutbox) return { jobs: 0, oldest: 0 };
      return one<{ jobs: number; oldest: number }>(
        `select count(*)::integer as jobs, coalesce(extract(epoch from now() - min(available_at)), 0)::float8 as oldest
         from outbox where status = 'pending'`,
      );
    },
    close: () => client.end(),
  };
}
