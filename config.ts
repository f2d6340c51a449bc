/**
 * The environment, read once: every setting is checked, all problems are told together, and the result is frozen.
 * Entry points load it and hand values on; nothing else reads `process.env`.
 */
import { z } from 'zod';
import { checkMessages, messagesSchema } from './config-messages.ts';
import { checkPrices, pricesSchema } from './config-prices.ts';
import { checkStorage, storageSchema } from './config-storage.ts';
import { vendorsSchema } from './config-vendors.ts';
import {
  IMAGE_FOCUSES,
  IMAGE_FORMATS,
  parsePresets,
  planRendition,
  type RenditionPlan,
} from './domain/image-presets.ts';
import { nearestName } from './domain/nearest-name.ts';
import { parseFeeRates } from './domain/stripe-fees.ts';

const seconds = (fallback: number) => z.coerce.number().positive().default(fallback);
const count = (fallback: number) => z.coerce.number().int().positive().default(fallback);
const url = z.url();
const list = z
  .string()
  .transform((text) => text.split(',').map((part) => part.trim()))
  .pipe(z.array(z.string().min(1)).min(1));
/** An interval of a schedule; 0 switches it off. */
const interval = (fallback: number) => z.coerce.number().min(0).default(fallback);
const feeRates = z.string().transform((text, context) => {
  const rates = parseFeeRates(text);
  if (!rates) context.addIssue('must be like usd:290+30,gbp:150+20 (basis points and minor units by currency)');
  return rates ?? z.NEVER;
});
/** As in a URL, with its port. */
const hostAndPort = z.string().regex(/^[^/@\s]+:\d{1,5}$/, 'must be like 127.0.0.1:4010 or pictures.internal:443');
const imagePresets = z.string().transform((text, context) => {
  const presets = parsePresets(text);
  if (!presets) context.addIssue('must be like 200x200,400x400,800,1200,1600 (each once, sides up to 4096)');
  return presets ?? z.NEVER;
});
/** Some of a closed list, each once, separated by commas. */
const someOf = <const T extends string>(names: readonly [T, ...T[]]) =>
  list
    .pipe(z.array(z.enum(names)))
    .refine((given) => new Set(given).size === given.length, { error: 'names something twice' });
const quality = (fallback: number) => z.coerce.number().int().min(1).max(100).default(fallback);
/** A secret never has a default: an empty or blank one must stop the start. */
const secret = z.string().trim().min(8, 'must be set to a secret of at least 8 characters');

const settings = z.object({
  ...storageSchema,
  ...messagesSchema,
  ...pricesSchema,
  ...vendorsSchema,
  NODE_ENV: z.enum(['development', 'test', 'production']).default('development'),
  HOST: z.string().default('127.0.0.1'),
  PORT: z.coerce.number().int().min(0).max(65535).default(3000),
  DATABASE_URL: z.string().regex(/^postgres(ql)?:\/\//, 'must be a postgres:// URL'),
  REDIS_URL: z
    .string()
    .regex(/^rediss?:\/\//, 'must be a redis:// or rediss:// URL')
    .optional(),
  WORKERS: list.default(['checkout', 'payments', 'images', 'notifications', 'prices', 'relay', 'scheduler']),
  STRIPE_SECRET_KEY: secret,
  STRIPE_WEBHOOK_SECRET: list.pipe(z.array(secret)),
  STRIPE_API_BASE: url.optional(),
  SENDGRID_API_KEY: secret,
  SENDGRID_API_BASE: url.optional(),
  SENDGRID_WEBHOOK_PUBLIC_KEY: z.string().min(1),
  CARRIER_API_BASE: url,
  CARRIER_API_KEY: secret,
  CARRIER_WEBHOOK_SECRET: secret,
  STOCKROOM_PUBLIC_URL: url.default('http://127.0.0.1:3000'),
  STOCKROOM_STOREFRONT_URL: url.default('http://127.0.0.1:3000'),
  STOCKROOM_ORDER_TOKEN_SECRET: secret,
  STOCKROOM_OPS_USER: z.string().min(1).default('ops'),
  STOCKROOM_OPS_PASSWORD: secret,
  STOCKROOM_MAIL_FROM: z.email().default('shop@stockroom.example'),
  STOCKROOM_SHOP_NAME: z.string().default('Stockroom Demo Shop'),
  STOCKROOM_CAPTURE: z.enum(['automatic', 'manual', 'at_shipment']).default('automatic'),
  STOCKROOM_CAPTURE_NOTICE_HOURS: count(24),
  STOCKROOM_OPERATIONS_EMAIL: z.email().optional(),
  STOCKROOM_REFUND_EARLY_FRAUD: z.stringbool().default(false),
  STOCKROOM_RETURN_SETTLE_SECONDS: z.coerce.number().int().min(0).default(600),
  STOCKROOM_RETURN_REMINDER_HOURS: z.coerce.number().int().min(0).max(8_760).default(72),
  STOCKROOM_RETURN_LAPSE_DAYS: z.coerce.number().int().min(0).max(3_650).default(7),
  STOCKROOM_EVIDENCE_NOTICE_HOURS: count(72),
  STOCKROOM_STOCK_WAIT_SECONDS: seconds(1_209_600),
  STOCKROOM_FULFILLMENT_DELAY_SECONDS: z.coerce.number().int().min(0).max(2_592_000).default(0),
  STOCKROOM_FINANCE_EMAIL: z.email().optional(),
  STOCKROOM_STRIPE_FEES: feeRates.optional(),
  STOCKROOM_RECONCILE_GRACE_SECONDS: interval(300),
  STOCKROOM_RECONCILE_TAKEOVER_SECONDS: count(120),
  STOCKROOM_RECONCILE_EVENTS_SECONDS: interval(300),
  STOCKROOM_RECONCILE_ORDERS_SECONDS: interval(900),
  STOCKROOM_RECONCILE_BALANCE_SECONDS: interval(3_600),
  STOCKROOM_RECONCILE_PAYOUTS_SECONDS: interval(86_400),
  STOCKROOM_RECONCILE_OBJECTS_SECONDS: interval(86_400),
  STOCKROOM_LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  STOCKROOM_LOG_PRETTY: z.stringbool().default(false),
  STOCKROOM_DATABASE_POOL: count(10),
  STOCKROOM_CORS_ORIGINS: list.default(['*']),
  STOCKROOM_RATE_LIMIT_PER_KEY: count(100_000),
  STOCKROOM_RATE_LIMIT_PER_IP: count(100_000),
  STOCKROOM_TRUST_PROXY: z.coerce.number().int().min(0).default(0),
  STOCKROOM_MAX_OPEN_JOBS: count(1_000_000),
  STOCKROOM_ORDER_EXPIRY_SECONDS: seconds(1800),
  STOCKROOM_ACTION_GRACE_SECONDS: seconds(3600),
  STOCKROOM_SWEEP_INTERVAL_SECONDS: seconds(5),
  STOCKROOM_STALE_JOB_SECONDS: seconds(15),
  STOCKROOM_JOB_LOCK_SECONDS: seconds(15),
  STOCKROOM_JOB_STALLED_SECONDS: seconds(5),
  STOCKROOM_JOB_ATTEMPTS: count(20),
  STOCKROOM_JOB_BACKOFF_SECONDS: seconds(0.5),
  STOCKROOM_JOB_BACKOFF_MAX_SECONDS: seconds(60),
  STOCKROOM_UNCERTAIN_WAIT_SECONDS: seconds(600),
  STOCKROOM_LEDGER_CLOSE_SECONDS: seconds(21_600),
  STOCKROOM_EMAIL_DOUBT_SECONDS: seconds(35),
  STOCKROOM_RETENTION_DAYS: count(30),
  STOCKROOM_IDEMPOTENCY_HOURS: z.coerce.number().min(24).default(48),
  STOCKROOM_CHECKOUT_CONCURRENCY: count(64),
  STOCKROOM_PAYMENTS_CONCURRENCY: count(64),
  STOCKROOM_IMAGES_CONCURRENCY: count(8),
  STOCKROOM_NOTIFICATIONS_CONCURRENCY: count(64),
  STOCKROOM_PROVIDER_TIMEOUT_SECONDS: seconds(10),
  STOCKROOM_WEBHOOK_TIMEOUT_SECONDS: seconds(10),
  STOCKROOM_WEBHOOK_PAUSE_HOURS: seconds(72),
  STOCKROOM_WEBHOOK_ENDPOINTS_AT_ONCE: count(256),
  STOCKROOM_IMAGE_PRESETS: imagePresets.prefault('200x200,400x400,800,1200,1600'),
  STOCKROOM_IMAGE_FORMATS: someOf(IMAGE_FORMATS).default(['avif', 'webp', 'jpeg']),
  STOCKROOM_IMAGE_QUALITY_AVIF: quality(50),
  STOCKROOM_IMAGE_QUALITY_WEBP: quality(78),
  STOCKROOM_IMAGE_QUALITY_JPEG: quality(78),
  STOCKROOM_IMAGE_FOCUS: z.enum(IMAGE_FOCUSES).default('attention'),
  STOCKROOM_IMAGE_INPUT_FORMATS: someOf(['jpeg', 'png', 'webp', 'avif', 'gif']).default(['jpeg', 'png']),
  STOCKROOM_IMAGE_MAX_BYTES: count(5_242_880),
  STOCKROOM_IMAGE_MAX_PIXELS: count(50_000_000),
  STOCKROOM_IMAGE_MAX_FRAMES: count(100),
  STOCKROOM_IMAGE_TIMEOUT_SECONDS: seconds(4.5),
  STOCKROOM_IMAGE_MEMORY_MIB: count(576),
  STOCKROOM_IMAGE_PROCESSES: z.coerce.number().int().positive().optional(),
  STOCKROOM_IMAGE_THREADS: count(1),
  STOCKROOM_IMAGE_UPLOAD_SECONDS: z.coerce.number().int().min(30).max(86_400).default(900),
  STOCKROOM_MAX_IMAGES_PER_PRODUCT: count(10),
  STOCKROOM_MAX_OPEN_IMAGES: count(100_000),
  STOCKROOM_IMAGE_ON_DEMAND_PRESETS: imagePresets.prefault('100x100,600,2400'),
  STOCKROOM_IMAGE_GRACE_HOURS: z.coerce.number().min(0).default(24),
  STOCKROOM_IMAGE_FETCH_SECONDS: seconds(30),
  STOCKROOM_IMAGE_FETCHES_PER_HOST: count(8),
  STOCKROOM_ALLOWED_PRIVATE_HOSTS: list.pipe(z.array(hostAndPort)).default([]),
});
const schema = settings.superRefine(checkStorage).superRefine(checkMessages).superRefine(checkPrices);

export type Config = Readonly<z.infer<typeof schema>>;

/** Carries every problem of the environment at once, one line each. */
export class ConfigError extends Error {
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(`The configuration has ${problems.length} problem(s):\n${problems.map((line) => `  - ${line}`).join('\n')}`);
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

/**
 * Validates an environment. Throws {@link ConfigError} with all problems: missing and malformed values, and names
 * that begin with `STOCKROOM_` but are none of ours, each with the nearest known name.
 */
export function loadConfig(env: Record<string, string | undefined> = process.env): Config {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = schema.safeParse(given);
  const problems = unknownNames(Object.keys(given));
  if (!parsed.success) problems.push(...parsed.error.issues.map((issue) => describe(issue, given)));
  if (problems.length > 0 || !parsed.success) throw new ConfigError(problems);
  return Object.freeze(parsed.data);
}

/** Loads the configuration or prints its problems and exits with 78 (EX_CONFIG of sysexits). */
export function loadConfigOrExit(env: Record<string, string | undefined> = process.env): Config {
  try {
    return loadConfig(env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\nEvery setting is explained in .env.example.\n`);
    process.exit(78);
  }
}

/** What is made of a picture by this configuration, and the recipe that stands for it. */
export const renditionOf = (config: Config): RenditionPlan =>
  planRendition({
    presets: config.STOCKROOM_IMAGE_PRESETS,
    formats: config.STOCKROOM_IMAGE_FORMATS,
    qualities: {
      avif: config.STOCKROOM_IMAGE_QUALITY_AVIF,
      webp: config.STOCKROOM_IMAGE_QUALITY_WEBP,
      jpeg: config.STOCKROOM_IMAGE_QUALITY_JPEG,
    },
    focus: config.STOCKROOM_IMAGE_FOCUS,
  });

function describe(issue: z.core.$ZodIssue, given: Record<string, unknown>): string {
  const name = String(issue.path[0]);
  return name in given || issue.code === 'custom' ? `${name}: ${issue.message}` : `${name}: is not set`;
}

/** Names that other entry points of the project read (start, tests, benchmarks), not this schema. */
const ELSEWHERE = new Set([
  'STOCKROOM_DATA_DIR',
  'STOCKROOM_SANDBOX_PORT',
  'STOCKROOM_SANDBOX_SMTP_PORT',
  'STOCKROOM_TEST_DATABASE_URL',
]);

function unknownNames(names: string[]): string[] {
  const known = Object.keys(settings.shape);
  return names
    .filter((name) => name.startsWith('STOCKROOM_') && !known.includes(name) && !ELSEWHERE.has(name))
    .map((name) => `${name}: is no known setting; did you mean ${nearestName(name, known)}?`);
}
