/** The journal of stock: append-only, a level is the sum of its movements. */
import { type Executor, statement } from './database.ts';

export interface MovementView {
  id: number;
  sku: string;
  location: string;
  kind: string;
  on_hand_change: number;
  reserved_change: number;
  order_id: string | null;
  reason: string | null;
  actor: string | null;
  created_at: Date;
}

export interface MovementFilter {
  sku?: string | undefined;
  location?: string | undefined;
  orderId?: string | undefined;
  kind?: string | undefined;
}

/** Newest first, before the given id; the text depends on which filters are used, so that each walks its own index. */
export function listMovements(
  db: Executor,
  filter: MovementFilter,
  beforeId: number,
  limit: number,
): Promise<MovementView[]> {
  const values: unknown[] = [beforeId, limit];
  const conditions = Object.entries(filter)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => CONDITIONS[name as keyof MovementFilter](`$${values.push(value)}`));
  const used = Object.keys(filter).filter((name) => filter[name as keyof MovementFilter] !== undefined);
  const text = `select m.id, v.sku, l.code as location, m.kind, m.on_hand_change, m.reserved_change, m.order_id, m.reason, m.actor, m.created_at
    from stock_movements m join variants v on v.id = m.variant_id join locations l on l.id = m.location_id
    where ${['m.id < $1', ...conditions].join(' and ')} order by m.id desc limit $2`;
  return db.rows<MovementView>(statement(`list_movements_${used.join('_')}`, text), values);
}

const CONDITIONS: Record<keyof MovementFilter, (value: string) => string> = {
  sku: (value) => `m.variant_id = (select id from variants where sku = ${value})`,
  location: (value) => `m.location_id = (select id from locations where code = ${value})`,
  orderId: (value) => `m.order_id = ${value}`,
  kind: (value) => `m.kind = ${value}`,
};
