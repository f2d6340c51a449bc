/**
 * Plays Stripe, SendGrid, Twilio, Firecrawl, a push service, a chat, a carrier, the demo shop and its competitors on one port and a mail
 * server on another, until SIGTERM, SIGINT or the death of its supervisor.
 * Reads the same names as the API and the workers where both must agree on a secret; see .env.example.
 */
import type { Server } from 'node:http';
import { join } from 'node:path';
import { createSandboxApp } from './app.ts';
import { demoCurrencies } from './catalogue/catalogue.ts';
import { openStore } from './store.ts';

const { env } = process;
const port = Number(env.STOCKROOM_SANDBOX_PORT || 4010);
/** 0: there is no mail server. */
const smtpPort = Number(env.STOCKROOM_SANDBOX_SMTP_PORT || 0);
const host = env.HOST || '127.0.0.1';
const dataDir = env.STOCKROOM_DATA_DIR || '.stockroom';
const apiUrl = (env.STOCKROOM_PUBLIC_URL || 'http://127.0.0.1:3000').replace(/\/$/, '');

refuseToStartIn(env.NODE_ENV);
const store = openStore(join(dataDir, 'sandbox.sqlite'));
const sandbox = createSandboxApp({
  store,
  baseUrl: (env.SANDBOX_PUBLIC_URL || `http://127.0.0.1:${port}`).replace(/\/$/, ''),
  apiUrl,
  stripe: { webhookSecret: secretOf('STRIPE_WEBHOOK_SECRET') },
  sendgrid: { apiKey: env.SENDGRID_API_KEY, privateKey: env.SANDBOX_SENDGRID_PRIVATE_KEY },
  twilio: twilioOf(env),
  carrier: { webhookSecret: secretOf('CARRIER_WEBHOOK_SECRET'), speed: Number(env.SANDBOX_CARRIER_SPEED || 1) },
  chat: { token: env.SANDBOX_CHAT_TOKEN },
  firecrawl: { apiKey: env.FIRECRAWL_API_KEY, webhookSecret: env.FIRECRAWL_WEBHOOK_SECRET },
  competitors: { baseUrl: `http://127.0.0.1:${port}`, warSeconds: Number(env.SANDBOX_PRICE_WAR_SECONDS || 0) },
  shop: {
    publishableKey: env.SANDBOX_SHOP_KEY,
    currencies: demoCurrencies,
    playsPush: env.SANDBOX_PLAYS_PUSH === 'true',
  },
  log: (message, facts) => log('warn', message, facts),
});

const server = sandbox.app.listen(port, host, (error) => {
  if (error) fail(`The sandbox cannot listen on port ${port} (${error.message}): set STOCKROOM_SANDBOX_PORT.`);
  log('info', `sandbox listens on port ${port}`);
});
if (smtpPort > 0) {
  await sandbox.smtp.listen(smtpPort, host).catch((error: Error) => {
    fail(`The mail server cannot listen on port ${smtpPort} (${error.message}): set STOCKROOM_SANDBOX_SMTP_PORT.`);
  });
  log('info', `the mail server listens on port ${smtpPort}`);
}
let stopping = false;
for (const signal of ['SIGTERM', 'SIGINT', 'disconnect'] as const) process.once(signal, () => void stop(server));
// The supervisor may have fallen while this process was starting.
if (process.connected === false) void stop(server);

async function stop(listening: Server): Promise<void> {
  if (stopping) return;
  stopping = true;
  listening.close();
  await sandbox.close();
  listening.closeAllConnections();
  store.close();
  process.exit(0);
}

/** The first secret of a list is the one in use; the others are being rolled out. */
function secretOf(name: string): string {
  const value = env[name]?.split(',')[0]?.trim();
  return value || fail(`${name} is not set: the sandbox and the API must share it; .env.example explains it.`);
}

/** The sender that the shop uses is the account's own. */
function twilioOf({ TWILIO_ACCOUNT_SID: accountSid, TWILIO_AUTH_TOKEN: tokens = '', TWILIO_FROM: from }: typeof env) {
  const authToken = tokens.split(',')[0]?.trim();
  return accountSid && authToken ? { accountSid, authToken, senders: from ? [from] : [] } : undefined;
}

function refuseToStartIn(environment: string | undefined): void {
  if (environment === 'production') fail('The sandbox plays with money: it does not start with NODE_ENV=production.');
}

function fail(sentence: string): never {
  process.stderr.write(`${sentence}\n`);
  process.exit(78);
}

/** Lines as pino writes them, so that one reader serves all processes. */
function log(level: 'info' | 'warn' | 'error', message: string, facts: object = {}): void {
  const levels = { info: 30, warn: 40, error: 50 };
  process.stdout.write(`${JSON.stringify({ level: levels[level], time: Date.now(), ...facts, msg: message })}\n`);
}
