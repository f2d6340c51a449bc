/** What people decided about pairs of page and variant: kept for good, so that nobody is asked twice. */
import { type Executor, statement } from './database.ts';
import { uuidv7 } from './ids.ts';
import { linkListing, unlinkListing } from './link-listing.ts';

export interface PairDecision {
  listingId: string;
  variantId: string;
  status: 'accepted' | 'rejected';
  /** Who decided: the id of an API key, or an e-mail address. */
  by: string;
  note?: string | undefined;
}

const decidePairOnce = statement(
  'decide_match_pair',
  `insert into match_suggestions as s (id, listing_id, variant_id, kind, score, status, decided_by, decided_at, note)
   values ($1, $2, $3, 'suggested', case $4::text when 'accepted' then 1 else 0 end, $4, $5, now(), $6)
   on conflict (listing_id, variant_id, coalesce(url, '')) do update set status = excluded.status, decided_by = excluded.decided_by,
     decided_at = now(), note = coalesce(excluded.note, s.note), version = s.version + 1, updated_at = now()
   where s.status <> excluded.status`,
);

/** Whether a listing's own page and a variant belong together, by a person's word; a later word replaces it. */
export async function decidePair(
  tx: Executor,
  { listingId, variantId, status, by, note }: PairDecision,
): Promise<void> {
  await tx.rows(decidePairOnce, [uuidv7(), listingId, variantId, status, by, note ?? null]);
}

/**
 * The page is not of this variant: they are untied, and never tied again by themselves. A second time changes nothing. False when
 * they were not tied.
 */
export async function rejectMatch(tx: Executor, pair: Omit<PairDecision, 'status'>): Promise<boolean> {
  await decidePair(tx, { ...pair, status: 'rejected' });
  return unlinkListing(tx, pair.listingId, pair.variantId);
}

export interface LockedSuggestion {
  id: string;
  listing_id: string;
  variant_id: string;
  kind: 'suggested' | 'contradicted';
  url: string | null;
  status: 'open' | 'accepted' | 'rejected';
  version: number;
}

// The listing first: whoever reads its page locks it before its suggestions.
const lock = statement(
  'lock_match_suggestion',
  `with l as materialized (
     select id from listings where id = (select listing_id from match_suggestions where id = $1) for no key update
   )
   select s.id, s.listing_id, s.variant_id, s.kind, s.url, s.status, s.version from match_suggestions s
   where s.id = $1 and s.listing_id = (select id from l) for no key update`,
);

export async function lockSuggestion(tx: Executor, id: string): Promise<LockedSuggestion | undefined> {
  const [row] = await tx.rows<LockedSuggestion>(lock, [id]);
  return row;
}

const decide = statement(
  'decide_match_suggestion',
  `update match_suggestions set status = $2, decided_by = $3, decided_at = now(), note = $4, version = version + 1, updated_at = now()
   where id = $1 and status = 'open'`,
);
const moot = statement(
  'delete_moot_suggestions',
  `delete from match_suggestions where listing_id = $1 and status = 'open' and kind = 'suggested'`,
);

export interface Decision {
  by: string;
  note?: string | undefined;
}

/** Ties the page to the variant. The row is locked and open. False when the listing is tied to another variant by now. */
export async function acceptSuggestion(tx: Executor, row: LockedSuggestion, { by, note }: Decision): Promise<boolean> {
  const { listing_id, variant_id: variantId, url } = row;
  if (!(await linkListing(tx, listing_id, { variantId, by: 'person', url }))) return false;
  await tx.rows(decide, [row.id, 'accepted', by, note ?? null]);
  await tx.rows(moot, [listing_id]);
  return true;
}

/** They do not belong together. The row is locked and open; where they are tied, they are tied no more. */
export async function rejectSuggestion(tx: Executor, row: LockedSuggestion, { by, note }: Decision): Promise<void> {
  await tx.rows(decide, [row.id, 'rejected', by, note ?? null]);
  if (row.kind === 'contradicted') await unlinkListing(tx, row.listing_id, row.variant_id);
}
