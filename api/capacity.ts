/** Back-pressure: past a limit of open jobs, new orders are refused with 503 rather than piled up. Looked at now and then. */
import type { Database } from '../db/database.ts';
import { countOpenJobs } from '../db/outbox.ts';
import { Problem } from './problem.ts';

const LOOK_EVERY_MS = 5_000;
const RETRY_AFTER_SECONDS = 5;

export interface Capacity {
  /** Throws 503 while there are more open jobs than the limit. */
  assert(): void;
  close(): void;
}

export function watchCapacity(db: Database, maxOpenJobs: number, onError: (error: Error) => void): Capacity {
  let full = false;
  const look = () =>
    countOpenJobs(db, maxOpenJobs).then((open) => {
      full = open >= maxOpenJobs;
    }, onError);
  const timer = setInterval(look, LOOK_EVERY_MS);
  void look();
  return {
    assert() {
      if (!full) return;
      const detail = 'More work is waiting than this shop takes on; nothing was accepted.';
      throw new Problem({ status: 503, code: 'backlog_full', detail, retryAfterSeconds: RETRY_AFTER_SECONDS });
    },
    close: () => clearInterval(timer),
  };
}
