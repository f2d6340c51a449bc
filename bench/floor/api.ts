/** The floor's API: Express, JSON, one durable INSERT, a job, a constant answer. */
import express from 'express';
import { openDatabase } from '../../db/database.ts';
import { uuidv7 } from '../../db/ids.ts';
import { openQueueStore } from '../../queues/connection.ts';
import { createAdder } from './add-jobs.ts';
import { readEnvironment } from './environment.ts';
import { createSteps } from './rows.ts';

const { databaseUrl, redisUrl, plan, apiPort } = readEnvironment();
const onError = (error: Error) => process.stderr.write(`${error.stack}\n`);
const db = openDatabase({ url: databaseUrl, applicationName: 'floor-api', max: 10, onError });
const store = openQueueStore({ redisUrl, databaseUrl, poolSize: 2, applicationName: 'floor-api', onError });
const add = createAdder(store, plan);
const { insertRows } = createSteps(db, plan);

const app = express();
app.disable('x-powered-by');
app.disable('etag');
app.use(express.json({ limit: '1mb' }));
let n = 0;
app.post('/orders', async (req, res) => {
  const id = uuidv7();
  await insertRows(id, id, req.body);
  add({ order_id: id, n: n++, hop: 0 }).catch(onError);
  res.status(202).json({ ...req.body, id });
});
app.post('/webhook', async (req, res) => {
  const { order_id, n: order, hop } = req.body.next as { order_id: string; n: number; hop: number };
  await insertRows(uuidv7(), order_id, req.body.next);
  add({ order_id, n: order, hop }).catch(onError);
  res.json({ received: true });
});
app.get('/ready', (_req, res) => void res.json({ ready: true }));
const server = app.listen(apiPort, '127.0.0.1');
process.on('SIGTERM', () => server.close(() => process.exit(0)));
process.on('SIGTERM', () => setTimeout(() => process.exit(0), 500));
process.on('disconnect', () => process.exit(0));
