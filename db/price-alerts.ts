/** Alerts and what happened to them: the rows alone. Their life is in price-alert-life.ts. */
import type { AlertFacts } from '../domain/price-alerts/alert-facts.ts';
import type { RuleKind } from '../domain/price-alerts/rule.ts';
import type { Doubt, Resolution } from '../domain/price-alerts/watch.ts';
import { type Executor, statement } from './database.ts';
import { uuidv7 } from './ids.ts';

export type AlertStatus = 'held' | 'open' | 'escalated' | 'resolved' | 'dismissed';

/** The rule as it was when it fired. */
export interface RuleOfAlert {
  name: string;
  kind: RuleKind;
  percent: number | null;
  amount: number | null;
  rank: number | null;
}

export interface AlertRow {
  id: string;
  rule_id: string | null;
  listing_id: string | null;
  competitor_id: string | null;
  variant_id: string | null;
  kind: RuleKind;
  rule: RuleOfAlert;
  status: AlertStatus;
  observation_id: string;
  observed_at: Date;
  facts: AlertFacts;
  held_reasons: Doubt[];
  delivery: string | null;
  opened_at: Date | null;
  escalate_at: Date | null;
  escalated_at: Date | null;
  resolved_at: Date | null;
  resolution: Resolution | null;
  version: number;
  created_at: Date;
  updated_at: Date;
}

const COLUMNS = `a.id, a.rule_id, a.listing_id, a.competitor_id, a.variant_id, a.kind, a.rule, a.status, a.observation_id, a.observed_at,
  a.facts, a.held_reasons, a.delivery, a.opened_at, a.escalate_at, a.escalated_at, a.resolved_at, a.resolution, a.version, a.created_at,
  a.updated_at`;
const LIVE = `('held', 'open', 'escalated')`;

export interface NewAlert {
  rule: RuleOfAlert & { id: string };
  listingId: string;
  competitorId: string;
  variantId: string;
  observationId: string;
  observedAt: Date;
  facts: AlertFacts;
}

// One lives at a time: what is held becomes what is told, or is held anew with what was seen last; what is told stays as it is.
const write = (status: 'held' | 'open') => `
   insert into price_alerts (id, rule_id, listing_id, competitor_id, variant_id, kind, rule, status, observation_id, observed_at, facts,
     held_reasons, delivery, opened_at, escalate_at)
   values ($1, $2, $3, $4, $5, $6, $7, '${status}', $8, $9, $10, $11, $12, ${status === 'open' ? 'now()' : 'null'},
     now() + make_interval(hours => $13))
   on conflict (listing_id, rule_id) where status in ${LIVE} do update set status = excluded.status, rule = excluded.rule,
     observation_id = excluded.observation_id, observed_at = excluded.observed_at, facts = excluded.facts,
     held_reasons = case excluded.status when 'held' then excluded.held_reasons else price_alerts.held_reasons end,
     delivery = excluded.delivery, opened_at = excluded.opened_at, escalate_at = excluded.escalate_at,
     version = price_alerts.version + 1, updated_at = now()
   where price_alerts.status = 'held'
   returning id, (xmax = 0) as is_new`;
const hold = statement('hold_price_alert', write('held'));
const open = statement('open_price_alert', write('open'));

const valuesOf = ({ rule: { id, ...rule }, ...alert }: NewAlert) => [
  ...[uuidv7(), id, alert.listingId, alert.competitorId, alert.variantId, rule.kind, JSON.stringify(rule)],
  ...[alert.observationId, alert.observedAt, JSON.stringify(alert.facts)],
];

export interface WrittenAlert {
  id: string;
  is_new: boolean;
}

/** Undefined when one of the rule is open already. */
export async function insertHeldAlert(
  tx: Executor,
  alert: NewAlert,
  doubts: readonly Doubt[],
): Promise<WrittenAlert | undefined> {
  return (await tx.rows<WrittenAlert>(hold, [...valuesOf(alert), doubts, null, null]))[0];
}

export async function insertOpenAlert(
  tx: Executor,
  alert: NewAlert,
  { delivery, escalateAfterHours }: { delivery: string; escalateAfterHours: number | null },
): Promise<WrittenAlert | undefined> {
  return (await tx.rows<WrittenAlert>(open, [...valuesOf(alert), [], delivery, escalateAfterHours]))[0];
}

const end = statement(
  'end_price_alerts',
  `update price_alerts set status = $5, resolution = $6, resolved_at = now(), version = version + 1, updated_at = now()
   where status = any ($4) and ($1::uuid is null or id = $1) and ($2::uuid is null or listing_id = $2)
     and ($3::uuid is null or rule_id = $3) and num_nonnulls($1::uuid, $2::uuid, $3::uuid) > 0
   returning id, opened_at`,
);

/** Which ones: of one id, or of a listing, a rule, or both. */
export interface AlertsMeant {
  id?: string;
  listingId?: string;
  ruleId?: string;
}

/** Ends live alerts; returns those that it was. */
export function endAlerts(
  tx: Executor,
  { id, listingId, ruleId }: AlertsMeant,
  { from, to, why }: { from: readonly AlertStatus[]; to: 'resolved' | 'dismissed'; why: Resolution },
): Promise<{ id: string; opened_at: Date | null }[]> {
  return tx.rows(end, [id ?? null, listingId ?? null, ruleId ?? null, from, to, why]);
}

const reopen = statement(
  'reopen_price_alert',
  `update price_alerts set status = 'open', resolution = null, resolved_at = null, escalate_at = now() + (escalate_at - opened_at),
     version = version + 1, updated_at = now()
   where id = (select id from price_alerts where listing_id = $1 and rule_id = $2 order by id desc limit 1)
     and status = 'resolved' and resolution = 'over'
   returning id`,
);

/** The last one of the rule goes on, unless somebody ended it. */
export async function reopenAlert(tx: Executor, listingId: string, ruleId: string): Promise<string | undefined> {
  return (await tx.rows<{ id: string }>(reopen, [listingId, ruleId]))[0]?.id;
}

const escalate = statement(
  'escalate_price_alerts',
  `update price_alerts a set status = 'escalated', escalated_at = now(), escalate_at = null, version = version + 1, updated_at = now()
   where id = any (array(
     select id from price_alerts where status = 'open' and escalate_at <= now() order by escalate_at limit $1 for update skip locked
   ))
   returning ${COLUMNS}`,
);

/** open → escalated, of those whose time has come. */
export function escalateDueAlerts(tx: Executor, limit: number): Promise<AlertRow[]> {
  return tx.rows<AlertRow>(escalate, [limit]);
}

const aged = statement(
  'aged_price_alerts',
  `select id from price_alerts
   where status in ('open', 'escalated') and opened_at < now() - interval '30 days'
     and kind in ('price_drop', 'price_rise', 'lowest_in_30_days', 'out_of_stock', 'back_in_stock')
   order by id limit $1`,
);

/** Steps that nobody took notice of for a month: what they tell is long known. */
export async function findAgedAlerts(db: Executor, limit: number): Promise<string[]> {
  return (await db.rows<{ id: string }>(aged, [limit])).map(({ id }) => id);
}

const orphaned = statement(
  'orphaned_price_alerts',
  `select a.id from price_alerts a left join listings l on l.id = a.listing_id
   where a.status in ${LIVE} and (l.id is null or l.status = 'gone' or a.rule_id is null) order by a.id limit $1`,
);

/** Of pages and rules that are gone. */
export async function findOrphanedAlerts(db: Executor, limit: number): Promise<string[]> {
  return (await db.rows<{ id: string }>(orphaned, [limit])).map(({ id }) => id);
}

const append = statement(
  'append_price_alert_event',
  `with alert as (update price_alerts set last_event = last_event + 1 where id = $1 returning id, last_event)
   insert into price_alert_events (alert_id, sequence, type, data, actor)
   select id, last_event, $2, $3, $4 from alert`,
);

export async function appendAlertEvent(
  tx: Executor,
  id: string,
  { type, data = {}, actor = null }: { type: string; data?: object; actor?: string | null },
): Promise<void> {
  await tx.rows(append, [id, type, JSON.stringify(data), actor]);
}

const find = statement('find_price_alert', `select ${COLUMNS} from price_alerts a where a.id = $1`);
const lock = statement('lock_price_alert', `select ${COLUMNS} from price_alerts a where a.id = $1 for update`);

export async function findAlert(db: Executor, id: string): Promise<AlertRow | undefined> {
  return (await db.rows<AlertRow>(find, [id]))[0];
}

export async function lockAlert(tx: Executor, id: string): Promise<AlertRow | undefined> {
  return (await tx.rows<AlertRow>(lock, [id]))[0];
}

const events = statement(
  'events_of_price_alert',
  'select sequence, type, data, actor, created_at from price_alert_events where alert_id = $1 order by sequence limit 200',
);

export interface AlertEvent {
  sequence: number;
  type: string;
  data: Record<string, unknown>;
  actor: string | null;
  created_at: Date;
}

export function findAlertEvents(db: Executor, id: string): Promise<AlertEvent[]> {
  return db.rows<AlertEvent>(events, [id]);
}

export interface AlertFilter {
  status?: string | undefined;
  kind?: string | undefined;
  rule_id?: string | undefined;
  listing_id?: string | undefined;
  competitor_id?: string | undefined;
  variant_id?: string | undefined;
}

const list = statement(
  'list_price_alerts',
  `select ${COLUMNS} from price_alerts a
   where ($1::text is null or a.status = $1) and ($2::text is null or a.kind = $2) and ($3::uuid is null or a.rule_id = $3)
     and ($4::uuid is null or a.listing_id = $4) and ($5::uuid is null or a.competitor_id = $5)
     and ($6::uuid is null or a.variant_id = $6) and ($7::uuid is null or a.id < $7)
   order by a.id desc limit $8 + 1`,
);

/** Newest first; one row more than the page holds. */
export function listAlerts(
  db: Executor,
  { status, kind, rule_id, listing_id, competitor_id, variant_id }: AlertFilter,
  { after, limit }: { after: string | undefined; limit: number },
): Promise<AlertRow[]> {
  const given = [status, kind, rule_id, listing_id, competitor_id, variant_id, after];
  return db.rows<AlertRow>(list, [...given.map((value) => value ?? null), limit]);
}
