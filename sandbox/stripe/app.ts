import express, { type Router } from 'express';
import { createFaults, type Faults } from '../faults.ts';
import type { Store } from '../store.ts';
import { DEFAULT_WEBHOOK_OPTIONS, type WebhookOptions } from '../webhooks/deliverer.ts';
import { createRoutes, TASK_HANDLERS } from './all-routes.ts';
import { createHostedInvoices } from './billing/hosted-invoice.ts';
import { followSetup } from './billing/set-up-subscription.ts';
import { followPayment } from './billing/settle-invoice.ts';
import { CLOCK_SCHEMA } from './billing/time.ts';
import { BALANCE_SCHEMA } from './book-transaction.ts';
import { type Clock, createClock } from './clock.ts';
import { createConnectPages } from './connect/pages.ts';
import { DEFAULT_SETTINGS, type Sandbox, type Settings } from './context.ts';
import { createControl } from './control.ts';
import { createEmit } from './events.ts';
import { serveContents } from './files.ts';
import { createIdempotency } from './idempotency.ts';
import { createObjects } from './objects.ts';
import { createOverview } from './overview-page.ts';
import { schedulePayouts } from './pay-out.ts';
import { createLimiter } from './rate-limit.ts';
import { createApi } from './request.ts';
import { createRouteFinder } from './routes.ts';
import { createTasks, type Tasks } from './tasks.ts';
import { createThreeDSecure } from './three-d-secure.ts';
import type { WebhookEndpoint } from './types.ts';
import { ensureEndpoint } from './webhook-endpoints.ts';
import { createWebhooks, type Webhooks } from './webhooks.ts';

export interface StripeSandboxOptions {
  store: Store;
  /** Where this sandbox is reached, for the pages it links to, e.g. `http://127.0.0.1:4010`. */
  baseUrl: string;
  /** How events are delivered; what is left out has a default. */
  webhooks?: Partial<WebhookOptions>;
  settings?: Partial<Settings>;
  /** The registry that the other sandbox providers share; one of its own when left out. */
  faults?: Faults;
  /** Real time in milliseconds. */
  clock?: () => number;
  log?: (message: string, facts?: object) => void;
}

type EnsuredEndpoint = Parameters<typeof ensureEndpoint>[2];

/** An Express router to mount at `/`: the API at `/v1`, its pages and control at `/sandbox/stripe`. */
export type StripeSandbox = Router & {
  /** Registers an endpoint under a secret that is known beforehand; `events` may be `['*']`; with `connect` for connected accounts'. */
  ensureWebhookEndpoint(endpoint: EnsuredEndpoint): WebhookEndpoint;
  /** Stops timers and deliveries. The store is the caller's to close. */
  close(): void;
};

/** A Stripe that remembers: the API as the `stripe` package and the official CLI call it, over this store. */
export function createStripeSandbox(options: StripeSandboxOptions): StripeSandbox {
  const { store } = options;
  const clock = createClock(store, options.clock ?? Date.now);
  const { sandbox, webhooks } = createContext(options, clock);
  const tasks = createTasks(store, TASK_HANDLERS, () => sandbox);
  sandbox.schedule = tasks.schedule;
  sandbox.catchUp = tasks.doDue;
  if (!tasks.isPlanned('pay_out')) schedulePayouts(sandbox);
  const api = createApi({
    sandbox,
    findRoute: createRouteFinder(createRoutes(webhooks)),
    idempotency: createIdempotency(store),
    limiter: createLimiter(),
  });
  const wake = () => {
    tasks.wake();
    webhooks.wake();
  };
  const router = express.Router();
  router.get('/v1/files/:id/contents', serveContents(sandbox));
  router.use('/v1', (req, res) => void api(req, res));
  router.use('/sandbox/stripe/3ds', createThreeDSecure(sandbox));
  router.use('/sandbox/stripe/invoices', createHostedInvoices(sandbox));
  router.use('/sandbox/stripe/connect', createConnectPages(sandbox));
  router.use('/sandbox/stripe', createOverview(sandbox, webhooks));
  router.use(
    '/sandbox/stripe/control',
    createControl({ sandbox, webhooks, advance: (ms) => advance(clock, tasks, ms), wake }),
  );
  wake();
  return Object.assign(router, {
    ensureWebhookEndpoint: (endpoint: EnsuredEndpoint) => ensureEndpoint(sandbox, webhooks, endpoint),
    close: () => {
      tasks.close();
      webhooks.close();
    },
  });
}

/** Moves the clock from one thing that falls due to the next, so that each happens at its own time. */
function advance(clock: Clock, tasks: Tasks, ms: number): void {
  const end = clock.nowMs() + ms;
  for (let at = tasks.nextAt(); at !== undefined && at <= end; at = tasks.nextAt()) {
    clock.advance(Math.max(0, at - clock.nowMs()));
    tasks.doDue();
  }
  clock.advance(Math.max(0, end - clock.nowMs()));
}

function createContext(options: StripeSandboxOptions, clock: Clock): { sandbox: Sandbox; webhooks: Webhooks } {
  const { store, faults = createFaults() } = options;
  store.exec(BALANCE_SCHEMA);
  store.exec(CLOCK_SCHEMA);
  const nowMs = clock.nowMs;
  const now = () => Math.floor(nowMs() / 1000);
  const objects = createObjects(store, now);
  const webhooks = createWebhooks({
    store,
    objects,
    faults,
    nowMs,
    options: { ...DEFAULT_WEBHOOK_OPTIONS, ...options.webhooks },
  });
  const sandbox: Sandbox = {
    account: '',
    // Itself; an account's view of the sandbox inherits it.
    get platform() {
      return sandbox;
    },
    store,
    objects,
    faults,
    settings: { ...DEFAULT_SETTINGS, ...options.settings },
    baseUrl: options.baseUrl,
    nowMs,
    now,
    cause: null,
    emit: createEmit(store, webhooks, () => sandbox),
    schedule: () => undefined,
    followPayment,
    followSetup,
    catchUp: () => undefined,
    log: options.log ?? (() => undefined),
  };
  return { sandbox, webhooks };
}
