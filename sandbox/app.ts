/**
 * The outside world on one port: Stripe, SendGrid, Twilio, Firecrawl, a push service, a chat and a carrier that remember, a host of
 * pictures, a receiver of webhooks, faults on request, the demo shop, and competitors' shops, each by its own host name; beside it a
 * mail server, on a port of its own.
 */
import express, { type Express, type Router } from 'express';
import { createCarrierSandbox } from './carrier/app.ts';
import { createChatSandbox } from './chat/app.ts';
import { createCompetitors } from './competitors/app.ts';
import { createFaults, type Faults } from './faults.ts';
import { createFirecrawlSandbox } from './firecrawl/app.ts';
import { indexPage } from './index-page.ts';
import { sendPage } from './page.ts';
import { createPictureHost } from './pictures/app.ts';
import { createPushSandbox } from './push/app.ts';
import { createWebhookReceiver } from './receiver/app.ts';
import { createSendgridSandbox } from './sendgrid/app.ts';
import { createMailbox } from './sendgrid/mailbox.ts';
import { type ShopOptions, serveShop } from './shop/serve-shop.ts';
import { createSmtpSandbox, type SmtpSandbox } from './smtp/app.ts';
import type { Store } from './store.ts';
import { createStripeSandbox } from './stripe/app.ts';
import { createTwilioSandbox } from './twilio/app.ts';

export interface SandboxOptions {
  store: Store;
  /** Where the sandbox is reached, e.g. `http://127.0.0.1:4010`. */
  baseUrl: string;
  /** Where the API is reached: webhooks go there. */
  apiUrl: string;
  stripe: { webhookSecret: string };
  /** `privateKey` signs events (base64 PKCS #8); without one there are none. */
  sendgrid: { apiKey: string | undefined; privateKey: string | undefined };
  /** The account that may send text messages; without one nobody may. */
  twilio?: { accountSid: string; authToken: string; senders: readonly string[] } | undefined;
  /** `speed`: how fast parcels move; 1 is some five seconds from door to door. */
  carrier: { webhookSecret: string; speed?: number };
  /** The secret of the webhook that is there from the start; others are made on request. */
  chat?: { token: string | undefined };
  shop: Omit<ShopOptions, 'apiUrl'>;
  /** The shops have the port of their base address; `warSeconds` is the pace of their price war. */
  competitors?: { baseUrl?: string; warSeconds?: number };
  /** Without a key any that looks like one is taken; without a secret its webhooks are not signed. */
  firecrawl?: { apiKey: string | undefined; webhookSecret: string | undefined };
  log: (message: string, facts?: object) => void;
}

/** Of the mailbox's newest mails. */
const KEPT_BODIES = 20_000;

/** What an integration would tick in Stripe's dashboard: the types that the API acts on. */
const HEARD = [
  ...['succeeded', 'payment_failed', 'requires_action', 'amount_capturable_updated', 'canceled', 'processing'].map(
    (what) => `payment_intent.${what}`,
  ),
  ...['succeeded', 'updated', 'failed', 'refunded', 'refund.updated'].map((what) => `charge.${what}`),
  ...['created', 'updated', 'failed'].map((what) => `refund.${what}`),
  ...['created', 'updated', 'closed', 'funds_withdrawn', 'funds_reinstated'].map((what) => `charge.dispute.${what}`),
  ...['created', 'updated'].map((what) => `radar.early_fraud_warning.${what}`),
  ...['created', 'updated', 'paid', 'failed', 'canceled', 'reconciliation_completed'].map((what) => `payout.${what}`),
  ...['created', 'updated', 'reversed'].map((what) => `transfer.${what}`),
  ...['created', 'updated', 'deleted', 'paused', 'resumed', 'trial_will_end'].map(
    (what) => `customer.subscription.${what}`,
  ),
  ...['created', 'finalized', 'paid', 'payment_succeeded', 'payment_failed'].map((what) => `invoice.${what}`),
  ...['payment_action_required', 'upcoming', 'voided', 'marked_uncollectible', 'updated'].map(
    (what) => `invoice.${what}`,
  ),
];

/** The same for the endpoint that hears of connected accounts. */
const HEARD_OF_ACCOUNTS = [
  ...['updated', 'application.deauthorized', 'external_account.updated'].map((what) => `account.${what}`),
  'capability.updated',
  ...['created', 'updated', 'paid', 'failed', 'canceled', 'reconciliation_completed'].map((what) => `payout.${what}`),
];

export interface SandboxApp {
  app: Express;
  /** Listens when it is told to. */
  smtp: SmtpSandbox;
  /** Ends timers and deliveries; the store is the caller's to close, afterwards. */
  close(): Promise<void>;
}

export function createSandboxApp(options: SandboxOptions): SandboxApp {
  const { store, baseUrl, apiUrl } = options;
  const faults = createFaults();
  const { stripe, sendgrid, twilio, carrier, smtp } = createProviders(options, faults);

  const competitors = createCompetitors({ store, baseUrl, ...options.competitors });
  const firecrawl = createFirecrawlSandbox({
    ...{ store, faults, baseUrl, competitors, log: options.log },
    ...options.firecrawl,
  });

  const app = express();
  app.disable('x-powered-by');
  // Nobody asks again for what has not changed, so that no answer needs a hash.
  app.disable('etag');
  app.use(competitors.byHost);
  app.get('/sandbox/ready', (_req, res) => void res.json({ status: 'ready' }));
  app.use('/sandbox/control/faults', faults.router);
  app.use('/sandbox/control/competitors', competitors.control);
  app.use('/sandbox/competitors', competitors.overview);
  app.use('/sandbox/control/firecrawl', firecrawl.control);
  app.get('/sandbox', (_req, res) => sendPage(res, indexPage()));
  const shop = serveShop({ ...options.shop, apiUrl });
  // The first part of the path says whose it is: nobody's routes are tried for another's requests.
  const owners: Record<string, Router> = {
    ...{ v1: stripe, sandbox: stripe, v3: sendgrid, mailbox: sendgrid, carrier },
    ...(twilio ? { '2010-04-01': twilio, sms: twilio } : {}),
    pictures: createPictureHost(),
    push: createPushSandbox({ store, faults, baseUrl }),
    chat: createChatSandbox({ store, faults, baseUrl, token: options.chat?.token }),
    hooks: createWebhookReceiver(),
    ...{ v2: firecrawl.router, firecrawl: firecrawl.router },
  };
  app.use((req, res, next) => {
    const owner = owners[req.path.split(/[/.]/, 2)[1] ?? ''] ?? shop;
    owner(req, res, next);
  });
  return {
    app,
    smtp,
    async close() {
      stripe.close();
      carrier.close();
      competitors.close();
      firecrawl.close();
      await Promise.all([sendgrid.close(), twilio?.close(), smtp.close()]);
    },
  };
}

/** Those that know where the API is, or share what they keep. */
function createProviders(options: SandboxOptions, faults: Faults) {
  const { store, baseUrl, apiUrl, log } = options;
  const stripe = createStripeSandbox({ store, faults, baseUrl, log });
  const hook = { url: `${apiUrl}/webhooks/stripe`, secret: options.stripe.webhookSecret };
  stripe.ensureWebhookEndpoint({ ...hook, events: HEARD });
  // Stripe tells of connected accounts by endpoints of their own.
  stripe.ensureWebhookEndpoint({ ...hook, events: HEARD_OF_ACCOUNTS, connect: true });
  const { apiKey, privateKey } = options.sendgrid;
  const sendgrid = createSendgridSandbox({
    ...{ store, faults, log, keepBodies: KEPT_BODIES },
    ...(apiKey ? { apiKey } : {}),
    ...(privateKey ? { eventWebhook: { url: `${apiUrl}/webhooks/sendgrid`, privateKey } } : {}),
  });
  const carrier = createCarrierSandbox({
    store,
    faults,
    baseUrl,
    webhook: { url: `${apiUrl}/webhooks/carrier`, secret: options.carrier.webhookSecret },
    ...(options.carrier.speed === undefined ? {} : { speed: options.carrier.speed }),
  });
  const twilio = options.twilio && createTwilioSandbox({ ...options.twilio, store, faults, log });
  const smtp = createSmtpSandbox({ store, faults, mailbox: createMailbox(store, KEPT_BODIES), log });
  return { stripe, sendgrid, twilio, carrier, smtp };
}
