/** Images that show what another one shows, by their pictures' perceptual hashes. */
import { ALIKE_DISTANCE } from '../domain/perceptual-hash.ts';
import { type Executor, statement } from './database.ts';
import { IMAGE_COLUMNS, type ProductImage } from './product-images.ts';

// Hashes that differ in at most six bits have one of seven parts in common: the index gives those, and their bits are compared.
const alike = statement(
  'list_alike_images',
  `with alike as materialized (
     select sha256, bit_count(('x' || perceptual_hash)::bit(64) # ('x' || $2)::bit(64))::integer as distance
     from pictures
     where perceptual_hash_parts(perceptual_hash) && perceptual_hash_parts($2) and status = 'ready'
       and bit_count(('x' || perceptual_hash)::bit(64) # ('x' || $2)::bit(64)) <= $3
   )
   select to_json(image) as image, distance from (
     select ${IMAGE_COLUMNS}, a.distance from alike a join product_images i on i.sha256 = a.sha256
     where i.status = 'ready' and i.id <> $1 order by a.distance, i.id limit $4
   ) image order by distance, image.id`,
);

export interface AlikeImage {
  image: ProductImage;
  /** How many of 64 bits differ: 0 for the same bytes, and for what looks the same. */
  distance: number;
}

/** Ready images that look like this one, whatever their product, size or format; the nearest first, at most `limit`. */
export async function listAlikeImages(
  db: Executor,
  { id, picture }: Pick<ProductImage, 'id' | 'picture'>,
  limit: number,
): Promise<AlikeImage[]> {
  if (!picture?.perceptual_hash) return [];
  return db.rows<AlikeImage>(alike, [id, picture.perceptual_hash, ALIKE_DISTANCE, limit]);
}
