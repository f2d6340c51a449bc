/** Product images one by one: a picture's place at a product, from the first word of it until it is ready, rejected or failed. */
import { type Executor, statement } from './database.ts';
import { holdPicture, type ImageProblem, leavePicture } from './pictures.ts';

export const IMAGE_STATUSES = ['awaiting_upload', 'queued', 'ready', 'rejected', 'failed'] as const;
export type ImageStatus = (typeof IMAGE_STATUSES)[number];
export type ImageSource = 'upload' | 'url' | 'presigned';

export interface VariantView {
  preset: string;
  format: 'avif' | 'webp' | 'jpeg';
  width: number;
  height: number;
  bytes: number;
  key: string;
}

/** What is known of the content; variants are those of the recipe that stands ready. */
export interface PictureView {
  bytes: number;
  format: string;
  width: number | null;
  height: number | null;
  has_alpha: boolean | null;
  thumbhash: string | null;
  dominant_color: string | null;
  perceptual_hash: string | null;
  recipe: string | null;
  variants: VariantView[];
}

export interface ProductImage {
  id: string;
  product_id: string;
  source: ImageSource;
  source_url: string | null;
  sha256: string | null;
  status: ImageStatus;
  problem: ImageProblem | null;
  alt: string;
  position: number;
  is_primary: boolean;
  expires_at: string | null;
  version: number;
  created_at: string;
  updated_at: string;
  picture: PictureView | null;
}

/** The columns of a row `i` of product_images, with its picture and that picture's variants. */
export const IMAGE_COLUMNS = `i.id, i.product_id, i.source, i.source_url, i.sha256, i.status, i.problem, i.alt, i.position, i.is_primary,
  i.expires_at, i.version, i.created_at, i.updated_at,
  (select json_build_object('bytes', p.bytes, 'format', p.format, 'width', p.width, 'height', p.height, 'has_alpha', p.has_alpha,
     'thumbhash', p.thumbhash, 'dominant_color', p.dominant_color, 'perceptual_hash', p.perceptual_hash, 'recipe', p.recipe,
     'variants', coalesce((
       select json_agg(json_build_object('preset', v.preset, 'format', v.format, 'width', v.width, 'height', v.height,
         'bytes', v.bytes, 'key', v.key) order by v.width, v.preset, v.format)
       from picture_variants v where v.sha256 = p.sha256 and v.recipe = p.recipe), '[]'))
   from pictures p where p.sha256 = i.sha256) as picture`;

/** All images of a row `p` of products, as JSON, in their order. */
export const IMAGES_JSON = `(select coalesce(json_agg(to_json(image) order by image.position, image.id), '[]')
   from (select ${IMAGE_COLUMNS} from product_images i where i.product_id = p.id) image)`;

// As JSON, so that an image reads the same alone and within its product.
const find = statement(
  'find_product_image',
  `select to_json(image) as image from (select ${IMAGE_COLUMNS} from product_images i where i.id = $1) image`,
);

export async function findProductImage(db: Executor, id: string): Promise<ProductImage | undefined> {
  const [row] = await db.rows<{ image: ProductImage }>(find, [id]);
  return row?.image;
}

const ofProducts = statement(
  'images_of_products',
  `select p.id as product_id, ${IMAGES_JSON} as images from unnest($1::uuid[]) as p (id)`,
);

/** The images of each product, in their order. */
export async function findImagesOfProducts(
  db: Executor,
  productIds: readonly string[],
): Promise<Map<string, ProductImage[]>> {
  const rows = await db.rows<{ product_id: string; images: ProductImage[] }>(ofProducts, [productIds]);
  return new Map(rows.map(({ product_id, images }) => [product_id, images]));
}

const toFetch = statement(
  'find_image_to_fetch',
  'select id, product_id, source, source_url, sha256, status, created_at from product_images where id = $1',
);

export type ImageToFetch = Pick<ProductImage, 'id' | 'product_id' | 'source' | 'source_url' | 'sha256' | 'status'> & {
  created_at: Date;
};

export async function findImageToFetch(db: Executor, id: string): Promise<ImageToFetch | undefined> {
  const [row] = await db.rows<ImageToFetch>(toFetch, [id]);
  return row;
}

/** The picture's bytes were deleted, or are being so, between the claim and the hold: claim it again, and store it again. */
export class PictureGoneError extends Error {
  readonly sha256: string;
  constructor(sha256: string) {
    super(`the picture ${sha256} was removed meanwhile`);
    this.name = 'PictureGoneError';
    this.sha256 = sha256;
  }
}

/** How a product image begins or goes on that holds this picture: what is known of the content already is told at once. */
export async function holdAs(
  tx: Executor,
  sha256: string,
): Promise<{ status: 'queued' | 'ready' | 'rejected'; problem: ImageProblem | null }> {
  const held = await holdPicture(tx, sha256);
  if (!held) throw new PictureGoneError(sha256);
  if (held.status === 'ready') return { status: 'ready', problem: null };
  return held.status === 'rejected'
    ? { status: 'rejected', problem: held.rejection }
    : { status: 'queued', problem: null };
}

const fetched = statement(
  'hold_fetched_image',
  `update product_images set sha256 = $2, status = $3, problem = $4, version = version + 1, updated_at = now()
   where id = $1 and status = 'queued' and (sha256 is null or sha256 = $2) returning product_id`,
);

/**
 * The bytes of a queued image stand in storage under this hash (see {@link holdPicture}). Returns its status: `queued` wants a
 * process-image job in the same transaction. Undefined when the image was deleted or settled meanwhile.
 */
export async function holdFetched(
  tx: Executor,
  imageId: string,
  sha256: string,
): Promise<'queued' | 'ready' | 'rejected' | undefined> {
  const { status, problem } = await holdAs(tx, sha256);
  const [row] = await tx.rows<{ product_id: string }>(fetched, [imageId, sha256, status, json(problem)]);
  if (row) tx.signal('stockroom_images', row.product_id);
  else await leavePicture(tx, sha256);
  return row && status;
}

const json = (problem: ImageProblem | null) => (problem ? JSON.stringify(problem) : null);

const end = statement(
  'end_product_image',
  `update product_images set status = $2, problem = $3, version = version + 1, updated_at = now()
   where id = $1 and sha256 is null and status = any($4) returning product_id`,
);

async function endImage(db: Executor, id: string, status: ImageStatus, problem: ImageProblem): Promise<boolean> {
  const from = ['queued', 'awaiting_upload'];
  const [row] = await db.rows<{ product_id: string }>(end, [id, status, json(problem), from]);
  if (row) db.signal('stockroom_images', row.product_id);
  return row !== undefined;
}

/** The image's bytes never came, and trying again would not change that. False when it is settled or deleted already. */
export const rejectImage = (db: Executor, id: string, problem: ImageProblem) => endImage(db, id, 'rejected', problem);

/** The attempts to get the image's bytes are used up. */
export const failImage = (db: Executor, id: string, problem: ImageProblem) => endImage(db, id, 'failed', problem);

const queueUpload = statement(
  'queue_uploaded_image',
  `update product_images set status = 'queued', version = version + 1, updated_at = now()
   where id = $1 and status = 'awaiting_upload' returning product_id`,
);

/** A presigned upload is complete. False when that was told before, or the upload has expired. */
export async function queueUploadedImage(tx: Executor, id: string): Promise<boolean> {
  const [row] = await tx.rows<{ product_id: string }>(queueUpload, [id]);
  if (row) tx.signal('stockroom_images', row.product_id);
  return row !== undefined;
}

const requeue = statement(
  'requeue_product_image',
  `update product_images set status = 'queued', problem = null, version = version + 1, updated_at = now()
   where id = $1 and status in ('rejected', 'failed') returning product_id`,
);

/** Another try for an image that came to nothing. */
export async function requeueImage(tx: Executor, id: string): Promise<boolean> {
  const [row] = await tx.rows<{ product_id: string }>(requeue, [id]);
  if (row) tx.signal('stockroom_images', row.product_id);
  return row !== undefined;
}
