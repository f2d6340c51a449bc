/** Products: written as patches (a member that is absent stays as it is), read whole, in one statement, with their variants. */
import { type Executor, statement } from './database.ts';
import { uuidv7 } from './ids.ts';
import { IMAGES_JSON, type ProductImage } from './product-images.ts';
import { VARIANTS_JSON, type VariantView } from './variants.ts';

export type ProductStatus = 'draft' | 'active' | 'archived';

export interface ProductFields {
  name: string;
  description: string;
  status: ProductStatus;
  attributes: object;
  seo: object;
  metadata: object;
}

/** Of a new product alone: whose it is stays. */
export interface ProductOwner {
  vendor_id: string;
  approval: ProductApproval;
}

export type ProductApproval = 'pending' | 'approved' | 'refused';

/** What to write of the product with this slug; a product that is new must have a name. */
export type ProductPatch = { slug: string; owner?: ProductOwner | undefined } & {
  [K in keyof ProductFields]?: ProductFields[K] | undefined;
};

export interface ProductView extends ProductFields {
  id: string;
  slug: string;
  version: number;
  created_at: Date;
  updated_at: Date;
  categories: string[];
  images: ProductImage[];
  variants: VariantView[];
  /** Null: the shop's own. */
  vendor_id: string | null;
  approval: ProductApproval | null;
  approval_reason: string | null;
  /** Not for sale, whatever its status: its vendor is not, or it is not approved. */
  withheld: boolean;
}

const upsert = statement(
  'upsert_products',
  `with input as (
     select i->>'slug' as slug, (i->>'id')::uuid as id, i from jsonb_array_elements($1::jsonb) i
   )
   insert into products (id, slug, name, description, status, attributes, seo, metadata, vendor_id, approval)
   select n.id, n.slug, coalesce(i->>'name', p.name), coalesce(i->>'description', p.description, ''),
     coalesce(i->>'status', p.status, 'draft'), coalesce(i->'attributes', p.attributes, '{}'), coalesce(i->'seo', p.seo, '{}'), coalesce(i->'metadata', p.metadata, '{}'),
     (i->'owner'->>'vendor_id')::uuid, i->'owner'->>'approval'
   from input n left join products p on p.slug = n.slug
   -- one order for all writers, so that two imports do not deadlock
   order by n.slug
   on conflict (slug) do update set name = excluded.name, description = excluded.description, status = excluded.status,
     attributes = excluded.attributes, seo = excluded.seo, metadata = excluded.metadata,
     version = products.version + 1, updated_at = now()
   where (products.name, products.description, products.status, products.attributes, products.seo, products.metadata)
     is distinct from (excluded.name, excluded.description, excluded.status, excluded.attributes, excluded.seo, excluded.metadata)
   returning id, slug, xmax = 0 as created`,
);

export interface WrittenProduct {
  id: string;
  slug: string;
  created: boolean;
}

/** Creates or changes products by slug, each at most once per call. Returns those that are new or really changed. */
export function upsertProducts(tx: Executor, patches: readonly ProductPatch[]): Promise<WrittenProduct[]> {
  return tx.rows<WrittenProduct>(upsert, [JSON.stringify(patches.map((patch) => ({ ...patch, id: uuidv7() })))]);
}

const lockBySlug = statement(
  'lock_products_by_slug',
  `select p.id, p.slug from products p join (select distinct slug from unnest($1::text[]) wanted (slug)) wanted using (slug)
   order by p.slug for no key update of p`,
);

/** Locks products by slug, in one order; returns those that are there. */
export function lockProducts(tx: Executor, slugs: readonly string[]): Promise<{ id: string; slug: string }[]> {
  return tx.rows(lockBySlug, [slugs]);
}

const lock = statement(
  'lock_product',
  'select id, slug, version, vendor_id from products where id = $1 for no key update',
);

export interface LockedProduct {
  id: string;
  slug: string;
  version: number;
  vendor_id: string | null;
}

export async function lockProduct(tx: Executor, id: string): Promise<LockedProduct | undefined> {
  const [row] = await tx.rows<LockedProduct>(lock, [id]);
  return row;
}

const rename = statement('rename_product', 'update products set slug = $2 where id = $1');

/** Throws PostgreSQL's 23505 (products_slug_key) when another product has the slug. */
export async function updateProductSlug(tx: Executor, id: string, slug: string): Promise<void> {
  await tx.rows(rename, [id, slug]);
}

const state = statement(
  'find_product_state',
  `select id, case when withheld then 'draft' else status end as status from products where id = $1`,
);
const stateBySlug = statement(
  'find_product_state_by_slug',
  `select id, case when withheld then 'draft' else status end as status from products where slug = $1`,
);

/** What is withheld is for the storefront as if it were a draft. */
export async function findProductState(
  db: Executor,
  idOrSlug: string,
  isId: boolean,
): Promise<{ id: string; status: ProductStatus } | undefined> {
  const [row] = await db.rows<{ id: string; status: ProductStatus }>(isId ? state : stateBySlug, [idOrSlug]);
  return row;
}

const archive = statement(
  'archive_product',
  `update products set status = 'archived', version = version + 1, updated_at = now()
   where id = $1 and status <> 'archived'`,
);

/** A product is archived, not deleted: orders point at it. */
export async function archiveProduct(tx: Executor, id: string): Promise<void> {
  await tx.rows(archive, [id]);
}

const decide = statement(
  'decide_product_approval',
  `update products set approval = $2, approval_reason = $3, version = version + 1, updated_at = now()
   where id = $1 and vendor_id is not null`,
);

/** Approves or refuses a vendor's product. */
export async function decideApproval(
  tx: Executor,
  id: string,
  approval: ProductApproval,
  reason: string | undefined,
): Promise<void> {
  await tx.rows(decide, [id, approval, reason ?? null]);
}

const owners = statement('find_product_owners', `select p.slug, p.vendor_id from products p where p.slug = any ($1)`);

/** Whose the products of these slugs are; those that there are not are missing. */
export async function findProductOwners(tx: Executor, slugs: readonly string[]): Promise<Map<string, string | null>> {
  const rows = await tx.rows<{ slug: string; vendor_id: string | null }>(owners, [slugs]);
  return new Map(rows.map((row) => [row.slug, row.vendor_id]));
}

const touch = statement(
  'touch_products',
  'update products set version = version + 1, updated_at = now() where id = any($1)',
);

/** A product's version covers its variants, prices and categories. */
export async function touchProducts(tx: Executor, ids: readonly string[]): Promise<void> {
  if (ids.length > 0) await tx.rows(touch, [ids]);
}

const replaceLinks = statement(
  'replace_product_categories',
  `with input as materialized (
     select p.id as product_id, c.id as category_id
     from jsonb_array_elements($1::jsonb) i join products p on p.id = (i->>'product_id')::uuid
     join lateral jsonb_array_elements_text(i->'categories') wanted (category) on true join categories c on c.slug = wanted.category
   ), gone as (
     delete from product_categories pc
     where pc.product_id in (select (i->>'product_id')::uuid from jsonb_array_elements($1::jsonb) i)
       and not exists (select from input n where n.product_id = pc.product_id and n.category_id = pc.category_id)
     returning pc.product_id
   ), added as (
     insert into product_categories (product_id, category_id) select distinct product_id, category_id from input
     on conflict do nothing returning product_id
   )
   select product_id from gone union select product_id from added`,
);

/** Sets the categories of products, by slug. Returns the ids of the products for which that was a change. */
export async function replaceProductCategories(
  tx: Executor,
  links: readonly { product_id: string; categories: readonly string[] }[],
): Promise<string[]> {
  if (links.length === 0) return [];
  const rows = await tx.rows<{ product_id: string }>(replaceLinks, [JSON.stringify(links)]);
  return rows.map((row) => row.product_id);
}

/** A product with all that belongs to it, from a row `p` of products. */
export const PRODUCT_COLUMNS = `p.id, p.slug, p.name, p.description, p.status, p.attributes, p.seo, p.metadata,
  p.version, p.created_at, p.updated_at, p.vendor_id, p.approval, p.approval_reason, p.withheld,
  (select coalesce(json_agg(c.slug order by c.slug), '[]') from product_categories pc join categories c on c.id = pc.category_id
   where pc.product_id = p.id) as categories,
  ${IMAGES_JSON} as images,
  ${VARIANTS_JSON} as variants`;

const find = statement('find_product', `select ${PRODUCT_COLUMNS} from products p where p.id = $1`);
const findBySlug = statement('find_product_by_slug', `select ${PRODUCT_COLUMNS} from products p where p.slug = $1`);

export async function findProduct(db: Executor, id: string): Promise<ProductView | undefined> {
  const [row] = await db.rows<ProductView>(find, [id]);
  return row;
}

export async function findProductBySlug(db: Executor, slug: string): Promise<ProductView | undefined> {
  const [row] = await db.rows<ProductView>(findBySlug, [slug]);
  return row;
}
