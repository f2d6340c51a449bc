/** The floor's workers: each job does its share of transactions and calls, and leads to the next. */
import { Agent, request } from 'node:http';
import { openDatabase } from '../../db/database.ts';
import { uuidv7 } from '../../db/ids.ts';
import { openQueueStore } from '../../queues/connection.ts';
import { createAdder } from './add-jobs.ts';
import { readEnvironment } from './environment.ts';
import { type FloorPayload, queueOf, workOf } from './plan.ts';
import { createSteps } from './rows.ts';

const CONCURRENCY = 64;
const { databaseUrl, redisUrl, plan, providerPort } = readEnvironment();
const onError = (error: Error) => process.stderr.write(`${error.stack}\n`);
const db = openDatabase({ url: databaseUrl, applicationName: 'floor-workers', max: 10, onError });
const books = openDatabase({
  url: databaseUrl,
  applicationName: 'floor-books',
  max: 4,
  synchronousCommit: false,
  onError,
});
const store = openQueueStore({ redisUrl, databaseUrl, poolSize: 8, applicationName: 'floor-workers', onError });
const add = createAdder(store, plan);
const durably = createSteps(db, plan);
const soon = createSteps(books, plan);
const agent = new Agent({ keepAlive: true, maxSockets: 32 });
const BODY = JSON.stringify({ amount: 2_599, currency: 'usd', metadata: { note: 'x'.repeat(300) } });

async function work(payload: FloorPayload): Promise<void> {
  const { order_id, n, hop } = payload;
  const { durable, async, read, calls, byWebhook, last } = workOf(plan, n, hop);
  for (let i = 0; i < read; i++) await durably.readRow(order_id);
  const next = { order_id, n, hop: hop + 1 };
  for (let i = 0; i < calls; i++) await call(byWebhook && i === calls - 1 ? next : undefined);
  for (let i = 0; i < durable; i++) await durably.insertRows(uuidv7(), order_id, payload);
  for (let i = 0; i < async; i++) await soon.insertRows(uuidv7(), order_id, payload);
  if (last) await soon.insertDone(order_id);
  else if (!byWebhook) await add(next);
}

function call(next: FloorPayload | undefined): Promise<void> {
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(BODY),
    ...(next ? { 'x-next': JSON.stringify(next) } : {}),
  };
  return new Promise((done, fail) => {
    const sent = request(
      { port: providerPort, host: '127.0.0.1', path: '/call', method: 'POST', agent, headers },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          JSON.parse(Buffer.concat(chunks).toString());
          done();
        });
      },
    );
    sent.on('error', fail);
    sent.end(BODY);
  });
}

for (let q = 0; q < plan.queues; q++) {
  store.openWorker(queueOf(plan, q), (job) => work(job.data as FloorPayload), {
    concurrency: CONCURRENCY,
    lockDuration: 15_000,
    stalledInterval: 5_000,
    maxStalledCount: 1_000,
    removeOnComplete: store.kind === 'redis' ? { count: 500, age: 3_600 } : { count: 0 },
  });
}
process.on('SIGTERM', () => process.exit(0));
process.on('disconnect', () => process.exit(0));
