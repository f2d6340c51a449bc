/** Looks at listings and what came of them. */
import type { CompetitorFields } from '../../db/competitors.ts';
import type { Database } from '../../db/database.ts';
import { uuidv7 } from '../../db/ids.ts';
import { type NewObservation, recordObservation } from '../../db/observations.ts';
import type { PageFields } from '../../domain/pages/page-reading.ts';
import { seedCompetitor, seedListing } from './watch-list.ts';

export interface WatchedListing {
  competitorId: string;
  listingId: string;
  variantId: string | null;
}

/** A listing of a new competitor, or of the one given. */
export async function watchListing(
  db: Database,
  variantId: string | null = null,
  competitor?: Partial<CompetitorFields> & { id?: string },
): Promise<WatchedListing> {
  const owner = competitor?.id
    ? { id: competitor.id, domain: competitor.domain ?? 'rival.example' }
    : await seedCompetitor(db, competitor);
  return { competitorId: owner.id, listingId: await seedListing(db, owner, variantId), variantId };
}

export async function insertScrape(db: Database, { listingId, competitorId }: WatchedListing): Promise<string> {
  const id = uuidv7();
  await db.pool.query(
    `insert into scrapes (id, listing_id, competitor_id, source, status, planned_for, finished_at, outcome)
     values ($1, $2, $3, 'built_in', 'done', now(), now(), 'observed')`,
    [id, listingId, competitorId],
  );
  return id;
}

const field = <T>(value: T) => ({
  value,
  layer: 'json_ld' as const,
  confidence: 0.98,
  path: 'offers',
  text: String(value),
  others: [],
});

/** What a page says that asks so much, in minor units. */
export const priceFields = (
  amount: number,
  more: { currency?: string; availability?: 'in_stock' | 'out_of_stock' } = {},
): PageFields => ({
  title: field('Kettle'),
  price: field({ amount, currency: more.currency ?? 'eur', kind: 'exact' as const, upper: null }),
  availability: field(more.availability ?? 'in_stock'),
});

type Seen = number | { fields: PageFields } | { reason: string };

/** One look at a listing and what came of it: a price in minor units, fields, or nothing for a reason. Returns the observation's id. */
export async function observe(
  db: Database,
  listing: WatchedListing,
  observedAt: Date | string,
  seen: Seen,
  more: Partial<NewObservation> = {},
): Promise<string> {
  const reading: NewObservation['reading'] =
    typeof seen === 'object' && 'reason' in seen
      ? { kind: 'none', reason: seen.reason, detail: 'as a test says' }
      : { kind: 'offer', fields: typeof seen === 'number' ? priceFields(seen) : seen.fields, shape: 'json_ld:offers' };
  const id = await recordObservation(db, {
    ...listing,
    scrapeId: await insertScrape(db, listing),
    observedAt: new Date(observedAt).toISOString(),
    url: 'https://rival.example/p/1',
    source: 'built_in',
    rule: 'allow: /',
    reading,
    ...more,
  });
  if (!id) throw new Error('this look has been recorded already');
  return id;
}
