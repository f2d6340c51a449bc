/** Goods to sell, written straight into the tables. */
import { type Database, statement } from '../../db/database.ts';
import { uuidv7 } from '../../db/ids.ts';

export interface TestVariant {
  sku: string;
  units: number;
  amount?: number;
}

const location = statement(
  'test_location',
  `insert into locations (id, code, name, country) values ($1, 'main', 'Main', 'US') on conflict (code) do update set name = 'Main' returning id`,
);
const variant = statement(
  'test_variant',
  `with p as (insert into products (id, slug, name, status) values ($1, 'p-' || lower($3), 'Product ' || $3, 'active') returning id),
   v as (insert into variants (id, product_id, sku, weight_grams) select $2, id, $3, 250 from p returning id),
   r as (insert into prices (variant_id, currency, amount)
     select v.id, c.currency, case c.currency when 'jpy' then $4::bigint when 'kwd' then $4::bigint * 10 else $4::bigint end
     from v, unnest(array['usd', 'eur', 'jpy', 'kwd']) as c (currency))
   insert into stock_levels (variant_id, location_id, on_hand) select v.id, $5, $6 from v`,
);
const received = statement(
  'test_received',
  `insert into stock_movements (variant_id, location_id, kind, on_hand_change, reserved_change, reason) values ($1, $2, 'received', $3, 0, 'test')`,
);

/** Inserts active variants with prices and stock at one location. Returns their ids by SKU. */
export async function seedVariants(db: Database, variants: TestVariant[]): Promise<Map<string, string>> {
  const [place] = await db.rows<{ id: string }>(location, [uuidv7()]);
  const ids = new Map<string, string>();
  for (const { sku, units, amount = 2_000 } of variants) {
    const id = uuidv7();
    await db.rows(variant, [uuidv7(), id, sku, amount, place!.id, units]);
    await db.rows(received, [id, place!.id, units]);
    ids.set(sku, id);
  }
  return ids;
}
