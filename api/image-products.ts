/** The product that a path names, as the routes of its images ask for it. */
import type { ApiKey } from '../db/api-keys.ts';
import type { Executor } from '../db/database.ts';
import { type LockedProduct, lockProductImages } from '../db/place-images.ts';
import { findProductState } from '../db/products.ts';
import { looksLikeId } from '../domain/catalogue-slug.ts';
import { conflict, notFound } from './problem.ts';

/** Throws 404 when there is none, or none that this key may see. */
export async function findProductFor(db: Executor, idOrSlug: string, key: Pick<ApiKey, 'kind'>) {
  const product = await findProductState(db, idOrSlug, looksLikeId(idOrSlug));
  if (!product || (key.kind === 'publishable' && product.status !== 'active')) throw notFound('product', idOrSlug);
  return product;
}

/** Throws 409 for a product that takes no images any more. */
export function assertTakesImages({ status }: { status: string }): void {
  if (status === 'archived')
    throw conflict('product_archived', 'The product is archived; PUT with a status brings it back.');
}

/** Locks the product, so that no two requests change its images at the same time. */
export async function lockFor(tx: Executor, productId: string): Promise<LockedProduct> {
  const locked = await lockProductImages(tx, productId);
  if (!locked) throw notFound('product', productId);
  return locked;
}

export const tooManyImages = (max: number) =>
  conflict('too_many_images', `The product has as many images as one may have (${max}); delete some first.`);

export const TOO_MANY = {
  code: 'too_many_images',
  message: 'The product has as many images as one may have.',
};
