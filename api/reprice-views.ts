/** How proposals for our prices look from outside. */
import { z } from 'zod';
import { REPRICE_STATUSES, type RepriceRow } from '../db/reprices.ts';
import { DEFAULT_RULE, ENDINGS, type RepriceRule } from '../domain/repricing.ts';
import { currency, money, page } from './schemas.ts';

const amount = z.int().min(0).max(999_999_999_999);

const rule = z
  .strictObject({
    kind: z.enum(['match', 'beat']).default(DEFAULT_RULE.kind),
    amount: amount.optional().meta({ description: 'beat: by so much, in minor units of our currency' }),
    percent: z.number().min(0).max(90).optional().meta({ description: 'beat: by so much of theirs' }),
    ending: z.enum(ENDINGS).default(DEFAULT_RULE.ending).meta({
      description: 'What the price ends in; in currencies without decimals its hundreds (¥1,999 · ¥1,995 · ¥2,000)',
    }),
    min_margin_percent: z.number().min(0).max(95).default(DEFAULT_RULE.minMarginPercent).meta({
      description: 'Of the price, what must be left above our cost; never below cost where that is known',
    }),
    min_amount: amount.optional().meta({ description: 'Never below' }),
    max_change_percent: z.number().min(0.1).max(1_000).default(DEFAULT_RULE.maxChangePercent),
  })
  .superRefine((given, context) => {
    if (given.kind === 'beat' && !given.amount && !given.percent)
      context.addIssue({ code: 'custom', message: 'beat takes an amount or a percentage', path: ['amount'] });
  })
  .meta({ id: 'RepriceRule' });

export const newReprice = z
  .strictObject({
    variant: z.string().trim().min(1).max(64).meta({ description: 'Id or SKU' }),
    currency: currency
      .optional()
      .meta({ description: 'Which of our prices; default: the one that theirs is compared with' }),
    listing_id: z.uuid().optional().meta({ description: 'Whose price is followed; default: the cheapest in stock' }),
    rule: rule.optional(),
    to_amount: amount.min(1).optional().meta({ description: 'A price by hand, instead of a rule' }),
    alert_id: z.uuid().optional(),
    expires_in_hours: z.int().min(1).max(720).default(72),
  })
  .superRefine((given, context) => {
    if (given.to_amount !== undefined && (given.rule || given.listing_id))
      context.addIssue({
        code: 'custom',
        message: 'to_amount stands instead of a rule and a listing',
        path: ['to_amount'],
      });
  })
  .meta({ id: 'NewReprice' });
export type NewRepriceBody = z.output<typeof newReprice>;

export function toRule(given: NewRepriceBody['rule']): RepriceRule {
  if (!given) return DEFAULT_RULE;
  const {
    min_margin_percent: minMarginPercent,
    min_amount: minAmount,
    max_change_percent: maxChangePercent,
    ...rest
  } = given;
  return { ...rest, minMarginPercent, minAmount, maxChangePercent };
}

export const repriceQuery = z.object({
  ...page,
  status: z.enum(REPRICE_STATUSES).optional(),
  variant_id: z.uuid().optional(),
  alert_id: z.uuid().optional(),
});

const time = z.string().nullable();

export const reprice = z
  .object({
    id: z.uuid(),
    variant_id: z.uuid(),
    sku: z.string(),
    product_name: z.string(),
    from: money.meta({ description: 'Our price that it was reckoned from' }),
    to: money,
    rule: z.record(z.string(), z.unknown()),
    basis: z
      .record(z.string(), z.unknown())
      .meta({ description: 'What it rests on: whose price, which page, when, what held it up' }),
    alert_id: z.uuid().nullable(),
    observation_id: z.uuid().nullable(),
    status: z.enum(REPRICE_STATUSES),
    expires_at: z.string(),
    ...{ proposed_by: time, decided_by: time, decided_at: time, applied_at: time, undone_by: time, undone_at: time },
    version: z.int(),
    created_at: z.string(),
    updated_at: z.string(),
  })
  .meta({ id: 'Reprice' });

export function renderReprice({ from_amount, to_amount, currency: code, rule: given, ...row }: RepriceRow) {
  return {
    ...row,
    from: { amount: from_amount, currency: code },
    to: { amount: to_amount, currency: code },
    rule: renderRule(given),
  };
}

function renderRule(given: RepriceRow['rule']): Record<string, unknown> {
  if (given.kind === 'set') return given;
  const { minMarginPercent, minAmount, maxChangePercent, ...rest } = given;
  return {
    ...rest,
    min_margin_percent: minMarginPercent,
    min_amount: minAmount ?? null,
    max_change_percent: maxChangePercent,
  };
}
