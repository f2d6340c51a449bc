/** Tests that must hold on both queue stores are written once and run on each. */
import { afterAll, beforeAll, describe } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from './database.ts';
import { type RedisServer, redisAvailable, startRedis } from './redis.ts';

/** What a queue store is opened with: see `QueueStoreOptions`. Readable inside tests and hooks, not while tests are declared. */
export interface TestStore {
  readonly kind: 'postgres' | 'redis';
  readonly databaseUrl: string;
  /** Undefined: the queues are in PostgreSQL, whose BullMQ schema is there already. */
  readonly redisUrl: string | undefined;
  /** The server behind `redisUrl`, to be killed, restarted or flushed. */
  readonly redis: RedisServer | undefined;
}

/**
 * Runs a describe block with queues in PostgreSQL, and again with queues in Redis when `redis-server` is installed.
 * Each run has a database of its own, which must be free of connections at the end.
 */
export function describeEachStore(name: string, declareTests: (store: TestStore) => void): void {
  describeStore('postgres', name, declareTests);
  if (redisAvailable()) describeStore('redis', name, declareTests);
  else process.stderr.write(`\n*** SKIPPED on Redis, redis-server is not on the PATH: ${name} ***\n`);
}

function describeStore(kind: TestStore['kind'], name: string, declareTests: (store: TestStore) => void): void {
  describe(`${name} (queues in ${kind})`, () => {
    let database: TestDatabase | undefined;
    let redis: RedisServer | undefined;
    beforeAll(async () => {
      database = await createTestDatabase();
      if (kind === 'redis') redis = await startRedis();
    });
    declareTests({
      kind,
      get databaseUrl() {
        if (!database) throw new Error('The store is there inside tests and hooks only.');
        return database.url;
      },
      get redisUrl() {
        return redis?.url;
      },
      get redis() {
        return redis;
      },
    });
    // Declared last, so that it runs after the hooks of the tests: jest keeps the order of declaration.
    afterAll(async () => {
      await redis?.stop();
      await database?.drop();
    });
  });
}
