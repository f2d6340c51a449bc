/** Listings as clients send and read them. */
import { z } from 'zod';
import type { ListingView } from '../db/listings.ts';
import { normalizePageUrl } from '../domain/watch-list/page-url.ts';
import { listOf, metadata, page, sku, text } from './schemas.ts';
import { domain, intervalMinutes, owner, tags } from './watch-list-fields.ts';

export const pageUrl = z
  .string()
  .max(2_048)
  .transform((address, context) => {
    const url = normalizePageUrl(address);
    if (url !== undefined) return url.href;
    context.addIssue({
      code: 'custom',
      message: 'is not a plain http or https address without a user name',
      params: { code: 'url_invalid' },
    });
    return z.NEVER;
  })
  .meta({
    description: 'A page of the competitor, at its domain or below it; kept without fragment and tracking parameters',
    example: 'https://competitor.example/p/blue-t-shirt',
  });

const search = text(200).meta({ description: 'What to look for on its site, as long as there is no page yet' });

/** What a listing is, whatever it is tied to. */
export const listingMembers = {
  priority: z
    .int()
    .min(-100)
    .max(100)
    .meta({ description: 'Looked at before those with less when there is much to do' }),
  interval_minutes: intervalMinutes.nullable(),
  pack_count: z.int().min(1).max(10_000).nullable().meta({
    description: 'How many of ours are in one of theirs; null: not known, taken for one',
  }),
  tags,
  owner: owner.nullable(),
  metadata,
};

const ours = {
  variant_id: z.uuid().nullable().optional(),
  sku: sku.nullable().optional().meta({ description: 'Of our variant, instead of variant_id' }),
};

const whose = {
  competitor_id: z.uuid().optional(),
  competitor: domain.optional().meta({ description: 'Its domain, instead of competitor_id' }),
};

const optional = z.object(listingMembers).partial().shape;

export const newListing = z
  .strictObject({ ...whose, ...ours, url: pageUrl.optional(), search: search.optional(), ...optional })
  .refine((body) => (body.competitor_id === undefined) !== (body.competitor === undefined), {
    message: 'takes one of competitor_id and competitor',
    path: ['competitor_id'],
  })
  .refine((body) => body.url !== undefined || body.search !== undefined, {
    message: 'is needed, or a search that finds it',
    path: ['url'],
  })
  .refine(namesOneVariant, { message: 'takes one of variant_id and sku', path: ['variant_id'] })
  .meta({ id: 'ListingInput' });
export type NewListing = z.output<typeof newListing>;

export const listingChanges = z
  .strictObject({ ...ours, url: pageUrl.nullable().optional(), search: search.nullable().optional(), ...optional })
  .refine(namesOneVariant, { message: 'takes one of variant_id and sku', path: ['variant_id'] })
  .meta({ id: 'ListingChanges' });
export type ListingChanges = z.output<typeof listingChanges>;

function namesOneVariant(body: { variant_id?: unknown; sku?: unknown }): boolean {
  return body.variant_id === undefined || body.sku === undefined;
}

export const PLAIN = {
  variant_id: null,
  linked_by: null,
  url: null,
  search: null,
  searching: false,
  priority: 0,
  interval_minutes: null,
  pack_count: null,
  tags: [] as string[],
  owner: null,
  metadata: {},
};

export const LINKED_BY = ['url', 'gtin', 'mpn', 'person'] as const;
const STATUSES = ['active', 'paused', 'gone'] as const;

export const listing = z
  .object({
    id: z.string(),
    competitor: z.object({ id: z.string(), name: z.string(), domain: z.string() }),
    variant: z
      .object({ id: z.string(), sku: z.string(), name: z.string(), product_name: z.string() })
      .nullable()
      .meta({ description: 'Ours; null: not known yet, so nobody is told about its price' }),
    linked_by: z.enum(LINKED_BY).nullable().meta({
      description: "What ties them: a person's url, an identifier on the page (gtin, mpn), or a person's decision",
    }),
    url: z.string().nullable(),
    search: z.string().nullable().meta({
      description:
        "Looked for on the competitor's site, where its search has an address; pages that are found are suggested",
    }),
    status: z.enum(STATUSES).meta({ description: 'gone: the page is there no more' }),
    status_reason: z.string().nullable(),
    ...{ priority: z.int(), interval_minutes: z.int().nullable(), pack_count: z.int().nullable() },
    ...{ tags: z.array(z.string()), owner: z.string().nullable(), metadata: z.record(z.string(), z.string()) },
    due_at: z.iso.datetime(),
    ...{ version: z.int(), created_at: z.iso.datetime(), updated_at: z.iso.datetime() },
  })
  .meta({ id: 'Listing' });

export const listingList = listOf('ListingList', listing);

export const listingFilters = {
  competitor_id: z.uuid().optional(),
  variant_id: z.uuid().optional(),
  sku: sku.optional(),
  url: pageUrl.optional(),
  status: z.enum(STATUSES).optional(),
  tag: z.string().max(50).optional(),
  owner: owner.optional(),
  linked: z.stringbool().optional().meta({ description: 'Whether it is tied to a variant of ours' }),
};

export const listingQuery = z.object({ ...listingFilters, ...page });

export function renderListing(row: ListingView) {
  const {
    competitor_id,
    competitor_name,
    competitor_domain,
    variant_id,
    sku: code,
    variant_name,
    product_name,
    searching,
    url,
    ...rest
  } = row;
  return {
    ...rest,
    url: searching ? null : url,
    competitor: { id: competitor_id, name: competitor_name, domain: competitor_domain },
    variant:
      variant_id === null ? null : { id: variant_id, sku: code!, name: variant_name!, product_name: product_name! },
  };
}
