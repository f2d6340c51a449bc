/** /v1/variants/{sku}: a variant by its SKU, the key that shops and suppliers share. */
import { z } from 'zod';
import type { Database } from '../db/database.ts';
import { findVariant, lockVariants } from '../db/variants.ts';
import { variantInput, variantView } from './catalogue-schemas.ts';
import { assertVersion } from './etag.ts';
import { type ImageOptions, urlOptions } from './image-options.ts';
import { notFound } from './problem.ts';
import { assertOwnVariant } from './product-owner.ts';
import { expectedCatalogueVersion, unlessKnown, variantAnswer } from './product-views.ts';
import { defineRoute, type Route } from './route.ts';
import { putVariant } from './save-product.ts';
import { sku } from './schemas.ts';

interface Context {
  db: Database;
  images: ImageOptions;
}

const PATH = '/v1/variants/{sku}';
const params = z.object({ sku });

export function variantRoutes(context: Context): Route[] {
  return [read(context), put(context)];
}

const read = ({ db }: Context) =>
  defineRoute({
    method: 'get',
    path: PATH,
    tag: 'Catalogue',
    summary: 'Read a variant by SKU',
    scope: 'catalogue:read',
    publishable: true,
    vendor: true,
    params,
    responses: { 200: { description: 'The variant', schema: variantView }, 304: { description: 'Not modified' } },
    async handle(call) {
      const found = await findVariant(db, call.params.sku);
      const hidden = call.key.kind === 'publishable' && found?.product_status !== 'active';
      const others = call.key.vendor_id !== null && found?.vendor_id !== call.key.vendor_id;
      if (!found || hidden || others) throw notFound('variant', call.params.sku);
      return unlessKnown(call, variantAnswer(found, call));
    },
  });

const put = ({ db, images }: Context) =>
  defineRoute({
    method: 'put',
    path: PATH,
    tag: 'Catalogue',
    summary: 'Create or replace a variant by SKU',
    description:
      'The variant becomes what the body says. A new one names its product by `product_slug` or `product.slug`; with `product`, the product is created, or its given members are set. Naming another product moves the variant.',
    scope: 'catalogue:write',
    vendor: true,
    params,
    body: variantInput,
    requestHeaders: z.object({ 'If-Match': z.string().optional() }),
    responses: {
      200: { description: 'Replaced', schema: variantView },
      201: { description: 'Created', schema: variantView },
    },
    handle: (call) =>
      db.transaction(async (tx) => {
        const expected = expectedCatalogueVersion(call);
        const [current] = await lockVariants(tx, [call.params.sku]);
        await assertOwnVariant(tx, call, current && (await findVariant(tx, call.params.sku)));
        if (expected !== undefined && !current) throw notFound('variant', call.params.sku);
        if (current) assertVersion(expected, current.version);
        const { found, created } = await putVariant(tx, call.params.sku, call.body, {
          actor: call.key.id,
          images: urlOptions(images, call.key.id),
        });
        return variantAnswer(found, call, created ? 201 : 200);
      }),
  });
