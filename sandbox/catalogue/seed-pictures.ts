/** Gives the demo products their painted pictures, over the API, as a merchant would upload photographs. */
import { demoProducts } from './catalogue.ts';
import type { DemoProduct } from './demo-product.ts';
import { paintProduct } from './pictures.ts';
import { call, type SeedOptions } from './seed-call.ts';

interface SeededProduct {
  id: string;
  slug: string;
  images: unknown[];
}

/** Uploads what is missing; products that have an image of any kind stay as they are. Returns how many were uploaded. */
export async function seedPictures(options: SeedOptions): Promise<number> {
  const { data } = (await call(options, 'GET', '/v1/products?limit=100')) as { data: SeededProduct[] };
  const bare = new Map(data.filter(({ images }) => images.length === 0).map(({ slug, id }) => [slug, id]));
  const missing = demoProducts.filter(({ slug }) => bare.has(slug));
  // One after the other: a start has better things to do with both cores.
  for (const product of missing) await upload(options, bare.get(product.slug)!, product);
  return missing.length;
}

async function upload(options: SeedOptions, id: string, product: DemoProduct): Promise<void> {
  const form = new FormData();
  form.append('alt', product.name);
  form.append(
    'files',
    new Blob([new Uint8Array(await paintProduct(product))], { type: 'image/jpeg' }),
    `${product.slug}.jpg`,
  );
  await call(options, 'POST', `/v1/products/${id}/images`, form);
}
