/**
 * Images come to products: by URL, in sets over many products (imports), or as uploads. The product's row is locked first, so
 * that no product ever has more than it may, however many ask at once. Lock order: product, picture, product image.
 */
import { nextPosition, planUrls, roomFor, type WantedUrl } from '../domain/plan-images.ts';
import { type Executor, statement } from './database.ts';
import { uuidv7 } from './ids.ts';
import { insertImages, type NewImage } from './insert-images.ts';
import { insertJobs, type OutboxJob } from './outbox.ts';
import type { ImageProblem } from './pictures.ts';
import type { ImageStatus } from './product-images.ts';
import { removeImages } from './remove-images.ts';

export interface PlaceOptions {
  maxPerProduct: number;
  /** Id of the API key. */
  actor?: string | undefined;
}

export interface UrlOptions extends PlaceOptions {
  /** The job that fetches an image. */
  fetchJob: (imageId: string) => OutboxJob;
}

interface ThereRow {
  id: string;
  product_id: string;
  source_url: string | null;
  status: ImageStatus;
  problem: ImageProblem | null;
  alt: string;
  position: number;
}

const lock = statement(
  'lock_products_for_images',
  'select id from products where id = any($1) order by id for no key update',
);
const there = statement(
  'images_there',
  `select id, product_id, source_url, status, problem, alt, position from product_images where product_id = any($1)
   order by position, id`,
);

/** Locks the products and reads what images they have. */
export async function lockImages(tx: Executor, productIds: readonly string[]): Promise<Map<string, ThereRow[]>> {
  const ids = [...new Set(productIds)];
  await tx.rows(lock, [ids]);
  const rows = await tx.rows<ThereRow>(there, [ids]);
  const byProduct = Map.groupBy(rows, (row) => row.product_id);
  return new Map(ids.map((id) => [id, byProduct.get(id) ?? []]));
}

const lockOne = statement('lock_product_for_images', 'select id, status from products where id = $1 for no key update');

export interface LockedProduct {
  productId: string;
  status: string;
  has: ThereRow[];
}

/** Locks one product and reads what images it has; undefined when there is no such product. */
export async function lockProductImages(tx: Executor, productId: string): Promise<LockedProduct | undefined> {
  const [product] = await tx.rows<{ id: string; status: string }>(lockOne, [productId]);
  if (!product) return undefined;
  return { productId, status: product.status, has: await tx.rows<ThereRow>(there, [[productId]]) };
}

export interface UrlWish extends WantedUrl {
  product_id: string;
  position?: number | undefined;
  primary?: boolean | undefined;
}

export type PlacedUrl =
  | { result: 'created' | 'unchanged'; id: string; status: ImageStatus; problem: ImageProblem | null }
  | { result: 'refused' };

/**
 * Adds images by URL to what products have; `url` must be normalized. An address that the product has already is unchanged,
 * whatever became of it. One answer per wish, in their order.
 */
export async function placeUrls(
  tx: Executor,
  wishes: readonly UrlWish[],
  { maxPerProduct, actor, fetchJob }: UrlOptions,
): Promise<PlacedUrl[]> {
  const images = await lockImages(
    tx,
    wishes.map((wish) => wish.product_id),
  );
  const added: NewImage[] = [];
  const given = new Set<string>();
  const results = wishes.map(({ product_id, url, alt = '', position, primary }): PlacedUrl => {
    const has = images.get(product_id)!;
    const known = has.find((image) => image.source_url === url);
    if (known) return { result: 'unchanged', id: known.id, status: known.status, problem: known.problem };
    if (roomFor(has, maxPerProduct) === 0) return { result: 'refused' };
    const status = 'queued' as const;
    const image = { id: uuidv7(), product_id, source_url: url, status, alt, position: position ?? nextPosition(has) };
    has.push({ ...image, problem: null });
    if (position !== undefined) given.add(image.id);
    added.push({ ...image, source: 'url', created_by: actor, ...(primary ? { is_primary: true } : {}) });
    return { result: 'created', id: image.id, status, problem: null };
  });
  await insertImages(tx, added, given);
  await insertJobs(
    tx,
    added.map(({ id }) => fetchJob(id)),
  );
  return results;
}

const change = statement(
  'change_product_images',
  `update product_images i set alt = c.alt, position = c.position, version = version + 1, updated_at = now()
   from json_to_recordset($1) as c (id uuid, alt text, position integer) where i.id = c.id`,
);

export interface WantedImages {
  product_id: string;
  images: readonly WantedUrl[];
}

/** Makes the images by URL of each product exactly the given ones; uploads stay. Returns the products for which that was a change. */
export async function replaceUrls(
  tx: Executor,
  wanted: readonly WantedImages[],
  { actor, fetchJob }: UrlOptions,
): Promise<string[]> {
  if (wanted.length === 0) return [];
  const images = await lockImages(
    tx,
    wanted.map((each) => each.product_id),
  );
  const plans = wanted.map((each) => ({ ...each, ...planUrls(images.get(each.product_id)!, each.images) }));
  await removeImages(
    tx,
    plans.flatMap(({ remove }) => remove),
  );
  const changes = plans.flatMap((plan) => plan.change);
  if (changes.length > 0) await tx.rows(change, [JSON.stringify(changes)]);
  const added = plans.flatMap(({ product_id, add }) =>
    add.map(
      ({ url, ...rest }): NewImage => ({
        id: uuidv7(),
        product_id,
        source: 'url',
        source_url: url,
        status: 'queued',
        created_by: actor,
        ...rest,
      }),
    ),
  );
  await insertImages(tx, added);
  await insertJobs(
    tx,
    added.map(({ id }) => fetchJob(id)),
  );
  const changed = plans.filter(({ add, change: moved, remove }) => add.length + moved.length + remove.length > 0);
  for (const { product_id } of changed) tx.signal('stockroom_images', product_id);
  return changed.map(({ product_id }) => product_id);
}

const uploads = statement(
  'count_uploads',
  `select product_id, count(*)::integer as images from product_images
   where product_id = any($1) and source <> 'url' and status <> 'rejected' group by product_id`,
);

/** How many images each (locked) product has that no list of URLs replaces. */
export async function countUploads(tx: Executor, productIds: readonly string[]): Promise<Map<string, number>> {
  if (productIds.length === 0) return new Map();
  const rows = await tx.rows<{ product_id: string; images: number }>(uploads, [productIds]);
  return new Map(rows.map(({ product_id, images }) => [product_id, images]));
}

export interface Upload {
  source: 'upload' | 'presigned';
  sha256?: string;
  status: ImageStatus;
  problem?: ImageProblem | null;
  alt: string;
  position?: number | undefined;
  primary?: boolean | undefined;
  expires_at?: string;
}

/** Places as many uploads as there is room for, on a locked product whose images are `has`; undefined for each that has none. */
export async function placeUploads(
  tx: Executor,
  { productId, has }: Pick<LockedProduct, 'productId' | 'has'>,
  uploads: readonly Upload[],
  { maxPerProduct, actor }: PlaceOptions,
): Promise<(string | undefined)[]> {
  const images: Pick<ThereRow, 'status' | 'position'>[] = [...has];
  const added: NewImage[] = [];
  const given = new Set<string>();
  const ids = uploads.map(({ position, primary, ...upload }) => {
    const takesPlace = upload.status !== 'rejected';
    if (roomFor(images, maxPerProduct) === 0 && takesPlace) return undefined;
    const image = { ...upload, id: uuidv7(), position: position ?? nextPosition(images) };
    images.push(image);
    if (position !== undefined) given.add(image.id);
    added.push({ ...image, product_id: productId, created_by: actor, ...(primary ? { is_primary: true } : {}) });
    return image.id;
  });
  await insertImages(tx, added, given);
  return ids;
}
