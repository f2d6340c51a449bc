import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';

const ROOT = join(import.meta.dirname, '..');

/** A tree that breaks each rule once, and some files that look alike and break none. */
const files: Record<string, string> = {
  'config.ts': 'export const config = 1;',
  'logger.ts': 'export const log = 1;',
  'start.ts': "import './sandbox/main.ts'; import './config.ts'; import './start/ports.ts';",
  'start/ports.ts': "import '../logger.ts';",
  'sandbox/main.ts': "import express from 'express'; export default express;",
  'api/main.ts': "import '../config.ts'; import '../db/rows.ts'; import '../queues/issue-refund.ts';",
  'api/orders.ts': "import type { Run } from '../workers/run-worker.ts'; export type Asked = Run;",
  'api/start-on-its-own.ts': "import '../start/ports.ts';",
  'api/settings.ts': "import { config } from '../config.ts'; export default config;",
  'api/borrow.ts': "import '../test/support.ts';",
  'api/missing.ts': "import './not-there.ts';",
  'api/round.ts': "import type { B } from './and-round.ts'; export type A = B | 1;",
  'api/and-round.ts': "import type { A } from './round.ts'; export type B = A | 2;",
  'workers/run-worker.ts': "import type { Job } from 'bullmq'; export type Run = Job;",
  'workers/issue-refund.ts': "import './expire-order.ts'; import './record-refund.ts';",
  'workers/expire-order.ts': "import type { Asked } from '../api/orders.ts'; export type X = Asked;",
  'workers/record-refund.ts': "import type Stripe from 'stripe'; export type R = Stripe;",
  'workers/look.ts':
    "import { Queue } from 'bullmq'; import pg from 'pg'; import ajv from 'ajv'; export { ajv, pg, Queue };",
  'workers/shrink.ts': "import sharp from 'sharp'; export default sharp;",
  'queues/issue-refund.ts': "import { Queue } from 'bullmq'; export default Queue;",
  'queues/expire-order.ts': 'export const name = 1;',
  'db/rows.ts':
    "import pg from 'pg'; import '../domain/money.ts'; import '../workers/record-refund.ts'; import '../queues/expire-order.ts'; export default pg;",
  'providers/mail.ts': "import mail from '@sendgrid/mail'; import 'express'; export default mail;",
  'providers/prices.ts': "import { Agent } from 'undici'; export default Agent;",
  'domain/money.ts': "import { format } from 'node:util'; export default format;",
  'domain/peek.ts': "const shop = await import('../sandbox/main.ts'); export default shop;",
  'sandbox/cheat.ts': "import '../domain/money.ts';",
  'api/call-ourselves.ts': "import '../sdk/index.ts';",
  'sdk/index.ts': "export * from './own.ts';",
  'sdk/own.ts': "import express from 'express'; import '../domain/money.ts'; export default express;",
  'sdk/own.test.ts': "import '../domain/money.ts';",
  'test/support.ts': "import '../sandbox/main.ts'; import '../api/main.ts'; import pg from 'pg'; export default pg;",
};

const broken = [
  'api-never-workers: api/orders.ts',
  'bullmq-in-queues: workers/look.ts',
  'config-at-entry-points: api/settings.ts',
  'declared: workers/look.ts',
  'domain-is-pure: domain/money.ts',
  'domain-is-pure: domain/peek.ts',
  'express-at-the-edge: providers/mail.ts',
  'express-at-the-edge: sdk/own.ts',
  'lower-floor: db/rows.ts',
  'no-cycles: api/and-round.ts',
  'one-floor: db/rows.ts',
  'pg-in-db: workers/look.ts',
  'processors-stay-apart: workers/issue-refund.ts',
  'resolvable: api/missing.ts',
  'sandbox-is-outside: domain/peek.ts',
  'sandbox-knows-nothing: sandbox/cheat.ts',
  'sdk-is-outside: api/call-ourselves.ts',
  'sdk-stands-alone: sdk/own.ts',
  'sdks-in-providers: workers/record-refund.ts',
  'sharp-in-children: workers/shrink.ts',
  'start-is-on-top: api/start-on-its-own.ts',
  'strangers-by-the-guard: providers/prices.ts',
  'tests-serve-nobody: api/borrow.ts',
  'workers-never-api: workers/expire-order.ts',
];

let tree: string;
beforeAll(() => {
  tree = mkdtempSync(join(tmpdir(), 'stockroom-import-law-'));
  for (const [file, text] of Object.entries(files)) plant(file, text);
  for (const name of ['@sendgrid/mail', 'ajv', 'bullmq', 'express', 'pg', 'sharp', 'stripe', 'undici']) {
    plant(`node_modules/${name}/package.json`, JSON.stringify({ name, main: 'index.js' }));
    plant(`node_modules/${name}/index.js`, 'module.exports = {};');
  }
  for (const file of ['.dependency-cruiser.cjs', 'package.json']) cpSync(join(ROOT, file), join(tree, file));
});
afterAll(() => rmSync(tree, { recursive: true, force: true }));

it('finds each broken rule of the import law, in imports of types and dynamic ones too, and nothing else', () => {
  const found = cruise();
  expect(found.sort()).toEqual(broken);
});

it('has been seen to break every rule there is', () => {
  const { forbidden } = cruiserRules();
  const seen = new Set(broken.map((line) => line.split(':')[0]));
  expect([...new Set(forbidden.map((rule) => rule.name))].filter((name) => !seen.has(name))).toEqual([]);
});

function plant(file: string, text: string): void {
  mkdirSync(join(tree, dirname(file)), { recursive: true });
  writeFileSync(join(tree, file), `${text}\n`);
}

function cruise(): string[] {
  const cli = join(ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const args = [cli, '--output-type', 'json', '.'];
  const { stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: tree,
    encoding: 'utf8',
    maxBuffer: 64 * 2 ** 20,
  });
  if (!stdout.startsWith('{')) throw new Error(`dependency-cruiser said: ${stderr || stdout}`);
  const { summary } = JSON.parse(stdout) as { summary: { violations: { rule: { name: string }; from: string }[] } };
  return [...new Set(summary.violations.map(({ rule, from }) => `${rule.name}: ${from}`))];
}

function cruiserRules(): { forbidden: { name: string }[] } {
  const print = 'process.stdout.write(JSON.stringify(require("./.dependency-cruiser.cjs")))';
  return JSON.parse(spawnSync(process.execPath, ['-e', print], { cwd: tree, encoding: 'utf8' }).stdout);
}
