/** Whose a product is: said when it is made, and never again. */
import type { Executor } from '../db/database.ts';
import { findProduct, findProductOwners, type LockedProduct, type ProductOwner } from '../db/products.ts';
import { findVendor } from '../db/vendors.ts';
import type { ProductBody, VariantBody } from './catalogue-schemas.ts';
import { conflict, invalid, notFound } from './problem.ts';
import type { Call } from './route.ts';

type BodyCall = Pick<Call<ProductBody>, 'body' | 'key'>;

/** The owner of a new product; undefined: the shop. What a vendor makes waits for approval unless that vendor needs none. */
export async function ownerOf(tx: Executor, { body, key }: BodyCall): Promise<ProductOwner | undefined> {
  if (body.vendor_id !== undefined && key.vendor_id !== null && body.vendor_id !== key.vendor_id)
    throw unknownVendor(body.vendor_id);
  const id = key.vendor_id ?? body.vendor_id;
  if (id === undefined) return undefined;
  const vendor = await findVendor(tx, id);
  if (!vendor) throw unknownVendor(id);
  if (vendor.status === 'closed') throw conflict('vendor_closed', 'The vendor is closed.');
  const waits = key.vendor_id !== null && vendor.must_be_approved !== false;
  return { vendor_id: id, approval: waits ? 'pending' : 'approved' };
}

const unknownVendor = (id: string) =>
  invalid([{ pointer: '/vendor_id', code: 'vendor_not_found', message: `vendor_id: there is no vendor ${id}` }], 422);

/** What a product is replaced by: whose it is stays, and of a vendor's key its categories do. */
export async function bodyFor(tx: Executor, { body, key }: BodyCall, current: LockedProduct): Promise<ProductBody> {
  if (body.vendor_id !== undefined && body.vendor_id !== current.vendor_id)
    throw invalid([{ pointer: '/vendor_id', code: 'vendor_stays', message: 'vendor_id: whose it is stays' }], 422);
  if (key.vendor_id === null) return body;
  return { ...body, categories: (await findProduct(tx, current.id))!.categories };
}

/**
 * A vendor's key writes variants of products that are there and its own: whatever else the body names is as if it did not exist.
 * @param current the product that the variant has by now, if there is one
 */
export async function assertOwnVariant(
  tx: Executor,
  { params, body, key }: Pick<Call<VariantBody, unknown, { sku: string }>, 'params' | 'body' | 'key'>,
  current: { vendor_id: string | null } | undefined,
): Promise<void> {
  if (key.vendor_id === null) return;
  if (current && current.vendor_id !== key.vendor_id) throw notFound('variant', params.sku);
  const slugs = [body.product_slug, body.product?.slug].filter((slug) => slug !== undefined);
  const owners = await findProductOwners(tx, slugs);
  for (const slug of slugs) if (owners.get(slug) !== key.vendor_id) throw notFound('product', slug);
  if (body.product && slugs.length === 0 && !current)
    throw invalid([{ pointer: '/product_slug', code: 'required', message: 'product_slug: is needed' }], 422);
  if (body.product?.categories)
    throw invalid(
      [{ pointer: '/product/categories', code: 'categories_stay', message: 'product.categories: the shop sets them' }],
      422,
    );
}
