/** After all tests: the server that the setup started is stopped and its folder removed. */
import './global-setup.ts';

export default async function tearDown(): Promise<void> {
  await globalThis.stockroomTestServer?.stop();
}
