/** Applies a batch of imported variants in one transaction: facts read and locked, planned, written set by set. */
import {
  type ImportedProduct,
  type ImportedVariant,
  type ImportFacts,
  type ImportPlan,
  type LineError,
  levelKey,
  planImport,
  productSlugOf,
} from '../domain/catalogue-import.ts';
import type { WantedUrl } from '../domain/plan-images.ts';
import { findCategorySlugs } from './categories.ts';
import type { Database, Executor } from './database.ts';
import { defaultLocation, listLocations } from './locations.ts';
import { countUploads, type UrlOptions } from './place-images.ts';
import type { PricePatch } from './prices.ts';
import { lockProducts, type ProductFields } from './products.ts';
import { type CatalogueChanges, saveCatalogue } from './save-catalogue.ts';
import { adjustStock, lockStockLevels } from './stock-levels.ts';
import { lockVariants, type VariantFields } from './variants.ts';

export type ProductLine = Omit<ImportedProduct, 'images'> & { images?: readonly WantedUrl[] | undefined } & {
  [K in keyof ProductFields]?: ProductFields[K] | undefined;
};
export type VariantLine = ImportedVariant<ProductLine> & {
  [K in keyof VariantFields]?: VariantFields[K] | undefined;
} & {
  prices?: readonly Omit<PricePatch, 'variant_id'>[] | undefined;
};

export type LineResult = { result: 'created' | 'updated' | 'unchanged' } | { result: 'failed'; errors: LineError[] };

export interface ImportOptions {
  /** Works all out, then undoes it. */
  dryRun: boolean;
  /** Id of the API key, for the stock movements. */
  actor: string;
  images: UrlOptions;
  /** Whether a line's prices are all that the variant then has (PUT), or are set beside its others (import). */
  replacePrices?: boolean;
}

class Undo extends Error {
  readonly results: LineResult[];
  constructor(results: LineResult[]) {
    super('a dry run is undone');
    this.results = results;
  }
}

/** One result per line. Throws what PostgreSQL throws when a value cannot be stored; then nothing of the batch is. */
export async function importBatch(
  db: Database,
  lines: readonly VariantLine[],
  options: ImportOptions,
): Promise<LineResult[]> {
  try {
    return await db.transaction(async (tx) => {
      const results = await applyLines(tx, lines, options);
      if (options.dryRun) throw new Undo(results);
      return results;
    });
  } catch (error) {
    if (error instanceof Undo) return error.results;
    throw error;
  }
}

/** The same within a transaction of the caller's. Each SKU may stand in a batch once. */
export async function applyLines(
  tx: Executor,
  lines: readonly VariantLine[],
  { actor, images, replacePrices = false }: Omit<ImportOptions, 'dryRun'>,
): Promise<LineResult[]> {
  const facts = await readFacts(tx, lines, images.maxPerProduct);
  const plan = planImport(lines, facts);
  const changes = await saveCatalogue(tx, {
    products: [...plan.products.values()],
    variants: lines
      .filter((_, at) => !plan.errors.has(at))
      .map(({ product_slug: _, product: __, stock: ___, ...variant }) => ({
        ...variant,
        product: plan.productOf.get(variant.sku)!,
      })),
    known: { products: facts.products, variants: new Map([...facts.variants].map(([sku, { id }]) => [sku, id])) },
    replacePrices,
    images: { ...images, actor },
  });
  await saveStock(tx, plan, changes, actor);
  const stocked = new Set(plan.stock.map(({ sku }) => sku));
  return lines.map((line, at) => judge(line, plan.errors.get(at), changes, stocked));
}

function judge(
  line: VariantLine,
  errors: LineError[] | undefined,
  changes: CatalogueChanges,
  stocked: ReadonlySet<string>,
): LineResult {
  if (errors) return { result: 'failed', errors };
  if (changes.createdSkus.has(line.sku)) return { result: 'created' };
  const slug = line.product && productSlugOf(line);
  const changed =
    changes.changedSkus.has(line.sku) || stocked.has(line.sku) || (slug && changes.changedProducts.has(slug));
  return { result: changed ? 'updated' : 'unchanged' };
}

async function readFacts(tx: Executor, lines: readonly VariantLine[], maxImages: number): Promise<ImportFacts> {
  const slugs = new Set(lines.map(productSlugOf).filter((slug) => slug !== undefined));
  const products = slugs.size > 0 ? await lockProducts(tx, [...slugs]) : [];
  const variants = await lockVariants(
    tx,
    lines.map((line) => line.sku),
  );
  const pictured = new Set(lines.filter((line) => line.product?.images?.length).map(productSlugOf));
  const uploads = await countUploads(
    tx,
    products.filter(({ slug }) => pictured.has(slug)).map(({ id }) => id),
  );
  const stocked = new Set(lines.filter((line) => line.stock?.length).map((line) => line.sku));
  const locations = stocked.size > 0 ? await listLocations(tx) : [];
  const levels =
    stocked.size > 0
      ? await lockStockLevels(
          tx,
          variants.filter(({ sku }) => stocked.has(sku)).map(({ id }) => id),
        )
      : [];
  return {
    products: new Map(products.map(({ slug, id }) => [slug, id])),
    variants: new Map(variants.map((variant) => [variant.sku, variant])),
    categories: await findCategorySlugs(tx, [...new Set(lines.flatMap((line) => line.product?.categories ?? []))]),
    locations: new Map(locations.map(({ code, id }) => [code, id])),
    defaultLocation: defaultLocation(locations)?.code,
    levels: new Map(levels.map((level) => [levelKey(level.variant_id, level.location_id), level])),
    uploads: new Map(products.map(({ slug, id }) => [slug, uploads.get(id) ?? 0])),
    maxImages,
  };
}

async function saveStock(
  tx: Executor,
  { stock }: ImportPlan<ProductLine>,
  { variantIds }: CatalogueChanges,
  actor: string,
): Promise<void> {
  const levels = await adjustStock(
    tx,
    stock.map(({ sku, location_id, on_hand, isNew }) => ({
      variant_id: variantIds.get(sku)!,
      location_id,
      set_to: on_hand,
      kind: isNew ? 'received' : 'adjusted',
      reason: 'import',
      actor,
    })),
  );
  // A level that appeared, and was reserved from, after the facts were read: begin again, as after a serialization failure.
  if (levels.some((level) => !level.applied))
    throw Object.assign(new Error('stock moved meanwhile'), { code: '40001' });
}
