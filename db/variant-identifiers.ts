/** Our variants by what names them. */
import { type Executor, statement } from './database.ts';

const ids = statement(
  'find_variant_ids',
  `select v.id, v.sku from unnest($1::text[]) wanted (sku) join variants v on v.sku = wanted.sku
   union select v.id, v.sku from unnest($2::uuid[]) wanted (id) join variants v on v.id = wanted.id`,
);

export function findVariantIds(
  db: Executor,
  wanted: { skus: readonly string[]; ids: readonly string[] },
): Promise<{ id: string; sku: string }[]> {
  return db.rows(ids, [wanted.skus, wanted.ids]);
}
