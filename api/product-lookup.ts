/** The product that a path names, as far as the calling key may know of it. */
import type { Executor } from '../db/database.ts';
import { findProduct, findProductBySlug, type LockedProduct, lockProduct, type ProductView } from '../db/products.ts';
import { looksLikeId } from '../domain/catalogue-slug.ts';
import { assertVersion } from './etag.ts';
import { notFound } from './problem.ts';
import { expectedCatalogueVersion } from './product-views.ts';
import type { Call } from './route.ts';

/** Locks the product that the path names. Throws 404, or 412 when If-Match asks for another version. */
export async function lockFor(
  tx: Executor,
  call: Pick<Call<unknown, unknown, { id: string }>, 'params' | 'headers' | 'key'>,
): Promise<LockedProduct> {
  const expected = expectedCatalogueVersion(call);
  const { id } = await getProduct(tx, call);
  const locked = await lockProduct(tx, id);
  if (!locked) throw notFound('product', call.params.id);
  assertVersion(expected, locked.version);
  return locked;
}

/** Throws 404, also for a product that is not the calling vendor's. */
export async function getProduct(
  db: Executor,
  { params: { id }, key }: Pick<Call<unknown, unknown, { id: string }>, 'params' | 'key'>,
): Promise<ProductView> {
  const product = looksLikeId(id) ? await findProduct(db, id) : await findProductBySlug(db, id);
  if (!product || (key.vendor_id !== null && product.vendor_id !== key.vendor_id)) throw notFound('product', id);
  return product;
}
