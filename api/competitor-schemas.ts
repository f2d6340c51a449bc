/** Competitors as clients send and read them, and what is wrong with what they send. */
import { z } from 'zod';
import type { CompetitorFields, CompetitorRow } from '../db/competitors.ts';
import { isSelector } from '../domain/pages/is-selector.ts';
import type { PageValues } from '../domain/pages/page-reading.ts';
import { isOfDomain, normalizePageUrl } from '../domain/watch-list/page-url.ts';
import type { FieldError } from './problem.ts';
import { currency, listOf, locale, metadata, page, text } from './schemas.ts';
import { domain, intervalMinutes, isPrivate, owner, type PrivateHosts, tags } from './watch-list-fields.ts';

const SELECTED = [
  ...['price', 'listPrice', 'unitPrice', 'availability', 'condition', 'seller', 'shipping', 'rating', 'ratingCount'],
  ...['title', 'brand', 'gtin', 'mpn', 'sku', 'images', 'description', 'packCount'],
] as readonly (keyof PageValues)[];

const selectors = z
  .partialRecord(z.enum(SELECTED), text(300).refine(isSelector, 'is no CSS selector'))
  .transform((given) => given as Record<string, string>)
  .meta({
    id: 'Selectors',
    description: `Where on its pages a value stands, as CSS selectors, by ${SELECTED.join(', ')}`,
    example: { price: '.product-price' },
  });

const searchUrl = z
  .string()
  .max(2_000)
  .refine((address) => address.includes('{query}'), 'must hold {query}')
  .refine((address) => normalizePageUrl(address.replaceAll('{query}', 'x')) !== undefined, 'is not an http(s) address')
  .meta({
    description: 'The address of its search, with {query} where the words go',
    example: 'https://competitor.example/search?q={query}',
  });

const taxPercent = z
  .number()
  .min(0)
  .max(100)
  .transform((percent) => Math.round(percent * 1_000) / 1_000)
  .meta({ description: 'In percent, where its prices have to be compared with ones that have or lack it' });

const members = {
  tax_included: z.boolean(),
  tax_percent: taxPercent.nullable(),
  shipping_amount: z
    .int()
    .min(0)
    .max(999_999_999_999)
    .nullable()
    .meta({ description: 'What it asks for shipping where a page does not say, in minor units of its currency' }),
  source: z.enum(['built_in', 'firecrawl']),
  requests_per_minute: z.number().min(0.001).max(600),
  interval_minutes: intervalMinutes,
  seller_names: z.array(text(100)).max(20).meta({ description: 'Names besides its own under which it sells itself' }),
  search_url: searchUrl.nullable(),
  selectors,
  tags,
  owner: owner.nullable(),
  metadata,
};

const named = { name: text(200), domain, currency, locale };

export const newCompetitor = z
  .strictObject({ ...named, ...z.object(members).partial().shape })
  .meta({ id: 'CompetitorInput' });

export const competitorChanges = z
  .strictObject(z.object({ ...named, ...members }).partial().shape)
  .meta({ id: 'CompetitorChanges' });
export type CompetitorChanges = z.output<typeof competitorChanges>;

/** What is not said of a new one. */
const PLAIN: Omit<CompetitorFields, keyof typeof named> = {
  tax_included: true,
  tax_percent: null,
  shipping_amount: null,
  source: 'built_in',
  requests_per_minute: 10,
  interval_minutes: 1_440,
  seller_names: [],
  search_url: null,
  selectors: {},
  tags: [],
  owner: null,
  metadata: {},
};

/** What is given over what was; `undefined` is not given. */
export function withChanges<T extends object>(before: T, changes: { [K in keyof T]?: T[K] | undefined }): T {
  const given = Object.entries(changes).filter(([, value]) => value !== undefined);
  return { ...before, ...Object.fromEntries(given) };
}

export function newFields(body: z.output<typeof newCompetitor>): CompetitorFields {
  const { name, domain: host, currency: money, locale: language } = body;
  return withChanges<CompetitorFields>({ ...PLAIN, name, domain: host, currency: money, locale: language }, body);
}

/** What only shows when all of it is known. */
export function competitorProblems(fields: CompetitorFields, allowed: PrivateHosts): FieldError[] {
  const site = new URL(`https://${fields.domain}`);
  const plain = new URL(`http://${fields.domain}`);
  const search = fields.search_url && new URL(fields.search_url.replaceAll('{query}', 'x'));
  return [
    ...(isPrivate(site, allowed) && isPrivate(plain, allowed)
      ? [wrong('/domain', 'address_not_public', 'domain: does not lead to the public Internet')]
      : []),
    ...(search && !isOfDomain(search, fields.domain)
      ? [wrong('/search_url', 'url_not_of_competitor', `search_url: is not a page of ${fields.domain}`)]
      : []),
  ];
}

const wrong = (pointer: string, code: string, message: string): FieldError => ({ pointer, code, message });

export const statusReason = z.strictObject({ reason: text(500).optional() });

export const competitor = z
  .object({
    id: z.string(),
    ...{ name: z.string(), domain: z.string(), currency: z.string(), locale: z.string() },
    ...{ tax_included: z.boolean(), tax_percent: z.number().nullable(), shipping_amount: z.int().nullable() },
    ...{ source: z.string(), requests_per_minute: z.number(), interval_minutes: z.int() },
    ...{ seller_names: z.array(z.string()), search_url: z.string().nullable() },
    selectors: z.record(z.string(), z.string()),
    ...{ tags: z.array(z.string()), owner: z.string().nullable(), metadata: z.record(z.string(), z.string()) },
    status: z.enum(['active', 'paused', 'held']).meta({
      description: 'held: its pages are not understood as before, and wait for a person',
    }),
    status_reason: z.string().nullable(),
    ...{ version: z.int(), created_at: z.iso.datetime(), updated_at: z.iso.datetime() },
  })
  .meta({ id: 'Competitor' });

export const competitorList = listOf('CompetitorList', competitor);

export const competitorQuery = z.object({
  status: z.enum(['active', 'paused', 'held']).optional(),
  source: z.enum(['built_in', 'firecrawl']).optional(),
  tag: z.string().max(50).optional(),
  owner: z.string().max(254).optional(),
  domain: domain.optional(),
  ...page,
});

export const renderCompetitor = (row: CompetitorRow) => row;
