/**
 * Everything on one machine, in one terminal: PostgreSQL (unless DATABASE_URL is set), migrations, the sandbox, the API and
 * all workers, each process restarted when it falls. Ctrl-C stops first what takes and does work, PostgreSQL last.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { EmbeddedPostgresError } from './db/embedded-postgres.ts';
import { migrate, SchemaError } from './db/migrate.ts';
import { migrateQueueStore } from './queues/connection.ts';
import { demoProducts } from './sandbox/catalogue/catalogue.ts';
import { type ChildEnvironment, childEnvironment, sandboxEnvironment } from './start/child-environment.ts';
import { markRunning, takeDataFolder, wasCutOff } from './start/data-folder.ts';
import { ensureDemoKeys, type SecretsWithKeys } from './start/demo-keys.ts';
import { keepPostgres } from './start/keep-postgres.ts';
import { assertPortsFree, type WantedPort } from './start/ports.ts';
import { createLogPrinter } from './start/print-log.ts';
import { writeRuntimeFile } from './start/runtime-file.ts';
import { loadSecrets } from './start/secrets.ts';
import { seedDemo } from './start/seed-demo.ts';
import { readSettings, type StartSettings } from './start/settings.ts';
import { StartError } from './start/start-error.ts';
import { describeSystem, wantsColors } from './start/summary.ts';
import { type Supervised, superviseChild } from './start/supervise-child.ts';
import { createUndo, type Undo } from './start/undo.ts';
import { waitUntilReady } from './start/wait-until-ready.ts';

/** API and workers drain together; the sandbox and PostgreSQL follow. All of it stays below ten seconds. */
const DRAIN_MS = 6_500;
const SANDBOX_STOP_MS = 1_000;
const LAST_RESORT_MS = 9_700;
/** npm passes on a Ctrl-C that the terminal has sent to us already: one press comes twice. */
const ECHO_MS = 700;
/** How long the processes of a killed start may still hold their ports. */
const ORPHANS_MS = 8_000;
if (existsSync('.env')) process.loadEnvFile('.env');
const { env } = process;
const colors = wantsColors(env, process.stdout.isTTY);
const printer = createLogPrinter((text) => process.stdout.write(text), colors);
const startedAt = Date.now();
const interrupt = new AbortController();
let interruptedAt = 0;
const children: Supervised[] = [];
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => onSignal(signal));

const undo = createUndo();
let exitCode = 0;
try {
  await run(undo);
} catch (error) {
  if (!interrupt.signal.aborted) exitCode = explain(error);
}
await undo.run((name, error) => printer.say(`${name}: ${error.message}`, 50));
process.exit(exitCode);

/** Brings all up, step by step, and stays until the signal. What each step leaves behind is put on the undo list. */
async function run(done: Undo): Promise<void> {
  const settings = readSettings(env);
  done.add('releasing the data folder', takeDataFolder(settings.dataDir));
  await assertPortsFree(wantedPorts(settings), wasCutOff(settings.dataDir) ? ORPHANS_MS : 0);
  const made = loadSecrets(settings.dataDir);
  const postgres = settings.databaseUrl ? undefined : await startPostgres(settings, done);
  const databaseUrl = settings.databaseUrl ?? postgres!.url;
  interrupt.signal.throwIfAborted();
  await migrate({ databaseUrl, log: (line) => printer.line('postgres', line) });
  await migrateQueueStore({ databaseUrl, redisUrl: settings.redisUrl });
  const secrets = await ensureDemoKeys(settings.dataDir, made, databaseUrl);
  interrupt.signal.throwIfAborted();

  done.add('forgetting the run', markRunning(settings.dataDir));
  const environment = childEnvironment(env, settings, secrets, databaseUrl);
  const ofSandbox = sandboxEnvironment(environment, settings, secrets);
  const givenUp = Promise.race([startChildren(environment, ofSandbox, done), ...(postgres ? [postgres.givenUp] : [])]);
  await Promise.race([bringUp(settings, secrets), givenUp]);
  done.add(
    'removing runtime.json',
    writeRuntimeFile(settings.dataDir, describeRuntime(settings, secrets, databaseUrl)),
  );
  for (const child of children) child.markReady();
  process.stdout.write(describeSystem(summaryFacts(settings, secrets), colors));
  await Promise.race([interrupted(), givenUp]);
}

async function startPostgres(
  { dataDir }: StartSettings,
  done: Undo,
): Promise<{ url: string; givenUp: Promise<never> }> {
  printer.say(`starting PostgreSQL on ${dataDir}`);
  const postgres = await keepPostgres(`${dataDir}/postgres`, printer);
  done.add('stopping PostgreSQL', async () => {
    printer.say('stopping PostgreSQL');
    await postgres.stop();
  });
  return postgres;
}

/** Starts the processes; rejects when one of them cannot be brought up. */
function startChildren(environment: ChildEnvironment, ofSandbox: ChildEnvironment, done: Undo): Promise<never> {
  const start = (role: string, main: string, variables: ChildEnvironment) => {
    const file = fileURLToPath(new URL(main, import.meta.url));
    const child = superviseChild({ role, file, environment: variables }, printer);
    children.push(child);
    return child;
  };
  const sandbox = start('sandbox', './sandbox/main.ts', ofSandbox);
  done.add('stopping the sandbox', () => sandbox.stop(SANDBOX_STOP_MS));
  const working = [start('api', './api/main.ts', environment), start('workers', './workers/main.ts', environment)];
  done.add('draining', async () => {
    printer.say('draining the API and the workers; Ctrl-C again ends them at once');
    await Promise.all(working.map((child) => child.stop(DRAIN_MS)));
  });
  return Promise.race(children.map((child) => child.givenUp));
}

async function bringUp(settings: StartSettings, secrets: SecretsWithKeys): Promise<void> {
  const { apiUrl, dataDir, sandboxUrl, sandboxPort, played } = settings;
  const local = (port: number) => `http://${env.HOST && env.HOST !== '0.0.0.0' ? env.HOST : '127.0.0.1'}:${port}`;
  await Promise.all([
    waitUntilReady(`${local(settings.port)}/health/ready`, interrupt.signal),
    waitUntilReady(`${local(settings.sandboxPort)}/sandbox/ready`, interrupt.signal),
  ]);
  const chatUrl = played.includes('SendGrid') ? `${sandboxUrl}/chat/hooks/${secrets.chat_token}` : undefined;
  await seedDemo({
    ...{ apiUrl, secretKey: secrets.secret_key, dataDir, chatUrl, sandboxPort },
    playsFirecrawl: played.includes('Firecrawl'),
    say: (line) => printer.say(line),
  });
}

function wantedPorts({ port, sandboxPort, smtpPort }: StartSettings): WantedPort[] {
  const host = env.HOST || '127.0.0.1';
  const api = { port, host, variable: 'PORT', purpose: 'the API' };
  const sandbox = { port: sandboxPort, host, variable: 'STOCKROOM_SANDBOX_PORT', purpose: 'the sandbox and the shop' };
  const smtp = { port: smtpPort, host, variable: 'STOCKROOM_SANDBOX_SMTP_PORT', purpose: 'the played mail server' };
  return [api, sandbox, ...(smtpPort > 0 ? [smtp] : [])];
}

function describeRuntime(settings: StartSettings, secrets: SecretsWithKeys, databaseUrl: string) {
  return {
    pid: process.pid,
    api_url: settings.apiUrl,
    sandbox_url: settings.sandboxUrl,
    database_url: databaseUrl,
    ...(settings.redisUrl ? { redis_url: settings.redisUrl } : {}),
    secret_key: secrets.secret_key,
    publishable_key: secrets.publishable_key,
  };
}

function summaryFacts(settings: StartSettings, secrets: SecretsWithKeys) {
  return {
    settings,
    startedInMs: Date.now() - startedAt,
    opsUser: env.STOCKROOM_OPS_USER || 'ops',
    opsPassword: env.STOCKROOM_OPS_PASSWORD || secrets.ops_password,
    keys: secrets,
    sku: demoProducts[0]?.variants[0]?.sku ?? '',
  };
}

function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    interrupt.signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** The first signal stops in order; the second one ends the children where they are, and PostgreSQL still stops cleanly. */
function onSignal(signal: NodeJS.Signals): void {
  if (interrupt.signal.aborted) {
    if (Date.now() - interruptedAt > ECHO_MS) killChildren();
    return;
  }
  interruptedAt = Date.now();
  printer.say(`${signal}: stopping`);
  interrupt.abort(new Error(signal));
  setTimeout(killChildren, LAST_RESORT_MS - 1_500).unref();
  setTimeout(() => process.exit(1), LAST_RESORT_MS).unref();
}

function killChildren(): void {
  for (const child of children) child.kill();
}

/** One sentence for what a person can cure; a stack for what only we can. */
function explain(error: unknown): number {
  const told = error instanceof StartError || error instanceof EmbeddedPostgresError || error instanceof SchemaError;
  process.stderr.write(`${told ? error.message : (error as Error).stack}\n`);
  return error instanceof StartError ? error.exitCode : 1;
}
