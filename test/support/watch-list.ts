/** Competitors and their pages, written straight into the tables. */
import { type CompetitorFields, type CompetitorRow, insertCompetitor } from '../../db/competitors.ts';
import type { Executor } from '../../db/database.ts';
import { insertListing, type ListingFields } from '../../db/listings.ts';

let made = 0;

export async function seedCompetitor(db: Executor, given: Partial<CompetitorFields> = {}): Promise<CompetitorRow> {
  const domain = given.domain ?? `shop-${process.pid}-${++made}.test`;
  const fields: CompetitorFields = {
    name: domain,
    domain,
    currency: 'eur',
    locale: 'de-DE',
    tax_included: true,
    tax_percent: null,
    shipping_amount: null,
    source: 'built_in',
    requests_per_minute: 10,
    interval_minutes: 1440,
    seller_names: [],
    search_url: null,
    selectors: {},
    tags: [],
    owner: null,
    metadata: {},
    ...given,
  };
  return (await insertCompetitor(db, fields))!;
}

/** Of the variant with this id, by a person's word; null: tied to nothing. Returns the listing's id. */
export async function seedListing(
  db: Executor,
  competitor: Pick<CompetitorRow, 'id' | 'domain'>,
  variantId: string | null,
  given: Partial<ListingFields> = {},
): Promise<string> {
  const fields: ListingFields = {
    variant_id: variantId,
    linked_by: variantId ? 'url' : null,
    url: `https://${competitor.domain}/p/${++made}`,
    search: null,
    searching: false,
    priority: 0,
    interval_minutes: null,
    pack_count: null,
    tags: [],
    owner: null,
    metadata: {},
    ...given,
  };
  return (await insertListing(db, competitor.id, fields))!;
}
