/**
 * Triggered once a day: removes raw pages that no look waits for any more, and evidence of months whose time is up, unless the
 * last good price of a listing, an open alert or an open proposal rests on it. Observations stay. A second, late or cut-off run
 * removes what is left.
 */
import type { Database } from '../db/database.ts';
import { findFirstObservation, findNeededEvidence, findUnreadScrapes } from '../db/needed-evidence.ts';
import { evidenceOf, PAGES, scrapeOfPageKey } from '../domain/pages/page-keys.ts';
import type { ObjectStorage, StoredObject } from '../providers/object-storage.ts';
import { done } from './outcome.ts';
import type { Processor } from './run-worker.ts';

export interface CleanEvidenceDeps {
  db: Database;
  storage: Pick<ObjectStorage, 'list' | 'remove'>;
  evidenceDays: number;
}

const DAY_MS = 86_400_000;
const PAGE = 500;

export function createCleanEvidence(deps: CleanEvidenceDeps): Processor<{ day: string }> {
  return async ({ day }) => {
    const pages = await removeReadPages(deps);
    const evidence = await removeOldEvidence(deps, new Date(day));
    return done(`removed ${pages} pages that were read and ${evidence} pieces of evidence`);
  };
}

/** A page is put before its scrape says so: one of this day may be on its way. */
async function removeReadPages({ db, storage }: CleanEvidenceDeps): Promise<number> {
  let removed = 0;
  const removeRead = async (objects: readonly StoredObject[]) => {
    const ids = objects.flatMap(({ key }) => scrapeOfPageKey(key) ?? []);
    const unread = await findUnreadScrapes(db, ids);
    for (const { key } of objects) {
      if (unread.has(scrapeOfPageKey(key) ?? '')) continue;
      await storage.remove(key);
      removed++;
    }
  };
  let page: StoredObject[] = [];
  for await (const object of storage.list(PAGES)) {
    if (object.modifiedAt.getTime() > Date.now() - DAY_MS) continue;
    page.push(object);
    if (page.length < PAGE) continue;
    await removeRead(page);
    page = [];
  }
  if (page.length > 0) await removeRead(page);
  return removed;
}

/** By whole months: what a page said is kept once for all days of a month that it said so. */
async function removeOldEvidence({ db, storage, evidenceDays }: CleanEvidenceDeps, today: Date): Promise<number> {
  const first = await findFirstObservation(db);
  if (!first) return 0;
  const end = new Date(today.getTime() - evidenceDays * DAY_MS).toISOString().slice(0, 7);
  const needed = await findNeededEvidence(db, end);
  let removed = 0;
  for (const month of monthsBetween(first, end)) {
    for await (const { key } of storage.list(evidenceOf(month))) {
      if (needed.has(key)) continue;
      await storage.remove(key);
      removed++;
    }
  }
  return removed;
}

function* monthsBetween(first: Date, end: string): Generator<string> {
  const month = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth(), 1));
  for (let name = nameOf(month); name < end; name = nameOf(month)) {
    yield name;
    month.setUTCMonth(month.getUTCMonth() + 1);
  }
}

const nameOf = (month: Date) => month.toISOString().slice(0, 7);
