/** What a client says of a listing, made into what is kept: whose page it is, and which variant of ours it is tied to. */
import { type CompetitorRow, findCompetitor, findCompetitorsByDomain } from '../db/competitors.ts';
import type { Executor } from '../db/database.ts';
import type { LinkedBy, ListingFields } from '../db/listings.ts';
import { findVariantIds } from '../db/variant-identifiers.ts';
import { isOfDomain, normalizePageUrl } from '../domain/watch-list/page-url.ts';
import { withChanges } from './competitor-schemas.ts';
import { type ListingChanges, type NewListing, PLAIN } from './listing-schemas.ts';
import { type FieldError, invalid } from './problem.ts';
import { isPrivate, type PrivateHosts } from './watch-list-fields.ts';

/** Throws 422 when it is not there. */
export async function competitorOf(db: Executor, body: NewListing): Promise<CompetitorRow> {
  const found =
    body.competitor_id === undefined
      ? (await findCompetitorsByDomain(db, [body.competitor!]))[0]
      : await findCompetitor(db, body.competitor_id);
  if (found) return found;
  const pointer = body.competitor_id === undefined ? '/competitor' : '/competitor_id';
  throw refused(pointer, 'competitor_not_found', 'there is no competitor of this name');
}

/** The listing as it will be. Throws 422. */
export async function tieListing(
  db: Executor,
  competitor: CompetitorRow,
  before: ListingFields | undefined,
  body: ListingChanges,
  allowed: PrivateHosts,
): Promise<ListingFields> {
  const { sku: _, variant_id: __, ...changes } = body;
  const fields = withChanges<ListingFields>(before ? unsearched(before) : PLAIN, changes);
  if (fields.url === null && fields.search === null) throw refused('/url', 'url_needed', 'url or search is needed');
  if (body.url && body.url !== before?.url) refusePage(body.url, competitor, allowed);
  const isTiedAnew = body.sku !== undefined || body.variant_id !== undefined;
  const variant_id = isTiedAnew ? await variantOf(db, body) : fields.variant_id;
  const isSaidAgain = isTiedAnew || (body.url !== undefined && body.url !== before?.url) || !before;
  const linked_by = isSaidAgain ? linkedBy(variant_id, fields.url) : fields.linked_by;
  return searched({ ...fields, variant_id, linked_by }, competitor);
}

/** As it was said: a search has no page of its own. */
export const unsearched = <T extends ListingFields>(fields: T): T =>
  fields.searching ? { ...fields, url: null, searching: false } : fields;

/** A search for a variant is looked at where the competitor shows what it found. */
export function searched(fields: ListingFields, { search_url }: Pick<CompetitorRow, 'search_url'>): ListingFields {
  const { url, search, variant_id } = fields;
  if (url !== null || search === null || variant_id === null) return fields;
  const results = resultsAt(search_url, search);
  return results === null ? fields : { ...fields, url: results, searching: true };
}

/** Where a site shows what it found; null when nobody said where. */
export function resultsAt(searchUrl: string | null, search: string): string | null {
  return normalizePageUrl(searchUrl?.replaceAll('{query}', encodeURIComponent(search)) ?? '')?.href ?? null;
}

/** Who names page and variant says that they belong together. */
export function linkedBy(variantId: string | null, url: string | null): LinkedBy | null {
  if (variantId === null) return null;
  return url === null ? 'person' : 'url';
}

async function variantOf(db: Executor, { sku, variant_id }: ListingChanges): Promise<string | null> {
  if ((sku ?? variant_id ?? null) === null) return null;
  const found = await findVariantIds(db, { skus: sku ? [sku] : [], ids: variant_id ? [variant_id] : [] });
  if (found[0]) return found[0].id;
  throw refused(sku ? '/sku' : '/variant_id', 'variant_not_found', `there is no variant ${sku ?? variant_id}`);
}

/** What is wrong with a page, as far as its address tells. */
export function pageProblem(
  address: string,
  { domain }: Pick<CompetitorRow, 'domain'>,
  allowed: PrivateHosts,
): FieldError | undefined {
  const url = new URL(address);
  if (!isOfDomain(url, domain))
    return { pointer: '/url', code: 'url_not_of_competitor', message: `url: is not a page of ${domain}` };
  if (isPrivate(url, allowed))
    return { pointer: '/url', code: 'address_not_public', message: 'url: does not lead to the public Internet' };
  return undefined;
}

function refusePage(address: string, competitor: CompetitorRow, allowed: PrivateHosts): void {
  const problem = pageProblem(address, competitor, allowed);
  if (problem) throw invalid([problem], 422);
}

const refused = (pointer: string, code: string, message: string) =>
  invalid([{ pointer, code, message: `${pointer.slice(1)}: ${message}` }], 422);
