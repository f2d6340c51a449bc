/**
 * Lets any number of requests follow rows. They wait for rows, never for the queue: a signal names subjects that changed, one read
 * serves all who follow any of them, and a look every second finds what a lost signal would have told.
 */
import type { Channel } from '../db/database.ts';
import { listen } from '../db/listen.ts';

export interface Follower {
  /** The process is going. */
  onEnd: () => void;
}

export interface RowFollowers<F extends Follower> {
  /** Follows a subject, beginning with a read of it; returns how to stop. */
  add(subject: string, follower: F): () => void;
  readonly size: number;
  /** Ends all that follow, and all that come later at once. */
  end(): void;
  close(): Promise<void>;
}

export interface RowSource<F extends Follower> {
  databaseUrl: string;
  channel: Channel;
  /** Reads the subjects that are asked for, and tells those who follow them; the sets change as followers come and go. */
  read: (asked: ReadonlyMap<string, ReadonlySet<F>>) => Promise<void>;
  onError: (error: Error) => void;
}

const POLL_MS = 1_000;

export async function followRows<F extends Follower>(source: RowSource<F>): Promise<RowFollowers<F>> {
  const { databaseUrl, channel, onError } = source;
  const followers = new Map<string, Set<F>>();
  let dirty = new Set<string>();
  let reading: Promise<void> | undefined;
  let ended = false;

  function touch(subjects: Iterable<string>): void {
    for (const subject of subjects) if (followers.has(subject)) dirty.add(subject);
    if (dirty.size > 0) reading ??= read();
  }

  async function read(): Promise<void> {
    const subjects = dirty;
    dirty = new Set();
    try {
      await source.read(new Map([...subjects].map((subject) => [subject, followers.get(subject) ?? new Set()])));
    } catch (error) {
      onError(error as Error);
    } finally {
      reading = undefined;
      if (dirty.size > 0) reading = read();
    }
  }

  const timer = setInterval(() => touch(followers.keys()), POLL_MS);
  const listener = await listen(databaseUrl, channel, touch, onError);

  return {
    add(subject, follower) {
      const group = followers.get(subject) ?? new Set();
      followers.set(subject, group.add(follower));
      touch([subject]);
      if (ended) setImmediate(follower.onEnd);
      return () => {
        group.delete(follower);
        if (group.size === 0 && followers.get(subject) === group) followers.delete(subject);
      };
    },
    get size() {
      return [...followers.values()].reduce((sum, group) => sum + group.size, 0);
    },
    end() {
      ended = true;
      for (const { onEnd } of [...followers.values()].flatMap((group) => [...group])) onEnd();
    },
    async close() {
      clearInterval(timer);
      await listener.close();
      await reading;
    },
  };
}
