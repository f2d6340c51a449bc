/** Writing one product with its variants, or one variant with its product, in the caller's transaction. */
import { findCategorySlugs } from '../db/categories.ts';
import type { Executor } from '../db/database.ts';
import { applyLines } from '../db/import-catalogue.ts';
import { countUploads, type UrlOptions } from '../db/place-images.ts';
import { findProduct, type ProductOwner, type ProductView, updateProductSlug } from '../db/products.ts';
import { saveCatalogue } from '../db/save-catalogue.ts';
import {
  deleteOtherVariants,
  type FoundVariant,
  findVariant,
  findVariantsInUse,
  lockVariants,
} from '../db/variants.ts';
import { slugOf } from '../domain/catalogue-slug.ts';
import type { ProductBody, ProductVariantBody, VariantBody } from './catalogue-schemas.ts';
import { conflict, invalid } from './problem.ts';

/** Throws 400 for unknown categories, 409 when the slug or a SKU is taken. */
export async function createProduct(
  tx: Executor,
  body: ProductBody,
  images: UrlOptions,
  owner?: ProductOwner,
): Promise<ProductView> {
  const slug = body.slug ?? slugOf(body.name);
  if (slug === undefined)
    throw invalid([
      { pointer: '/slug', code: 'required', message: 'slug: is needed, for none can be made from the name' },
    ]);
  if ((body.images ?? []).length > images.maxPerProduct)
    throw tooManyImages(images.maxPerProduct, images.maxPerProduct);
  const variants = body.variants ?? [];
  const taken = await lockVariants(
    tx,
    variants.map(({ sku }) => sku),
  );
  refuseTaken(
    variants,
    taken.map(({ sku }) => sku),
  );
  const { productIds, createdProducts, createdSkus } = await write(
    tx,
    { slug, body, variants, images, owner },
    new Map(),
    new Map(),
  );
  if (!createdProducts.has(slug)) throw slugTaken(slug);
  // Somebody else's between the look and the write.
  refuseTaken(
    variants,
    variants.map(({ sku }) => sku).filter((sku) => !createdSkus.has(sku)),
  );
  return (await findProduct(tx, productIds.get(slug)!))!;
}

/** Replaces a locked product; its variants too when the body has them. */
export async function replaceProduct(
  tx: Executor,
  current: { id: string; slug: string },
  body: ProductBody,
  images: UrlOptions,
): Promise<ProductView> {
  const slug = body.slug ?? current.slug;
  if (slug !== current.slug) await rename(tx, current.id, slug);
  const skus = (body.variants ?? []).map((variant) => variant.sku);
  const there = await lockVariants(tx, skus);
  refuseTaken(
    body.variants ?? [],
    there.filter((variant) => variant.product_id !== current.id).map(({ sku }) => sku),
  );
  if (body.variants) await dropOtherVariants(tx, current.id, skus);
  const known = new Map(there.map(({ sku, id }) => [sku, id]));
  await refuseTooManyImages(tx, current.id, body, images);
  const whole = { slug, body, variants: body.variants ?? [], images };
  await write(tx, whole, new Map([[slug, current.id]]), known);
  return (await findProduct(tx, current.id))!;
}

interface Whole {
  slug: string;
  body: ProductBody;
  variants: readonly ProductVariantBody[];
  images: UrlOptions;
  /** Of a new product of a vendor's. */
  owner?: ProductOwner | undefined;
}

async function write(
  tx: Executor,
  { slug, body, variants, images, owner }: Whole,
  products: ReadonlyMap<string, string>,
  known: ReadonlyMap<string, string>,
) {
  const { variants: _, vendor_id: __, ...product } = body;
  await refuseUnknownCategories(tx, body.categories ?? []);
  return saveCatalogue(tx, {
    products: [{ ...EMPTY_PRODUCT, ...product, slug, owner }],
    variants: variants.map((variant, position) => ({
      ...EMPTY_VARIANT,
      ...filled(variant),
      position,
      product: { slug },
    })),
    known: { products, variants: known },
    replacePrices: true,
    images,
  });
}

/** POST and PUT tell the whole thing: what is left out is empty (the status stays, or begins as draft). */
const EMPTY_PRODUCT = { description: '', attributes: {}, seo: {}, metadata: {}, categories: [] };
const EMPTY_VARIANT = {
  name: '',
  barcode: null,
  attributes: {},
  metadata: {},
  weight_grams: null,
  length_mm: null,
  width_mm: null,
  height_mm: null,
  low_stock_threshold: null,
};

/** A whole variant: a price without a compare-at or cost amount has none. */
function filled<V extends Pick<ProductVariantBody, 'prices'>>(variant: V) {
  const prices = (variant.prices ?? []).map((price) => ({ compare_at_amount: null, cost_amount: null, ...price }));
  return { ...variant, prices };
}

/** Creates or replaces a variant and, when the body has one, creates or changes its product. */
export async function putVariant(
  tx: Executor,
  sku: string,
  body: VariantBody,
  options: { actor: string; images: UrlOptions },
): Promise<{ found: FoundVariant; created: boolean }> {
  const line = { ...EMPTY_VARIANT, ...filled(body), sku };
  const [outcome] = await applyLines(tx, [line], { ...options, replacePrices: true });
  if (outcome?.result === 'failed') {
    throw invalid(
      outcome.errors.map((each) => ({
        ...each,
        message: `${each.pointer.slice(1).replaceAll('/', '.')}: ${each.message}`,
      })),
      422,
    );
  }
  return { found: (await findVariant(tx, sku))!, created: outcome?.result === 'created' };
}

async function rename(tx: Executor, id: string, slug: string): Promise<void> {
  await updateProductSlug(tx, id, slug).catch((error: { code?: string }) => {
    throw error.code === '23505' ? slugTaken(slug) : error;
  });
}

async function dropOtherVariants(tx: Executor, productId: string, keep: readonly string[]): Promise<void> {
  const inUse = await findVariantsInUse(tx, productId, keep);
  if (inUse.length > 0) {
    const detail = `${inUse.map(({ sku }) => sku).join(', ')}: stock or orders point at variants that the body leaves out.`;
    throw conflict('variant_in_use', detail, { variants: inUse });
  }
  await deleteOtherVariants(tx, productId, keep);
}

async function refuseTooManyImages(
  tx: Executor,
  productId: string,
  { images = [] }: ProductBody,
  { maxPerProduct }: UrlOptions,
): Promise<void> {
  const uploads = images.length > 0 ? await countUploads(tx, [productId]) : new Map<string, number>();
  const room = maxPerProduct - (uploads.get(productId) ?? 0);
  if (images.length > room) throw tooManyImages(room, maxPerProduct);
}

const tooManyImages = (room: number, max: number) =>
  invalid(
    [
      {
        pointer: '/images',
        code: 'too_many_images',
        message: `images: takes at most ${room} more: a product has ${max}`,
      },
    ],
    422,
  );

async function refuseUnknownCategories(tx: Executor, slugs: readonly string[]): Promise<void> {
  const known = await findCategorySlugs(tx, slugs);
  const errors = slugs.flatMap((slug, at) =>
    known.has(slug)
      ? []
      : [
          {
            pointer: `/categories/${at}`,
            code: 'category_not_found',
            message: `categories.${at}: there is no category ${slug}`,
          },
        ],
  );
  if (errors.length > 0) throw invalid(errors, 422);
}

function refuseTaken(variants: readonly { sku: string }[], taken: readonly string[]): void {
  if (taken.length === 0) return;
  const errors = variants.flatMap(({ sku }, at) =>
    taken.includes(sku)
      ? [
          {
            pointer: `/variants/${at}/sku`,
            code: 'sku_taken',
            message: `variants.${at}.sku: ${sku} belongs to another product`,
          },
        ]
      : [],
  );
  throw conflict('sku_taken', `${taken.join(', ')}: there is such a variant already.`, { errors });
}

const slugTaken = (slug: string) => conflict('slug_taken', `There is another product with the slug ${slug}.`, { slug });
