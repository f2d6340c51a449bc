/**
 * Proposals for our own prices. One is reckoned from a price of ours and holds for that price alone: whoever changed it meanwhile is
 * not overwritten, neither by applying nor by undoing.
 */
import { marginPercent, type RepriceRule } from '../domain/repricing.ts';
import { type Executor, statement } from './database.ts';
import { uuidv7 } from './ids.ts';
import { writePrices } from './prices.ts';
import { touchProducts } from './products.ts';
import { touchVariants } from './variants.ts';

export const REPRICE_STATUSES = ['proposed', 'refused', 'applied', 'undone', 'expired'] as const;
export type RepriceStatus = (typeof REPRICE_STATUSES)[number];

export interface RepriceRow {
  id: string;
  variant_id: string;
  sku: string;
  product_name: string;
  currency: string;
  from_amount: number;
  to_amount: number;
  rule: RepriceRule | { kind: 'set' };
  basis: Record<string, unknown>;
  alert_id: string | null;
  observation_id: string | null;
  status: RepriceStatus;
  expires_at: Date;
  proposed_by: string | null;
  decided_by: string | null;
  decided_at: Date | null;
  applied_at: Date | null;
  undone_by: string | null;
  undone_at: Date | null;
  version: number;
  created_at: Date;
  updated_at: Date;
}

const SELECT = `select r.*, v.sku, p.name as product_name from reprices r
  join variants v on v.id = r.variant_id join products p on p.id = v.product_id`;

export interface NewReprice {
  variantId: string;
  currency: string;
  /** The price of ours that it was reckoned from. */
  fromAmount: number;
  toAmount: number;
  rule: RepriceRow['rule'];
  /** What it rests on, for people: theirs, which page, when, what held it. */
  basis: Record<string, unknown>;
  alertId?: string | null | undefined;
  observationId?: string | null | undefined;
  by?: string | null | undefined;
  expiresInHours?: number | undefined;
}

const same = statement(
  'find_same_reprice',
  `${SELECT} where r.variant_id = $1 and r.currency = $2 and r.from_amount = $3 and r.to_amount = $4
     and r.alert_id is not distinct from $5::uuid and r.status = 'proposed' and r.expires_at > now()`,
);
const supersede = statement(
  'supersede_reprices',
  `update reprices set status = 'expired', version = version + 1, updated_at = now()
   where variant_id = $1 and currency = $2 and status = 'proposed'`,
);
const insert = statement(
  'insert_reprice',
  `insert into reprices (id, variant_id, currency, from_amount, to_amount, rule, basis, alert_id, observation_id, proposed_by, expires_at)
   values ($1, $2, $3, $4, $5, $6::jsonb, $7::jsonb, $8, $9, $10, now() + make_interval(hours => $11))`,
);
// Two proposals for one price wait for each other here.
const lockVariant = statement('lock_variant_to_reprice', 'select id from variants where id = $1 for no key update');

/** A proposal that is there already is returned as it is; another one for the same price is superseded. */
export async function proposeReprice(tx: Executor, wanted: NewReprice): Promise<RepriceRow> {
  const { variantId, currency, fromAmount, toAmount } = wanted;
  await tx.rows(lockVariant, [variantId]);
  const known = [variantId, currency, fromAmount, toAmount, wanted.alertId ?? null];
  const [found] = await tx.rows<RepriceRow>(same, known);
  if (found) return found;
  await tx.rows(supersede, [variantId, currency]);
  const id = uuidv7();
  await tx.rows(insert, [
    ...[id, variantId, currency, fromAmount, toAmount, JSON.stringify(wanted.rule), JSON.stringify(wanted.basis)],
    ...[wanted.alertId ?? null, wanted.observationId ?? null, wanted.by ?? null, wanted.expiresInHours ?? 72],
  ]);
  return (await findReprice(tx, id))!;
}

const find = statement('find_reprice', `${SELECT} where r.id = $1`);

export const findReprice = async (db: Executor, id: string): Promise<RepriceRow | undefined> =>
  (await db.rows<RepriceRow>(find, [id]))[0];

const list = statement(
  'list_reprices',
  `${SELECT}
   where ($1::text is null or r.status = $1) and ($2::uuid is null or r.variant_id = $2) and ($3::uuid is null or r.alert_id = $3)
     and ($4::uuid is null or r.id < $4)
   order by r.id desc limit $5 + 1`,
);

export interface RepriceFilter {
  status?: RepriceStatus | undefined;
  variant_id?: string | undefined;
  alert_id?: string | undefined;
}

/** Newest first; one row more than the page holds. */
export function listReprices(
  db: Executor,
  { status, variant_id, alert_id }: RepriceFilter,
  { after, limit }: { after: string | undefined; limit: number },
): Promise<RepriceRow[]> {
  return db.rows(list, [status ?? null, variant_id ?? null, alert_id ?? null, after ?? null, limit]);
}

export type RepriceOutcome =
  | { kind: 'done'; reprice: RepriceRow }
  /** It stands so already: a second click, a second approver. */
  | { kind: 'settled'; reprice: RepriceRow }
  | { kind: 'not_found' }
  | { kind: 'expired'; reprice: RepriceRow }
  /** Our price is another than the one it was reckoned from (or, to undo it, than its own). */
  | { kind: 'price_changed'; reprice: RepriceRow; current: number | null }
  /** What one costs, or the least that it may be advertised at, has risen above it meanwhile. */
  | { kind: 'below_floor'; reprice: RepriceRow; floor: 'margin' | 'map' };

const locked = statement(
  'lock_reprice',
  `select r.*, r.expires_at <= now() as is_late, p.amount as current, p.cost_amount as cost, m.amount as map
   from reprices r
   left join prices p on p.variant_id = r.variant_id and p.currency = r.currency
   left join minimum_advertised_prices m on m.variant_id = r.variant_id and m.currency = r.currency
   where r.id = $1 for no key update of r`,
);
const lockPrice = statement(
  'lock_price_to_change',
  'select amount from prices where variant_id = $1 and currency = $2 for no key update',
);
const settle = statement(
  'settle_reprice',
  `update reprices set status = $2, version = version + 1, updated_at = now(),
     decided_by = case when $2 = 'undone' then decided_by else $3 end, decided_at = case when $2 = 'undone' then decided_at else now() end,
     applied_at = case when $2 = 'applied' then now() else applied_at end,
     undone_by = case when $2 = 'undone' then $3 end, undone_at = case when $2 = 'undone' then now() end
   where id = $1`,
);

type Locked = RepriceRow & { is_late: boolean; current: number | null; cost: number | null; map: number | null };

/** Applies a proposal, if our price is still the one it was reckoned from. `by`: the key, or the address that a link was sent to. */
export async function approveReprice(tx: Executor, id: string, by: string): Promise<RepriceOutcome> {
  const row = await lock(tx, id);
  if (!row) return { kind: 'not_found' };
  if (row.status === 'applied') return { kind: 'settled', reprice: await reload(tx, id) };
  if (row.status !== 'proposed' || row.is_late) return { kind: 'expired', reprice: await reload(tx, id) };
  const floor = floorBelow(row);
  if (floor) return { kind: 'below_floor', floor, reprice: await reload(tx, id) };
  return change(tx, row, { from: row.from_amount, to: row.to_amount, status: 'applied', by });
}

/** Puts back the price that was there before, if ours is still the one that was applied. */
export async function undoReprice(tx: Executor, id: string, by: string): Promise<RepriceOutcome> {
  const row = await lock(tx, id);
  if (!row) return { kind: 'not_found' };
  if (row.status === 'undone') return { kind: 'settled', reprice: await reload(tx, id) };
  if (row.status !== 'applied') return { kind: 'expired', reprice: await reload(tx, id) };
  return change(tx, row, { from: row.to_amount, to: row.from_amount, status: 'undone', by });
}

export async function refuseReprice(tx: Executor, id: string, by: string): Promise<RepriceOutcome> {
  const row = await lock(tx, id);
  if (!row) return { kind: 'not_found' };
  if (row.status === 'refused') return { kind: 'settled', reprice: await reload(tx, id) };
  if (row.status !== 'proposed') return { kind: 'expired', reprice: await reload(tx, id) };
  await tx.rows(settle, [id, 'refused', by]);
  return { kind: 'done', reprice: await reload(tx, id) };
}

/** The variant first, as everybody who writes the catalogue does. */
async function lock(tx: Executor, id: string): Promise<Locked | undefined> {
  const known = await findReprice(tx, id);
  if (!known) return undefined;
  await tx.rows(lockVariant, [known.variant_id]);
  return (await tx.rows<Locked>(locked, [id]))[0];
}

const reload = async (tx: Executor, id: string) => (await findReprice(tx, id))!;

function floorBelow({ to_amount: to, rule, cost, map }: Locked): 'margin' | 'map' | undefined {
  if (map !== null && to < map) return 'map';
  const least = 'minMarginPercent' in rule ? rule.minMarginPercent : undefined;
  const margin = marginPercent(to, cost);
  return least !== undefined && margin !== null && margin + 1e-6 < least ? 'margin' : undefined;
}

const markChange = statement('mark_price_change', `select set_config('stockroom.reprice', $1, true)`);

interface Change {
  from: number;
  to: number;
  status: 'applied' | 'undone';
  by: string;
}

/** By the catalogue's own way, so that versions, ETags and the history of prices hear of it. */
async function change(tx: Executor, row: Locked, { from, to, status, by }: Change): Promise<RepriceOutcome> {
  const { id, variant_id, currency } = row;
  const current = (await tx.rows<{ amount: number }>(lockPrice, [variant_id, currency]))[0]?.amount ?? null;
  if (current !== from) return { kind: 'price_changed', current, reprice: await reload(tx, id) };
  await tx.rows(markChange, [id]);
  await writePrices(tx, [{ variant_id, currency, amount: to }]);
  await tx.rows(markChange, ['']);
  await touchProducts(tx, await touchVariants(tx, [variant_id]));
  await tx.rows(settle, [id, status, by]);
  return { kind: 'done', reprice: await reload(tx, id) };
}

const expire = statement(
  'expire_reprices',
  `update reprices set status = 'expired', version = version + 1, updated_at = now()
   where id in (select id from reprices where status = 'proposed' and expires_at <= now() order by id limit 500 for update skip locked)`,
);

export async function expireReprices(db: Executor): Promise<void> {
  await db.rows(expire);
}
