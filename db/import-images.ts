/** What an import of pictures asks of the catalogue, by the hundred. */
import { type Executor, statement } from './database.ts';
import type { ImageProblem } from './pictures.ts';
import type { ImageStatus } from './product-images.ts';

const bySlug = statement('products_by_slug', 'select slug as key, id from products where slug = any($1)');
const bySku = statement('products_by_sku', 'select sku as key, product_id as id from variants where sku = any($1)');

/** Ids of products by their slugs, or by the SKUs of their variants. */
export async function findProductIds(
  db: Executor,
  by: 'slug' | 'sku',
  keys: readonly string[],
): Promise<Map<string, string>> {
  const rows = await db.rows<{ key: string; id: string }>(by === 'slug' ? bySlug : bySku, [keys]);
  return new Map(rows.map(({ key, id }) => [key, id]));
}

const states = statement('find_image_states', 'select id, status, problem from product_images where id = any($1)');

export interface ImageState {
  id: string;
  status: ImageStatus;
  problem: ImageProblem | null;
}

/** How these images stand; one that was deleted meanwhile is missing. */
export function findImageStates(db: Executor, ids: readonly string[]): Promise<ImageState[]> {
  return db.rows<ImageState>(states, [ids]);
}
