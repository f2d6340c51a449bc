/** Rows to start from in tests of stock and shipping: variants with stock per location, and orders written directly. */
import type { Database, Executor } from '../../db/database.ts';
import { statement } from '../../db/database.ts';
import { uuidv7 } from '../../db/ids.ts';

export interface SeededVariant {
  id: string;
  sku: string;
}

/** A location; the first in `position` order is filled first. */
export async function seedLocation(db: Database, code: string, position = 0): Promise<string> {
  const id = uuidv7();
  await db.rows(
    statement(
      'seed_location',
      `insert into locations (id, code, name, country, position) values ($1, $2, $2, 'US', $3)`,
    ),
    [id, code, position],
  );
  return id;
}

/** A variant of 250 g with the given units on hand at each location, and the movements that brought them. */
export async function seedVariant(db: Database, sku: string, stock: Record<string, number>): Promise<SeededVariant> {
  const id = uuidv7();
  await db.rows(
    statement(
      'seed_variant',
      `with p as (insert into products (id, slug, name, status) values ($2, $3, $3, 'active') returning id)
       insert into variants (id, product_id, sku, weight_grams) select $1, p.id, $3, 250 from p`,
    ),
    [id, uuidv7(), sku],
  );
  for (const [locationId, units] of Object.entries(stock)) {
    await db.rows(
      statement(
        'seed_level',
        `with s as (
           insert into stock_levels (variant_id, location_id, on_hand) values ($1, $2, $3) returning variant_id, location_id, on_hand
         )
         insert into stock_movements (variant_id, location_id, kind, on_hand_change, reserved_change)
         select variant_id, location_id, 'received', on_hand, 0 from s`,
      ),
      [id, locationId, units],
    );
  }
  return { id, sku };
}

/** An order of these variants as the API leaves it (`pending`), or in another status. */
export async function seedOrder(
  db: Executor,
  lines: readonly { variant: SeededVariant; quantity: number }[],
  status = 'pending',
  address: object = { line1: '1 Main Street', city: 'Springfield', postal_code: '12345', country: 'US' },
): Promise<string> {
  const id = uuidv7();
  await db.rows(
    statement(
      'seed_order',
      `with o as (
         insert into orders (id, status, payment_status, currency, subtotal_amount, shipping_amount, tax_amount, total_amount,
           customer_email, shipping_address, shipping_method, expires_at)
         values ($1, $2::text, case when $2::text = 'paid' then 'paid' else 'pending' end, 'usd', 0, 0, 0, 0, 'ann@example.com', $3,
           'standard', now() + interval '1 hour')
         returning id
       ), e as (
         insert into order_events (order_id, sequence, type) select id, 1, 'order.accepted' from o
       )
       insert into order_lines (id, order_id, position, variant_id, sku, name, quantity, unit_amount, total_amount, weight_grams)
       select line.id, o.id, line.n, line.variant_id, line.sku, line.sku, line.quantity, 0, 0, 250
       from o cross join unnest($4::uuid[], $5::uuid[], $6::text[], $7::integer[]) with ordinality
         as line (id, variant_id, sku, quantity, n)`,
    ),
    [
      id,
      status,
      JSON.stringify(address),
      lines.map(() => uuidv7()),
      lines.map((line) => line.variant.id),
      lines.map((line) => line.variant.sku),
      lines.map((line) => line.quantity),
    ],
  );
  return id;
}

/** Levels whose columns are not the sums of their movements: none, or invariant 3 is broken. */
export function findUnbalancedLevels(db: Executor): Promise<unknown[]> {
  return db.rows(
    statement(
      'unbalanced_levels',
      `select s.* from stock_levels s
       left join (
         select variant_id, location_id, sum(on_hand_change) as on_hand, sum(reserved_change) as reserved
         from stock_movements group by 1, 2
       ) m using (variant_id, location_id)
       where s.on_hand <> coalesce(m.on_hand, 0) or s.reserved <> coalesce(m.reserved, 0)`,
    ),
  );
}
