/** What was seen of a listing, written once for each look and never changed. */

import type { PageFields, PageReading } from '../domain/pages/page-reading.ts';
import { clipText, storableJson, storableText } from '../domain/storable-json.ts';
import { type Executor, statement } from './database.ts';
import { uuidv7 } from './ids.ts';

export interface NewObservation {
  scrapeId: string;
  listingId: string;
  competitorId: string;
  /** What the listing is tied to at this moment. */
  variantId: string | null;
  /** When the page was fetched, or when it was clear that there is none. One that lies ahead of the database's clock is taken for now. */
  observedAt: string;
  /** Where the page was found at last. */
  url: string;
  source: string;
  rule: string | null;
  reading: PageReading | { kind: 'none'; reason: string; detail: string; shape?: string };
  match?: unknown;
  evidence?: { key: string; sha256: string; modelKey: string | null; screenshotKey: string | null } | null;
}

// The scrape's row is the guard: two runs of one look cannot both find it without an observation.
const insert = statement(
  'record_observation',
  `with mine as (
     update scrapes set observation_id = $1 where id = $2 and observation_id is null returning id
   )
   insert into observations (id, scrape_id, listing_id, competitor_id, variant_id, observed_at, url, source, rule, outcome, reason,
     detail, shape, match, evidence_key, evidence_sha256, model_key, screenshot_key, amount, currency, price_kind, upper_amount,
     list_amount, shipping_amount, availability, condition, seller, title, brand, gtin, mpn, sku, rating, rating_count, layer,
     confidence, reading)
   select $1, $2, $3, $4, $5, least($6::timestamptz, now()), $7, $8, $9, $10, $11, $12, $13, $14::jsonb, $15, $16, $17, $18,
     v.amount, v.currency, v.price_kind, v.upper_amount, v.list_amount, v.shipping_amount, v.availability, v.condition, v.seller,
     v.title, v.brand, v.gtin, v.mpn, v.sku, v.rating, v.rating_count, v.layer, v.confidence, $20::jsonb
   from mine, json_to_record($19::json) as v (amount bigint, currency text, price_kind text, upper_amount bigint, list_amount bigint,
     shipping_amount bigint, availability text, condition text, seller text, title text, brand text, gtin text, mpn text, sku text,
     rating numeric, rating_count integer, layer text, confidence real)
   returning id`,
);

/**
 * Returns the observation's id; undefined when this look has one already, or when its scrape is gone. To be called in the
 * transaction that ends the scrape.
 */
export async function recordObservation(tx: Executor, observation: NewObservation): Promise<string | undefined> {
  const { reading, evidence, match } = observation;
  const none = reading.kind === 'none' ? reading : undefined;
  const fields = reading.kind === 'offer' ? reading.fields : {};
  const rows = await tx.rows<{ id: string }>(insert, [
    uuidv7(),
    observation.scrapeId,
    observation.listingId,
    observation.competitorId,
    observation.variantId,
    observation.observedAt,
    storableText(observation.url),
    observation.source,
    observation.rule && clipText(observation.rule, 500),
    none ? 'none' : 'observed',
    none?.reason ?? null,
    none ? clipText(none.detail, 500) : null,
    reading.shape === undefined ? null : clipText(reading.shape, 500),
    match === undefined ? null : JSON.stringify(storableJson(match)),
    evidence?.key ?? null,
    evidence?.sha256 ?? null,
    evidence?.modelKey ?? null,
    evidence?.screenshotKey ?? null,
    JSON.stringify(columnsOf(fields)),
    JSON.stringify(storableJson(fields)),
  ]);
  return rows[0]?.id;
}

/** The values that are asked for most, beside the whole reading. What a column cannot hold stands in the reading alone. */
function columnsOf(fields: PageFields) {
  const price = fields.price?.value;
  const inItsCurrency = (money: { amount: number; currency: string } | undefined) =>
    money && money.currency === price?.currency && money.amount >= 0 ? money.amount : null;
  const upper = price?.kind === 'range' ? price.upper : null;
  const text = (name: 'seller' | 'title' | 'brand' | 'gtin' | 'mpn' | 'sku') =>
    fields[name] ? clipText(fields[name].value, 300) : null;
  const { rating, ratingCount } = fields;
  return {
    amount: price?.amount ?? null,
    currency: price?.currency ?? null,
    price_kind: price?.kind ?? null,
    upper_amount: price && upper !== null && upper >= price.amount ? upper : null,
    list_amount: inItsCurrency(fields.listPrice?.value),
    shipping_amount: inItsCurrency(fields.shipping?.value),
    availability: fields.availability?.value ?? null,
    condition: fields.condition?.value ?? null,
    ...{ seller: text('seller'), title: text('title'), brand: text('brand') },
    ...{ gtin: text('gtin'), mpn: text('mpn'), sku: text('sku') },
    rating: rating && rating.value >= 0 && rating.value < 100 ? rating.value : null,
    rating_count:
      ratingCount && Number.isSafeInteger(ratingCount.value) && ratingCount.value < 2 ** 31 ? ratingCount.value : null,
    layer: fields.price?.layer ?? null,
    confidence: fields.price?.confidence ?? null,
  };
}
