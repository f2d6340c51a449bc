/**
 * Tells together what was held for it: each look makes one message of all that a recipient has due of a topic, and its job. Part
 * of the scheduler. Any number may run: the members of a digest are locked by whoever writes it, and the others pass them over.
 */
import type { Logger } from 'pino';
import type { Database } from '../db/database.ts';
import { closeDigest, findDueDigests, trimTurns } from '../db/digests.ts';
import { throttled } from '../logger.ts';
import { repeat, type Timer } from './repeat.ts';

export interface DigestTimerOptions {
  db: Database;
  log: Logger;
  everyMs?: number;
}

const LIMIT = 200;
const TRIM_EVERY_MS = 3_600_000;

export function startDigestTimer({ db, log, everyMs = 2_000 }: DigestTimerOptions): Timer {
  const failed = throttled(log, 'digests could not be closed, will look again');
  let trimmedAt = 0;

  async function look(): Promise<void> {
    while ((await closeDueDigests(db)) === LIMIT);
    if (Date.now() - trimmedAt < TRIM_EVERY_MS) return;
    trimmedAt = Date.now();
    await trimTurns(db);
  }

  return repeat(look, everyMs, failed);
}

/** One look. Returns how many digests it wrote. */
export async function closeDueDigests(db: Database): Promise<number> {
  let written = 0;
  for (const due of await findDueDigests(db, LIMIT)) if ((await closeDigest(db, due)) > 0) written++;
  return written;
}
