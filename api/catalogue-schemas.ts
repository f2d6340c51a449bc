/** What products and variants look like, coming in and going out. */
import { z } from 'zod';
import { looksLikeId, SLUG_PATTERN } from '../domain/catalogue-slug.ts';
import { parseGtin } from '../domain/gtin.ts';
import { stepOf } from '../domain/money.ts';
import { imageAlt, imageUrl, imageView } from './image-schemas.ts';
import { currency, metadata, sku, text } from './schemas.ts';

export const slug = z
  .string()
  .trim()
  .max(100)
  .regex(SLUG_PATTERN, 'takes lower-case letters and digits, in words joined by hyphens')
  .refine((value) => !looksLikeId(value), 'must not look like an id')
  .meta({ example: 'blue-t-shirt' });

/** An id or a slug, as a path takes it. */
export const idOrSlug = z.object({ id: z.string().min(1).max(200).meta({ description: 'Id or slug' }) });

const barcode = z
  .string()
  .max(40)
  .transform((printed, context) => {
    const gtin = parseGtin(printed);
    if (gtin !== undefined) return gtin;
    context.addIssue({ code: 'custom', message: 'is not a GTIN-8, -12, -13 or -14 with its check digit' });
    return z.NEVER;
  })
  .meta({ description: 'GTIN-8, -12 (UPC), -13 (EAN) or -14', example: '4006381333931' });

const amount = z.int().min(0).max(999_999_999_999).meta({ description: "Integer in the currency's minor units" });
const price = z
  .strictObject({
    currency,
    amount,
    compare_at_amount: amount.nullable().optional(),
    cost_amount: amount.nullable().optional().meta({ description: 'Never shown to publishable keys' }),
  })
  .superRefine((given, context) => {
    const step = stepOf(given.currency);
    if (given.amount % step === 0) return;
    const message = `must be a multiple of ${step}: ${given.currency.toUpperCase()} is charged in steps of that`;
    context.addIssue({ code: 'custom', message, path: ['amount'], params: { code: 'amount_not_chargeable' } });
  })
  .meta({ id: 'PriceInput' });

const prices = z
  .array(price)
  .max(50)
  .superRefine((list, context) => {
    const seen = new Set<string>();
    list.forEach((each, at) => {
      if (seen.has(each.currency)) {
        context.addIssue({ code: 'custom', message: `${each.currency} is there twice`, path: [at, 'currency'] });
      }
      seen.add(each.currency);
    });
  });

const attributes = z
  .record(
    z.string().min(1).max(100),
    z.union([z.string().max(1000), z.number(), z.boolean(), z.array(z.string().max(200)).max(50)]),
  )
  .refine((value) => Object.keys(value).length <= 100, 'takes at most 100 members');

const grams = z.int().min(0).max(100_000_000);
const millimeters = z.int().min(0).max(1_000_000);
const longText = z
  .string()
  .max(20_000)
  .refine((value) => !value.includes('\0'), 'holds the NUL character');

/** A variant's own members; all may be left out. */
export const variantMembers = {
  name: text(200).or(z.literal('')).optional(),
  barcode: barcode.nullable().optional(),
  attributes: attributes.optional(),
  metadata: metadata.optional(),
  weight_grams: grams.nullable().optional(),
  length_mm: millimeters.nullable().optional(),
  width_mm: millimeters.nullable().optional(),
  height_mm: millimeters.nullable().optional(),
  low_stock_threshold: z.int().min(0).max(1_000_000_000).nullable().optional().meta({
    description:
      'Operations are told (`stock.low`) when no more than this is free to sell over all locations; null: never',
  }),
  prices: prices.optional(),
};

const image = z.strictObject({ url: imageUrl, alt: imageAlt.optional() }).meta({ id: 'ImageByUrl' });
/** More than any shop's limit, which is checked where the product is known. */
const images = z
  .array(image)
  .max(100)
  .superRefine((list, context) => {
    const seen = new Set<string>();
    list.forEach(({ url }, at) => {
      if (seen.has(url)) context.addIssue({ code: 'custom', message: 'is there twice', path: [at, 'url'] });
      seen.add(url);
    });
  })
  .meta({ description: "The product's images by URL, in order; those not named go, uploaded ones stay" });

/** A product's own members beside its name; all may be left out. */
const productMembers = {
  slug: slug.optional().meta({ description: 'Made from the name when absent' }),
  description: longText.optional(),
  status: z.enum(['draft', 'active', 'archived']).optional(),
  images: images.optional(),
  attributes: attributes.optional(),
  seo: z
    .strictObject({ title: z.string().max(200).optional(), description: z.string().max(500).optional() })
    .optional(),
  metadata: metadata.optional(),
  categories: z.array(slug).max(50).optional().meta({ description: 'Slugs of categories' }),
};

const productVariant = z.strictObject({ sku, ...variantMembers }).meta({ id: 'ProductVariantInput' });
const variants = z
  .array(productVariant)
  .max(100)
  .superRefine((list, context) => {
    const seen = new Set<string>();
    list.forEach((each, at) => {
      if (seen.has(each.sku)) context.addIssue({ code: 'custom', message: 'is there twice', path: [at, 'sku'] });
      seen.add(each.sku);
    });
  });

export const productInput = z
  .strictObject({
    name: text(300),
    ...productMembers,
    variants: variants.optional(),
    vendor_id: z.uuid().optional().meta({
      description: "Of a new product: who sells it. It stays; a vendor's key makes its own",
    }),
  })
  .meta({ id: 'ProductInput' });
export type ProductBody = z.output<typeof productInput>;
export type ProductVariantBody = z.output<typeof productVariant>;

/** The product of a variant: what is given is set, what is not stays. */
const productPatch = z.strictObject({ name: text(300).optional(), ...productMembers }).meta({ id: 'ProductPatch' });

export const variantInput = z
  .strictObject({ product_slug: slug.optional(), product: productPatch.optional(), ...variantMembers })
  .meta({ id: 'VariantInput' });
export type VariantBody = z.output<typeof variantInput>;

const stock = z.strictObject({
  location: z.string().min(1).max(40).optional(),
  on_hand: z.int().min(0).max(1_000_000_000),
});
export const importLine = z
  .strictObject({
    sku,
    product_slug: slug.optional(),
    product: productPatch.optional(),
    ...variantMembers,
    stock: z.array(stock).max(50).optional(),
  })
  .meta({ id: 'ImportLine' });
export type ImportBody = z.output<typeof importLine>;

const priceView = z.object({
  currency: z.string(),
  amount: z.int(),
  compare_at_amount: z.int().nullable(),
  cost_amount: z.int().nullable().optional().meta({ description: 'Secret keys only' }),
});

const variantViewMembers = {
  id: z.uuid(),
  sku: z.string(),
  name: z.string(),
  barcode: z.string().nullable(),
  attributes: z.record(z.string(), z.unknown()),
  metadata: z.record(z.string(), z.string()),
  weight_grams: z.int().nullable(),
  length_mm: z.int().nullable(),
  width_mm: z.int().nullable(),
  height_mm: z.int().nullable(),
  low_stock_threshold: z.int().nullable().optional().meta({ description: 'Secret keys only' }),
  version: z.int(),
  prices: z.array(priceView),
  available: z.int().meta({ description: 'Units free to sell, over all locations' }),
};

export const productView = z
  .object({
    id: z.uuid(),
    slug: z.string(),
    name: z.string(),
    description: z.string(),
    status: z.enum(['draft', 'active', 'archived']),
    images: z.array(imageView).meta({ description: 'Publishable keys see what is ready' }),
    attributes: z.record(z.string(), z.unknown()),
    seo: z.object({ title: z.string().optional(), description: z.string().optional() }),
    metadata: z.record(z.string(), z.string()),
    categories: z.array(z.string()),
    variants: z.array(z.object(variantViewMembers).meta({ id: 'ProductVariant' })),
    vendor_id: z.uuid().nullable().meta({ description: 'Who sells it; null: the shop itself' }),
    approval: z.enum(['pending', 'approved', 'refused']).nullable().optional().meta({
      description: "The shop's word on a vendor's product; secret keys only",
    }),
    approval_reason: z.string().nullable().optional(),
    withheld: z.boolean().optional().meta({
      description: 'Not for sale, whatever its status: its vendor is not, or it is not approved; secret keys only',
    }),
    version: z.int(),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
  })
  .meta({ id: 'Product' });

export const variantView = z
  .object({
    ...variantViewMembers,
    product_id: z.uuid(),
    product_slug: z.string(),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
  })
  .meta({ id: 'Variant' });
