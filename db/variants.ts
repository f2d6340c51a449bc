/** Variants: what is sold, by SKU. Written as patches; read with their prices and what is free to sell over all locations. */
import { type Executor, statement } from './database.ts';
import { uuidv7 } from './ids.ts';

export interface PriceView {
  currency: string;
  amount: number;
  compare_at_amount: number | null;
  cost_amount: number | null;
}

export interface VariantFields {
  name: string;
  barcode: string | null;
  attributes: object;
  metadata: object;
  weight_grams: number | null;
  length_mm: number | null;
  width_mm: number | null;
  height_mm: number | null;
  /** Operations are told when no more than this is free to sell; null: never. */
  low_stock_threshold: number | null;
}

/** What to write of the variant with this SKU: an absent member stays as it is. */
export type VariantPatch = { sku: string; product_id: string; position?: number } & {
  [K in keyof VariantFields]?: VariantFields[K] | undefined;
};

export interface VariantView extends VariantFields {
  id: string;
  sku: string;
  version: number;
  prices: PriceView[];
  available: number;
}

const VARIANT_JSON = `json_build_object(
  'id', v.id, 'sku', v.sku, 'name', v.name, 'barcode', v.barcode, 'attributes', v.attributes, 'metadata', v.metadata,
  'weight_grams', v.weight_grams, 'length_mm', v.length_mm, 'width_mm', v.width_mm, 'height_mm', v.height_mm,
  'low_stock_threshold', v.low_stock_threshold,
  'version', v.version,
  'prices', (select coalesce(json_agg(json_build_object('currency', r.currency, 'amount', r.amount,
      'compare_at_amount', r.compare_at_amount, 'cost_amount', r.cost_amount) order by r.currency), '[]')
    from prices r where r.variant_id = v.id),
  'available', (select coalesce(sum(s.on_hand - s.reserved), 0) from stock_levels s where s.variant_id = v.id))`;

/** All variants of a row `p` of products. */
export const VARIANTS_JSON = `(select coalesce(json_agg(${VARIANT_JSON} order by v.position, v.id), '[]')
  from variants v where v.product_id = p.id)`;

const upsert = statement(
  'upsert_variants',
  `with input as (
     select i->>'sku' as sku, (i->>'id')::uuid as id, (i->>'product_id')::uuid as product_id, i, place::integer as place
     from jsonb_array_elements($1::jsonb) with ordinality as input (i, place)
   )
   insert into variants (id, product_id, sku, name, barcode, attributes, metadata, weight_grams, length_mm, width_mm, height_mm, low_stock_threshold,
     position)
   select n.id, n.product_id, n.sku, coalesce(i->>'name', v.name, ''),
     case when i ? 'barcode' then i->>'barcode' else v.barcode end,
     coalesce(i->'attributes', v.attributes, '{}'), coalesce(i->'metadata', v.metadata, '{}'),
     case when i ? 'weight_grams' then (i->>'weight_grams')::integer else v.weight_grams end,
     case when i ? 'length_mm' then (i->>'length_mm')::integer else v.length_mm end,
     case when i ? 'width_mm' then (i->>'width_mm')::integer else v.width_mm end,
     case when i ? 'height_mm' then (i->>'height_mm')::integer else v.height_mm end,
     case when i ? 'low_stock_threshold' then (i->>'low_stock_threshold')::integer else v.low_stock_threshold end,
     -- a new one stands behind those that the product has
     coalesce((i->>'position')::integer, v.position,
       place + coalesce((select max(o.position) from variants o where o.product_id = n.product_id), -1))
   from input n left join variants v on v.sku = n.sku
   order by n.sku
   on conflict (sku) do update set product_id = excluded.product_id, name = excluded.name, barcode = excluded.barcode,
     attributes = excluded.attributes, metadata = excluded.metadata, weight_grams = excluded.weight_grams,
     length_mm = excluded.length_mm, width_mm = excluded.width_mm, height_mm = excluded.height_mm,
     low_stock_threshold = excluded.low_stock_threshold, position = excluded.position, version = variants.version + 1, updated_at = now()
   where (variants.product_id, variants.name, variants.barcode, variants.attributes, variants.metadata, variants.weight_grams,
       variants.length_mm, variants.width_mm, variants.height_mm, variants.low_stock_threshold, variants.position)
     is distinct from (excluded.product_id, excluded.name, excluded.barcode, excluded.attributes, excluded.metadata,
       excluded.weight_grams, excluded.length_mm, excluded.width_mm, excluded.height_mm, excluded.low_stock_threshold,
       excluded.position)
   returning id, sku, product_id, xmax = 0 as created`,
);

export interface WrittenVariant {
  id: string;
  sku: string;
  product_id: string;
  created: boolean;
}

/** Creates or changes variants by SKU, each at most once per call. Returns those that are new or really changed. */
export function upsertVariants(tx: Executor, patches: readonly VariantPatch[]): Promise<WrittenVariant[]> {
  return tx.rows<WrittenVariant>(upsert, [JSON.stringify(patches.map((patch) => ({ ...patch, id: uuidv7() })))]);
}

export interface LockedVariant {
  id: string;
  sku: string;
  product_id: string;
  version: number;
}

// Joined, not `= any(…)`: a plan kept from when the table was small would compare every row with every SKU.
const lockBySku = statement(
  'lock_variants_by_sku',
  `select v.id, v.sku, v.product_id, v.version from variants v
   join (select distinct sku from unnest($1::text[]) wanted (sku)) wanted using (sku)
   order by v.sku for no key update of v`,
);

/** Locks variants by SKU, in one order; returns those that are there. */
export function lockVariants(tx: Executor, skus: readonly string[]): Promise<LockedVariant[]> {
  return tx.rows<LockedVariant>(lockBySku, [skus]);
}

const touch = statement(
  'touch_variants',
  `update variants set version = version + 1, updated_at = now() where id = any($1) returning product_id`,
);

/** A variant's version covers its prices. Returns the ids of the products. */
export async function touchVariants(tx: Executor, ids: readonly string[]): Promise<string[]> {
  if (ids.length === 0) return [];
  return (await tx.rows<{ product_id: string }>(touch, [ids])).map((row) => row.product_id);
}

const inUse = statement(
  'find_variants_in_use',
  `select v.sku, coalesce((select sum(s.on_hand) from stock_levels s where s.variant_id = v.id), 0)::integer as on_hand
   from variants v
   where v.product_id = $1 and v.sku <> all($2)
     and (exists (select from stock_levels s where s.variant_id = v.id) or exists (select from order_lines l where l.sku = v.sku))
   order by v.sku`,
);

/** Variants of a product, other than the named, that stock or orders point at: they cannot be deleted. */
export function findVariantsInUse(
  tx: Executor,
  productId: string,
  except: readonly string[],
): Promise<{ sku: string; on_hand: number }[]> {
  return tx.rows(inUse, [productId, except]);
}

const remove = statement(
  'delete_other_variants',
  'delete from variants where product_id = $1 and sku <> all($2) returning sku',
);

/** Deletes the variants of a product other than the named. Returns how many there were. */
export async function deleteOtherVariants(tx: Executor, productId: string, except: readonly string[]): Promise<number> {
  return (await tx.rows(remove, [productId, except])).length;
}

const find = statement(
  'find_variant',
  `select ${VARIANT_JSON} as variant, v.created_at, v.updated_at, p.id as product_id, p.slug as product_slug,
     case when p.withheld then 'draft' else p.status end as product_status, p.vendor_id
   from variants v join products p on p.id = v.product_id where v.sku = $1`,
);

export interface FoundVariant {
  variant: VariantView;
  created_at: Date;
  updated_at: Date;
  product_id: string;
  product_slug: string;
  /** What is withheld is for the storefront as if it were a draft. */
  product_status: string;
  vendor_id: string | null;
}

export async function findVariant(db: Executor, sku: string): Promise<FoundVariant | undefined> {
  const [row] = await db.rows<FoundVariant>(find, [sku]);
  return row;
}
