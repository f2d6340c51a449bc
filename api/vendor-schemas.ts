/** What vendors look like, coming in and going out. */
import { z } from 'zod';
import type { VendorRow } from '../db/vendors.ts';
import { vendorTransitions } from '../domain/vendors/vendor.ts';
import { VENDOR_SCOPES } from '../domain/vendors/verification.ts';
import { newApiKeyView } from './api-keys.ts';
import { slug } from './catalogue-schemas.ts';
import { currency, listOf, locale, text } from './schemas.ts';

const country = z
  .string()
  .regex(/^[A-Za-z]{2}$/, 'is not an ISO 3166-1 alpha-2 code')
  .transform((code) => code.toUpperCase());
const webAddress = z.url({ protocol: /^https$/ }).max(500);

const address = z
  .strictObject({
    name: text(200),
    line1: text(200),
    line2: text(200).optional(),
    city: text(100),
    postal_code: text(20),
    state: text(100).optional(),
    country,
  })
  .meta({ id: 'VendorAddress' });

const profile = z
  .strictObject({
    description: text(5_000).optional(),
    logo_url: webAddress.optional(),
    website: webAddress.optional(),
  })
  .meta({ id: 'VendorProfile', description: 'What everybody may see' });

const settings = z
  .strictObject({
    return_address: address.optional(),
    lead_time_days: z.int().min(0).max(365).optional(),
    notification_emails: z
      .array(z.email().max(254))
      .min(1)
      .max(10)
      .optional()
      .meta({ description: 'Where it is told of its orders; without any: its own address' }),
    locale: locale.optional(),
  })
  .meta({ id: 'VendorSettings' });

export const newVendor = z
  .strictObject({
    name: text(200),
    slug: slug.optional().meta({ description: 'Made from the name when absent' }),
    email: z.email().max(254),
    country,
    currency,
    profile: profile.optional(),
    settings: settings.optional(),
  })
  .meta({ id: 'NewVendor' });

/** What a vendor may change of itself, and what only the shop may. */
export const vendorChange = z
  .strictObject({
    name: text(200).optional(),
    email: z.email().max(254).optional(),
    profile: profile.optional(),
    settings: settings.optional(),
    commission_bps: z.int().min(0).max(10_000).nullable().optional().meta({
      description: "Of each sale, in hundredths of a percent; null: the category's, else 2.5 %. The shop's to say",
    }),
    sees_contacts: z.boolean().optional().meta({
      description: "Whether it sees customers' e-mail addresses and telephone numbers. The shop's to say",
    }),
    must_be_approved: z.boolean().nullable().optional().meta({
      description: "Whether products that it makes wait for the shop; null: as configured. The shop's to say",
    }),
  })
  .meta({ id: 'VendorChange' });

export const SHOPS_TO_SAY = ['commission_bps', 'sees_contacts', 'must_be_approved'] as const;

export const verification = z
  .strictObject({
    legal_name: text(300),
    registration_number: text(100).optional(),
    tax_id: text(100),
    address,
    representative: z.strictObject({ name: text(200), email: z.email().max(254) }),
    document_urls: z.array(webAddress).max(10).optional(),
  })
  .meta({ id: 'VendorVerification' });

export const refusal = z
  .strictObject({
    reasons: z
      .array(z.strictObject({ field: text(100), reason: text(500) }))
      .min(1)
      .max(20),
  })
  .meta({ id: 'VendorRefusal' });

export const reasonBody = z.strictObject({ reason: text(500) }).meta({ id: 'VendorReason' });

const status = z.enum(Object.keys(vendorTransitions) as [keyof typeof vendorTransitions]);
export const vendorStatus = status;

const members = {
  id: z.uuid(),
  number: z.string(),
  name: z.string(),
  slug: z.string(),
  email: z.string(),
  country: z.string(),
  currency: z.string(),
  status,
  status_reason: z.string().nullable(),
  profile: z.record(z.string(), z.unknown()),
  settings: z.record(z.string(), z.unknown()),
  verification: z.record(z.string(), z.unknown()),
  refusal: z
    .object({ reasons: z.array(z.object({ field: z.string(), reason: z.string() })), refused_at: z.string() })
    .nullable(),
  commission_bps: z.int().nullable(),
  sees_contacts: z.boolean(),
  must_be_approved: z.boolean().nullable(),
  account: z
    .object({
      id: z.string(),
      transfers_enabled: z.boolean(),
      payouts_enabled: z.boolean(),
      details_submitted: z.boolean(),
      requirements: z.record(z.string(), z.unknown()),
    })
    .nullable()
    .meta({ description: "Stripe's connected account" }),
  version: z.int(),
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
};
export const vendorView = z.object(members).meta({ id: 'Vendor' });
export const registeredView = z
  .object({
    ...members,
    api_key: newApiKeyView.nullable().optional().meta({
      description: 'Of who registers by a publishable key: its first key, shown in the first answer alone',
    }),
  })
  .meta({ id: 'RegisteredVendor' });
export const vendorList = listOf('VendorList', vendorView);

export const storefrontView = z
  .object({
    id: z.uuid(),
    name: z.string(),
    slug: z.string(),
    country: z.string(),
    profile: z.record(z.string(), z.unknown()),
    lead_time_days: z.int().nullable(),
  })
  .meta({ id: 'VendorStorefront' });

export const historyView = z
  .object({
    data: z.array(
      z.object({
        sequence: z.int(),
        type: z.string(),
        data: z.record(z.string(), z.unknown()),
        created_at: z.iso.datetime(),
      }),
    ),
  })
  .meta({ id: 'VendorHistory' });

export const vendorKeyInput = z
  .strictObject({
    name: text(100),
    mode: z.enum(['test', 'live']).default('test'),
    scopes: z
      .array(z.enum(VENDOR_SCOPES))
      .min(1)
      .transform((scopes) => [...new Set(scopes)]),
  })
  .meta({ id: 'VendorKeyInput' });

export const onboardingLink = z
  .strictObject({
    return_url: z.url({ protocol: /^https?$/ }).max(2_000),
    refresh_url: z.url({ protocol: /^https?$/ }).max(2_000),
  })
  .meta({ id: 'OnboardingLinkInput' });

export function renderVendor(row: VendorRow) {
  const { account_id, transfers_enabled, payouts_enabled, details_submitted, requirements, status_before, ...rest } =
    row;
  const account = { id: account_id, transfers_enabled, payouts_enabled, details_submitted, requirements };
  return { ...rest, account: account_id === null ? null : account };
}

/** What everybody may see, and nothing besides. */
export function renderStorefront({ id, name, slug, country, profile, settings }: VendorRow) {
  return { id, name, slug, country, profile, lead_time_days: settings.lead_time_days ?? null };
}

export const onboardingLinkView = z
  .object({ url: z.string(), expires_at: z.iso.datetime() })
  .meta({ id: 'OnboardingLink' });
