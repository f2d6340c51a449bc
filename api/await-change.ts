/** Waits until a change of a subscription is made or refused, for who prefers an answer that says so. It looks at the change's row. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../db/database.ts';
import { findChange } from '../db/subscription-changes.ts';
import { preferredWait } from './prefer.ts';
import type { Answer, Call } from './route.ts';
import type { SubscriptionView } from './subscription-views.ts';

const FIRST_LOOK_MS = 50;
const SLOWEST_LOOK_MS = 500;

/** True when the last change that the answer shows as pending is settled; false when the time was up, or nobody wants to wait. */
export async function awaitChange(db: Database, { headers }: Pick<Call, 'headers'>, answer: Answer): Promise<boolean> {
  const waitMs = preferredWait(headers.prefer);
  if (waitMs === undefined) return false;
  const id = (answer.body as SubscriptionView).pending_changes.at(-1)?.id;
  if (!id) return false;
  const until = Date.now() + waitMs;
  for (let pause = FIRST_LOOK_MS; ; pause = Math.min(pause * 2, SLOWEST_LOOK_MS)) {
    if ((await findChange(db, id))?.status !== 'pending') return true;
    if (Date.now() + pause > until) return false;
    await sleep(pause);
  }
}
