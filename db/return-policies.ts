/** The shop's rules for returns: of a product, of a category and what is below it, or of everything else. */
import { BUILT_IN_TERMS, type ReturnReason, type ReturnTerms, type ShippingRule } from '../domain/returns/terms.ts';
import { type Executor, statement } from './database.ts';
import { uuidv7 } from './ids.ts';

export interface PolicyFields {
  name: string;
  is_default: boolean;
  window_days: number;
  final_sale: boolean;
  auto_approve: boolean;
  reasons: ReturnReason[] | null;
  fee_bps: number;
  fee_amounts: Record<string, number>;
  good_percent: number;
  damaged_percent: number;
  way_back: 'shop' | 'customer';
  label_amounts: Record<string, number>;
  shipping_refund: ShippingRule;
  send_days: number;
  address: Record<string, unknown> | null;
}

/** What points to it: products and categories, by their slugs. */
export interface PolicyTargets {
  products: string[];
  categories: string[];
}

export interface PolicyView extends PolicyFields, PolicyTargets {
  id: string;
  version: number;
  created_at: Date;
  updated_at: Date;
}

const FIELDS = [
  'name',
  'is_default',
  'window_days',
  'final_sale',
  'auto_approve',
  'reasons',
  'fee_bps',
  'fee_amounts',
  'good_percent',
  'damaged_percent',
  'way_back',
  'label_amounts',
  'shipping_refund',
  'send_days',
  'address',
] as const satisfies readonly (keyof PolicyFields)[];

const columns = FIELDS.map((field) => `p.${field}`).join(', ');
const parameters = (first: number) => FIELDS.map((_, index) => `$${index + first}`).join(', ');
const valuesOf = (fields: PolicyFields) =>
  FIELDS.map((field) => {
    const value = fields[field];
    return value !== null && typeof value === 'object' && !Array.isArray(value) ? JSON.stringify(value) : value;
  });

const view = `select p.id, ${columns}, p.version, p.created_at, p.updated_at,
    array(select x.slug from return_policy_products t join products x on x.id = t.product_id where t.policy_id = p.id order by x.slug) as products,
    array(select x.slug from return_policy_categories t join categories x on x.id = t.category_id where t.policy_id = p.id order by x.slug) as categories
  from return_policies p`;
const list = statement('list_return_policies', `${view} order by not p.is_default, lower(p.name)`);
const one = statement('find_return_policy', `${view} where p.id = $1`);
const lock = statement('lock_return_policy', 'select version from return_policies where id = $1 for update');

export function listPolicies(db: Executor): Promise<PolicyView[]> {
  return db.rows<PolicyView>(list);
}

export async function findPolicy(db: Executor, id: string): Promise<PolicyView | undefined> {
  const [row] = await db.rows<PolicyView>(one, [id]);
  return row;
}

/** The version of a policy, whose row is then held; undefined when there is none. */
export async function lockPolicy(tx: Executor, id: string): Promise<number | undefined> {
  const [row] = await tx.rows<{ version: number }>(lock, [id]);
  return row?.version;
}

const undefault = statement(
  'undefault_return_policies',
  'update return_policies set is_default = false, version = version + 1, updated_at = now() where is_default and id <> $1',
);
const insert = statement(
  'insert_return_policy',
  `insert into return_policies (id, ${FIELDS.join(', ')}) values ($1, ${parameters(2)}) on conflict do nothing returning id`,
);
const update = statement(
  'update_return_policy',
  `update return_policies set (${FIELDS.join(', ')}) = row(${parameters(2)}), version = version + 1, updated_at = now()
   where id = $1 and not exists (select from return_policies x where lower(x.name) = lower($2) and x.id <> $1) returning id`,
);
const remove = statement('delete_return_policy', 'delete from return_policies where id = $1 returning id');

/** Writes a policy; of several that are to be the default the last one is. Undefined when its name is taken. */
export async function insertPolicy(tx: Executor, fields: PolicyFields): Promise<string | undefined> {
  const id = uuidv7();
  if (fields.is_default) await tx.rows(undefault, [id]);
  return (await tx.rows(insert, [id, ...valuesOf(fields)])).length > 0 ? id : undefined;
}

/** False when its name is another's. */
export async function updatePolicy(tx: Executor, id: string, fields: PolicyFields): Promise<boolean> {
  if (fields.is_default) await tx.rows(undefault, [id]);
  return (await tx.rows(update, [id, ...valuesOf(fields)])).length > 0;
}

export async function deletePolicy(tx: Executor, id: string): Promise<boolean> {
  return (await tx.rows(remove, [id])).length > 0;
}

const TARGETS = {
  products: ['return_policy_products', 'product_id', 'products'],
  categories: ['return_policy_categories', 'category_id', 'categories'],
} as const;

const pointing = (kind: keyof PolicyTargets) => {
  const [table, column, of] = TARGETS[kind];
  return {
    clear: statement(
      `clear_${table}`,
      `delete from ${table} where policy_id = $1 and ${column} not in (select id from ${of} where slug = any($2))`,
    ),
    point: statement(
      `point_${table}`,
      `insert into ${table} (${column}, policy_id) select id, $1 from ${of} where slug = any($2)
       on conflict (${column}) do update set policy_id = excluded.policy_id`,
    ),
    unknown: statement(
      `unknown_${of}`,
      `select slug from unnest($1::text[]) as wanted (slug) where not exists (select from ${of} x where x.slug = wanted.slug)`,
    ),
  };
};
const target = { products: pointing('products'), categories: pointing('categories') };

/** Points products or categories, by their slugs, to a policy, and nothing else; what pointed to another one points here. */
export async function pointTo(tx: Executor, id: string, kind: keyof PolicyTargets, slugs: string[]): Promise<void> {
  await tx.rows(target[kind].clear, [id, slugs]);
  await tx.rows(target[kind].point, [id, slugs]);
}

/** Of slugs, those that name nothing. */
export async function unknownSlugs(tx: Executor, kind: keyof PolicyTargets, slugs: string[]): Promise<string[]> {
  return (await tx.rows<{ slug: string }>(target[kind].unknown, [slugs])).map((row) => row.slug);
}

// A product's own policy, else that of the category which is fewest steps above it, else the default.
const ofLines = statement(
  'return_terms_of_order',
  `with recursive goods as (
     select l.id as line_id, v.product_id from order_lines l join variants v on v.id = l.variant_id where l.order_id = $1
   ), above as (
     select g.line_id, c.category_id, 1 as steps from goods g join product_categories c on c.product_id = g.product_id
     union all
     select a.line_id, c.parent_id, a.steps + 1 from above a join categories c on c.id = a.category_id
     where c.parent_id is not null and a.steps < 50
   ), chosen as (
     select g.line_id, coalesce(
       (select t.policy_id from return_policy_products t where t.product_id = g.product_id),
       (select t.policy_id from above a join return_policy_categories t on t.category_id = a.category_id
        where a.line_id = g.line_id order by a.steps, t.policy_id limit 1),
       (select p.id from return_policies p where p.is_default)
     ) as policy_id from goods g
   )
   select c.line_id, p.id, ${columns} from chosen c join return_policies p on p.id = c.policy_id`,
);

/** The terms of each line of an order, by the line's id; what has no policy falls under the built-in terms. */
export async function readTerms(db: Executor, orderId: string): Promise<(lineId: string) => ReturnTerms> {
  const rows = await db.rows<PolicyFields & { line_id: string; id: string }>(ofLines, [orderId]);
  const terms = new Map(rows.map((row) => [row.line_id, toTerms(row)]));
  return (lineId) => terms.get(lineId) ?? BUILT_IN_TERMS;
}

const toTerms = (row: PolicyFields & { id: string }): ReturnTerms => ({
  policyId: row.id,
  name: row.name,
  windowDays: row.window_days,
  finalSale: row.final_sale,
  autoApprove: row.auto_approve,
  reasons: row.reasons,
  feeBps: row.fee_bps,
  feeAmounts: row.fee_amounts,
  goodPercent: row.good_percent,
  damagedPercent: row.damaged_percent,
  wayBack: row.way_back,
  labelAmounts: row.label_amounts,
  shippingRefund: row.shipping_refund,
  sendDays: row.send_days,
  address: row.address,
});
