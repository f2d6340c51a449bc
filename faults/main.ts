/**
 * `npm run faults`: breaks everything that can break, one thing after the other, under load, and asks the invariants when
 * it has settled. Prints a report; exits 1 when an invariant is broken or something does not settle within a minute.
 */
import { Command, InvalidArgumentError } from 'commander';
import { createTestDatabase } from '../test/support/database.ts';
import { redisAvailable, startRedis } from '../test/support/redis.ts';
import { startTestServer } from '../test/support/test-server.ts';
import { startOwnDatabase } from './database-server.ts';
import { describeResult, describeTotal } from './report.ts';
import { playScenario, type Result, type Scenario, type Size } from './scenario.ts';
import { scenarios } from './scenarios/index.ts';
import { openStage, type Stage } from './stage.ts';

type Kind = Stage['kind'];

const { stores, only, seed, ...size } = new Command('faults')
  .description('Breaks things under load and checks what must always hold.')
  .option('--stores <names>', 'redis, postgres or both, with a comma', (text) => text.split(','), ['redis', 'postgres'])
  .option('--only <names>', 'scenarios by name or beginning, with a comma', (text) => text.split(','), [''])
  .option('--orders <count>', 'orders per scenario', toCount, 150)
  .option('--rounds <count>', 'how often a fault is repeated', toCount, 2)
  .option('--subscriptions <count>', 'subscriptions on test clocks', toCount, 12)
  .option('--months <count>', 'how long they run', toCount, 3)
  .option('--seed <number>', 'for the chances taken', toCount, (Date.now() % 1_000_000) + 1)
  .parse()
  .opts<{ stores: Kind[]; only: string[]; seed: number } & Size>();

function toCount(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count > 0) return count;
  throw new InvalidArgumentError('A whole number above 0 is needed.');
}

const chosen = scenarios.filter((scenario) => only.some((name) => scenario.name.startsWith(name)));
const server = await startTestServer(process.env.STOCKROOM_TEST_DATABASE_URL);
process.env.STOCKROOM_TEST_ADMIN_URL = server.adminUrl;
process.env.STOCKROOM_TEST_TEMPLATE = server.template;
print(`${chosen.length} scenarios on ${stores.join(' and ')}, seed ${seed}`);
// Ended from outside, the run ends what it has started: processes die with this one, the server must be stopped.
for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)
  process.once(signal, () => void server.stop().finally(() => process.exit(code)));
const results: Result[] = [];
try {
  for (const kind of stores.filter(canPlay)) {
    for (const scenario of chosen.filter(({ needs }) => needs !== 'redis' || kind === 'redis')) {
      const result = await playOnOwnStage(scenario, kind);
      results.push(result);
      print(describeResult(result));
    }
  }
} finally {
  await server.stop();
}
print(`\n${describeTotal(results)}`);
process.exitCode = results.every((result) => result.held) ? 0 : 1;

function canPlay(kind: Kind): boolean {
  if (kind === 'postgres' || redisAvailable()) return true;
  print('SKIPPED on Redis: redis-server is not on the PATH');
  return false;
}

async function playOnOwnStage(scenario: Scenario, kind: Kind): Promise<Result> {
  const own = scenario.needs === 'server' ? await startOwnDatabase() : undefined;
  const database = own ? undefined : await createTestDatabase();
  const redis = kind === 'redis' ? await startRedis() : undefined;
  const databaseUrl = own?.url ?? database!.url;
  try {
    const stage = await openStage({ databaseUrl, redis, server: own, seed });
    try {
      return await playScenario(scenario, stage, size);
    } finally {
      await stage.system.stop();
    }
  } finally {
    await redis?.stop();
    await database?.drop();
    await own?.stop();
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
