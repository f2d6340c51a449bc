/** The environment of each child: what the user set, and the played providers and made secrets for what they did not. */
import { join } from 'node:path';
import { competitorHosts } from '../sandbox/competitors/shops.ts';
import type { Secrets } from './secrets.ts';
import type { Environment, Provider, StartSettings } from './settings.ts';

export type ChildEnvironment = Record<string, string>;

/** The one of Twilio's test numbers that may send. */
const PLAYED_NUMBER = '+15005550006';
/** A demo is short: a price that is doubted is looked at again within the minute, and the shops' prices change every other. */
const DEMO_RECHECK_SECONDS = '45';
const DEMO_WAR_SECONDS = '120';

/** @param databaseUrl of the embedded PostgreSQL, or the user's own */
export function childEnvironment(
  env: Environment,
  settings: StartSettings,
  secrets: Secrets,
  databaseUrl: string,
): ChildEnvironment {
  const { sandboxUrl, smtpPort } = settings;
  const played: Record<Provider, ChildEnvironment> = {
    Stripe: {
      STRIPE_SECRET_KEY: secrets.stripe_secret_key,
      STRIPE_WEBHOOK_SECRET: secrets.stripe_webhook_secret,
      STRIPE_API_BASE: sandboxUrl,
    },
    SendGrid: {
      SENDGRID_API_KEY: secrets.sendgrid_api_key,
      SENDGRID_WEBHOOK_PUBLIC_KEY: secrets.sendgrid_public_key,
      SENDGRID_API_BASE: sandboxUrl,
    },
    SMTP: { SMTP_URL: `smtp://127.0.0.1:${smtpPort}` },
    Twilio: {
      TWILIO_ACCOUNT_SID: secrets.twilio_account_sid,
      TWILIO_AUTH_TOKEN: secrets.twilio_auth_token,
      TWILIO_FROM: PLAYED_NUMBER,
      TWILIO_API_BASE: sandboxUrl,
    },
    'web push': {
      VAPID_PUBLIC_KEY: secrets.vapid_public_key,
      VAPID_PRIVATE_KEY: secrets.vapid_private_key,
      VAPID_SUBJECT: 'mailto:shop@stockroom.example',
    },
    carrier: {
      CARRIER_API_BASE: `${sandboxUrl}/carrier`,
      CARRIER_API_KEY: secrets.carrier_api_key,
      CARRIER_WEBHOOK_SECRET: secrets.carrier_webhook_secret,
    },
    Firecrawl: {
      FIRECRAWL_API_KEY: secrets.firecrawl_api_key,
      FIRECRAWL_API_URL: sandboxUrl,
      FIRECRAWL_WEBHOOK_SECRET: secrets.firecrawl_webhook_secret,
    },
  };
  return {
    STOCKROOM_PUBLIC_URL: settings.apiUrl,
    STOCKROOM_STOREFRONT_URL: sandboxUrl,
    STOCKROOM_ORDER_TOKEN_SECRET: secrets.order_token_secret,
    STOCKROOM_OPS_PASSWORD: secrets.ops_password,
    STOCKROOM_MEDIA_DIR: join(settings.dataDir, 'media'),
    STOCKROOM_MEDIA_SECRET: secrets.media_secret,
    STOCKROOM_ALLOWED_PRIVATE_HOSTS: [hostAndPort(sandboxUrl), ...competitorHosts(settings.sandboxPort)].join(','),
    STOCKROOM_PRICE_RECHECK_SECONDS: DEMO_RECHECK_SECONDS,
    ...given(env),
    ...Object.assign({}, ...settings.played.map((provider) => played[provider])),
    PORT: String(settings.port),
    DATABASE_URL: databaseUrl,
    STOCKROOM_DATA_DIR: settings.dataDir,
    STOCKROOM_SANDBOX_PORT: String(settings.sandboxPort),
    STOCKROOM_SANDBOX_SMTP_PORT: String(smtpPort),
  };
}

/** What the sandbox alone needs: what it plays even when the API uses the real thing, and the shop's key. */
export function sandboxEnvironment(
  common: ChildEnvironment,
  { played }: Pick<StartSettings, 'played'>,
  secrets: Secrets,
): ChildEnvironment {
  return {
    ...common,
    STRIPE_WEBHOOK_SECRET: secrets.stripe_webhook_secret,
    SENDGRID_API_KEY: secrets.sendgrid_api_key,
    SANDBOX_SENDGRID_PRIVATE_KEY: secrets.sendgrid_private_key,
    TWILIO_ACCOUNT_SID: secrets.twilio_account_sid,
    TWILIO_AUTH_TOKEN: secrets.twilio_auth_token,
    SANDBOX_CHAT_TOKEN: secrets.chat_token,
    // The demo shop subscribes played browsers then, and real ones otherwise.
    SANDBOX_PLAYS_PUSH: String(played.includes('web push')),
    CARRIER_API_KEY: secrets.carrier_api_key,
    CARRIER_WEBHOOK_SECRET: secrets.carrier_webhook_secret,
    FIRECRAWL_API_KEY: secrets.firecrawl_api_key,
    FIRECRAWL_WEBHOOK_SECRET: secrets.firecrawl_webhook_secret,
    SANDBOX_PRICE_WAR_SECONDS: common.SANDBOX_PRICE_WAR_SECONDS ?? DEMO_WAR_SECONDS,
    ...(secrets.publishable_key ? { SANDBOX_SHOP_KEY: secrets.publishable_key } : {}),
  };
}

/** The played hosts are on this machine, where nothing else may be fetched from. */
function hostAndPort(address: string): string {
  const { hostname, port, protocol } = new URL(address);
  return `${hostname}:${port || (protocol === 'https:' ? 443 : 80)}`;
}

/** An empty setting counts as none. */
const given = (env: Environment): ChildEnvironment =>
  Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => Boolean(entry[1])));
