/** The shop's part of what vendors sell: its own rate, those of vendors and categories, and the rates there were. */
import { DEFAULT_COMMISSION_BPS } from '../domain/vendors/vendor.ts';
import { type Executor, statement } from './database.ts';

interface NamedRate {
  name: string;
  basis_points: number;
}

export interface CommissionRow {
  basis_points: number;
  vendors: (NamedRate & { vendor_id: string })[];
  categories: (NamedRate & { category_id: string })[];
}

const read = statement(
  'commission_read',
  `select coalesce((select basis_points from commission_rates where vendor_id is null and category_id is null order by id desc limit 1), $1) as basis_points,
     coalesce((select json_agg(json_build_object('vendor_id', id, 'name', name, 'basis_points', commission_bps) order by name)
       from vendors where commission_bps is not null), '[]') as vendors,
     coalesce((select json_agg(json_build_object('category_id', id, 'name', name, 'basis_points', commission_bps) order by name)
       from categories where commission_bps is not null), '[]') as categories`,
);

export async function readCommission(db: Executor): Promise<CommissionRow> {
  const [row] = await db.rows<CommissionRow>(read, [DEFAULT_COMMISSION_BPS]);
  return row!;
}

const actorIs = statement('commission_actor', `select set_config('stockroom.actor', $1, true)`);
const setShops = statement('commission_set', 'insert into commission_rates (basis_points, actor) values ($1, $2)');
const setVendors = statement(
  'commission_set_vendor',
  'update vendors set commission_bps = $2, version = version + 1, updated_at = now() where id = $1 returning id',
);
const setCategorys = statement(
  'commission_set_category',
  'update categories set commission_bps = $2, version = version + 1, updated_at = now() where id = $1 returning id',
);

export interface NewCommission {
  vendorId?: string | undefined;
  categoryId?: string | undefined;
  /** Null: none of its own. */
  basisPoints: number | null;
}

/** For what is sold from now on. False when there is no such vendor or category. */
export async function setCommission(tx: Executor, rate: NewCommission, actor: string): Promise<boolean> {
  const { vendorId, categoryId, basisPoints } = rate;
  await tx.rows(actorIs, [actor]);
  if (vendorId) return (await tx.rows(setVendors, [vendorId, basisPoints])).length > 0;
  if (categoryId) return (await tx.rows(setCategorys, [categoryId, basisPoints])).length > 0;
  await tx.rows(setShops, [basisPoints, actor]);
  return true;
}

export interface CommissionChange {
  id: number;
  vendor_id: string | null;
  category_id: string | null;
  basis_points: number | null;
  actor: string | null;
  created_at: Date;
}

const changes = statement(
  'commission_changes',
  `select id, vendor_id, category_id, basis_points, actor, created_at from commission_rates where id < $1 order by id desc limit $2`,
);

/** Newest first; reads one more than a page for `has_more`. */
export function listCommissionChanges(db: Executor, before: number, limit: number): Promise<CommissionChange[]> {
  return db.rows<CommissionChange>(changes, [before, limit + 1]);
}
