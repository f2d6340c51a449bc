/**
 * A step of the sweeper: tells operations that the pages of a site are understood in another way, and has a repair looked for. All
 * changes of one site are one message; another follows only when the site itself is held. Each is taken and told in one
 * transaction, so any number of sweepers tell it once.
 */
import type { Database, Executor } from '../db/database.ts';
import { takeUntoldChanges, type UntoldChange } from '../db/extraction-changes.ts';
import { insertJobs } from '../db/outbox.ts';
import { makeJob } from '../queues/define-queue.ts';
import { proposeRepair } from '../queues/propose-repair.ts';
import { tellOperations } from './tell-operations.ts';

/** @param fallback the address for when no recipient of operations is known */
export async function tellExtractionChanges(db: Database, fallback: string | undefined): Promise<void> {
  while (await db.transaction((tx) => tellSite(tx, fallback)));
}

async function tellSite(tx: Executor, fallback: string | undefined): Promise<boolean> {
  const changes = await takeUntoldChanges(tx);
  const [first] = changes;
  if (!first) return false;
  await tellOperations(tx, fallback, {
    orderId: null,
    cause: `extraction_changed/${first.first_id}${first.site_held ? '/held' : ''}`,
    kind: 'extraction_changed',
    facts: factsOf(first, changes),
  });
  await insertJobs(tx, [makeJob(proposeRepair, { competitor_id: first.competitor_id })]);
  return true;
}

const listOf = (values: readonly (string | null)[]) =>
  [...new Set(values.filter((value) => value !== null))].join(', ');

function factsOf({ competitor, kind, site_held: isHeld }: UntoldChange, changes: readonly UntoldChange[]): object {
  return {
    competitor,
    change: kind,
    field: listOf(changes.map(({ field }) => field)),
    pages: Math.max(...changes.map(({ pages }) => pages)),
    changed: Math.max(...changes.map(({ changed }) => changed)),
    ...(isHeld && { site_held: '✓' }),
  };
}
