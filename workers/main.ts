/**
 * Process 2..n: starts what WORKERS names (pools, `relay`, `scheduler`), and on SIGTERM takes no new jobs, finishes those in
 * hand and exits 0.
 */
import { type Config, loadConfigOrExit, renditionOf } from '../config.ts';
import { channelSettingsOf } from '../config-messages.ts';
import { planSettingsOf, priceToolSettingsOf } from '../config-prices.ts';
import { storageSettingsOf } from '../config-storage.ts';
import { vendorMoneyOf } from '../config-vendors.ts';
import { type Database, openDatabase } from '../db/database.ts';
import { assertSchemaCurrent } from '../db/migrate.ts';
import { createLogger, throttled } from '../logger.ts';
import { createOrderTokens, createSubscriptionTokens } from '../order-token.ts';
import { createAlertLinks } from '../price-alert-token.ts';
import { createCarrier } from '../providers/carrier.ts';
import { openQueueStore, type QueueStore, type Worker } from '../queues/connection.ts';
import type { Pool } from '../queues/define-queue.ts';
import { allQueues } from '../queues/index.ts';
import { createUnsubscribeTokens, type UnsubscribeTarget, unsubscribeUrl } from '../unsubscribe-token.ts';
import { closeWorkers } from './close-workers.ts';
import { type ImageToolSettings, type OpenedTools, openImageTools } from './image-tools.ts';
import { type MessageToolSettings, type OpenedMessageTools, openMessageTools } from './message-tools.ts';
import { poolNames, startPool } from './pools.ts';
import { type OpenedPriceTools, openPriceTools } from './price-tools.ts';
import { startRelay } from './relay-outbox.ts';
import { startScheduler } from './scheduler.ts';
import { stripeProviders } from './stripe-providers.ts';
import { returnTimesOf } from './sweep-returns.ts';

const config = loadConfigOrExit();
const log = createLogger({ level: config.STOCKROOM_LOG_LEVEL, pretty: config.STOCKROOM_LOG_PRETTY, role: 'workers' });

const roles = new Set(config.WORKERS);
const unknown = [...roles].filter((role) => ![...poolNames, 'relay', 'scheduler'].includes(role));
if (unknown.length > 0) {
  process.stderr.write(
    `WORKERS names ${unknown.join(', ')}; there are ${[...poolNames, 'relay', 'scheduler'].join(', ')}.\n`,
  );
  process.exit(78);
}

await assertSchemaCurrent(config.DATABASE_URL).catch((error: Error) => {
  log.fatal({ err: error }, error.message);
  process.exit(1);
});

const onDatabaseError = throttled(log, 'the database does not answer');
const db = openDatabase({
  url: config.DATABASE_URL,
  applicationName: 'stockroom-workers',
  max: config.STOCKROOM_DATABASE_POOL,
  onError: onDatabaseError,
});
const bookkeeping = openDatabase({
  url: config.DATABASE_URL,
  applicationName: 'stockroom-bookkeeping',
  max: 4,
  synchronousCommit: false,
  onError: onDatabaseError,
});
const store = openQueueStore({
  redisUrl: config.REDIS_URL,
  databaseUrl: config.DATABASE_URL,
  poolSize: 8,
  applicationName: 'stockroom-workers',
  onError: throttled(log, 'the queue store does not answer'),
});

const closers = await start(config, db, bookkeeping, store);
log.info({ roles: [...roles], queues: store.kind }, 'workers are running');

let stopping = false;
async function stop(reason: string): Promise<void> {
  if (stopping) return;
  stopping = true;
  log.info({ reason }, 'draining');
  const late = setTimeout(() => {
    log.error('jobs did not finish in time; their locks will run out and others take them');
    process.exit(1);
  }, 25_000);
  for (const close of closers) await close().catch((err) => log.error({ err }, 'closing failed'));
  await Promise.allSettled([store.close(), db.close(), bookkeeping.close()]);
  clearTimeout(late);
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

/** Returns how to close what was started, in the order to do it. */
async function start(
  settings: Config,
  main: Database,
  books: Database,
  queues: QueueStore,
): Promise<(() => Promise<unknown>)[]> {
  const images = roles.has('images') ? openImageTools(imageSettingsOf(settings)) : undefined;
  const messages = roles.has('notifications') ? await openMessageTools(messageSettingsOf(settings), books) : undefined;
  const prices = roles.has('prices') ? await openPriceTools(priceToolSettingsOf(settings)) : undefined;
  const workers = poolNames
    .filter((pool) => roles.has(pool))
    .flatMap((pool) => startWorkers({ settings, main, books, queues, images, messages, prices }, pool));
  const common = { db: books, store: queues, queueNames: allQueues.map((queue) => queue.name), log };
  const relay = roles.has('relay')
    ? await startRelay({ ...common, databaseUrl: settings.DATABASE_URL, attempts: settings.STOCKROOM_JOB_ATTEMPTS })
    : undefined;
  const scheduler = roles.has('scheduler') ? startScheduler({ ...common, main, ...scheduleOf(settings) }) : undefined;
  return [
    async () => scheduler?.close(),
    async () => relay?.close(),
    () => closeWorkers(workers, images),
    async () => messages?.close(),
    async () => prices?.close(),
  ];
}

function scheduleOf(settings: Config) {
  return {
    intervalMs: settings.STOCKROOM_SWEEP_INTERVAL_SECONDS * 1_000,
    staleSeconds: settings.STOCKROOM_STALE_JOB_SECONDS,
    actionGraceSeconds: settings.STOCKROOM_ACTION_GRACE_SECONDS,
    uncertainSeconds: settings.STOCKROOM_UNCERTAIN_WAIT_SECONDS,
    resendUncertain: settings.STOCKROOM_MESSAGE_RESEND,
    retentionDays: settings.STOCKROOM_RETENTION_DAYS,
    messageRetentionDays: settings.STOCKROOM_MESSAGE_RETENTION_DAYS,
    idempotencyHours: settings.STOCKROOM_IDEMPOTENCY_HOURS,
    stockWaitSeconds: settings.STOCKROOM_STOCK_WAIT_SECONDS,
    returns: returnTimesOf(settings),
    evidenceNoticeHours: settings.STOCKROOM_EVIDENCE_NOTICE_HOURS,
    operationsEmail: settings.STOCKROOM_OPERATIONS_EMAIL,
    merchandiserEmail: settings.STOCKROOM_MERCHANDISER_EMAIL,
    captureNoticeHours: settings.STOCKROOM_CAPTURE_NOTICE_HOURS,
    ledgerCloseSeconds: settings.STOCKROOM_LEDGER_CLOSE_SECONDS,
    images: { graceSeconds: settings.STOCKROOM_IMAGE_GRACE_HOURS * 3_600, rendition: renditionOf(settings) },
    creditBudget: settings.STOCKROOM_FIRECRAWL_CREDITS_PER_MONTH,
    prices: planSettingsOf(settings),
    vendors: vendorMoneyOf(settings),
    reconciliation: {
      financeEmail: settings.STOCKROOM_FINANCE_EMAIL,
      intervals: {
        events: settings.STOCKROOM_RECONCILE_EVENTS_SECONDS,
        orders: settings.STOCKROOM_RECONCILE_ORDERS_SECONDS,
        balance: settings.STOCKROOM_RECONCILE_BALANCE_SECONDS,
        payouts: settings.STOCKROOM_RECONCILE_PAYOUTS_SECONDS,
        objects: settings.STOCKROOM_RECONCILE_OBJECTS_SECONDS,
      },
    },
  };
}

function messageSettingsOf(settings: Config): MessageToolSettings {
  const tokens = createUnsubscribeTokens(settings.STOCKROOM_ORDER_TOKEN_SECRET);
  const allowedPrivateHosts = settings.STOCKROOM_ALLOWED_PRIVATE_HOSTS;
  return {
    channels: channelSettingsOf(settings, {
      timeoutMs: settings.STOCKROOM_PROVIDER_TIMEOUT_SECONDS * 1_000,
      publicUrl: settings.STOCKROOM_PUBLIC_URL,
      allowedPrivateHosts,
      sendgrid: { apiKey: settings.SENDGRID_API_KEY, apiBase: settings.SENDGRID_API_BASE },
    }),
    from: { email: settings.STOCKROOM_MAIL_FROM, name: settings.STOCKROOM_SHOP_NAME },
    shopName: settings.STOCKROOM_SHOP_NAME,
    alertLinks: createAlertLinks(settings.STOCKROOM_PUBLIC_URL, settings.STOCKROOM_ORDER_TOKEN_SECRET),
    unsubscribeUrl: (target: UnsubscribeTarget) => unsubscribeUrl(settings.STOCKROOM_PUBLIC_URL, tokens.issue(target)),
    locale: settings.STOCKROOM_LOCALE,
    timeZone: settings.STOCKROOM_TIME_ZONE,
    capPerHour: settings.STOCKROOM_MESSAGE_CAP_PER_HOUR,
    doubtMs: settings.STOCKROOM_EMAIL_DOUBT_SECONDS * 1_000,
    webhooks: {
      timeoutMs: settings.STOCKROOM_WEBHOOK_TIMEOUT_SECONDS * 1_000,
      userAgent: 'Stockroom-Webhooks/1',
      allowedPrivateHosts,
      pauseAfterSeconds: settings.STOCKROOM_WEBHOOK_PAUSE_HOURS * 3_600,
      endpointsAtOnce: settings.STOCKROOM_WEBHOOK_ENDPOINTS_AT_ONCE,
    },
  };
}

function imageSettingsOf(settings: Config): ImageToolSettings {
  return {
    rendition: renditionOf(settings),
    storage: storageSettingsOf(settings),
    graceSeconds: settings.STOCKROOM_IMAGE_GRACE_HOURS * 3_600,
    codec: {
      ...(settings.STOCKROOM_IMAGE_PROCESSES ? { processes: settings.STOCKROOM_IMAGE_PROCESSES } : {}),
      threads: settings.STOCKROOM_IMAGE_THREADS,
      timeoutMs: settings.STOCKROOM_IMAGE_TIMEOUT_SECONDS * 1_000,
      maxMemoryMiB: settings.STOCKROOM_IMAGE_MEMORY_MIB,
      limits: {
        maxBytes: settings.STOCKROOM_IMAGE_MAX_BYTES,
        maxPixels: settings.STOCKROOM_IMAGE_MAX_PIXELS,
        maxFrames: settings.STOCKROOM_IMAGE_MAX_FRAMES,
        inputFormats: settings.STOCKROOM_IMAGE_INPUT_FORMATS,
      },
    },
    publicFetch: {
      userAgent: `Stockroom (pictures; ${settings.STOCKROOM_PUBLIC_URL})`,
      allowedPrivateHosts: settings.STOCKROOM_ALLOWED_PRIVATE_HOSTS,
    },
    fetching: {
      timeoutMs: settings.STOCKROOM_IMAGE_FETCH_SECONDS * 1_000,
      fetchesPerHost: settings.STOCKROOM_IMAGE_FETCHES_PER_HOST,
    },
  };
}

interface Opened {
  settings: Config;
  main: Database;
  books: Database;
  queues: QueueStore;
  images: OpenedTools | undefined;
  messages: OpenedMessageTools | undefined;
  prices: OpenedPriceTools | undefined;
}

function startWorkers({ settings, main, books, queues, ...tools }: Opened, pool: Pool): Worker[] {
  const timeoutMs = settings.STOCKROOM_PROVIDER_TIMEOUT_SECONDS * 1_000;
  const stripe = { secretKey: settings.STRIPE_SECRET_KEY, apiBase: settings.STRIPE_API_BASE, timeoutMs };
  const tokens = createOrderTokens(settings.STOCKROOM_ORDER_TOKEN_SECRET);
  const subscriptionTokens = createSubscriptionTokens(settings.STOCKROOM_ORDER_TOKEN_SECRET);
  return startPool(
    pool,
    {
      db: main,
      ...stripeProviders(stripe),
      stockWaitSeconds: settings.STOCKROOM_STOCK_WAIT_SECONDS,
      fulfillmentDelaySeconds: settings.STOCKROOM_FULFILLMENT_DELAY_SECONDS,
      feeRates: settings.STOCKROOM_STRIPE_FEES ?? {},
      graceSeconds: settings.STOCKROOM_RECONCILE_GRACE_SECONDS,
      silentSeconds: settings.STOCKROOM_RECONCILE_TAKEOVER_SECONDS,
      carrier: createCarrier({ baseUrl: settings.CARRIER_API_BASE, apiKey: settings.CARRIER_API_KEY, timeoutMs }),
      orderUrl: (orderId) => `${settings.STOCKROOM_STOREFRONT_URL}/?order=${orderId}&token=${tokens.issue(orderId)}`,
      subscriptionUrl: (id) =>
        `${settings.STOCKROOM_STOREFRONT_URL}/?subscription=${id}&token=${subscriptionTokens.issue(id)}`,
      operationsEmail: settings.STOCKROOM_OPERATIONS_EMAIL,
      financeEmail: settings.STOCKROOM_FINANCE_EMAIL,
      publicUrl: settings.STOCKROOM_PUBLIC_URL,
      returnSettleSeconds: settings.STOCKROOM_RETURN_SETTLE_SECONDS,
      refundEarlyFraud: settings.STOCKROOM_REFUND_EARLY_FRAUD,
      ...tools,
    },
    {
      store: queues,
      db: books,
      log,
      attempts: settings.STOCKROOM_JOB_ATTEMPTS,
      backoffMs: settings.STOCKROOM_JOB_BACKOFF_SECONDS * 1_000,
      backoffMaxMs: settings.STOCKROOM_JOB_BACKOFF_MAX_SECONDS * 1_000,
      lockMs: settings.STOCKROOM_JOB_LOCK_SECONDS * 1_000,
      stalledMs: settings.STOCKROOM_JOB_STALLED_SECONDS * 1_000,
      concurrency: {
        checkout: settings.STOCKROOM_CHECKOUT_CONCURRENCY,
        payments: settings.STOCKROOM_PAYMENTS_CONCURRENCY,
        images: settings.STOCKROOM_IMAGES_CONCURRENCY,
        notifications: settings.STOCKROOM_NOTIFICATIONS_CONCURRENCY,
        prices: settings.STOCKROOM_PRICES_CONCURRENCY,
      },
    },
  );
}
