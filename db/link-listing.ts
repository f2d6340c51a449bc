/** Ties pages to variants, and unties them. */
import { type Executor, statement } from './database.ts';
import type { LinkedBy } from './listings.ts';

const twin = statement(
  'find_listing_twin',
  `select 1 from listings l join listings own on own.id = $1 and own.competitor_id = l.competitor_id and l.url = coalesce($3, own.url)
   where l.id <> $1 and l.variant_id = $2 and l.status <> 'gone'`,
);

const link = statement(
  'link_listing',
  `update listings set variant_id = $2, linked_by = $3, url = coalesce($4, url), searching = searching and $4 is null, due_at = least(due_at, now()),
     version = version + 1, updated_at = now()
   where id = $1 and (variant_id is null or ($5 and variant_id = $2)) returning id`,
);

const drop = statement(
  'drop_listing_twin',
  `update listings set status = 'gone', status_reason = 'watched_elsewhere', version = version + 1, updated_at = now() where id = $1`,
);

/**
 * Ties a listing that is tied to nothing. Where the page is watched for the variant by another listing, this one is over. False
 * when it is tied to something by now.
 * @param by of a person, it may be tied to this variant already
 */
export async function linkListing(
  tx: Executor,
  listingId: string,
  { variantId, by, url = null }: { variantId: string; by: LinkedBy; url?: string | null },
): Promise<boolean> {
  if ((await tx.rows(twin, [listingId, variantId, url])).length > 0) {
    await tx.rows(drop, [listingId]);
    return true;
  }
  return (await tx.rows(link, [listingId, variantId, by, url, by === 'person'])).length > 0;
}

const unlink = statement(
  'unlink_listing',
  `update listings set variant_id = null, version = version + 1, updated_at = now() where id = $1 and variant_id = $2 returning id`,
);

/** False when it is not tied to this variant. */
export async function unlinkListing(tx: Executor, listingId: string, variantId: string): Promise<boolean> {
  return (await tx.rows(unlink, [listingId, variantId])).length > 0;
}
