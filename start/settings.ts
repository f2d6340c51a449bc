/** What the environment says about a start on one machine. The children validate the rest of it themselves. */
import { resolve } from 'node:path';
import { EX_CONFIG, StartError } from './start-error.ts';

export type Environment = Readonly<Record<string, string | undefined>>;
export type Provider = 'Stripe' | 'SendGrid' | 'SMTP' | 'Twilio' | 'web push' | 'carrier' | 'Firecrawl';

export interface StartSettings {
  dataDir: string;
  port: number;
  sandboxPort: number;
  /** Of the played SMTP server; 0: there is none. */
  smtpPort: number;
  apiUrl: string;
  sandboxUrl: string;
  /** Undefined: the embedded PostgreSQL is started. */
  databaseUrl: string | undefined;
  redisUrl: string | undefined;
  /** The providers without keys of their own, which the sandbox plays. */
  played: readonly Provider[];
}

/** A provider is real when all of these are set, and played when none is. */
const providerSettings: Readonly<Record<Provider, readonly string[]>> = {
  Stripe: ['STRIPE_SECRET_KEY', 'STRIPE_WEBHOOK_SECRET'],
  SendGrid: ['SENDGRID_API_KEY', 'SENDGRID_WEBHOOK_PUBLIC_KEY'],
  SMTP: ['SMTP_URL'],
  Twilio: ['TWILIO_ACCOUNT_SID', 'TWILIO_AUTH_TOKEN', 'TWILIO_FROM'],
  'web push': ['VAPID_PUBLIC_KEY', 'VAPID_PRIVATE_KEY', 'VAPID_SUBJECT'],
  carrier: ['CARRIER_API_BASE', 'CARRIER_API_KEY', 'CARRIER_WEBHOOK_SECRET'],
  // Without a secret for its webhooks it is asked how things go.
  Firecrawl: ['FIRECRAWL_API_KEY'],
};

/** Throws {@link StartError} for a malformed port, for a provider that is half set, and in production. */
export function readSettings(env: Environment): StartSettings {
  if (env.NODE_ENV === 'production') throw refuseProduction();
  const port = readPort(env, 'PORT', 3000);
  const sandboxPort = readPort(env, 'STOCKROOM_SANDBOX_PORT', 4010);
  if (port === sandboxPort) {
    throw new StartError(`PORT and STOCKROOM_SANDBOX_PORT are both ${port}: give one of them another port.`, EX_CONFIG);
  }
  const smtpPort = readSmtpPort(env, sandboxPort);
  if (smtpPort === port || smtpPort === sandboxPort) {
    throw new StartError(
      `STOCKROOM_SANDBOX_SMTP_PORT is ${smtpPort}, which is taken: give it another port.`,
      EX_CONFIG,
    );
  }
  const names = Object.keys(providerSettings) as Provider[];
  const played = names.filter((provider) => isPlayed(provider, env)).filter(isOfUse(env, smtpPort));
  return {
    dataDir: resolve(env.STOCKROOM_DATA_DIR || '.stockroom'),
    port,
    sandboxPort,
    smtpPort: played.includes('SMTP') ? smtpPort : 0,
    apiUrl: withoutSlash(env.STOCKROOM_PUBLIC_URL || `http://127.0.0.1:${port}`),
    sandboxUrl: withoutSlash(env.SANDBOX_PUBLIC_URL || `http://127.0.0.1:${sandboxPort}`),
    databaseUrl: env.DATABASE_URL || undefined,
    redisUrl: env.REDIS_URL || undefined,
    played,
  };
}

function readPort(env: Environment, name: string, fallback: number): number {
  const text = env[name] || String(fallback);
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new StartError(`${name} is “${text}”, which is no port: give a number from 1 to 65535.`, EX_CONFIG);
}

/** Beside the sandbox's own, so that a second start with other ports needs no third setting. */
const SMTP_BESIDE = 15;

function readSmtpPort(env: Environment, sandboxPort: number): number {
  const name = 'STOCKROOM_SANDBOX_SMTP_PORT';
  return env[name] === '0' ? 0 : readPort(env, name, Math.min(65_535, sandboxPort + SMTP_BESIDE));
}

/** SMTP is the second way for e-mail: played behind a real SendGrid, it would swallow what that one did not take. */
function isOfUse(env: Environment, smtpPort: number) {
  return (provider: Provider) => provider !== 'SMTP' || (smtpPort > 0 && isPlayed('SendGrid', env));
}

function isPlayed(provider: Provider, env: Environment): boolean {
  const names = providerSettings[provider];
  const missing = names.filter((name) => !env[name]);
  if (missing.length === 0 || missing.length === names.length) return missing.length > 0;
  const given = names.filter((name) => env[name]);
  throw new StartError(
    `${given.join(' and ')} ${given.length > 1 ? 'are' : 'is'} set but ${missing.join(' and ')} ${missing.length > 1 ? 'are' : 'is'} not: set all for the real ${provider}, or none for the sandbox.`,
    EX_CONFIG,
  );
}

function refuseProduction(): StartError {
  return new StartError(
    'This start plays payment, messages and carrier in a sandbox, so it refuses NODE_ENV=production: run api/main.ts and workers/main.ts with real keys, or unset NODE_ENV.',
    EX_CONFIG,
  );
}

const withoutSlash = (url: string) => url.replace(/\/+$/, '');
