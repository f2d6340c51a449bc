/** The API alone, in the test's own process: no workers, no sandbox, every setting open to the test. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Logger, pino } from 'pino';
import { type AppOptions, createApp } from '../../api/app.ts';
import { followImages } from '../../api/follow-images.ts';
import { followOrders, type OrderFollowers } from '../../api/follow-orders.ts';
import { answerUnreadable } from '../../api/unreadable-requests.ts';
import { insertApiKey } from '../../db/api-keys.ts';
import { type Database, openDatabase } from '../../db/database.ts';
import { tableShipping, tableTax } from '../../domain/pricing.ts';
import { openQueueStore } from '../../queues/connection.ts';
import { generateEventKeys } from '../../sandbox/sendgrid/event-keys.ts';
import { createTestDatabase } from './database.ts';
import { createFakeBilling } from './fake-billing.ts';
import { createFakeConnect, type FakeConnect } from './fake-connect.ts';
import { createFakePayments } from './fake-payments.ts';
import { imageSettings, mediaSettings, priceSettings } from './fake-storage.ts';

export interface TestApi {
  apiUrl: string;
  port: number;
  secretKey: string;
  publishableKey: string;
  db: Database;
  server: Server;
  followers: OrderFollowers;
  /** The API's, unless a test gave it another one. */
  connect: FakeConnect;
  /** Everything the API logged, one JSON line each. */
  logLines: string[];
  makeKey(scopes: string[], kind?: 'secret' | 'publishable'): Promise<string>;
  close(): Promise<void>;
}

export const STRIPE_SECRETS = ['whsec_the_old_one_000', 'whsec_the_new_one_000'];
export const OPS = { user: 'ops', password: 'ops-test-password' };

export interface TestApiOptions extends Partial<AppOptions> {
  /** Instead of the test's own: the API then has a database that the test can take away. */
  databaseUrl?: string;
  redisUrl?: string | undefined;
  poolSize?: number;
}

/** Starts the API on a port of its own with a fresh database; `options` replace what the app is built with. */
export async function startApi({
  databaseUrl,
  redisUrl,
  poolSize = 10,
  ...options
}: TestApiOptions = {}): Promise<TestApi> {
  const database = databaseUrl ? undefined : await createTestDatabase();
  const url = databaseUrl ?? database!.url;
  const logLines: string[] = [];
  const log: Logger = pino({ level: 'debug' }, { write: (line: string) => void logLines.push(line) });
  const ignore = () => {};
  const db = openDatabase({ url, applicationName: 'api-test', max: poolSize, onError: ignore });
  const store = openQueueStore({
    redisUrl,
    databaseUrl: url,
    poolSize: 2,
    applicationName: 'api-test',
    onError: ignore,
  });
  const followers = await followOrders(db, url, ignore);
  const imageFollowers = await followImages(db, url, ignore);
  const makeKey = async (scopes: string[], kind: 'secret' | 'publishable' = 'secret') =>
    (await insertApiKey(db, { name: 'test', kind, mode: 'test', scopes })).key;
  const connect = createFakeConnect();
  const app = createApp({
    db,
    store,
    followers,
    imageFollowers,
    images: imageSettings(),
    media: mediaSettings(),
    log,
    pricing: { shipping: tableShipping(), tax: tableTax() },
    version: '0.0.0',
    publicUrl: 'http://api.test',
    corsOrigins: ['*'],
    trustProxy: 0,
    rateLimits: { perKey: 1_000_000, perAddress: 1_000_000 },
    orderTokenSecret: 'order-token-test-secret',
    payments: createFakePayments(),
    billing: createFakeBilling(),
    connect,
    captureMethod: 'automatic',
    orderExpirySeconds: 1_800,
    stripeWebhookSecrets: STRIPE_SECRETS,
    sendgridPublicKey: generateEventKeys().publicKey,
    twilioAuthTokens: [],
    carrierWebhookSecret: 'carrier-test-secret',
    firecrawl: { webhookSecret: 'firecrawl-test-secret', creditBudget: 1_000 },
    webhooks: { allowedPrivateHosts: [], requireHttps: true },
    messages: { locale: 'en', vapidPublicKey: undefined },
    prices: priceSettings(),
    ops: OPS,
    assertCapacity: ignore,
    isDraining: () => false,
    ...options,
  });
  const server = answerUnreadable(createServer(app)).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    apiUrl: `http://127.0.0.1:${port}`,
    port,
    secretKey: await makeKey(['*']),
    publishableKey: await makeKey([], 'publishable'),
    db,
    server,
    followers,
    connect,
    logLines,
    makeKey,
    async close() {
      await Promise.all([followers.close(), imageFollowers.close()]);
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await store.close();
      await db.close();
      await database?.drop();
    },
  };
}
