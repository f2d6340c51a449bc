/** A listing with all that its page is read, matched and judged by. */
import { COMPETITOR_COLUMNS, type CompetitorRow } from './competitors.ts';
import { type Executor, statement } from './database.ts';
import { LISTING_COLUMNS, type ListingRow } from './listings.ts';
import type { PriceView } from './variants.ts';

/** Our variant, as a page is compared with it. */
export interface WatchedVariant {
  id: string;
  sku: string;
  name: string;
  product_id: string;
  product_name: string;
  product_slug: string;
  product_status: string;
  brand: string | null;
  mpn: string | null;
  /** GTIN-8, -12, -13 or -14, checked when it was saved. */
  barcode: string | null;
  /** The product's, with the variant's own over them. */
  attributes: Record<string, unknown>;
  metadata: Record<string, unknown>;
  weight_grams: number | null;
  prices: PriceView[];
  /** Other pages that are watched for it. */
  other_listings: { id: string; competitor_id: string; competitor_name: string; url: string | null; status: string }[];
}

export interface ListingForReading {
  listing: ListingRow;
  competitor: CompetitorRow;
  variant: WatchedVariant | null;
  /** What a person decided about this page and this variant, and which contradictions they had seen. */
  decision: { status: 'accepted' | 'rejected'; contradictions: string[] } | null;
}

/** Under the names that shops give them. */
export const named = (names: readonly string[]) =>
  `coalesce(${names.flatMap((name) => [`v.attributes->>'${name}'`, `p.attributes->>'${name}'`, `v.metadata->>'${name}'`, `p.metadata->>'${name}'`]).join(', ')})`;

export const VARIANT_COLUMNS = `v.id, v.sku, v.name, v.product_id, p.name as product_name, p.slug as product_slug, p.status as product_status,
  ${named(['brand', 'Brand', 'manufacturer'])} as brand,
  ${named(['mpn', 'MPN', 'manufacturer_part_number', 'model_number'])} as mpn,
  v.barcode, p.attributes || v.attributes as attributes, p.metadata || v.metadata as metadata, v.weight_grams,
  (select coalesce(json_agg(json_build_object('currency', r.currency, 'amount', r.amount,
      'compare_at_amount', r.compare_at_amount, 'cost_amount', r.cost_amount) order by r.currency), '[]')
    from prices r where r.variant_id = v.id) as prices`;

const listingAndSite = statement(
  'find_listing_for_reading',
  `select to_json(l) as listing, to_json(c) as competitor, (
     select json_build_object('status', s.status, 'contradictions', s.contradictions) from match_suggestions s
     where s.listing_id = l.id and s.variant_id = l.variant_id and s.status <> 'open' order by s.decided_at desc limit 1
   ) as decision
   from (select ${LISTING_COLUMNS} from listings l where l.id = $1) l
   cross join lateral (select ${COMPETITOR_COLUMNS} from competitors c where c.id = l.competitor_id) c`,
);

const variantOf = statement(
  'find_watched_variant',
  `select ${VARIANT_COLUMNS}, (
     select coalesce(json_agg(json_build_object('id', o.id, 'competitor_id', o.competitor_id, 'competitor_name', c.name, 'url', o.url,
       'status', o.status) order by o.id), '[]')
     from (select * from listings where variant_id = $1 and id <> $2 order by id limit 100) o join competitors c on c.id = o.competitor_id
   ) as other_listings
   from variants v join products p on p.id = v.product_id where v.id = $1`,
);

interface Found {
  listing: Record<'due_at' | 'created_at' | 'updated_at', string> & ListingRow;
  competitor: Record<'created_at' | 'updated_at', string> & CompetitorRow;
  decision: ListingForReading['decision'];
}

/** Undefined when there is none. Works inside a transaction and outside. */
export async function findListingForReading(db: Executor, listingId: string): Promise<ListingForReading | undefined> {
  const [found] = await db.rows<Found>(listingAndSite, [listingId]);
  if (!found) return undefined;
  const variant = found.listing.variant_id
    ? (await db.rows<WatchedVariant>(variantOf, [found.listing.variant_id, listingId]))[0]
    : undefined;
  return {
    listing: withDates(found.listing, ['due_at', 'created_at', 'updated_at']),
    competitor: withDates(found.competitor, ['created_at', 'updated_at']),
    variant: variant ?? null,
    decision: found.decision,
  };
}

/** JSON has no dates. */
function withDates<T extends object>(row: T, names: readonly (keyof T)[]): T {
  return { ...row, ...Object.fromEntries(names.map((name) => [name, new Date(row[name] as string)])) };
}
