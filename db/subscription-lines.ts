/** The lines of subscriptions: goods, and the shipping and tax on them. What was removed stays for the invoices that name it. */
import type { BilledItem } from '../domain/subscriptions/items.ts';
import type { LineKind, OutOfStockChoice, Plan, PlanLine } from '../domain/subscriptions/plan.ts';
import { type Executor, statement } from './database.ts';
import type { SubscriptionRow } from './subscriptions.ts';

export interface SubscriptionLineRow {
  id: string;
  subscription_id: string;
  kind: LineKind;
  position: number;
  variant_id: string | null;
  sku: string | null;
  name: string;
  quantity: number;
  unit_amount: number;
  weight_grams: number;
  out_of_stock: OutOfStockChoice | null;
  substitute_sku: string | null;
  provider_item_id: string | null;
}

const columns = `id, subscription_id, kind, position, variant_id, sku, name, quantity, unit_amount, weight_grams, out_of_stock,
  substitute_sku, provider_item_id`;

const live = statement(
  'live_subscription_lines',
  `select ${columns} from subscription_lines where subscription_id = any($1::uuid[]) and removed_at is null
   order by subscription_id, position`,
);

/** What is billed now, of any number of subscriptions. */
export function findLiveLines(db: Executor, subscriptionIds: readonly string[]): Promise<SubscriptionLineRow[]> {
  return db.rows<SubscriptionLineRow>(live, [subscriptionIds]);
}

export function toPlan(row: SubscriptionRow, lines: readonly SubscriptionLineRow[]): Plan {
  return {
    currency: row.currency,
    intervalUnit: row.interval_unit,
    intervalCount: row.interval_count,
    lines: lines.map(toPlanLine),
    shippingMethod: row.shipping_method,
    shippingAddress: row.shipping_address,
    outOfStock: row.out_of_stock,
    coupon: row.coupon,
  };
}

const toPlanLine = (line: SubscriptionLineRow): PlanLine => ({
  id: line.id,
  kind: line.kind,
  variantId: line.variant_id,
  sku: line.sku,
  name: line.name,
  quantity: line.quantity,
  unitAmount: line.unit_amount,
  weightGrams: line.weight_grams,
  outOfStock: line.out_of_stock,
  substituteSku: line.substitute_sku,
});

const remove = statement(
  'remove_subscription_lines',
  `update subscription_lines set removed_at = now(), updated_at = now()
   where subscription_id = $1 and removed_at is null and id <> all($2::uuid[])`,
);
const write = statement(
  'write_subscription_lines',
  `insert into subscription_lines as l (id, subscription_id, kind, position, variant_id, sku, name, quantity, unit_amount, weight_grams,
     out_of_stock, substitute_sku)
   select "id", $1, kind, position, "variantId", sku, name, quantity, "unitAmount", "weightGrams", "outOfStock", "substituteSku"
   from rows from (json_to_recordset($2) as ("id" uuid, kind text, "variantId" uuid, sku text, name text, quantity integer,
     "unitAmount" bigint, "weightGrams" integer, "outOfStock" text, "substituteSku" text))
     with ordinality as item ("id", kind, "variantId", sku, name, quantity, "unitAmount", "weightGrams", "outOfStock", "substituteSku", position)
   on conflict (id) do update
   set position = excluded.position, quantity = excluded.quantity, unit_amount = excluded.unit_amount, name = excluded.name,
     weight_grams = excluded.weight_grams, out_of_stock = excluded.out_of_stock, substitute_sku = excluded.substitute_sku,
     removed_at = null, updated_at = now()`,
);

/** Makes the lines those of the plan; what is not in it any more is removed. The caller holds the subscription's lock. */
export async function writePlanLines(tx: Executor, subscriptionId: string, { lines }: Plan): Promise<void> {
  await tx.rows(remove, [subscriptionId, lines.map((line) => line.id)]);
  await tx.rows(write, [subscriptionId, JSON.stringify(lines)]);
}

const tie = statement(
  'tie_subscription_items',
  `update subscription_lines l set provider_item_id = item.id, updated_at = now()
   from json_to_recordset($2) as item (id text, line_id uuid)
   where l.id = item.line_id and l.subscription_id = $1 and l.provider_item_id is null`,
);

/** Ties Stripe's items to our lines, by the line that each one names. */
export async function tieItems(tx: Executor, subscriptionId: string, items: readonly BilledItem[]): Promise<void> {
  const named = items.flatMap(({ id, lineId }) => (lineId ? [{ id, line_id: lineId }] : []));
  if (named.length > 0) await tx.rows(tie, [subscriptionId, JSON.stringify(named)]);
}
