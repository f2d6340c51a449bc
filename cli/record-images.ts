/** A batch of an import's lines, written: their products found, their pictures placed with the jobs that fetch them. */
import type { Database } from '../db/database.ts';
import { findProductIds } from '../db/import-images.ts';
import type { ImageProblem } from '../db/pictures.ts';
import { placeUrls } from '../db/place-images.ts';
import type { ImageStatus } from '../db/product-images.ts';
import { parsePublicUrl } from '../domain/public-url.ts';
import { makeJob } from '../queues/define-queue.ts';
import { fetchImage } from '../queues/fetch-image.ts';
import type { ImageLine } from './image-file.ts';

export interface RecordedImage {
  line: number;
  url: string;
  /** Undefined when it was not placed. */
  id?: string;
  status: ImageStatus;
  problem: ImageProblem | null;
}

/** One answer per picture. What a product has from the same address already is told as it stands. */
export async function recordImages(
  db: Database,
  lines: readonly ImageLine[],
  maxPerProduct: number,
): Promise<RecordedImage[]> {
  if (lines.length === 0) return [];
  const ids = await findProducts(db, lines);
  const wishes = lines.flatMap(({ line, product, images }) =>
    images.map(({ url, alt }) => ({ line, url, alt, product_id: ids.get(keyOf(product)) })),
  );
  const placeable = wishes.filter((wish) => wish.product_id !== undefined);
  const placed = await db.transaction((tx) =>
    placeUrls(
      tx,
      placeable.map(({ url, alt, product_id }) => ({ url: normalized(url), alt, product_id: product_id! })),
      { maxPerProduct, fetchJob: (imageId) => makeJob(fetchImage, { image_id: imageId }) },
    ),
  );
  return wishes.map((wish) => {
    const result = placed[placeable.indexOf(wish)];
    return { line: wish.line, url: wish.url, ...(result ? answerOf(result, maxPerProduct) : PRODUCT_UNKNOWN) };
  });
}

type Placed = Awaited<ReturnType<typeof placeUrls>>[number];
type Answer = Omit<RecordedImage, 'line' | 'url'>;

const PRODUCT_UNKNOWN: Answer = {
  status: 'rejected',
  problem: { code: 'product_not_found', message: 'There is no such product.' },
};

function answerOf(placed: Placed, maxPerProduct: number): Answer {
  if (placed.result !== 'refused') return { id: placed.id, status: placed.status, problem: placed.problem };
  const message = `The product has ${maxPerProduct} pictures already.`;
  return { status: 'rejected', problem: { code: 'too_many_images', message } };
}

/** Read as a URL when the file was read. */
const normalized = (url: string) => (parsePublicUrl(url) as URL).href;

const keyOf = (product: ImageLine['product']) => ('slug' in product ? `slug ${product.slug}` : `sku ${product.sku}`);

async function findProducts(db: Database, lines: readonly ImageLine[]): Promise<Map<string, string>> {
  const slugs = lines.flatMap(({ product }) => ('slug' in product ? product.slug : []));
  const skus = lines.flatMap(({ product }) => ('sku' in product ? product.sku : []));
  const [bySlug, bySku] = await Promise.all([findProductIds(db, 'slug', slugs), findProductIds(db, 'sku', skus)]);
  return new Map([
    ...[...bySlug].map(([slug, id]) => [`slug ${slug}`, id] as const),
    ...[...bySku].map(([sku, id]) => [`sku ${sku}`, id] as const),
  ]);
}
