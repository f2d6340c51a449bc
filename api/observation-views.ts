/** How observations look from outside. */
import { z } from 'zod';
import type { ObservationRow } from '../db/observation-list.ts';
import { AVAILABILITIES, CONDITIONS, NO_OBSERVATION_REASONS } from '../domain/pages/page-reading.ts';
import { money } from './schemas.ts';

export const observation = z
  .object({
    id: z.uuid(),
    observed_at: z.string(),
    listing_id: z.uuid(),
    competitor: z.object({ id: z.uuid(), name: z.string() }),
    variant_id: z.uuid().nullable().meta({ description: 'What the listing was tied to then' }),
    outcome: z.enum(['observed', 'none']),
    reason: z
      .string()
      .nullable()
      .meta({
        description: `Why nothing is known; neither price nor stock: ${NO_OBSERVATION_REASONS.join(', ')}`,
      }),
    detail: z.string().nullable(),
    price: money.nullable(),
    price_kind: z.enum(['exact', 'from', 'range']).nullable(),
    upper_price: money.nullable().meta({ description: 'Of a range, its end' }),
    list_price: money.nullable(),
    shipping: money.nullable(),
    availability: z.enum(AVAILABILITIES).nullable(),
    condition: z.enum(CONDITIONS).nullable(),
    seller: z.string().nullable(),
    title: z.string().nullable(),
    brand: z.string().nullable(),
    gtin: z.string().nullable(),
    mpn: z.string().nullable(),
    sku: z.string().nullable(),
    rating: z
      .number()
      .nullable()
      .meta({ description: 'Of the competitor’s customers; kept, never published by itself' }),
    rating_count: z.int().nullable(),
    layer: z.string().nullable().meta({ description: 'Where on the page the price came from' }),
    confidence: z.number().nullable(),
    shape: z.string().nullable().meta({ description: 'How the page was understood' }),
    match: z.unknown().meta({ description: 'How it was matched with the variant, and how surely' }),
    url: z.string(),
    evidence: z
      .object({ sha256: z.string(), has_screenshot: z.boolean(), has_model_output: z.boolean() })
      .nullable()
      .meta({ description: 'What was kept of the page; see /evidence' }),
    source: z.string(),
    rule: z.string().nullable().meta({ description: 'The line of robots.txt by which it was asked for' }),
  })
  .meta({ id: 'Observation' });

export const observationDetail = observation
  .extend({
    reading: z
      .record(z.string(), z.unknown())
      .meta({ description: 'All values with layer, path, confidence and what other layers said' }),
  })
  .meta({ id: 'ObservationDetail' });

export function renderObservation(row: ObservationRow) {
  const { competitor_id, competitor_name, evidence_key, evidence_sha256, model_key, screenshot_key, ...others } = row;
  const { amount, currency, upper_amount, list_amount, shipping_amount, confidence, ...rest } = others;
  const moneyOf = (value: number | null) => (value === null || currency === null ? null : { amount: value, currency });
  return {
    ...rest,
    competitor: { id: competitor_id, name: competitor_name },
    price: moneyOf(amount),
    upper_price: moneyOf(upper_amount),
    list_price: moneyOf(list_amount),
    shipping: moneyOf(shipping_amount),
    confidence: confidence === null ? null : Math.round(confidence * 100) / 100,
    evidence:
      evidence_key === null
        ? null
        : { sha256: evidence_sha256, has_screenshot: screenshot_key !== null, has_model_output: model_key !== null },
  };
}

export const CSV_COLUMNS = [
  ...[
    'id',
    'observed_at',
    'listing_id',
    'competitor_id',
    'competitor_name',
    'variant_id',
    'outcome',
    'reason',
    'amount',
    'currency',
  ],
  ...[
    'price_kind',
    'upper_amount',
    'list_amount',
    'shipping_amount',
    'availability',
    'condition',
    'seller',
    'title',
    'brand',
    'gtin',
  ],
  ...['mpn', 'sku', 'rating', 'rating_count', 'layer', 'confidence', 'url', 'source', 'rule', 'evidence_sha256'],
] as const;

export const toCsvCells = (row: ObservationRow): (string | number | null)[] =>
  CSV_COLUMNS.map((name) => {
    const value = row[name as keyof ObservationRow];
    if (value instanceof Date) return value.toISOString();
    return typeof value === 'number' && name === 'confidence' ? value.toFixed(2) : (value as string | number | null);
  });
