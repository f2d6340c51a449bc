/** A LISTEN connection that comes back by itself. A notice may be lost while it is away, so listeners poll as well. */
import pg from 'pg';
import type { Channel } from './database.ts';

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
    next.once('end', () => {
      if (!closed && client === next) timer = setTimeout(reconnect, 250);
    });
    client = next;
    await next.connect();
    await next.query(`listen ${channel}`);
    onSubjects([]);
  }

  function reconnect(): void {
    connect().catch((error: Error) => {
      onError(error);
      if (!closed) timer = setTimeout(reconnect, 250);
    });
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
