/**
 * `node bench/reconcile.ts [orders]`: how long a balance run takes over so many balance transactions (100,000 unless told otherwise),
 * and how much memory its process does. Stripe is a process that answers lists at once; the run's process is the real worker's
 * code over the real client.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { openDatabase } from '../db/database.ts';
import { bookDueFacts } from '../db/ledger-poster.ts';
import { openRun } from '../db/reconciliation-runs.ts';
import { insertPaidOrders, makePaidOrders } from '../test/support/paid-orders.ts';
import { describeMachine, startStores } from './stores.ts';

const orders = Number(process.argv[2] ?? 100_000);
const say = (text: string) => void process.stderr.write(`${text}\n`);

const machine = describeMachine();
const stores = await startStores(false);
const flags = ['--max-old-space-size=192', '--max-semi-space-size=8', '--no-warnings'];
const children: ReturnType<typeof fork>[] = [];
try {
  const databaseUrl = await stores.createDatabase('bench_reconcile');
  const db = openDatabase({ url: databaseUrl, applicationName: 'bench', max: 2 });
  say(`${orders} paid orders are written and booked …`);
  const created = Math.floor(Date.now() / 1_000) - 3 * 86_400;
  const paid = makePaidOrders(orders);
  await insertPaidOrders(db, paid, new Date(created * 1_000));
  await bookDueFacts(db);
  const job = (id: string) => ({
    queue: 'reconcile-payments',
    jobId: `run-${id}`,
    payload: { run_id: id },
    orderId: undefined,
    availableAt: undefined,
  });
  const { run } = await openRun(db, { kind: 'balance', dryRun: false }, job);
  await db.close();

  const stripe = start('bench/reconcile/stripe.ts', [String(created)], []);
  stripe.send(paid.map(({ id, name, amount, currency, fee }) => ({ id, name, amount, currency, fee })));
  const [url] = (await once(stripe, 'message')) as [string];
  const worker = start('bench/reconcile/worker.ts', [databaseUrl, url, run.id], flags);
  worker.on('message', (message) => {
    if (typeof message === 'string') say(message);
    else process.stdout.write(`${machine}\n${JSON.stringify(message, undefined, 2)}\n`);
  });
  const [code] = (await once(worker, 'exit')) as [number];
  process.exitCode = code;
} finally {
  for (const child of children) child.kill();
  await stores.stop();
}

function start(file: string, args: string[], execArgv: string[]) {
  const child = fork(file, args, { execArgv: ['--no-warnings', ...execArgv] });
  children.push(child);
  return child;
}
