/** The embedded PostgreSQL of a start: watched, and started again on its port when it falls. */
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../db/embedded-postgres.ts';
import type { LogPrinter } from './print-log.ts';
import { StartError } from './start-error.ts';

export interface KeptPostgres {
  /** Stays the same over restarts. */
  url: string;
  /** Rejects with a {@link StartError} when it fell and could not be brought back; never resolves. */
  givenUp: Promise<never>;
  stop(): Promise<void>;
}

/** Everything else shares the machine: a demo needs no larger cache, and a few hundred connections no more. */
const SETTINGS = { shared_buffers: '128MB', max_wal_size: '2GB', random_page_cost: '1.1' };
const WATCH_MS = 1_000;
/** The processes of a killed server need a moment to let its memory go. */
const RESTARTS = 20;
const RESTART_EVERY_MS = 500;

export async function keepPostgres(dataDir: string, printer: LogPrinter): Promise<KeptPostgres> {
  const log = (line: string) => printer.line('postgres', line);
  const start = () => startEmbeddedPostgres({ dataDir, settings: SETTINGS, log });
  let server = await start();
  const { url } = server;
  const watch = new AbortController();
  const restart = async () => {
    printer.say('PostgreSQL is gone; it is started again', 40);
    await server.stop();
    server = await startAgain(start, watch.signal);
    if (server.url !== url) throw new Error('its port was taken meanwhile');
    printer.say('PostgreSQL is back');
  };
  const watching = watchServer(url, restart, watch.signal);
  const givenUp = watching.then(
    () => new Promise<never>(() => {}),
    (error: Error) => {
      throw new StartError(`PostgreSQL fell and cannot be started again: ${error.message}`);
    },
  );
  givenUp.catch(() => {});
  return {
    url,
    givenUp,
    async stop() {
      watch.abort();
      await watching.catch(() => {});
      await server.stop();
    },
  };
}

/** Runs until it is aborted; rejects when a restart fails. */
async function watchServer(url: string, restart: () => Promise<void>, signal: AbortSignal): Promise<void> {
  const port = Number(new URL(url).port);
  while (!signal.aborted) {
    await delay(WATCH_MS, undefined, { signal }).catch(() => {});
    if (!signal.aborted && (await isRefused(port))) await restart();
  }
}

/** Nobody listens: a server that is merely busy still accepts. */
function isRefused(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    const settle = (refused: boolean) => {
      socket.destroy();
      resolve(refused);
    };
    socket.once('connect', () => settle(false));
    socket.once('error', (error: NodeJS.ErrnoException) => settle(error.code === 'ECONNREFUSED'));
    socket.setTimeout(WATCH_MS, () => settle(false));
  });
}

async function startAgain(start: () => Promise<EmbeddedPostgres>, signal: AbortSignal): Promise<EmbeddedPostgres> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await start();
    } catch (error) {
      if (attempt === RESTARTS || signal.aborted) throw error;
      await delay(RESTART_EVERY_MS);
    }
  }
}
