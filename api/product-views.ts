/** Products and variants as a key may see them, and the ETag that goes with them. */
import { createHash } from 'node:crypto';
import type { ApiKey } from '../db/api-keys.ts';
import type { ProductView } from '../db/products.ts';
import type { FoundVariant, PriceView, VariantView } from '../db/variants.ts';
import { expectedVersion, isNotModified } from './etag.ts';
import type { ImageOptions } from './image-options.ts';
import type { ShownImage } from './image-views.ts';
import type { Answer, Call } from './route.ts';

/** What a product costs the shop, and when it is thought to run out, is nobody's business outside. */
function showPrice({ cost_amount, ...price }: PriceView, key: ApiKey) {
  return key.kind === 'secret' ? { ...price, cost_amount } : price;
}

const showVariant = ({ prices, low_stock_threshold, ...variant }: VariantView, key: ApiKey) => ({
  ...variant,
  ...(key.kind === 'secret' ? { low_stock_threshold } : {}),
  prices: prices.map((price) => showPrice(price, key)),
});

export async function showProduct(
  product: ProductView & { sort_key?: string },
  { views }: Pick<ImageOptions, 'views'>,
  key: ApiKey,
) {
  const { sort_key: _, approval, approval_reason, withheld, ...shown } = product;
  const own = key.kind === 'secret' ? { approval, approval_reason, withheld } : {};
  return {
    ...shown,
    ...own,
    images: await views.show(product.images, key),
    variants: product.variants.map((variant) => showVariant(variant, key)),
  };
}

export function showFoundVariant({ variant, product_status: _, vendor_id: __, ...rest }: FoundVariant, key: ApiKey) {
  return { ...showVariant(variant, key), ...rest };
}

/**
 * The version, and a mark of the variants and what is free of each, and of the images: stock moves and pictures become ready
 * without changing the product's version, but an answer with other availability must not be taken for the same (RFC 9110 §8.8.1).
 */
export function catalogueEtag(
  version: number,
  variants: readonly VariantView[],
  images: readonly ShownImage[] = [],
): string {
  // The address too: one that is signed for a while is another each time, and the old one must not be kept.
  const mark = createHash('sha256').update(
    JSON.stringify([
      variants.map((each) => [each.sku, each.version, each.available]),
      images.map((image) => [image.id, image.version, image.src, image.sources.length]),
    ]),
  );
  return `"v${version}.${mark.digest('hex').slice(0, 12)}"`;
}

/** 304 for a reader that has it already, else the answer. */
export function unlessKnown(call: Pick<Call, 'headers' | 'req'>, answer: Answer): Answer {
  return isNotModified(call, answer.headers?.ETag ?? '') ? { status: 304, headers: answer.headers ?? {} } : answer;
}

/** If-Match guards what is written, so it compares the version alone: a sale in between does not stand in the way. */
export function expectedCatalogueVersion(call: Pick<Call, 'headers'>): number | undefined {
  const header = call.headers['if-match']?.replace(/\.[0-9a-f]{12}"\s*$/, '"');
  return expectedVersion({ headers: { ...call.headers, 'if-match': header } });
}

export async function productAnswer(
  product: ProductView,
  images: Pick<ImageOptions, 'views'>,
  call: Pick<Call, 'key'>,
  status = 200,
): Promise<Answer> {
  const body = await showProduct(product, images, call.key);
  const location = status === 201 ? { Location: `/v1/products/${product.id}` } : {};
  return {
    status,
    body,
    headers: {
      ETag: catalogueEtag(product.version, product.variants, body.images),
      Vary: 'Authorization',
      ...location,
    },
  };
}

export function variantAnswer(found: FoundVariant, call: Pick<Call, 'key'>, status = 200): Answer {
  const location = status === 201 ? { Location: `/v1/variants/${encodeURIComponent(found.variant.sku)}` } : {};
  return {
    status,
    body: showFoundVariant(found, call.key),
    headers: { ETag: catalogueEtag(found.variant.version, [found.variant]), Vary: 'Authorization', ...location },
  };
}
