/** /v1/products: the catalogue, written by secret keys and read by both kinds; publishable ones see what is active. */
import { z } from 'zod';
import type { Database } from '../db/database.ts';
import { listProducts, PRODUCT_SORTS, type ProductSort } from '../db/product-list.ts';
import { archiveProduct } from '../db/products.ts';
import { looksLikeId } from '../domain/catalogue-slug.ts';
import { idOrSlug, productInput, productView, slug } from './catalogue-schemas.ts';
import { type ImageOptions, urlOptions } from './image-options.ts';
import { idempotentRequest, once } from './middleware/idempotency.ts';
import { invalid, notFound } from './problem.ts';
import { approveRoute } from './product-approval.ts';
import { getProduct, lockFor } from './product-lookup.ts';
import { bodyFor, ownerOf } from './product-owner.ts';
import { productAnswer, showProduct, unlessKnown } from './product-views.ts';
import { defineRoute, type Route } from './route.ts';
import { createProduct, replaceProduct } from './save-product.ts';
import { currency, decodeCursor, listOf, page, sku, toPage } from './schemas.ts';
import { variantRoutes } from './variants.ts';

interface Context {
  db: Database;
  images: ImageOptions;
}

export function productRoutes(context: Context): Route[] {
  return [
    create(context),
    list(context),
    read(context),
    replace(context),
    archive(context),
    approveRoute(context),
    ...variantRoutes(context),
  ];
}

const ifMatch = z.object({ 'If-Match': z.string().optional().meta({ description: 'ETag that must still hold' }) });
const PATH = '/v1/products';
const ITEM = '/v1/products/{id}';
const TAG = 'Catalogue';

const create = ({ db, images }: Context) =>
  defineRoute({
    method: 'post',
    path: PATH,
    tag: TAG,
    summary: 'Create a product with its variants',
    description:
      "A vendor's key makes its vendor's products, which wait for the shop's approval unless the vendor needs none.",
    scope: 'catalogue:write',
    vendor: true,
    body: productInput,
    responses: { 201: { description: 'Created', schema: productView } },
    handle: (call) =>
      once(db, idempotentRequest(call), async (tx) => {
        const owner = await ownerOf(tx, call);
        const made = await createProduct(tx, call.body, urlOptions(images, call.key.id), owner);
        return productAnswer(made, images, call, 201);
      }),
  });

const price = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).optional();

const listQuery = z
  .object({
    q: z
      .string()
      .trim()
      .min(1)
      .max(200)
      .optional()
      .meta({ description: 'Words (the last may be a beginning), the beginning of a SKU, or a barcode' }),
    status: z
      .enum(['draft', 'active', 'archived'])
      .optional()
      .meta({ description: 'Publishable keys see active products only' }),
    category: slug.optional().meta({ description: 'Slug; products of its descendants belong to it' }),
    currency: currency.optional().meta({ description: 'Products that have a price in it' }),
    min_price: price.meta({ description: 'Minor units of `currency`; some variant costs at least this' }),
    max_price: price,
    in_stock: z.stringbool().optional(),
    sku: sku.optional(),
    vendor_id: z.uuid().optional().meta({ description: 'Products of this vendor' }),
    approval: z.enum(['pending', 'approved', 'refused']).optional().meta({ description: 'Secret keys only' }),
    updated_since: z.iso.datetime({ offset: true }).optional(),
    sort: z.enum(PRODUCT_SORTS).optional().meta({
      description: 'Default: relevance with `q`, else -created_at. Price means the lowest of a product, in `currency`.',
    }),
    ...page,
  })
  .superRefine((query, context) => {
    const priced = query.min_price !== undefined || query.max_price !== undefined || query.sort?.endsWith('price');
    if (priced && !query.currency)
      context.addIssue({ code: 'custom', path: ['currency'], message: 'is needed with a price' });
    if (query.sort === 'relevance' && !query.q)
      context.addIssue({ code: 'custom', path: ['q'], message: 'is needed to sort by relevance' });
  });

const list = ({ db, images }: Context) =>
  defineRoute({
    method: 'get',
    path: PATH,
    tag: TAG,
    summary: 'Search, filter and list products',
    description: "Publishable keys see what is for sale, a vendor's keys what is that vendor's.",
    scope: 'catalogue:read',
    publishable: true,
    vendor: true,
    query: listQuery,
    responses: { 200: { description: 'A page of products', schema: listOf('ProductList', productView) } },
    async handle({ query, key, res }) {
      const sort = query.sort ?? (query.q ? 'relevance' : '-created_at');
      const filter = {
        q: query.q,
        status: key.kind === 'publishable' ? ('active' as const) : query.status,
        category: query.category,
        currency: query.currency,
        minPrice: query.min_price,
        maxPrice: query.max_price,
        inStock: query.in_stock,
        sku: query.sku,
        updatedSince: query.updated_since === undefined ? undefined : new Date(query.updated_since),
        vendorId: key.vendor_id ?? query.vendor_id,
        forSale: key.kind === 'publishable' ? (true as const) : undefined,
        approval: key.kind === 'publishable' ? undefined : query.approval,
      };
      res.vary('Authorization');
      if (key.kind === 'publishable' && query.status !== undefined && query.status !== 'active')
        return { status: 200, body: EMPTY };
      if (key.vendor_id !== null && query.vendor_id !== undefined && query.vendor_id !== key.vendor_id)
        return { status: 200, body: EMPTY };
      const rows = await listProducts(db, filter, { sort, limit: query.limit, after: readCursor(query.cursor, sort) });
      const cursorOf = (row: (typeof rows)[number]) => JSON.stringify([sort, row.sort_key, row.id]);
      const { data, ...rest } = toPage(rows, query.limit, cursorOf, (row) => showProduct(row, images, key));
      return { status: 200, body: { data: await Promise.all(data), ...rest } };
    },
  });

const EMPTY = { data: [], has_more: false, next_cursor: null };

const cursorShape = z.tuple([z.string(), z.string().max(400), z.uuid()]);

/** A cursor goes on in the order in which it was begun. */
function readCursor(cursor: string | undefined, sort: ProductSort): readonly [string, string] | undefined {
  const text = decodeCursor(cursor);
  if (text === undefined) return undefined;
  const parsed = cursorShape.safeParse(parseJson(text));
  if (!parsed.success || parsed.data[0] !== sort || !fitsKey(sort, parsed.data[1])) {
    throw invalid([
      { pointer: 'cursor', code: 'cursor_malformed', message: 'cursor: is none of this list, or of another sort' },
    ]);
  }
  return [parsed.data[1], parsed.data[2]];
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function fitsKey(sort: ProductSort, key: string): boolean {
  if (sort.endsWith('name')) return !key.includes('\0');
  if (sort.endsWith('created_at')) return looksLikeId(key);
  if (sort.endsWith('updated_at')) return key.length < 40 && !Number.isNaN(Date.parse(key));
  return /^-?\d{1,15}(?:\.\d{1,20})?(?:e[+-]?\d{1,2})?$/.test(key);
}

const read = ({ db, images }: Context) =>
  defineRoute({
    method: 'get',
    path: ITEM,
    tag: TAG,
    summary: 'Read a product by id or slug',
    scope: 'catalogue:read',
    publishable: true,
    vendor: true,
    params: idOrSlug,
    responses: { 200: { description: 'The product', schema: productView }, 304: { description: 'Not modified' } },
    async handle(call) {
      const product = await getProduct(db, call);
      if (call.key.kind === 'publishable' && (product.status !== 'active' || product.withheld))
        throw notFound('product', call.params.id);
      return unlessKnown(call, await productAnswer(product, images, call));
    },
  });

const replace = ({ db, images }: Context) =>
  defineRoute({
    method: 'put',
    path: ITEM,
    tag: TAG,
    summary: 'Replace a product',
    description:
      'What the body leaves out becomes empty, except slug and status, which stay. By the key of a vendor the categories stay too: the shop sets them, since commission may go by them. With `variants`, those not named are deleted (409 when stock or orders point at one); without, they stay. The same is true of `images` by URL; uploaded ones always stay.',
    scope: 'catalogue:write',
    vendor: true,
    params: idOrSlug,
    body: productInput,
    requestHeaders: ifMatch,
    responses: { 200: { description: 'The product as it is now', schema: productView } },
    handle: (call) =>
      db.transaction(async (tx) => {
        const current = await lockFor(tx, call);
        const body = await bodyFor(tx, call, current);
        return productAnswer(await replaceProduct(tx, current, body, urlOptions(images, call.key.id)), images, call);
      }),
  });

const archive = ({ db }: Context) =>
  defineRoute({
    method: 'delete',
    path: ITEM,
    tag: TAG,
    summary: 'Archive a product',
    description: 'Orders point at products, so they are archived, not deleted; PUT with a status brings one back.',
    scope: 'catalogue:write',
    vendor: true,
    params: idOrSlug,
    requestHeaders: ifMatch,
    responses: { 204: { description: 'Archived' } },
    handle: (call) =>
      db.transaction(async (tx) => {
        await archiveProduct(tx, (await lockFor(tx, call)).id);
        return { status: 204 };
      }),
  });
