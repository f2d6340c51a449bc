/** Price alerts as clients read them. */
import { z } from 'zod';
import type { AlertEvent, AlertRow } from '../db/price-alerts.ts';
import { RULE_KINDS } from '../domain/price-alerts/rule.ts';
import { DOUBTS, RESOLUTIONS } from '../domain/price-alerts/watch.ts';
import { listOf, money, page } from './schemas.ts';

const STATUSES = ['held', 'open', 'escalated', 'resolved', 'dismissed'] as const;

const price = money.nullable();
const time = z.string().nullable();
const percent = z.number().nullable();

const facts = z
  .object({
    product: z.string(),
    sku: z.string(),
    competitor: z.string(),
    url: z.string(),
    title: z.string().nullable(),
    theirs: price,
    snippet: z.string().nullable().meta({ description: 'Their price as the page has it, word for word' }),
    observed_at: z.string(),
    in_stock: z.boolean().nullable(),
    previous: price.meta({
      description: 'What was believed before; of a fall or rise, what was last told or accepted',
    }),
    previous_at: time,
    ours: price,
    comparable: price.meta({ description: 'Theirs in our currency, tax and quantity' }),
    notes: z.array(z.looseObject({ kind: z.string() })).meta({ description: 'What was done to compare it' }),
    incomparable: z.string().nullable(),
    minimum_advertised: price,
    rank: z.int().nullable().meta({ description: 'Of our price among all, the lowest first' }),
    competitors: z.int(),
    cost: price,
    margin_percent: percent,
    margin_after_percent: percent.meta({ description: 'What would be left if we asked what they ask' }),
    lowest_30_days: price,
    median_30_days: price,
    days_known: z.int(),
    layer: z.string().nullable().meta({ description: 'Of the page, where the price was read' }),
    confidence: z.number().nullable(),
    match: z.object({ by: z.string().nullable(), confidence: z.number().nullable(), reasons: z.array(z.string()) }),
    has_evidence: z.boolean(),
    has_screenshot: z.boolean(),
  })
  .meta({ id: 'PriceAlertFacts' });

const members = {
  id: z.uuid(),
  status: z.enum(STATUSES),
  kind: z.enum(RULE_KINDS),
  rule_id: z.uuid().nullable(),
  rule: z.object({ name: z.string(), percent: percent, amount: z.int().nullable(), rank: z.int().nullable() }).loose(),
  listing_id: z.uuid().nullable(),
  competitor_id: z.uuid().nullable(),
  variant_id: z.uuid().nullable(),
  observation_id: z.uuid(),
  observed_at: z.string(),
  facts,
  held_reasons: z.array(z.enum(DOUBTS)).meta({ description: 'Why it was looked at again before anybody heard of it' }),
  delivery: z.string().nullable(),
  opened_at: time,
  escalate_at: time,
  escalated_at: time,
  resolved_at: time,
  resolution: z.enum(RESOLUTIONS).nullable(),
  version: z.int(),
  created_at: z.string(),
  updated_at: z.string(),
};

export const alert = z.object(members).meta({ id: 'PriceAlert' });
export const alertList = listOf('PriceAlertList', alert);
export const alertDetail = z
  .object({
    ...members,
    events: z.array(
      z.object({
        sequence: z.int(),
        type: z.string(),
        data: z.record(z.string(), z.unknown()),
        actor: z.string().nullable(),
        created_at: z.string(),
      }),
    ),
    links: z.object({
      observation: z.string(),
      evidence: z.string(),
      history: z.string().nullable(),
      listing: z.string().nullable(),
      reprices: z.string(),
      messages: z
        .array(z.string())
        .meta({ description: 'Causes of the messages that told of it, for GET /v1/notifications' }),
    }),
  })
  .meta({ id: 'PriceAlertDetail' });

const id = z.uuid().optional();
export const alertQuery = z.object({
  ...page,
  status: z.enum(STATUSES).optional(),
  kind: z.enum(RULE_KINDS).optional(),
  rule_id: id,
  listing_id: id,
  competitor_id: id,
  variant_id: id,
});

export const renderAlert = (row: AlertRow) => row;

export function renderDetail(row: AlertRow, events: readonly AlertEvent[]) {
  const { id: own, observation_id, listing_id, opened_at, escalated_at } = row;
  const elsewhere = events.flatMap(({ type, data }) => (type === 'told_with' ? String(data.cause) : []));
  const causeOf = (news: string) => elsewhere.find((cause) => cause.startsWith(news)) ?? `${news}/${own}`;
  const causes = [opened_at && causeOf('price_alert.opened'), escalated_at && causeOf('price_alert.escalated')];
  return {
    ...row,
    events,
    links: {
      observation: `/v1/observations/${observation_id}`,
      evidence: `/v1/observations/${observation_id}/evidence`,
      history: listing_id && `/v1/listings/${listing_id}/history`,
      listing: listing_id && `/v1/listings/${listing_id}`,
      reprices: `/v1/reprices?alert_id=${own}`,
      messages: causes.filter((cause) => cause !== null && cause !== ''),
    },
  };
}
