/** Changes to the images that a product has: what they say, their order, and which comes first. The product is locked. */
import { type Executor, statement } from './database.ts';
import { demotePrimary, makeRoom } from './insert-images.ts';

const lock = statement(
  'lock_product_image',
  'select id, product_id, version, status, is_primary from product_images where id = $1 for no key update',
);

export interface LockedImage {
  id: string;
  product_id: string;
  version: number;
  status: string;
  is_primary: boolean;
}

export async function lockImage(tx: Executor, id: string): Promise<LockedImage | undefined> {
  const [row] = await tx.rows<LockedImage>(lock, [id]);
  return row;
}

const change = statement(
  'change_product_image',
  `update product_images set alt = coalesce($2, alt), position = coalesce($3, position), is_primary = coalesce($4, is_primary),
     version = version + 1, updated_at = now()
   where id = $1
     and (alt, position, is_primary) is distinct from (coalesce($2, alt), coalesce($3, position), coalesce($4, is_primary))`,
);

export interface ImageChange {
  alt?: string | undefined;
  position?: number | undefined;
  primary?: boolean | undefined;
}

/** A change to what is there already changes nothing, not even the version. */
export async function changeImage(
  tx: Executor,
  image: LockedImage,
  { alt, position, primary }: ImageChange,
): Promise<void> {
  if (primary && !image.is_primary) await demotePrimary(tx, [image.product_id]);
  if (position !== undefined) await makeRoom(tx, { ...image, position });
  await tx.rows(change, [image.id, alt ?? null, position ?? null, primary ?? null]);
  tx.signal('stockroom_images', image.product_id);
}

const order = statement(
  'order_product_images',
  `update product_images i set position = wanted.place - 1, version = version + 1, updated_at = now()
   from unnest($2::uuid[]) with ordinality as wanted (id, place)
   where i.product_id = $1 and i.id = wanted.id and i.position <> wanted.place - 1`,
);

/** Positions from 0 on, in the order of the ids. */
export async function orderImages(tx: Executor, productId: string, ids: readonly string[]): Promise<void> {
  await tx.rows(order, [productId, ids]);
  tx.signal('stockroom_images', productId);
}
