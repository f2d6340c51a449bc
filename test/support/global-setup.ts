/** Before all tests: one PostgreSQL with a migrated template; its address travels to the test files by the environment. */
import { startTestServer, type TestServer } from './test-server.ts';

declare global {
  var stockroomTestServer: TestServer | undefined;
}

export default async function setUp(): Promise<void> {
  const server = await startTestServer(process.env.STOCKROOM_TEST_DATABASE_URL);
  globalThis.stockroomTestServer = server;
  process.env.STOCKROOM_TEST_ADMIN_URL = server.adminUrl;
  process.env.STOCKROOM_TEST_TEMPLATE = server.template;
}
