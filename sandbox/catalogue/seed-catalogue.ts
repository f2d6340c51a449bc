/** Fills an empty shop with the demo catalogue, over the API, as a merchant would. */
import { demoCategories, demoCurrencies, demoLocations, demoProducts, priceIn } from './catalogue.ts';
import type { DemoProduct, DemoVariant } from './demo-product.ts';
import { identifiersOf } from './identifiers.ts';
import { call, type SeedOptions } from './seed-call.ts';

/** Returns how many variants were made; undefined when the shop has products already. Throws what the API answered. */
export async function seedCatalogue(options: SeedOptions): Promise<number | undefined> {
  const { data } = (await call(options, 'GET', '/v1/products?limit=1')) as { data: unknown[] };
  if (data.length > 0) return undefined;
  // A seed that was cut off left some of these: what is there stays.
  for (const [position, location] of demoLocations.entries()) {
    await call(options, 'POST', '/v1/locations', { ...location, position });
  }
  for (const [position, category] of demoCategories.entries()) {
    await call(options, 'POST', '/v1/categories', { ...category, position });
  }
  const lines = demoProducts.flatMap((product) => product.variants.map((variant) => importLine(product, variant)));
  const report = (await call(options, 'POST', '/v1/products/import', lines)) as ImportReport;
  const failed = report.lines.find((line) => line.result === 'failed');
  if (failed) throw new Error(`The demo catalogue was not taken: ${JSON.stringify(failed)}`);
  return lines.length;
}

interface ImportReport {
  lines: { result: string }[];
}

/** Buying one of these is enough to see operations told. */
const isScarce = ({ stock }: DemoVariant) => Object.values(stock).reduce((sum, units) => sum + units, 0) <= 5;

/** One line of the bulk import: a variant with its product, prices and stock. */
export function importLine(product: DemoProduct, variant: DemoVariant) {
  const { barcode, brand, mpn } = identifiersOf(product, variant);
  return {
    sku: variant.sku,
    name: variant.name,
    barcode,
    metadata: { brand, mpn },
    attributes: variant.attributes,
    weight_grams: product.weightGrams,
    ...(isScarce(variant) ? { low_stock_threshold: 2 } : {}),
    prices: demoCurrencies.map((currency) => priceLine(currency, product, variant)),
    stock: Object.entries(variant.stock).map(([location, units]) => ({ location, on_hand: units })),
    product_slug: product.slug,
    product: {
      name: product.name,
      description: product.description,
      status: 'active',
      categories: [product.category],
    },
  };
}

function priceLine(currency: (typeof demoCurrencies)[number], product: DemoProduct, variant: DemoVariant) {
  const { amount, compareAt, cost } = priceIn(currency, product, variant.extra);
  return { currency, amount, cost_amount: cost, ...(compareAt ? { compare_at_amount: compareAt } : {}) };
}
