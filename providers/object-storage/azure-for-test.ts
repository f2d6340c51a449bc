/** Azure Blob Storage for tests: Azurite, Microsoft's own emulator, which judges every signature. */
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { BlobServiceClient } from '@azure/storage-blob';

/** The emulator's well-known account. */
const ACCOUNT =
  'DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';

export async function startAzure(container: string) {
  const require = createRequire(import.meta.url);
  const main = require.resolve('azurite/dist/src/blob/main.js');
  const options = [
    '--blobPort',
    '0',
    '--inMemoryPersistence',
    '--skipApiVersionCheck',
    '--disableTelemetry',
    '--silent',
  ];
  const child = spawn(process.execPath, [main, ...options], { stdio: ['ignore', 'pipe', 'ignore'] });
  const dieWithTests = () => child.kill('SIGKILL');
  process.once('exit', dieWithTests);
  const port = await new Promise<string>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`Azurite ended with ${code}`)));
    createInterface({ input: child.stdout }).on('line', (line) => {
      const found = /listens on http:\/\/127\.0\.0\.1:(\d+)/.exec(line)?.[1];
      if (found) resolve(found);
    });
  });
  const connectionString = `${ACCOUNT};BlobEndpoint=http://127.0.0.1:${port}/devstoreaccount1;`;
  await BlobServiceClient.fromConnectionString(connectionString).createContainer(container);
  return {
    connectionString,
    async close() {
      process.off('exit', dieWithTests);
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await ended;
    },
  };
}
