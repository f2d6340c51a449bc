/** What the environment says about a start on one machine. The children validate the rest of it themselves. */
import { resolve } from 'node:path';
import { EX_CONFIG, StartError } from './start-error.ts';

export type Environment = Readonly<Record<string, string | undefined>>;
export type Provider = 'Stripe' | 'SendGrid' | 'carrier';

export interface StartSettings {
  dataDir: string;
  port: number;
  sandboxPort: number;
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
  carrier: ['CARRIER_API_BASE', 'CARRIER_API_KEY', 'CARRIER_WEBHOOK_SECRET'],
};

/** Throws {@link StartError} for a malformed port, for a provider that is half set, and in production. */
export function readSettings(env: Environment): StartSettings {
  if (env.NODE_ENV === 'production') throw refuseProduction();
  const port = readPort(env, 'PORT', 3000);
  const sandboxPort = readPort(env, 'STOCKROOM_SANDBOX_PORT', 4010);
  if (port === sandboxPort) {
    throw new StartError(`PORT and STOCKROOM_SANDBOX_PORT are both ${port}: give one of them another port.`, EX_CONFIG);
  }
  const names = Object.keys(providerSettings) as Provider[];
  const played = names.filter((provider) => isPlayed(provider, env));
  return {
    dataDir: resolve(env.STOCKROOM_DATA_DIR || '.stockroom'),
    port,
    sandboxPort,
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
    'This start plays payment, mail and carrier in a sandbox, so it refuses NODE_ENV=production: run api/main.ts and workers/main.ts with real keys, or unset NODE_ENV.',
    EX_CONFIG,
  );
}

const withoutSlash = (url: string) => url.replace(/\/+$/, '');
