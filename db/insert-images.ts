/** Writes rows of product images, in sets; the products are locked by whoever calls. */
import { type Executor, statement } from './database.ts';
import type { ImageProblem } from './pictures.ts';
import type { ImageSource, ImageStatus } from './product-images.ts';

export interface NewImage {
  id: string;
  product_id: string;
  source: ImageSource;
  source_url?: string;
  sha256?: string;
  status: ImageStatus;
  problem?: ImageProblem | null;
  alt: string;
  position: number;
  is_primary?: boolean;
  expires_at?: string;
  created_by?: string | undefined;
}

const insert = statement(
  'insert_product_images',
  `insert into product_images (id, product_id, source, source_url, sha256, status, problem, alt, position, is_primary, expires_at, created_by)
   select i.id, i.product_id, i.source, i.source_url, i.sha256, i.status, i.problem, i.alt, i.position, coalesce(i.is_primary, false),
     i.expires_at, i.created_by
   from json_to_recordset($1) as i (id uuid, product_id uuid, source text, source_url text, sha256 text, status text, problem jsonb,
     alt text, position integer, is_primary boolean, expires_at timestamptz, created_by text)`,
);
const demote = statement(
  'demote_primary_images',
  `update product_images set is_primary = false, version = version + 1, updated_at = now() where product_id = any($1) and is_primary`,
);

/** The product's row is locked: nobody else chooses a primary image meanwhile. */
export async function demotePrimary(tx: Executor, productIds: readonly string[]): Promise<void> {
  if (productIds.length > 0) await tx.rows(demote, [productIds]);
}

const shift = statement(
  'shift_product_images',
  `update product_images set position = position + 1, version = version + 1, updated_at = now()
   where product_id = $1 and position >= $2 and id <> $3
     and exists (select from product_images taken where taken.product_id = $1 and taken.position = $2 and taken.id <> $3)`,
);

/** Frees a position of a (locked) product for an image: what has it, and what is behind that, moves on by one. */
export async function makeRoom(
  tx: Executor,
  { product_id, position, id }: Pick<NewImage, 'product_id' | 'position' | 'id'>,
): Promise<void> {
  await tx.rows(shift, [product_id, position, id]);
}

/**
 * Inserts images of locked products.
 * @param placed ids of those that were given a position: each stands before what has it by then
 */
export async function insertImages(
  tx: Executor,
  images: NewImage[],
  placed: ReadonlySet<string> = new Set(),
): Promise<void> {
  if (images.length === 0) return;
  const chosen = new Map(images.filter((image) => image.is_primary).map((image) => [image.product_id, image.id]));
  await demotePrimary(tx, [...chosen.keys()]);
  const rows = images.map((image) => ({ ...image, is_primary: chosen.get(image.product_id) === image.id }));
  await tx.rows(insert, [JSON.stringify(rows.filter(({ id }) => !placed.has(id)))]);
  for (const row of rows.filter(({ id }) => placed.has(id))) {
    await makeRoom(tx, row);
    await tx.rows(insert, [JSON.stringify([row])]);
  }
  for (const productId of new Set(images.map((image) => image.product_id))) tx.signal('stockroom_images', productId);
}
