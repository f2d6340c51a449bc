/** A database of its own for a test file, cloned from the migrated template in some 50 ms. */
import { randomBytes } from 'node:crypto';
import { databaseUrl, runSql } from './test-server.ts';
import { waitFor } from './wait-for.ts';

export interface TestDatabase {
  url: string;
  /** Throws, after dropping, when somebody still holds a connection: a pool that a test did not close. */
  drop(): Promise<void>;
}

interface Connection extends Record<string, unknown> {
  application_name: string;
  state: string;
  query: string;
}

/** A backend outlives the goodbye of its client by a moment. */
const GRACE_MS = 2_000;

export async function createTestDatabase(): Promise<TestDatabase> {
  const { STOCKROOM_TEST_ADMIN_URL: admin, STOCKROOM_TEST_TEMPLATE: template } = process.env;
  if (!admin || !template) throw new Error('No test server: run the tests by `npm test`, which starts one.');
  const name = `test_${process.pid}_${randomBytes(4).toString('hex')}`;
  await runSql(admin, `create database ${name} template ${template}`);
  return {
    url: databaseUrl(admin, name),
    async drop() {
      const leaked = await findLeaks(admin, name);
      await runSql(admin, `drop database ${name} with (force)`);
      if (leaked.length > 0) throw new Error(describeLeaks(leaked));
    },
  };
}

async function findLeaks(admin: string, name: string): Promise<Connection[]> {
  let open: Connection[] = [];
  const allClosed = async () => {
    open = await runSql<Connection>(
      admin,
      `select application_name, state, query from pg_stat_activity
       where datname = $1 and backend_type = 'client backend'`,
      [name],
    );
    return open.length === 0;
  };
  await waitFor(allClosed, { timeoutMs: GRACE_MS }).catch(() => {});
  return open;
}

function describeLeaks(leaked: Connection[]): string {
  const lines = leaked.map(
    (each) =>
      `  ${each.application_name || '(unnamed)'}: ${each.state}, last: ${each.query.replace(/\s+/g, ' ').slice(0, 120)}`,
  );
  return `${leaked.length} connection(s) to the test database were never closed:\n${lines.join('\n')}`;
}
