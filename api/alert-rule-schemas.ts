/** Alert rules as clients send and read them, and what is wrong with what they send. */
import { z } from 'zod';
import type { RuleFields, RuleRow } from '../db/alert-rules.ts';
import { RULE_KINDS, RULE_SCOPES } from '../domain/price-alerts/rule.ts';
import type { FieldError } from './problem.ts';
import { listOf, page, text } from './schemas.ts';

const KIND =
  'undercut, map_violation, position: last, and are told when they begin · price_drop, price_rise: from the price that was last told or accepted, so that small steps add up · lowest_in_30_days · out_of_stock, back_in_stock';

const scope = z.object({
  type: z.enum(RULE_SCOPES),
  value: z.string().min(1).max(200).nullable().default(null).meta({ description: 'The id, or the tag; null for all' }),
});

const members = {
  name: text(200),
  scope: scope.meta({
    description: "What it watches; a category with all below it, a tag of the listing's or its site's",
  }),
  percent: z
    .number()
    .positive()
    .max(1_000)
    .nullable()
    .meta({ description: 'Both thresholds, where both are given, must be reached' }),
  amount: z.int().positive().max(1e12).nullable().meta({
    description: 'In minor units: of our price (undercut, map_violation, position), of theirs (price_drop, price_rise)',
  }),
  rank: z
    .int()
    .min(1)
    .max(1_000)
    .nullable()
    .meta({ description: 'position: the place among all prices that ours is to have at least' }),
  delivery: z
    .enum(['immediate', 'digest'])
    .meta({ description: 'digest: once a day with others; a recipient may want less by their preferences' }),
  hysteresis_percent: z
    .number()
    .min(0)
    .max(100)
    .meta({ description: 'What has ended by no more than this has not ended' }),
  cool_down_hours: z.int().min(0).max(2_160).meta({ description: 'The rule fires once in this time for a page' }),
  cap: z
    .int()
    .min(1)
    .max(1_000)
    .meta({ description: 'Mails by themselves in an hour; what is beyond is told together' }),
  escalate_after_hours: z
    .int()
    .min(1)
    .max(720)
    .nullable()
    .meta({ description: 'Told again, urgently, when nobody has done anything by then' }),
  only_in_stock: z.boolean().meta({ description: 'What is sold out undercuts nobody' }),
  enabled: z.boolean(),
};

const optional = Object.fromEntries(
  Object.entries(members).map(([name, schema]) => [name, (schema as z.ZodType).optional()]),
) as { [K in keyof typeof members]: z.ZodOptional<(typeof members)[K]> };

const kind = z.enum(RULE_KINDS).meta({ description: KIND });
export const newRule = z.strictObject({ ...optional, name: members.name, kind }).meta({
  id: 'NewAlertRule',
  example: { name: 'Cheaper by 5 %', kind: 'undercut', percent: 5, scope: { type: 'tag', value: 'kitchen' } },
});
export const ruleChanges = z.strictObject(optional).meta({ id: 'AlertRuleChanges' });
export const rule = z
  .object({ id: z.uuid(), kind, ...members, version: z.int(), created_at: z.string(), updated_at: z.string() })
  .meta({ id: 'AlertRule' });
export const ruleList = listOf('AlertRuleList', rule);
export const ruleQuery = z.object({
  ...page,
  kind: z.enum(RULE_KINDS).optional(),
  enabled: z.enum(['true', 'false']).optional(),
});

const DEFAULTS = {
  ...{
    scope: 'all',
    scope_value: null,
    percent: null,
    amount: null,
    rank: null,
    delivery: 'immediate',
    hysteresis_percent: 1,
  },
  ...{ cool_down_hours: 24, cap: 10, escalate_after_hours: null, only_in_stock: true, enabled: true },
} as const satisfies Partial<RuleFields>;

export const newFields = ({ kind: asked, ...given }: z.output<typeof newRule>): RuleFields =>
  withChanges({ ...DEFAULTS, name: given.name, kind: asked }, given);

/** What is not named stays. */
export function withChanges(before: RuleFields, { scope: where, ...given }: z.output<typeof ruleChanges>): RuleFields {
  const named = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const { name, kind: same, percent, amount, rank, ...rest } = { ...before, ...named };
  const scoped = where ? { scope: where.type, scope_value: where.value } : {};
  return { ...rest, name, kind: same, percent, amount, rank, ...scoped };
}

const BY_ID = ['competitor', 'product', 'variant', 'category', 'listing'];

export function ruleProblems({
  kind: what,
  scope: where,
  scope_value,
  rank,
  percent,
  amount,
}: RuleFields): FieldError[] {
  const wrong = (pointer: string, code: string, message: string) => [
    { pointer, code, message: `${pointer.slice(1)}: ${message}` },
  ];
  if ((where === 'all') !== (scope_value === null))
    return wrong('/scope/value', 'scope_value_wrong', where === 'all' ? 'is for no scope of all' : 'is needed');
  if (BY_ID.includes(where) && !z.uuid().safeParse(scope_value).success)
    return wrong('/scope/value', 'scope_value_wrong', `takes the id of a ${where}`);
  if ((what === 'position') !== (rank !== null))
    return wrong('/rank', 'rank_wrong', what === 'position' ? 'is needed' : 'is for the kind position alone');
  if (['position', 'out_of_stock', 'back_in_stock'].includes(what) && (percent ?? amount) !== null)
    return wrong(percent === null ? '/amount' : '/percent', 'threshold_wrong', `${what} has no threshold`);
  return [];
}

export function renderRule(row: RuleRow) {
  const { scope: type, scope_value: value, ...rest } = row;
  return { ...rest, scope: { type, value } };
}
