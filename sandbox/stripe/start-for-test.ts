import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type NextFunction, type Request, type Response } from 'express';
import Stripe from 'stripe';
import { openStore, type Store } from '../store.ts';
import { createStripeSandbox, type StripeSandbox, type StripeSandboxOptions } from './app.ts';
import { checkAnswer, checkObject } from './check-contract.ts';

/** For tests: a sandbox on a port of its own whose every answer and event is held to the contract. */
export interface TestSandbox {
  stripe: Stripe;
  url: string;
  port: number;
  store: Store;
  sandbox: StripeSandbox;
  /** How many requests came under /v1. */
  requests: { method: string; path: string; key: string | undefined }[];
  /** What broke the contract so far. */
  violations: string[];
  /** A client with other settings. */
  client(config?: object, key?: string): Stripe;
  /** Calls the control API. */
  control(path: string, body?: object, method?: string): Promise<Record<string, unknown>>;
  close(): void;
}

const SECRET = 'whsec_test_secret';

export async function startSandbox(options: Partial<StripeSandboxOptions> = {}): Promise<TestSandbox> {
  const app = express();
  const server = await listen(createServer(app));
  const port = portOf(server);
  const url = `http://127.0.0.1:${port}`;
  const store = options.store ?? openStore(':memory:');
  const requests: TestSandbox['requests'] = [];
  const violations: string[] = [];
  const log = (message: string, facts?: object) => void violations.push(`${message} ${JSON.stringify(facts)}`);
  const sandbox = createStripeSandbox({
    store,
    baseUrl: url,
    log,
    ...options,
    settings: { settleDelayMs: 20, ...options.settings },
  });
  app.use('/v1', watch(requests, violations));
  app.use(sandbox);
  const client = (config: object = {}, key = 'sk_test_sandbox') =>
    new Stripe(key, { host: '127.0.0.1', port, protocol: 'http', ...config });
  return {
    stripe: client(),
    url,
    port,
    store,
    sandbox,
    requests,
    violations,
    client,
    control: async (path, body, method = body ? 'POST' : 'GET') => {
      const init = body ? { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } } : {};
      return (await (await fetch(`${url}/sandbox/stripe/control/${path}`, { method, ...init })).json()) as Record<
        string,
        unknown
      >;
    },
    close: () => {
      sandbox.close();
      server.closeAllConnections();
      server.close();
      if (!options.store) store.close();
    },
  };
}

/** Validates each answer as it leaves, whoever asked. */
function watch(requests: TestSandbox['requests'], violations: string[]) {
  return (req: Request, res: Response, next: NextFunction) => {
    const path = req.originalUrl.split('?')[0]!;
    requests.push({ method: req.method, path, key: req.get('idempotency-key') });
    const end = res.end.bind(res);
    res.end = ((body: string) => {
      // What a fault sends as a proxy would is no answer of the sandbox's own.
      if (body.includes('"object"') || body.includes('"error"')) {
        violations.push(...judge(req.method, path, res.statusCode, JSON.parse(body)));
      }
      return end(body);
    }) as typeof res.end;
    next();
  };
}

function judge(method: string, path: string, status: number, body: Record<string, unknown>): string[] {
  if (status < 400) return checkAnswer(method, path, body);
  const error = body.error as Record<string, unknown> | undefined;
  const inside = error?.payment_intent ? checkObject('PaymentIntent', error.payment_intent) : [];
  return typeof error?.type === 'string' && typeof error.message === 'string'
    ? inside
    : [`${method} ${path}: no error in ${status}`];
}

export interface Received {
  event: Stripe.Event;
  headers: IncomingMessage['headers'];
  at: number;
}

export interface Receiver {
  url: string;
  received: Received[];
  types(): string[];
  /** The status to answer each request with; 200 unless changed. */
  answer: { status: number };
  close(): void;
}

/** A server that verifies each event with the real library and keeps it. */
export async function startReceiver(violations: string[] = [], port = 0): Promise<Receiver> {
  const received: Received[] = [];
  const answer = { status: 200 };
  const verifier = new Stripe('sk_test_verify');
  const server = createServer(async (req, res) => {
    let body = '';
    for await (const chunk of req) body += chunk;
    const event = verifier.webhooks.constructEvent(body, req.headers['stripe-signature'] as string, SECRET);
    violations.push(...checkObject('Event', event), ...checkObject(schemaOf(event.data.object), shownIn(event)));
    received.push({ event, headers: req.headers, at: Date.now() });
    res.writeHead(answer.status).end();
  });
  await listen(server, port);
  return {
    url: `http://127.0.0.1:${portOf(server)}/hook`,
    received,
    types: () => received.map(({ event }) => event.type),
    answer,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Registers a receiver for these events at a sandbox. */
export const subscribe = (test: TestSandbox, receiver: Receiver, events = ['*'], connect = false) =>
  test.sandbox.ensureWebhookEndpoint({ url: receiver.url, secret: SECRET, events, connect });

/** The invoice of an `invoice.upcoming` has no id yet. */
const shownIn = ({ type, data }: Stripe.Event) =>
  type === 'invoice.upcoming' ? { ...data.object, id: 'in_to_come' } : data.object;

/** `payment_intent` → `PaymentIntent`, `radar.early_fraud_warning` → `EarlyFraudWarning`; of an application there is a stub. */
function schemaOf(given: unknown): string {
  const { object } = given as { object: string };
  const name = object.split('.').at(-1)!;
  const pascal = name
    .replace('invoiceitem', 'invoice_item')
    .replaceAll(/(^|_)(.)/g, (_, _bar, letter: string) => letter.toUpperCase());
  return object === 'application' ? `stub.${pascal}` : pascal;
}

const listen = (server: Server, port = 0) =>
  new Promise<Server>((resolve) => {
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
const portOf = (server: Server) => (server.address() as AddressInfo).port;

/** Waits until `ready` gives something, asking again and again for at most `timeoutMs`. */
export async function until<T>(
  ready: () => T | undefined | false | Promise<T | undefined | false>,
  timeoutMs = 8000,
): Promise<T> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const value = await ready();
    if (value) return value;
    if (Date.now() > end) throw new Error(`not within ${timeoutMs} ms: ${ready.toString().slice(0, 200)}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** The error that a call is refused with. */
export async function refusal(call: Promise<unknown>): Promise<Stripe.errors.StripeError & Record<string, never>> {
  try {
    await call;
  } catch (error) {
    return error as Stripe.errors.StripeError & Record<string, never>;
  }
  throw new Error('the call was not refused');
}
