/**
 * `node bench/plan-scrapes.ts [listings] [sites]`: how long the plan takes for listings (100,000 of 200 sites unless told otherwise)
 * that are all due at once, on a durable PostgreSQL of its own, on the first day and on the second, whose tables are no longer empty;
 * and what the process that plans holds in memory meanwhile.
 */
import { type Database, openDatabase } from '../db/database.ts';
import { batchPace } from '../domain/pages/batch-pace.ts';
import { dispatchDue, planDue } from '../workers/plan-scrapes.ts';
import { cpuSeconds } from './processes.ts';
import { describeMachine, startStores } from './stores.ts';

const listings = Number(process.argv[2] ?? 100_000);
const sites = Number(process.argv[3] ?? 200);
const say = (text: string) => void process.stdout.write(`${text}\n`);

const stores = await startStores(false);
try {
  say(describeMachine());
  const url = await stores.createDatabase('bench_plan');
  const db = openDatabase({ url, applicationName: 'bench', max: 4 });
  await seed(db);
  await measure(db, 'first day');
  await db.pool.query(
    `update scrapes set status = 'done', outcome = 'observed', finished_at = now() where status in ('planned', 'fetching')`,
  );
  await db.pool.query(`update listings set due_at = due_at - interval '1 day'`);
  await db.pool.query('truncate outbox');
  // As autovacuum does in the hours between.
  await db.pool.query('vacuum scrapes, listings');
  await measure(db, 'second day');
  await db.close();
} finally {
  await stores.stop();
}

/** A tenth of the sites are Firecrawl's; each later one has fewer listings than the one before. */
async function seed({ pool }: Database): Promise<void> {
  await pool.query(
    `insert into competitors (id, name, domain, currency, locale, source)
     select gen_random_uuid(), 'shop ' || n, 'shop-' || n || '.test', 'eur', 'de-DE', case when n % 10 = 0 then 'firecrawl' else 'built_in' end
     from generate_series(1, $1) as n`,
    [sites],
  );
  await pool.query(
    `with site as (select id, row_number() over (order by id) as n from competitors)
     insert into listings (id, competitor_id, url, priority, due_at)
     select gen_random_uuid(), site.id, 'https://shop.test/p/' || i, i % 5, now() - interval '1 second' * (i % 600)
     from generate_series(1, $1) as i join site on site.n = 1 + floor($2::integer * power((i % 1000) / 1000.0, 2))::integer`,
    [listings, sites],
  );
  await pool.query('vacuum (analyze)');
}

async function measure(db: Database, name: string): Promise<void> {
  const options = { db, batches: { pace: batchPace(10, 50), creditBudget: 0 } };
  const usedBefore = cpuSeconds(stores.postgresPid, true);
  const began = performance.now();
  let most = process.memoryUsage().rss;
  let statements = 0;
  while ((await planDue(options)) > 0) {
    statements++;
    most = Math.max(most, process.memoryUsage().rss);
  }
  const planned = performance.now() - began;
  const used = cpuSeconds(stores.postgresPid, true) - usedBefore;
  const jobs = await dispatchDue(options);
  const dispatched = performance.now() - began - planned;
  const again = performance.now();
  await planDue(options);
  await dispatchDue(options);
  const { rows } = await db.pool.query(`select count(*)::int as looks from scrapes where status = 'planned'`);
  say(
    `${name}: ${rows[0].looks} looks planned in ${(planned / 1_000).toFixed(2)} s (${statements} statements, ${used.toFixed(1)} s of PostgreSQL's CPU), ${jobs} jobs of the next minute in ` +
      `${dispatched.toFixed(0)} ms, a turn of the timer with nothing to do ${(performance.now() - again).toFixed(0)} ms, process ${Math.round(most / 1e6)} MB`,
  );
}
