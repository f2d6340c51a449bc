/** Process 1: wires the API out of the configuration, listens, and on SIGTERM answers what it has taken before it goes. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { loadConfigOrExit, renditionOf } from '../config.ts';
import { storageSettingsOf } from '../config-storage.ts';
import { openDatabase } from '../db/database.ts';
import { countOpenImages } from '../db/image-list.ts';
import { assertSchemaCurrent } from '../db/migrate.ts';
import { countOpenJobs } from '../db/outbox.ts';
import { tableShipping, tableTax } from '../domain/pricing.ts';
import { createLogger, throttled } from '../logger.ts';
import { createStripeBilling } from '../providers/billing.ts';
import { createStripeConnect } from '../providers/connect-stripe.ts';
import { createOnDemandAddresses } from '../providers/object-storage/on-demand-addresses.ts';
import { createUploadAddresses } from '../providers/object-storage/upload-addresses.ts';
import { createObjectStorage } from '../providers/object-storage.ts';
import { createStripePayments } from '../providers/payments.ts';
import { openQueueStore } from '../queues/connection.ts';
import { createApp } from './app.ts';
import { watchCapacity } from './capacity.ts';
import { followImages } from './follow-images.ts';
import { followOrders } from './follow-orders.ts';
import { answerUnreadable } from './unreadable-requests.ts';

const config = loadConfigOrExit();
const log = createLogger({ level: config.STOCKROOM_LOG_LEVEL, pretty: config.STOCKROOM_LOG_PRETTY, role: 'api' });

await assertSchemaCurrent(config.DATABASE_URL).catch((error: Error) => {
  log.fatal({ err: error }, error.message);
  process.exit(1);
});

const onDatabaseError = throttled(log, 'the database does not answer');
const db = openDatabase({
  url: config.DATABASE_URL,
  applicationName: 'stockroom-api',
  max: config.STOCKROOM_DATABASE_POOL,
  onError: onDatabaseError,
});
// Only the dashboard and the readiness check look at the queue store; no order waits for it.
const store = openQueueStore({
  redisUrl: config.REDIS_URL,
  databaseUrl: config.DATABASE_URL,
  poolSize: 2,
  applicationName: 'stockroom-api',
  onError: throttled(log, 'the queue store does not answer'),
});
const followers = await followOrders(db, config.DATABASE_URL, onDatabaseError);
const imageFollowers = await followImages(db, config.DATABASE_URL, onDatabaseError);
const capacity = watchCapacity((atMost) => countOpenJobs(db, atMost), config.STOCKROOM_MAX_OPEN_JOBS, onDatabaseError);
const imageCapacity = watchCapacity(
  (atMost) => countOpenImages(db, atMost),
  config.STOCKROOM_MAX_OPEN_IMAGES,
  onDatabaseError,
);
const rendition = renditionOf(config);
const onDemand = createOnDemandAddresses({
  publicUrl: config.STOCKROOM_PUBLIC_URL,
  secret: config.STOCKROOM_MEDIA_SECRET,
  presets: config.STOCKROOM_IMAGE_ON_DEMAND_PRESETS,
  formats: config.STOCKROOM_IMAGE_FORMATS,
});
const storage = createObjectStorage(storageSettingsOf(config));
const uploads = createUploadAddresses(config.STOCKROOM_PUBLIC_URL, config.STOCKROOM_MEDIA_SECRET);
/** A request for a size that is not made yet waits so long for it. */
const VARIANT_WAIT_MS = 10_000;
let draining = false;

const stripe = {
  secretKey: config.STRIPE_SECRET_KEY,
  apiBase: config.STRIPE_API_BASE,
  timeoutMs: config.STOCKROOM_PROVIDER_TIMEOUT_SECONDS * 1_000,
};

const app = createApp({
  db,
  store,
  followers,
  imageFollowers,
  images: {
    storage,
    maxPerProduct: config.STOCKROOM_MAX_IMAGES_PER_PRODUCT,
    maxBytes: config.STOCKROOM_IMAGE_MAX_BYTES,
    inputFormats: config.STOCKROOM_IMAGE_INPUT_FORMATS,
    recipe: rendition.recipe,
    hasLateFormats: rendition.late.length > 0,
    uploadSeconds: config.STOCKROOM_IMAGE_UPLOAD_SECONDS,
    assertCapacity: imageCapacity.assert,
    onDemand: onDemand.of,
  },
  media: {
    storage,
    onDemand,
    uploads: storage.kind === 'local' ? uploads : undefined,
    recipe: rendition.recipe,
    waitMs: VARIANT_WAIT_MS,
  },
  log,
  pricing: { shipping: tableShipping(), tax: tableTax() },
  version: '0.1.0',
  publicUrl: config.STOCKROOM_PUBLIC_URL,
  corsOrigins: config.STOCKROOM_CORS_ORIGINS,
  trustProxy: config.STOCKROOM_TRUST_PROXY,
  rateLimits: { perKey: config.STOCKROOM_RATE_LIMIT_PER_KEY, perAddress: config.STOCKROOM_RATE_LIMIT_PER_IP },
  orderTokenSecret: config.STOCKROOM_ORDER_TOKEN_SECRET,
  payments: createStripePayments(stripe),
  billing: createStripeBilling(stripe),
  connect: createStripeConnect(stripe),
  captureMethod: config.STOCKROOM_CAPTURE,
  orderExpirySeconds: config.STOCKROOM_ORDER_EXPIRY_SECONDS,
  stripeWebhookSecrets: config.STRIPE_WEBHOOK_SECRET,
  sendgridPublicKey: config.SENDGRID_WEBHOOK_PUBLIC_KEY,
  twilioAuthTokens: config.TWILIO_AUTH_TOKEN ?? [],
  carrierWebhookSecret: config.CARRIER_WEBHOOK_SECRET,
  firecrawl: {
    webhookSecret: config.FIRECRAWL_WEBHOOK_SECRET,
    creditBudget: config.STOCKROOM_FIRECRAWL_CREDITS_PER_MONTH,
  },
  webhooks: {
    allowedPrivateHosts: config.STOCKROOM_ALLOWED_PRIVATE_HOSTS,
    requireHttps: config.NODE_ENV === 'production',
  },
  messages: { locale: config.STOCKROOM_LOCALE, vapidPublicKey: config.VAPID_PUBLIC_KEY },
  prices: {
    storage,
    taxPercent: config.STOCKROOM_TAX_PERCENT,
    shopName: config.STOCKROOM_SHOP_NAME,
    locale: config.STOCKROOM_LOCALE,
  },
  ops: { user: config.STOCKROOM_OPS_USER, password: config.STOCKROOM_OPS_PASSWORD },
  assertCapacity: capacity.assert,
  isDraining: () => draining,
});

const server = answerUnreadable(createServer(app));
// Longer than the idle time-out of common load balancers, so that a kept connection is never closed under a request.
server.keepAliveTimeout = 65_000;
server.requestTimeout = 60_000;
server.on('error', (error: NodeJS.ErrnoException) => {
  const inUse = error.code === 'EADDRINUSE';
  log.fatal({ err: error }, inUse ? `port ${config.PORT} is in use; set PORT to another` : 'the server cannot listen');
  process.exit(1);
});
server.listen(config.PORT, config.HOST, () => {
  log.info(
    { port: (server.address() as AddressInfo).port, host: config.HOST, queues: store.kind },
    'the API is listening',
  );
});

async function stop(reason: string): Promise<void> {
  if (draining) return;
  draining = true;
  log.info({ reason }, 'draining');
  capacity.close();
  imageCapacity.close();
  // Streams end and waiting requests get what there is: both come back, to a process that stays.
  followers.end();
  imageFollowers.end();
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeIdleConnections();
  const cut = setTimeout(() => server.closeAllConnections(), 5_000);
  await closed;
  clearTimeout(cut);
  await Promise.allSettled([followers.close(), imageFollowers.close(), store.close(), db.close()]);
  log.info('stopped');
  // Nobody reads the log any more, and its last flush into the broken pipe would be tried for ever.
  if (process.connected === false) process.kill(process.pid, 'SIGKILL');
  process.exit(0);
}
process.on('SIGTERM', () => void stop('SIGTERM'));
process.on('SIGINT', () => void stop('SIGINT'));
// A supervisor that fell while this process was starting has disconnected already; without one, connected is undefined.
if (process.connected === false) void stop('the supervisor is gone');
else process.on('disconnect', () => void stop('the supervisor is gone'));
