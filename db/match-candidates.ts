/** Our variants that a page may show: found along indexes, by identifiers and by words, never more than a handful. */
import type { CatalogueSearch } from '../domain/matching/search-words.ts';
import { type Executor, statement } from './database.ts';
import { VARIANT_COLUMNS, type WatchedVariant } from './listing-for-reading.ts';

export type CandidateVariant = Omit<WatchedVariant, 'other_listings'>;

const MOST_MATCHED = 2_000;
const MOST_PRODUCTS = 20;
const MOST_VARIANTS = 100;

// Without a name: the plan that suits a rare word is bad for a common one.
const search = statement(
  '',
  `with named as (
     (select id from variants where barcode = any($1::text[]) limit ${MOST_VARIANTS})
     union (select id from variants where variant_mpn(attributes, metadata) = $2 limit ${MOST_VARIANTS})
     union (select v.id from products p join variants v on v.product_id = p.id
       where variant_mpn(p.attributes, p.metadata) = $2 limit ${MOST_VARIANTS})
   ), matched as materialized (
     select id, search from products where $3::text is not null and search @@ to_tsquery('simple', $3) and status <> 'archived' limit ${MOST_MATCHED}
   ), alike as (
     select v.id from (
       select id from matched order by ts_rank(search, to_tsquery('simple', $3)) desc, id limit ${MOST_PRODUCTS}
     ) p join variants v on v.product_id = p.id limit ${MOST_VARIANTS}
   )
   select ${VARIANT_COLUMNS} from (select id from named union select id from alike) found
   join variants v on v.id = found.id join products p on p.id = v.product_id
   where p.status <> 'archived' order by v.id limit ${2 * MOST_VARIANTS}`,
);

export function findMatchCandidates(
  db: Executor,
  { barcodes, mpn, words }: CatalogueSearch,
): Promise<CandidateVariant[]> {
  if (barcodes.length === 0 && mpn === null && words === null) return Promise.resolve([]);
  return db.rows<CandidateVariant>(search, [barcodes, mpn, words]);
}
