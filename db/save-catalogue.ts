/** Products, variants and prices written together, set by set: the one way in for the API's PUT and POST and for imports. */
import type { WantedUrl } from '../domain/plan-images.ts';
import type { Executor } from './database.ts';
import { replaceUrls, type UrlOptions } from './place-images.ts';
import { type PricePatch, writePrices } from './prices.ts';
import {
  lockProducts,
  type ProductPatch,
  replaceProductCategories,
  touchProducts,
  upsertProducts,
} from './products.ts';
import { lockVariants, touchVariants, upsertVariants, type VariantPatch } from './variants.ts';

export interface ProductInput extends Omit<ProductPatch, 'slug'> {
  slug: string;
  categories?: readonly string[] | undefined;
  /** All that it has by URL; undefined leaves them alone. */
  images?: readonly WantedUrl[] | undefined;
}

export interface VariantInput extends Omit<VariantPatch, 'product_id'> {
  /** The product it belongs to, by slug or (for one that is there) by id. */
  product: { slug: string } | { id: string };
  prices?: readonly Omit<PricePatch, 'variant_id'>[] | undefined;
}

export interface CatalogueInput {
  products: readonly ProductInput[];
  variants: readonly VariantInput[];
  /** Ids by slug and by SKU of what was there before (locked). */
  known: { products: ReadonlyMap<string, string>; variants: ReadonlyMap<string, string> };
  /** Whether the prices given are all that a variant has. */
  replacePrices: boolean;
  images: UrlOptions;
}

export interface CatalogueChanges {
  productIds: Map<string, string>;
  variantIds: Map<string, string>;
  createdProducts: Set<string>;
  changedProducts: Set<string>;
  createdSkus: Set<string>;
  changedSkus: Set<string>;
}

/** Returns what was new and what really changed; versions rise for that alone. */
export async function saveCatalogue(tx: Executor, input: CatalogueInput): Promise<CatalogueChanges> {
  const products = await saveProducts(tx, input);
  const variants = await saveVariants(tx, input, products.productIds);
  const own = new Set(products.written);
  await touchProducts(
    tx,
    [...variants.touchedProducts].filter((id) => !own.has(id)),
  );
  return { ...products, ...variants };
}

async function saveProducts(tx: Executor, { products, known, images }: CatalogueInput) {
  const productIds = new Map(known.products);
  const patches = products.map(({ categories: _, images: __, ...patch }) => patch);
  const written = patches.length > 0 ? await upsertProducts(tx, patches) : [];
  for (const row of written) productIds.set(row.slug, row.id);
  // Made by somebody else since the look, and just so: nothing was written, and its id is not known yet.
  const unseen = products.map(({ slug }) => slug).filter((slug) => !productIds.has(slug));
  if (unseen.length > 0) for (const row of await lockProducts(tx, unseen)) productIds.set(row.slug, row.id);
  const linked = await replaceProductCategories(
    tx,
    products.flatMap(({ slug, categories }) => (categories ? [{ product_id: productIds.get(slug)!, categories }] : [])),
  );
  const pictured = await replaceUrls(
    tx,
    products.flatMap((product) =>
      product.images ? [{ product_id: productIds.get(product.slug)!, images: product.images }] : [],
    ),
    images,
  );
  const writtenIds = written.map((row) => row.id);
  const around = new Set([...linked, ...pictured]);
  await touchProducts(
    tx,
    [...around].filter((id) => !writtenIds.includes(id)),
  );
  const changedIds = new Set([...writtenIds, ...around]);
  return {
    productIds,
    written: changedIds,
    createdProducts: new Set(written.filter((row) => row.created).map((row) => row.slug)),
    changedProducts: new Set([...productIds].filter(([, id]) => changedIds.has(id)).map(([slug]) => slug)),
  };
}

async function saveVariants(
  tx: Executor,
  { variants, known, replacePrices }: CatalogueInput,
  productIds: ReadonlyMap<string, string>,
) {
  const variantIds = new Map(known.variants);
  const patches = variants.map(({ product, prices: _, ...patch }) => ({
    ...patch,
    product_id: 'id' in product ? product.id : productIds.get(product.slug)!,
  }));
  const written = patches.length > 0 ? await upsertVariants(tx, patches) : [];
  for (const row of written) variantIds.set(row.sku, row.id);
  const unseen = variants.map(({ sku }) => sku).filter((sku) => !variantIds.has(sku));
  if (unseen.length > 0) for (const row of await lockVariants(tx, unseen)) variantIds.set(row.sku, row.id);
  const priced = await savePrices(tx, variants, variantIds, replacePrices);
  const writtenIds = new Set(written.map((row) => row.id));
  const touched = await touchVariants(
    tx,
    priced.filter((id) => !writtenIds.has(id)),
  );
  const changedIds = new Set([...writtenIds, ...priced]);
  return {
    variantIds,
    touchedProducts: new Set([...written.map((row) => row.product_id), ...touched]),
    createdSkus: new Set(written.filter((row) => row.created).map((row) => row.sku)),
    changedSkus: new Set([...variantIds].filter(([, id]) => changedIds.has(id)).map(([sku]) => sku)),
  };
}

function savePrices(
  tx: Executor,
  variants: readonly VariantInput[],
  variantIds: ReadonlyMap<string, string>,
  replace: boolean,
): Promise<string[]> {
  const rows = variants.flatMap(({ sku, prices = [] }) =>
    prices.map((price) => ({ ...price, variant_id: variantIds.get(sku)! })),
  );
  return writePrices(tx, rows, replace ? variants.map(({ sku }) => variantIds.get(sku)!) : []);
}
