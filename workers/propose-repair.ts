/**
 * Triggered when the pages of a site are understood in another way. Looks on the pages that are kept for the places where the prices
 * known from before stand now, tries the best on all of them with the reader itself, and proposes one to a person. A second run
 * proposes anew in place of the first; what a person has refused is not proposed again.
 */
import { setImmediate as pause } from 'node:timers/promises';
import { findCompetitor } from '../db/competitors.ts';
import type { Database } from '../db/database.ts';
import { listRepairPages, proposeRepair, type RepairPage } from '../db/extraction-repairs.ts';
import { chooseRepair, type SavedPage } from '../domain/drift/choose-repair.ts';
import { ObjectMissingError, type ObjectStorage } from '../providers/object-storage.ts';
import { done } from './outcome.ts';
import { readEvidence } from './page-evidence.ts';
import type { Processor } from './run-worker.ts';

export interface ProposeRepairDeps {
  db: Database;
  storage: Pick<ObjectStorage, 'read'>;
}

/** Each is read several times over. */
const PAGES = 12;

export function createProposeRepair({ db, storage }: ProposeRepairDeps): Processor<{ competitor_id: string }> {
  return async ({ competitor_id: id }) => {
    const site = await findCompetitor(db, id);
    if (!site) return done('the competitor is gone');
    const pages = await readPages(storage, await listRepairPages(db, id, PAGES));
    const { currency, locale, selectors, name: siteName } = site;
    const repair = await chooseRepair(pages, { currency, locale, selectors, siteName }, pause);
    if (!repair) return done(`no place agrees on enough of ${pages.length} pages`);
    const proposed = await db.transaction((tx) => proposeRepair(tx, { competitorId: id, ...repair }));
    return done(
      proposed
        ? `proposed ${repair.selector}, as before on ${repair.agreed} of ${pages.length} pages`
        : 'refused before',
    );
  };
}

async function readPages(storage: ProposeRepairDeps['storage'], pages: readonly RepairPage[]): Promise<SavedPage[]> {
  const saved = await Promise.all(pages.map((page) => readSaved(storage, page)));
  return saved.filter((page) => page !== undefined);
}

/** Undefined for evidence whose time is up. */
async function readSaved(
  storage: ProposeRepairDeps['storage'],
  { listing_id, observation_id, url, evidence_key, observed_at, amount, currency }: RepairPage,
): Promise<SavedPage | undefined> {
  try {
    const html = await readEvidence(storage, evidence_key);
    const fetchedAt = observed_at.toISOString();
    return { listingId: listing_id, observationId: observation_id, url, html, fetchedAt, before: { amount, currency } };
  } catch (error) {
    if (error instanceof ObjectMissingError) return undefined;
    throw error;
  }
}
