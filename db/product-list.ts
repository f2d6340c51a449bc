/**
 * One page of products in one statement: first the ids of the page, found along an index that fits the sort, then what
 * belongs to them. The statement's text, and with it its name, depends on which filters are used, not on their values.
 */
import { type Executor, statement } from './database.ts';
import { PRODUCT_COLUMNS, type ProductApproval, type ProductStatus, type ProductView } from './products.ts';

export const PRODUCT_SORTS = [
  'relevance',
  'name',
  '-name',
  'created_at',
  '-created_at',
  'updated_at',
  '-updated_at',
  'price',
  '-price',
] as const;
export type ProductSort = (typeof PRODUCT_SORTS)[number];

export interface ProductFilter {
  /** Words, or the beginning of a SKU, or a barcode. */
  q?: string | undefined;
  status?: ProductStatus | undefined;
  /** A category's slug; its descendants belong to it. */
  category?: string | undefined;
  /** Products with a price in it, within the bounds when there are any. */
  currency?: string | undefined;
  minPrice?: number | undefined;
  maxPrice?: number | undefined;
  inStock?: boolean | undefined;
  sku?: string | undefined;
  updatedSince?: Date | undefined;
  vendorId?: string | undefined;
  /** Without what is withheld. */
  forSale?: true | undefined;
  approval?: ProductApproval | undefined;
}

export interface ProductPage {
  sort: ProductSort;
  limit: number;
  /** Sort key and id of the last product of the page before. */
  after?: readonly [string, string] | undefined;
}

/** Fills in `$n` for a value and remembers it. */
type Bind = (value: unknown) => string;

/**
 * Products of a page, and one more when there are more; `sort_key` and `id` of a row are what the next page starts after.
 * Sorting and filtering by price asks for a currency. `relevance` asks for `q`.
 */
export function listProducts(
  db: Executor,
  filter: ProductFilter,
  page: ProductPage,
): Promise<(ProductView & { sort_key: string })[]> {
  const values: unknown[] = [];
  const bind: Bind = (value) => `$${values.push(value)}`;
  const { from, key, type } = SORTS[column(page.sort)](bind, filter);
  const direction = page.sort.startsWith('-') || page.sort === 'relevance' ? 'desc' : 'asc';
  const conditions = conditionsOf(filter, bind);
  if (filter.currency !== undefined && !page.sort.endsWith('price')) conditions.push(priced(filter, bind));
  if (page.after) {
    const beyond = direction === 'asc' ? '>' : '<';
    conditions.push(`(${key}, p.id) ${beyond} (${bind(page.after[0])}::${type}, ${bind(page.after[1])}::uuid)`);
  }
  const text = `with page as materialized (
      select p.id as page_id, ${key} as key from ${from} ${conditions.length > 0 ? `where ${conditions.join(' and ')}` : ''}
      order by ${key} ${direction}, p.id ${direction} limit ${bind(page.limit + 1)}
    )
    select ${PRODUCT_COLUMNS}, ${type === 'timestamptz' ? `to_json(page.key)#>>'{}'` : 'page.key::text'} as sort_key
    from page join products p on p.id = page.page_id order by page.key ${direction}, p.id ${direction}`;
  return db.rows(statement(nameOf(filter, page), text), values);
}

/** Searches and prices are planned each time (without a name): the plan that suits a rare word or currency is bad for a common one. */
function nameOf(filter: ProductFilter, { sort, after }: ProductPage): string {
  if (filter.q !== undefined || filter.currency !== undefined) return '';
  const used = Object.entries(filter).filter(([, value]) => value !== undefined);
  const parts = used.map(([name, value]) => name.slice(0, 2) + (typeof value === 'boolean' ? String(value)[0] : ''));
  return `list_products_${parts.join('')}_${sort}${after ? '_on' : ''}`;
}

const column = (sort: ProductSort) => sort.replace('-', '') as keyof typeof SORTS;

interface Sorting {
  from: string;
  key: string;
  type: string;
}

const PRODUCTS = 'products p';

const SORTS = {
  name: (): Sorting => ({ from: PRODUCTS, key: 'lower(p.name)', type: 'text' }),
  // Ids are UUIDv7, made when the product is: their order is the order of creation.
  created_at: (): Sorting => ({ from: PRODUCTS, key: 'p.id', type: 'uuid' }),
  updated_at: (): Sorting => ({ from: PRODUCTS, key: 'p.updated_at', type: 'timestamptz' }),
  relevance: (bind: Bind, { q }: ProductFilter): Sorting => ({
    from: PRODUCTS,
    key: `coalesce(ts_rank(p.search, product_query(${bind(q)})), 0)`,
    type: 'real',
  }),
  price: (bind: Bind, filter: ProductFilter): Sorting => {
    const currency = bind(filter.currency);
    const bounds = boundsOf(filter, bind);
    return priceSorting((alias) => `${alias}.currency = ${currency}${bounds(alias)}`);
  },
};

/** Walks prices by amount; of each product only its cheapest within the bounds (by amount, then id) is let through. */
const priceSorting = (within: (alias: string) => string): Sorting => ({
  from: `prices lead join variants lv on lv.id = lead.variant_id and ${within('lead')}
      join products p on p.id = lv.product_id and lead.variant_id = (
        select o.variant_id from variants ov join prices o on o.variant_id = ov.id and ${within('o')}
        where ov.product_id = lv.product_id order by o.amount, o.variant_id limit 1)`,
  key: 'lead.amount',
  type: 'bigint',
});

function boundsOf({ minPrice, maxPrice }: ProductFilter, bind: Bind): (alias: string) => string {
  const least = minPrice === undefined ? undefined : bind(minPrice);
  const most = maxPrice === undefined ? undefined : bind(maxPrice);
  return (alias) =>
    `${least ? ` and ${alias}.amount >= ${least}` : ''}${most ? ` and ${alias}.amount <= ${most}` : ''}`;
}

function conditionsOf(filter: ProductFilter, bind: Bind): string[] {
  const { q, status, category, sku, inStock, updatedSince, vendorId, forSale, approval } = filter;
  const conditions: string[] = [];
  if (status !== undefined) conditions.push(`p.status = ${bind(status)}`);
  if (q !== undefined) conditions.push(matches(q, bind));
  if (category !== undefined) conditions.push(inCategory(bind(category)));
  if (sku !== undefined) conditions.push(`p.id = (select product_id from variants where sku = ${bind(sku)})`);
  if (inStock !== undefined) conditions.push(`${inStock ? '' : 'not '}${IN_STOCK}`);
  if (updatedSince !== undefined) conditions.push(`p.updated_at >= ${bind(updatedSince)}`);
  if (vendorId !== undefined) conditions.push(`p.vendor_id = ${bind(vendorId)}`);
  if (forSale) conditions.push('not p.withheld');
  if (approval !== undefined) conditions.push(`p.approval = ${bind(approval)}`);
  return conditions;
}

const IN_STOCK = `exists (select from variants v join stock_levels s on s.variant_id = v.id
  where v.product_id = p.id and s.on_hand > s.reserved)`;

/** Two index lookups made one set: words in the text, or a SKU's beginning, or a barcode. */
function matches(q: string, bind: Bind): string {
  const prefix = `${q.toLowerCase().replaceAll(/[\\%_]/g, '\\$&')}%`;
  return `p.id in (
    select id from products where search @@ product_query(${bind(q)})
    union select product_id from variants where lower(sku) like ${bind(prefix)}
    union select product_id from variants where barcode = ${bind(q.replaceAll(/[\s-]/g, ''))})`;
}

const inCategory = (slug: string) => `p.id in (
  with recursive tree as (
    select id from categories where slug = ${slug}
    union all select c.id from categories c join tree t on c.parent_id = t.id
  )
  select product_id from product_categories where category_id in (select id from tree))`;

function priced(filter: ProductFilter, bind: Bind): string {
  return `exists (select from variants v join prices r on r.variant_id = v.id
    where v.product_id = p.id and r.currency = ${bind(filter.currency)}${boundsOf(filter, bind)('r')})`;
}
