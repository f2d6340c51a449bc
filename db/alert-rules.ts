/** What merchandisers ask to be told of. */
import type { AlertRule, RuleKind, RuleScope } from '../domain/price-alerts/rule.ts';
import { type Executor, statement } from './database.ts';
import { uuidv7 } from './ids.ts';

export interface RuleFields {
  name: string;
  kind: RuleKind;
  scope: RuleScope;
  scope_value: string | null;
  percent: number | null;
  amount: number | null;
  rank: number | null;
  delivery: 'immediate' | 'digest';
  hysteresis_percent: number;
  cool_down_hours: number;
  cap: number;
  escalate_after_hours: number | null;
  only_in_stock: boolean;
  enabled: boolean;
}

export interface RuleRow extends RuleFields {
  id: string;
  version: number;
  created_at: Date;
  updated_at: Date;
}

const FIELDS = [
  ...(['name', 'kind', 'scope', 'scope_value', 'percent', 'amount', 'rank', 'delivery', 'hysteresis_percent'] as const),
  ...(['cool_down_hours', 'cap', 'escalate_after_hours', 'only_in_stock', 'enabled'] as const),
];
const COLUMNS = `r.id, r.name, r.kind, r.scope, r.scope_value, r.percent::float8 as percent, r.amount, r.rank, r.delivery,
  r.hysteresis_percent::float8 as hysteresis_percent, r.cool_down_hours, r.cap, r.escalate_after_hours, r.only_in_stock, r.enabled,
  r.version, r.created_at, r.updated_at`;
const valuesOf = (fields: RuleFields) => FIELDS.map((name) => fields[name]);
const places = FIELDS.map((_, n) => `$${n + 2}`).join(', ');

const insert = statement(
  'insert_alert_rule',
  `insert into alert_rules (id, ${FIELDS.join(', ')}) values ($1, ${places})`,
);

export async function insertRule(tx: Executor, fields: RuleFields): Promise<string> {
  const id = uuidv7();
  await tx.rows(insert, [id, ...valuesOf(fields)]);
  return id;
}

const find = statement('find_alert_rule', `select ${COLUMNS} from alert_rules r where r.id = $1`);
const lock = statement('lock_alert_rule', `select ${COLUMNS} from alert_rules r where r.id = $1 for update`);

export async function findRule(db: Executor, id: string): Promise<RuleRow | undefined> {
  return (await db.rows<RuleRow>(find, [id]))[0];
}

export async function lockRule(tx: Executor, id: string): Promise<RuleRow | undefined> {
  return (await tx.rows<RuleRow>(lock, [id]))[0];
}

const update = statement(
  'update_alert_rule',
  `update alert_rules set (${FIELDS.join(', ')}) = (${places}), version = version + 1, updated_at = now() where id = $1`,
);

/** The row is locked by the caller. */
export async function updateRule(tx: Executor, id: string, fields: RuleFields): Promise<void> {
  await tx.rows(update, [id, ...valuesOf(fields)]);
}

const remove = statement('delete_alert_rule', 'delete from alert_rules where id = $1');

/** Its alerts stay, with what the rule was. */
export async function deleteRule(tx: Executor, id: string): Promise<void> {
  await tx.rows(remove, [id]);
}

const list = statement(
  'list_alert_rules',
  `select ${COLUMNS} from alert_rules r
   where ($1::text is null or r.kind = $1) and ($2::boolean is null or r.enabled = $2) and ($3::uuid is null or r.id > $3)
   order by r.id limit $4 + 1`,
);

/** Oldest first; one row more than the page holds. */
export function listRules(
  db: Executor,
  { kind, enabled }: { kind?: RuleKind | undefined; enabled?: boolean | undefined },
  { after, limit }: { after: string | undefined; limit: number },
): Promise<RuleRow[]> {
  return db.rows<RuleRow>(list, [kind ?? null, enabled ?? null, after ?? null, limit]);
}

/** What a listing is, as rules and mutes name it: all of its scopes as `scope/value`. */
const SCOPES_OF_LISTING = `select 'listing' as scope, l.id::text as value from listings l where l.id = $1
   union all select 'competitor', l.competitor_id::text from listings l where l.id = $1
   union all select 'tag', unnest(l.tags || c.tags) from listings l join competitors c on c.id = l.competitor_id where l.id = $1
   union all select 'variant', l.variant_id::text from listings l where l.id = $1 and l.variant_id is not null
   union all select 'product', v.product_id::text from listings l join variants v on v.id = l.variant_id where l.id = $1
   union all select 'category', kind.id::text from kind`;
// A category's rules cover what is below it.
const CATEGORIES_OF_LISTING = `kind as (
     select g.id, g.parent_id from listings l join variants v on v.id = l.variant_id
     join product_categories p on p.product_id = v.product_id join categories g on g.id = p.category_id where l.id = $1
     union
     select g.id, g.parent_id from kind join categories g on g.id = kind.parent_id
   )`;

const covering = statement(
  'alert_rules_of_listing',
  `with recursive ${CATEGORIES_OF_LISTING}, scopes as materialized (${SCOPES_OF_LISTING}), mute as (
     select m.rule_id from price_mutes m join scopes s on s.scope = m.scope and s.value = m.scope_value where m.ends_at > now()
   )
   select ${COLUMNS}, exists (select from mute where mute.rule_id is null or mute.rule_id = r.id) as muted
   from alert_rules r
   where r.enabled and (r.scope = 'all' or exists (select from scopes s where s.scope = r.scope and s.value = r.scope_value))
   order by r.id`,
);

export type CoveringRule = RuleRow & { muted: boolean };

/** The enabled rules that cover a listing, and which of them are muted there. */
export function findRulesOfListing(tx: Executor, listingId: string): Promise<CoveringRule[]> {
  return tx.rows<CoveringRule>(covering, [listingId]);
}

export const toAlertRule = (row: RuleRow): AlertRule => ({
  ...{ id: row.id, kind: row.kind, name: row.name, percent: row.percent, amount: row.amount, rank: row.rank },
  ...{ hysteresisPercent: row.hysteresis_percent, coolDownHours: row.cool_down_hours, onlyInStock: row.only_in_stock },
});

const turn = statement(
  'take_alert_turn',
  `update alert_rules set told_hour = date_trunc('hour', now()),
     told = case when told_hour = date_trunc('hour', now()) then told + 1 else 1 end
   where id = $1 returning told, cap`,
);

/** Counts a mail against the rule's hour; false: it is beyond the cap. */
export async function takeAlertTurn(tx: Executor, ruleId: string): Promise<boolean> {
  const [row] = await tx.rows<{ told: number; cap: number }>(turn, [ruleId]);
  return row !== undefined && row.told <= row.cap;
}
