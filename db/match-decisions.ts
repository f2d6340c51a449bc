/** What people decided about pairs of page and variant: kept for good, so that nobody is asked twice. */
import { type Executor, statement } from './database.ts';
import { uuidv7 } from './ids.ts';

export interface PairDecision {
  listingId: string;
  variantId: string;
  /** The page that a search found; null: the listing's own. */
  url: string | null;
  status: 'accepted' | 'rejected';
  /** Who decided: the id of an API key, or an e-mail address. */
  by: string;
  note?: string | undefined;
}

const decide = statement(
  'decide_match_pair',
  `insert into match_suggestions as s (id, listing_id, variant_id, url, kind, score, status, decided_by, decided_at, note)
   values ($1, $2, $3, $4, 'suggested', case $5::text when 'accepted' then 1 else 0 end, $5, $6, now(), $7)
   on conflict (listing_id, variant_id, coalesce(url, '')) do update set status = excluded.status, decided_by = excluded.decided_by,
     decided_at = now(), note = coalesce(excluded.note, s.note), version = s.version + 1, updated_at = now()
   where s.status <> excluded.status`,
);

/** Whether they belong together, by a person's word; a later word replaces it. */
export async function decidePair(
  tx: Executor,
  { listingId, variantId, url, status, by, note }: PairDecision,
): Promise<void> {
  await tx.rows(decide, [uuidv7(), listingId, variantId, url, status, by, note ?? null]);
}
