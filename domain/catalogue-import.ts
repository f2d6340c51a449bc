/**
 * Plans a batch of imported variants: which lines can be applied, and what they come to together. Pure: the facts were
 * read (and locked) before, the plan is written after. A line that fails contributes nothing.
 */
import { slugOf } from './catalogue-slug.ts';

export interface LineError {
  pointer: string;
  code: string;
  message: string;
}

/** Members that are absent or undefined stay as they are. */
export interface ImportedProduct {
  slug?: string | undefined;
  name?: string | undefined;
  categories?: readonly string[] | undefined;
  images?: readonly unknown[] | undefined;
}

export interface ImportedVariant<P extends ImportedProduct = ImportedProduct> {
  sku: string;
  product_slug?: string | undefined;
  product?: P | undefined;
  stock?: readonly { location?: string | undefined; on_hand: number }[] | undefined;
}

export interface ImportFacts {
  /** Ids by slug. */
  products: ReadonlyMap<string, string>;
  /** By SKU. */
  variants: ReadonlyMap<string, { id: string; product_id: string }>;
  categories: ReadonlySet<string>;
  /** Ids by code. */
  locations: ReadonlyMap<string, string>;
  defaultLocation: string | undefined;
  /** By `levelKey`. */
  levels: ReadonlyMap<string, { on_hand: number; reserved: number }>;
  /** Images that a product has beside those by URL, by its slug. */
  uploads: ReadonlyMap<string, number>;
  maxImages: number;
}

export interface PlannedStock {
  sku: string;
  location_id: string;
  on_hand: number;
  isNew: boolean;
}

export interface ImportPlan<P extends ImportedProduct> {
  /** Errors by position in the batch. */
  errors: Map<number, LineError[]>;
  products: Map<string, P & { slug: string }>;
  /** Product of each planned variant, by SKU. */
  productOf: Map<string, { slug: string } | { id: string }>;
  stock: PlannedStock[];
}

export const levelKey = (variantId: string, locationId: string) => `${variantId}/${locationId}`;

/** The slug that a line names its product by, if it does. */
export function productSlugOf(line: ImportedVariant): string | undefined {
  return line.product?.slug ?? line.product_slug ?? (line.product?.name ? slugOf(line.product.name) : undefined);
}

/** Each SKU may stand in a batch once. */
export function planImport<P extends ImportedProduct>(
  lines: readonly ImportedVariant<P>[],
  facts: ImportFacts,
): ImportPlan<P> {
  const plan: ImportPlan<P> = { errors: new Map(), products: new Map(), productOf: new Map(), stock: [] };
  lines.forEach((line, at) => {
    const slug = productSlugOf(line);
    const stock = planStock(line, facts);
    const errors = [
      ...checkProduct(line, slug, facts, plan),
      ...checkCategories(line, facts),
      ...checkImages(line, slug, facts),
      ...stock.errors,
    ];
    if (errors.length > 0) {
      plan.errors.set(at, errors);
      return;
    }
    if (line.product && slug)
      plan.products.set(slug, { ...plan.products.get(slug), ...given(line.product), slug } as P & { slug: string });
    plan.productOf.set(line.sku, slug ? { slug } : { id: facts.variants.get(line.sku)!.product_id });
    plan.stock.push(...stock.planned);
  });
  return plan;
}

/** Without undefined members, which would hide what an earlier line said. */
function given<T extends object>(value: T): Partial<T> {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as Partial<T>;
}

function checkProduct<P extends ImportedProduct>(
  line: ImportedVariant<P>,
  slug: string | undefined,
  facts: ImportFacts,
  plan: ImportPlan<P>,
): LineError[] {
  if (slug === undefined) {
    if (line.product) return [error('/product/slug', 'required', 'is needed: no slug can be made from the name')];
    return facts.variants.has(line.sku)
      ? []
      : [error('/product_slug', 'required', `is needed: there is no variant ${line.sku} yet`)];
  }
  if (facts.products.has(slug) || plan.products.has(slug)) return [];
  if (!line.product) return [error('/product_slug', 'product_not_found', `there is no product ${slug}`)];
  return line.product.name ? [] : [error('/product/name', 'required', `is needed: there is no product ${slug} yet`)];
}

function checkCategories(line: ImportedVariant, { categories }: ImportFacts): LineError[] {
  return (line.product?.categories ?? []).flatMap((slug, at) =>
    categories.has(slug)
      ? []
      : [error(`/product/categories/${at}`, 'category_not_found', `there is no category ${slug}`)],
  );
}

function checkImages(line: ImportedVariant, slug: string | undefined, facts: ImportFacts): LineError[] {
  const room = facts.maxImages - (facts.uploads.get(slug ?? '') ?? 0);
  if ((line.product?.images ?? []).length <= room) return [];
  return [error('/product/images', 'too_many_images', `takes at most ${room} more: a product has ${facts.maxImages}`)];
}

function planStock(line: ImportedVariant, facts: ImportFacts): { errors: LineError[]; planned: PlannedStock[] } {
  const errors: LineError[] = [];
  const planned: PlannedStock[] = [];
  (line.stock ?? []).forEach(({ location = facts.defaultLocation, on_hand }, at) => {
    const locationId = location === undefined ? undefined : facts.locations.get(location);
    if (location === undefined)
      errors.push(error(`/stock/${at}/location`, 'required', 'is needed: there is no default location'));
    else if (locationId === undefined)
      errors.push(error(`/stock/${at}/location`, 'location_not_found', `there is no location ${location}`));
    else if (planned.some((other) => other.location_id === locationId))
      errors.push(error(`/stock/${at}/location`, 'duplicate', `${location} is there twice`));
    else {
      const variant = facts.variants.get(line.sku);
      const level = variant && facts.levels.get(levelKey(variant.id, locationId));
      if (level && level.reserved > on_hand)
        errors.push(
          error(
            `/stock/${at}/on_hand`,
            'below_reserved',
            `${on_hand} is less than the ${level.reserved} that orders hold`,
          ),
        );
      else planned.push({ sku: line.sku, location_id: locationId, on_hand, isNew: level === undefined });
    }
  });
  // What is as it should be needs no movement.
  const variant = facts.variants.get(line.sku);
  const current = (locationId: string) =>
    (variant ? facts.levels.get(levelKey(variant.id, locationId))?.on_hand : undefined) ?? 0;
  return { errors, planned: planned.filter((each) => each.on_hand !== current(each.location_id)) };
}

const error = (pointer: string, code: string, message: string): LineError => ({ pointer, code, message });
