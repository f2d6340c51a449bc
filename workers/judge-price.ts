/**
 * Triggered by an observation, by a shape of pages that a person has confirmed, and by the sweep. Judges what was seen of a listing
 * since the last time, oldest first, and writes alerts, their messages and a second look in the same transaction, under the lock of
 * the listing's row. A second or late run finds nothing that is newer than what was judged.
 */
import { findRulesOfListing } from '../db/alert-rules.ts';
import type { Database, Executor } from '../db/database.ts';
import { heldShapes } from '../db/extraction-shapes.ts';
import { findListingForReading } from '../db/listing-for-reading.ts';
import { resolveLive } from '../db/price-alert-life.ts';
import { findUnjudged, findWatchedObservation, lockWatch, storeState } from '../db/price-watches.ts';
import { planRecheck } from '../db/scrapes.ts';
import { believeHeld, tiedTo } from '../domain/price-alerts/judge-listing.ts';
import type { Watch } from '../domain/price-alerts/watch.ts';
import { type JudgeOptions, judgeLook, record } from './judge-look.ts';
import { done } from './outcome.ts';
import type { Processor } from './run-worker.ts';
import { type CompareOptions, type ListingAround, lookAt } from './watched-look.ts';

export interface JudgePriceDeps extends JudgeOptions, CompareOptions {
  db: Database;
}

/** Looks of one transaction. */
const AT_ONCE = 20;

export function createJudgePrice(deps: JudgePriceDeps): Processor<{ listing_id: string }> {
  return async ({ listing_id }) => {
    for (let looks = 0; ; ) {
      const judged = await deps.db.transaction((tx) => judgeSome(tx, deps, listing_id));
      looks += judged;
      if (judged < AT_ONCE) return done(`${looks} looks`);
    }
  };
}

async function judgeSome(tx: Executor, deps: JudgePriceDeps, listingId: string): Promise<number> {
  const locked = await lockWatch(tx, listingId);
  const found = locked && (await findListingForReading(tx, listingId));
  if (!found) return 0;
  let watch = tiedTo(locked.watch, found.variant?.id ?? null);
  // A page that is tied to nothing is kept, and never alerted on.
  if (watch !== locked.watch) {
    await resolveLive(tx, { listingId }, { why: 'unlinked' });
    await storeState(tx, listingId, watch);
  }
  const rules = found.variant ? await findRulesOfListing(tx, listingId) : [];
  const around = { found, rules, heldShapes: await heldShapes(tx, found.competitor.id) };
  const observations = await findUnjudged(tx, listingId, locked.judged_at, AT_ONCE);
  for (const observation of observations) {
    const look = await lookAt(tx, deps, around, observation, watch.good);
    watch = await judgeLook(tx, deps, around, watch, look);
  }
  if (watch.held?.trustedBy) await believe(tx, deps, around, watch);
  else if (observations.length === 0) await askAgain(tx, deps, around, watch);
  return observations.length;
}

/** What is held, and a person believes. */
async function believe(tx: Executor, deps: JudgePriceDeps, around: ListingAround, watch: Watch): Promise<void> {
  const { held } = watch;
  const observation = held && (await findWatchedObservation(tx, around.found.listing.id, held.facts.observationId));
  if (!held?.trustedBy || !observation) return;
  const look = await lookAt(tx, deps, around, observation, watch.good);
  if (look.seen.outcome !== 'observed') return;
  const judgement = believeHeld(watch, look.seen, look.world);
  await record(tx, deps, around, { before: watch, judgement, look, actor: held.trustedBy });
}

/** What was held for the shape of its page, which somebody has confirmed since, is seen afresh. */
async function askAgain(
  tx: Executor,
  { recheckSeconds }: JudgePriceDeps,
  around: ListingAround,
  watch: Watch,
): Promise<void> {
  if (!watch.held?.doubts.includes('shape_unconfirmed')) return;
  const { listing } = around.found;
  const observation = await findWatchedObservation(tx, listing.id, watch.held.facts.observationId);
  if (observation?.shape && around.heldShapes.has(observation.shape)) return;
  await planRecheck(tx, listing.id, new Date(Date.now() + recheckSeconds * 1_000));
}
