/**
 * Waits for one variant of a picture: finds it, or has it made and looks at its row until it is there. Requests for the same one share
 * one look, so that a popular page costs as much as a single visit.
 */
import type { Database } from '../db/database.ts';
import { reopenJobs } from '../db/outbox.ts';
import { findVariant } from '../db/picture-variants.ts';
import { findPicture } from '../db/pictures.ts';
import type { ImageFormat } from '../domain/image-presets.ts';
import { makeJob } from '../queues/define-queue.ts';
import { makeVariant } from '../queues/make-variant.ts';

export interface VariantWish {
  sha256: string;
  recipe: string;
  preset: string;
  format: ImageFormat;
}

export type AwaitedVariant = { kind: 'ready'; key: string } | { kind: 'unknown' } | { kind: 'later' };

/** One that could not be made is not tried again with every request. */
const REST_SECONDS = 60;
/** More different ones than this at once are left to come back: each one's row is looked at several times a second. */
const MOST_AT_ONCE = 50;
const FIRST_LOOK_MS = 50;
const SLOWEST_LOOK_MS = 500;

export function createVariantWaiter(db: Database): (wish: VariantWish, waitMs: number) => Promise<AwaitedVariant> {
  const underWay = new Map<string, Promise<AwaitedVariant>>();
  return async (wish, waitMs) => {
    const found = await findVariant(db, wish);
    if (found) return { kind: 'ready', key: found.key };
    const name = Object.values(wish).join('/');
    const shared = underWay.get(name);
    if (shared) return shared;
    const waiting = obtain(db, wish, underWay.size < MOST_AT_ONCE ? waitMs : 0).finally(() => underWay.delete(name));
    underWay.set(name, waiting);
    return waiting;
  };
}

async function obtain(db: Database, wish: VariantWish, waitMs: number): Promise<AwaitedVariant> {
  const picture = await findPicture(db, wish.sha256);
  if (picture?.status !== 'ready') return { kind: 'unknown' };
  await reopenJobs(db, [makeJob(makeVariant, wish)], REST_SECONDS);
  const end = Date.now() + waitMs;
  for (let delay = FIRST_LOOK_MS; Date.now() + delay <= end; delay = Math.min(delay * 1.5, SLOWEST_LOOK_MS)) {
    await new Promise((resolve) => setTimeout(resolve, delay));
    const made = await findVariant(db, wish);
    if (made) return { kind: 'ready', key: made.key };
  }
  return { kind: 'later' };
}
