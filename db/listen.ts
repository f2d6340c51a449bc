/** A LISTEN connection that comes back by itself. A notice may be lost while it is away, so listeners poll as well. */
import pg from 'pg';
import type { Channel } from './database.ts';

const RETRY_MS = 500;

export interface Listener {
  close(): Promise<void>;
}

/**
 * @param onSubjects called with the subjects of each notice, and with none after every (re)connect: look again
 */
export async function listen(
  url: string,
  channel: Channel,
  onSubjects: (subjects: string[]) => void,
  onError: (error: Error) => void = () => {},
): Promise<Listener> {
  let closed = false;
  let client: pg.Client | undefined;
  let timer: NodeJS.Timeout | undefined;

  async function connect(): Promise<void> {
    if (closed) return;
    const next = new pg.Client({ connectionString: url, keepAlive: true, connectionTimeoutMillis: 5_000 });
    next.on('notification', (notice) => onSubjects((notice.payload ?? '').split(',').filter(Boolean)));
    next.on('error', onError);
    client = next;
    await next.connect();
    await next.query(`listen ${channel}`);
    // Only a connection that stood is followed by its end; one that failed is tried again by whoever tried it.
    next.once('end', again);
    onSubjects([]);
  }

  function again(): void {
    if (closed) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      connect().catch((error: Error) => {
        client?.end().catch(() => {});
        onError(error);
        again();
      });
    }, RETRY_MS);
  }

  await connect();
  return {
    async close() {
      closed = true;
      clearTimeout(timer);
      await client?.end().catch(() => {});
    },
  };
}
