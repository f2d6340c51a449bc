/** Each batch of a dry run is undone before the next: this remembers what the earlier ones would have left behind. */
import type { LineResult, ProductLine, VariantLine } from '../db/import-catalogue.ts';
import { productSlugOf } from '../domain/catalogue-import.ts';

export interface DryRun {
  /** The line, with the product that an earlier line would have made. */
  recall(line: VariantLine): VariantLine;
  /** The result, as it would be after the earlier lines. */
  remember(line: VariantLine, result: LineResult): LineResult;
}

export function createDryRun(): DryRun {
  const products = new Map<string, ProductLine>();
  const productOf = new Map<string, string>();

  return {
    recall(line) {
      const slug = productSlugOf(line) ?? productOf.get(line.sku);
      const earlier = slug === undefined ? undefined : products.get(slug);
      if (slug === undefined || earlier === undefined) return line;
      return { ...line, product_slug: slug, product: { ...earlier, ...line.product, slug } };
    },
    remember(line, result) {
      if (result.result === 'failed') return result;
      const slug = productSlugOf(line);
      if (slug !== undefined && line.product) products.set(slug, line.product);
      const seen = productOf.has(line.sku);
      if (slug !== undefined && result.result === 'created') productOf.set(line.sku, slug);
      return seen && result.result === 'created' ? { result: 'updated' } : result;
    },
  };
}
