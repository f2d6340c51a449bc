/** Product images over all products: by status, a page at a time, and counted. */
import { type Executor, statement } from './database.ts';
import { IMAGE_COLUMNS, type ImageStatus, type ProductImage } from './product-images.ts';

// One index, read from where the page begins: newest first within a status.
const page = statement(
  'list_images',
  `select to_json(image) as image from (
     select ${IMAGE_COLUMNS} from product_images i where i.status = $1 and i.id < $2 order by i.id desc limit $3
   ) image order by image.id desc`,
);

const LAST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/** Images of one status, newest first, one more than `limit` when there are more. */
export async function listImages(
  db: Executor,
  status: ImageStatus,
  { limit, after = LAST_ID }: { limit: number; after?: string | undefined },
): Promise<ProductImage[]> {
  const rows = await db.rows<{ image: ProductImage }>(page, [status, after, limit + 1]);
  return rows.map(({ image }) => image);
}

const count = statement(
  'count_images',
  'select status, count(*)::integer as images from product_images group by status',
);

export async function countImages(db: Executor): Promise<Partial<Record<ImageStatus, number>>> {
  const rows = await db.rows<{ status: ImageStatus; images: number }>(count);
  return Object.fromEntries(rows.map(({ status, images }) => [status, images]));
}

const pictures = statement(
  'count_pictures',
  `select count(*)::integer as total, count(*) filter (where status = 'ready' and recipe = $1)::integer as current,
     count(*) filter (where status = 'ready' and recipe <> $1)::integer as outdated,
     count(*) filter (where status = 'ready' and recipe = $1 and late_recipe is distinct from $1)::integer as late
   from pictures where status <> 'removing'`,
);

export interface PictureCounts {
  total: number;
  /** Ready by this recipe, and ready by another. */
  current: number;
  outdated: number;
  /** Of the current ones, those whose late formats are still to come. */
  late: number;
}

export async function countPictures(db: Executor, recipe: string): Promise<PictureCounts> {
  const [row] = await db.rows<PictureCounts>(pictures, [recipe]);
  return row!;
}

const open = statement(
  'count_open_images',
  `select count(*)::integer as images from (select from product_images where status = 'queued' limit $1) open`,
);

/** How many images wait for their bytes or their variants, counted no further than `atMost`. */
export async function countOpenImages(db: Executor, atMost: number): Promise<number> {
  const [row] = await db.rows<{ images: number }>(open, [atMost]);
  return row?.images ?? 0;
}

const oldest = statement(
  'oldest_open_image',
  `select extract(epoch from now() - created_at)::float8 as seconds from product_images where status = 'queued' order by id limit 1`,
);

/** Age in seconds of the image that has waited longest; 0 when none does. */
export async function readOldestOpenImage(db: Executor): Promise<number> {
  const [row] = await db.rows<{ seconds: number }>(oldest);
  return row?.seconds ?? 0;
}
