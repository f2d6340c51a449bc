/** Asks for ports before anything is started, so that a busy one costs a sentence and not a half-started system. */
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { StartError } from './start-error.ts';

export interface WantedPort {
  port: number;
  host: string;
  /** The setting that changes it. */
  variable: string;
  purpose: string;
}

const POLL_MS = 100;

/** Waits up to `patienceMs` for each port; throws {@link StartError} naming the first that stays busy. */
export async function assertPortsFree(wanted: readonly WantedPort[], patienceMs = 0): Promise<void> {
  const deadline = Date.now() + patienceMs;
  for (const each of wanted) {
    let failure = await probe(each);
    while (failure?.code === 'EADDRINUSE' && Date.now() < deadline) {
      await delay(POLL_MS);
      failure = await probe(each);
    }
    if (failure) throw refusal(each, failure);
  }
}

function probe({ port, host }: WantedPort): Promise<NodeJS.ErrnoException | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}

function refusal({ port, variable, purpose }: WantedPort, { code }: NodeJS.ErrnoException): StartError {
  const why = code === 'EADDRINUSE' ? 'is in use by another program' : `cannot be opened (${code})`;
  return new StartError(`Port ${port}, for ${purpose}, ${why}: free it, or set ${variable} to another one.`);
}
