/** Lets any number of requests follow the images of products: each hears all of a product's images, whenever one may have changed. */
import type { Database } from '../db/database.ts';
import { findImagesOfProducts, type ProductImage } from '../db/product-images.ts';
import { type Follower, followRows, type RowFollowers } from './follow-rows.ts';

interface ImageFollower extends Follower {
  onImages: (images: ProductImage[]) => void;
}

export type ImageFollowers = RowFollowers<ImageFollower>;

export function followImages(
  db: Database,
  databaseUrl: string,
  onError: (error: Error) => void,
): Promise<ImageFollowers> {
  return followRows<ImageFollower>({
    databaseUrl,
    channel: 'stockroom_images',
    onError,
    async read(asked) {
      const images = await findImagesOfProducts(db, [...asked.keys()]);
      for (const [productId, followers] of asked)
        for (const { onImages } of [...followers]) onImages(images.get(productId) ?? []);
    },
  });
}
