/** What is printed when everything runs: what to open, whose keys, and a line to try. */
import { randomUUID } from 'node:crypto';
import type { Environment, StartSettings } from './settings.ts';

export interface SummaryFacts {
  settings: StartSettings;
  startedInMs: number;
  opsUser: string;
  opsPassword: string;
  keys: { secret_key: string; publishable_key: string };
  /** A SKU that is in stock. */
  sku: string;
}

/** @param colors whether the terminal shows them */
export function describeSystem({ settings, startedInMs, keys, ...facts }: SummaryFacts, colors: boolean): string {
  const bold = (text: string) => (colors ? `\u001b[1m${text}\u001b[0m` : text);
  const dim = (text: string) => (colors ? `\u001b[2m${text}\u001b[0m` : text);
  const { apiUrl, sandboxUrl } = settings;
  const rows: [string, string, string][] = [
    ['Demo shop', `${sandboxUrl}/`, 'buy something'],
    ['API docs', `${apiUrl}/docs`, 'OpenAPI at /openapi.json'],
    ['Queues', `${apiUrl}/ops/queues`, `user ${facts.opsUser}, password ${facts.opsPassword}`],
    ['Messages', `${apiUrl}/ops/messages`, 'what was sent to whom, and what became of it; the same user'],
    ['Mailbox', `${sandboxUrl}/mailbox`, 'what customers were told'],
    ['Competitors', `${sandboxUrl}/sandbox/competitors`, 'shops whose prices are watched, and buttons to change them'],
    ['Sandbox', `${sandboxUrl}/sandbox`, 'all that is played: phones, pushes, chat, webhooks, Stripe'],
    ['Stripe sandbox', `${sandboxUrl}/v1`, 'any sk_test_… key'],
    ['Publishable key', keys.publishable_key, ''],
    ['Secret key', keys.secret_key, ''],
  ];
  const table = rows.map(([name, value, note]) => `  ${name.padEnd(16)} ${bold(value)}${note && `  ${dim(note)}`}`);
  return [
    '',
    `${bold('Stockroom is running.')} ${dim(`Ready in ${(startedInMs / 1_000).toFixed(1)} s; Ctrl-C drains and stops.`)}`,
    '',
    ...table,
    '',
    `  ${stores(settings)}`,
    `  ${playing(settings)}`,
    '',
    '  Place an order:',
    '',
    curlLine(apiUrl, keys.publishable_key, facts.sku),
    '',
    '',
  ].join('\n');
}

function stores({ databaseUrl, redisUrl, dataDir }: StartSettings): string {
  const database = databaseUrl ? 'PostgreSQL at DATABASE_URL' : `PostgreSQL 18 in ${dataDir}`;
  return `${database}; queues on ${redisUrl ? 'Redis at REDIS_URL' : 'the same database'}.`;
}

function playing({ played }: StartSettings): string {
  if (played.length === 0) return 'All providers are real: money moves and messages leave.';
  return `SANDBOX: ${played.join(', ')} ${played.length > 1 ? 'are' : 'is'} played on this machine; no money moves, no message leaves.`;
}

/** A new idempotency key for each start: the line places one order, and repeats its answer when it is run again. */
export function curlLine(apiUrl: string, publishableKey: string, sku: string): string {
  const order = {
    customer: { email: 'you@example.com' },
    lines: [{ sku, quantity: 1 }],
    currency: 'usd',
    shipping_address: { line1: '1 Main Street', city: 'Springfield', postal_code: '97477', country: 'US' },
    payment: { payment_method: 'pm_card_visa', confirm: true },
  };
  return [
    `curl -s ${apiUrl}/v1/orders`,
    `-H 'Authorization: Bearer ${publishableKey}'`,
    "-H 'Content-Type: application/json'",
    `-H 'Idempotency-Key: ${randomUUID()}'`,
    "-H 'Prefer: wait=10'",
    `-d '${JSON.stringify(order)}'`,
  ].join(' ');
}

/** Colors for people at terminals, unless they said no (https://no-color.org). */
export const wantsColors = (env: Environment, isTerminal: boolean | undefined): boolean =>
  Boolean(env.FORCE_COLOR) || (Boolean(isTerminal) && !env.NO_COLOR);
