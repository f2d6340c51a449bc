/** Builds the Express app out of values; no environment, no listening, no other side effect. */
import express, { type Express, Router } from 'express';
import type { Logger } from 'pino';
import type { Database } from '../db/database.ts';
import type { CaptureMethod } from '../domain/judge-intent.ts';
import type { PricingHooks } from '../domain/pricing.ts';
import { createOrderTokens, createSubscriptionTokens, type OrderTokens } from '../order-token.ts';
import type { BillingProvider } from '../providers/billing.ts';
import type { ConnectProvider } from '../providers/connect.ts';
import type { PaymentProvider } from '../providers/payments.ts';
import type { QueueStore } from '../queues/connection.ts';
import { allQueues } from '../queues/index.ts';
import { createUnsubscribeTokens } from '../unsubscribe-token.ts';
import { alertRoutes } from './alert-routes.ts';
import { apiKeyRoutes } from './api-keys.ts';
import { captureRoute } from './captures.ts';
import { createCarrierWebhook } from './carrier-webhook.ts';
import { categoryRoutes } from './categories.ts';
import { crossOrigin, security } from './cross-origin.ts';
import { customerRoutes } from './customers.ts';
import { disputeRoutes } from './disputes.ts';
import { exceptionRoutes } from './exceptions.ts';
import { firecrawlCreditsRoute } from './firecrawl-credits.ts';
import { createFirecrawlWebhook } from './firecrawl-webhook.ts';
import type { ImageFollowers } from './follow-images.ts';
import type { OrderFollowers } from './follow-orders.ts';
import { createHealth } from './health.ts';
import type { ImageSettings } from './image-options.ts';
import { imageRebuildRoutes } from './image-rebuilds.ts';
import { createImageViews, type ImageViewOptions } from './image-views.ts';
import { imageRoutes } from './images.ts';
import { importRoutes } from './import-products.ts';
import type { KeptPriceOptions } from './kept-prices.ts';
import { ledgerRoutes } from './ledger.ts';
import { isMedia, type MediaSettings, mediaRoutes } from './media.ts';
import { createMessagePreviews } from './message-previews.ts';
import { messageRouteRoutes } from './message-routes.ts';
import { createMetrics } from './metrics.ts';
import { createAuthenticator } from './middleware/authenticate.ts';
import { parseJsonBody } from './middleware/json-body.ts';
import { answerProblems, unknownPath } from './middleware/problem.ts';
import { limitByAddress, limitByKey } from './middleware/rate-limit.ts';
import { logRequests } from './middleware/request-log.ts';
import { notificationRoutes } from './notifications.ts';
import { buildOpenApi, serveDocs } from './openapi.ts';
import { createOps } from './ops.ts';
import { createOpsExtraction } from './ops-extraction.ts';
import { createOpsMessages } from './ops-messages.ts';
import { createOpsPrices } from './ops-prices.ts';
import { createOpsReturns } from './ops-returns.ts';
import { orderRecipientRoutes } from './order-recipient.ts';
import { orderRoutes } from './orders.ts';
import { priceRoutes } from './price-routes.ts';
import { productImageRoutes } from './product-images.ts';
import { productRoutes } from './products.ts';
import { pushRoutes } from './push-subscriptions.ts';
import { recipientRoutes } from './recipients.ts';
import { reconciliationRoutes } from './reconciliation.ts';
import { refundRoutes } from './refunds.ts';
import { releaseHoldRoute } from './release-hold.ts';
import { allReturnRoutes } from './return-routes.ts';
import { mountRoutes, type Route, refuseMethod } from './route.ts';
import { createSendgridWebhook } from './sendgrid-webhook.ts';
import { stockRoutes } from './stock.ts';
import { createStripeWebhook } from './stripe-webhook.ts';
import { allSubscriptionRoutes } from './subscription-routes.ts';
import { suppressionRoutes } from './suppressions.ts';
import { createTwilioWebhook } from './twilio-webhook.ts';
import { unsubscribeRoutes } from './unsubscribe.ts';
import { vendorMoneyRoutes } from './vendor-money-routes.ts';
import { vendorPartRoutes } from './vendor-routes.ts';
import { webhookDeliveryRoutes } from './webhook-deliveries.ts';
import { type WebhookSettings, webhookEndpointRoutes } from './webhook-endpoints.ts';

export interface AppOptions {
  db: Database;
  store: QueueStore;
  followers: OrderFollowers;
  imageFollowers: ImageFollowers;
  images: ImageSettings & Pick<ImageViewOptions, 'onDemand'>;
  media: MediaSettings;
  log: Logger;
  pricing: PricingHooks;
  version: string;
  publicUrl: string;
  corsOrigins: readonly string[];
  trustProxy: number;
  rateLimits: { perKey: number; perAddress: number };
  orderTokenSecret: string;
  orderExpirySeconds: number;
  /** How payments are captured of which an order says nothing. */
  captureMethod: CaptureMethod;
  payments: PaymentProvider;
  /** Subscriptions at Stripe: asked for previews alone. */
  billing: BillingProvider;
  /** Vendors' accounts at Stripe. */
  connect: ConnectProvider;
  stripeWebhookSecrets: readonly string[];
  sendgridPublicKey: string;
  /** Of the account that sends text messages; two while the token is being changed, none: there is no account. */
  twilioAuthTokens: readonly string[];
  carrierWebhookSecret: string;
  /** Without the secret no report of Firecrawl's is believed; a budget of 0 is no stop of ours. */
  firecrawl: { webhookSecret: string | undefined; creditBudget: number };
  webhooks: WebhookSettings;
  /** `locale`: of the shop. `vapidPublicKey`: what browsers subscribe to pushes with; none: there are no pushes. */
  messages: { locale: string; vapidPublicKey: string | undefined };
  /** Where saved pages lie, and how prices are compared and drawn. */
  prices: Omit<KeptPriceOptions, 'linkSecret'>;
  ops: { user: string; password: string };
  /** Throws a 503 problem while the pipeline holds more than it should. */
  assertCapacity: () => void;
  isDraining: () => boolean;
}

const BODY_LIMIT = '256kb';

/** What is served without a {@link Route}: other methods than these are 405. */
const BESIDE_ROUTES = {
  GET: ['/health/live', '/health/ready', '/metrics', '/openapi.json', '/docs'],
  POST: ['stripe', 'sendgrid', 'twilio', 'carrier', 'firecrawl'].flatMap((name) => [
    `/webhooks/${name}`,
    `/v1/webhooks/${name}`,
  ]),
};

export function createApp(options: AppOptions): Express {
  const { db, log } = options;
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('trust proxy', options.trustProxy);
  app.set('query parser', 'simple');
  const metrics = createMetrics(db, () => ({
    orders: options.followers.size,
    images: options.imageFollowers.size,
  }));
  app.use(
    logRequests(log),
    metrics.observe,
    createHealth({ db, pingQueues: options.store.ping, isDraining: options.isDraining }),
    metrics.router,
  );
  app.use(
    createStripeWebhook({ db, secrets: options.stripeWebhookSecrets, log }),
    createSendgridWebhook({ db, publicKey: options.sendgridPublicKey, log }),
    createTwilioWebhook({ db, authTokens: options.twilioAuthTokens, publicUrl: options.publicUrl, log }),
    createCarrierWebhook({ db, secret: options.carrierWebhookSecret, log }),
    createFirecrawlWebhook({ db, secret: options.firecrawl.webhookSecret, log }),
  );
  app.use(createOps({ store: options.store, queueNames: allQueues.map((queue) => queue.name), ...options.ops }));
  app.use(
    createMessagePreviews(options.ops),
    createOpsMessages({ db, ...options.ops }),
    createOpsReturns({ db, ...options.ops }),
  );
  app.use(createOpsExtraction({ db, ...options.ops }), createOpsPrices({ db, ...options.prices, ...options.ops }));
  const routes = allRoutes(options);
  app.use(security(), crossOrigin(options.corsOrigins), limitByAddress(options.rateLimits.perAddress, isMedia));
  const router = Router();
  serveDocs(router, buildOpenApi(routes, options.publicUrl, options.version));
  mountRoutes(router, routes, {
    authenticate: createAuthenticator(db),
    limit: limitByKey(options.rateLimits.perKey),
    json: (besides) => parseJsonBody(BODY_LIMIT, besides),
  });
  app.use(router);
  for (const [method, paths] of Object.entries(BESIDE_ROUTES)) app.all(paths, refuseMethod([method]));
  app.use(unknownPath, answerProblems);
  return app;
}

export function allRoutes(options: AppOptions): Route[] {
  const { db, followers } = options;
  const tokens = createOrderTokens(options.orderTokenSecret);
  return [
    ...orderRoutes({
      db,
      followers,
      tokens,
      pricing: options.pricing,
      expirySeconds: options.orderExpirySeconds,
      captureMethod: options.captureMethod,
      publicUrl: options.publicUrl,
      assertCapacity: options.assertCapacity,
    }),
    captureRoute({ db, tokens, followers }),
    ...customerRoutes({ db, payments: options.payments }),
    ...allSubscriptionRoutes({
      db,
      tokens: createSubscriptionTokens(options.orderTokenSecret),
      pricing: options.pricing,
      billing: options.billing,
      assertCapacity: options.assertCapacity,
    }),
    ...refundRoutes({ db, followers }),
    ...allReturnRoutes({ db, tokens, pricing: options.pricing }),
    ...disputeRoutes({ db }),
    releaseHoldRoute({ db, tokens }),
    ...goodsRoutes(options),
    ...ledgerRoutes({ db }),
    ...reconciliationRoutes({ db }),
    ...exceptionRoutes({ db }),
    ...messageRoutes(options, tokens),
    ...webhookEndpointRoutes({ db, webhooks: options.webhooks }),
    ...webhookDeliveryRoutes({ db }),
    ...priceRoutes({
      db,
      privateHosts: options.webhooks.allowedPrivateHosts,
      kept: { ...options.prices, linkSecret: options.orderTokenSecret },
    }),
    ...apiKeyRoutes({ db }),
    ...vendorPartRoutes({ db, connect: options.connect }),
    ...vendorMoneyRoutes({ db, ...options.prices }),
    firecrawlCreditsRoute({ db, creditBudget: options.firecrawl.creditBudget }),
  ];
}

/** What is sold, its pictures and its stock. */
function goodsRoutes(options: AppOptions): Route[] {
  const { db, imageFollowers, media } = options;
  const { storage, onDemand } = options.images;
  const views = createImageViews({ url: storage.url, ...(onDemand ? { onDemand } : {}) });
  const images = { ...options.images, views };
  return [
    ...importRoutes({ db, images }),
    ...productImageRoutes({ db, images, imageFollowers }),
    ...imageRebuildRoutes({ db }),
    ...imageRoutes({ db, images }),
    ...mediaRoutes({ db, media }),
    ...productRoutes({ db, images }),
    ...categoryRoutes({ db }),
    ...stockRoutes({ db }),
  ];
}

/** Who is told what, and what they can do by the links of their messages. */
function messageRoutes({ db, webhooks, messages, orderTokenSecret }: AppOptions, tokens: OrderTokens): Route[] {
  return [
    ...notificationRoutes({ db }),
    ...recipientRoutes({ db, addresses: webhooks }),
    ...orderRecipientRoutes({ db, tokens, addresses: webhooks }),
    ...pushRoutes({ db, addresses: webhooks, vapidPublicKey: messages.vapidPublicKey }),
    ...messageRouteRoutes({ db }),
    ...suppressionRoutes({ db }),
    ...alertRoutes({ db, linkSecret: orderTokenSecret, locale: messages.locale }),
    ...unsubscribeRoutes({
      db,
      tokens: createUnsubscribeTokens(orderTokenSecret),
      locale: messages.locale,
    }),
  ];
}
