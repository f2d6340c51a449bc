/** Listings: competitors' pages that are watched for our variants. */
import { type Executor, statement } from './database.ts';
import { uuidv7 } from './ids.ts';

export type ListingStatus = 'active' | 'paused' | 'gone';
export type LinkedBy = 'url' | 'gtin' | 'mpn' | 'person';

export interface ListingFields {
  variant_id: string | null;
  linked_by: LinkedBy | null;
  url: string | null;
  search: string | null;
  /** `url` is the results of the search, in which its own page is looked for. */
  searching: boolean;
  priority: number;
  interval_minutes: number | null;
  pack_count: number | null;
  tags: string[];
  owner: string | null;
  metadata: Record<string, string>;
}

export interface ListingRow extends ListingFields {
  id: string;
  competitor_id: string;
  status: ListingStatus;
  status_reason: string | null;
  due_at: Date;
  version: number;
  created_at: Date;
  updated_at: Date;
}

export const LISTING_FIELDS = [
  'variant_id',
  'linked_by',
  'url',
  'search',
  'searching',
  'priority',
  'interval_minutes',
  'pack_count',
  'tags',
  'owner',
  'metadata',
] as const satisfies readonly (keyof ListingFields)[];

export const LISTING_COLUMNS = `l.id, l.competitor_id, l.variant_id, l.linked_by, l.url, l.search, l.searching, l.status, l.status_reason, l.priority,
  l.interval_minutes, l.pack_count, l.tags, l.owner, l.metadata, l.due_at, l.version, l.created_at, l.updated_at`;

/** As the watch list shows it: with whose page it is, and what of ours. */
export interface ListingView extends ListingRow {
  competitor_name: string;
  competitor_domain: string;
  sku: string | null;
  variant_name: string | null;
  product_name: string | null;
}

const SHOWN = `${LISTING_COLUMNS}, c.name as competitor_name, c.domain as competitor_domain, v.sku, v.name as variant_name, p.name as product_name`;
const AROUND = `join competitors c on c.id = l.competitor_id left join variants v on v.id = l.variant_id left join products p on p.id = v.product_id`;

const valuesOf = (fields: ListingFields) =>
  LISTING_FIELDS.map((field) => (field === 'metadata' ? JSON.stringify(fields.metadata) : fields[field]));
const placeholders = (from: number) => LISTING_FIELDS.map((_, at) => `$${at + from}`).join(', ');

const insert = statement(
  'insert_listing',
  `insert into listings as l (id, competitor_id, ${LISTING_FIELDS.join(', ')}) values ($1, $2, ${placeholders(3)})
   on conflict do nothing returning l.id`,
);

/** Returns its id; undefined when this page is watched for this variant already. */
export async function insertListing(
  tx: Executor,
  competitorId: string,
  fields: ListingFields,
): Promise<string | undefined> {
  const [row] = await tx.rows<{ id: string }>(insert, [uuidv7(), competitorId, ...valuesOf(fields)]);
  return row?.id;
}

const find = statement('find_listing', `select ${SHOWN} from listings l ${AROUND} where l.id = $1`);
const lock = statement('lock_listing', `select ${LISTING_COLUMNS} from listings l where l.id = $1 for no key update`);
const same = statement(
  'find_same_listing',
  `select l.id from listings l where l.competitor_id = $1 and l.variant_id is not distinct from $2 and l.url is not distinct from $3
     and ($3::text is not null or l.search = $4) and l.status <> 'gone'`,
);

export async function findListing(db: Executor, id: string): Promise<ListingView | undefined> {
  const [row] = await db.rows<ListingView>(find, [id]);
  return row;
}

export async function lockListing(tx: Executor, id: string): Promise<ListingRow | undefined> {
  const [row] = await tx.rows<ListingRow>(lock, [id]);
  return row;
}

/** The listing that watches the same page, or asks the same search, for the same variant. */
export async function findSameListing(
  db: Executor,
  competitorId: string,
  { variant_id, url, search }: Pick<ListingFields, 'variant_id' | 'url' | 'search'>,
): Promise<string | undefined> {
  const [row] = await db.rows<{ id: string }>(same, [competitorId, variant_id, url, search]);
  return row?.id;
}

// What is to be looked at more often is due as if it always had been; never later than it was.
const update = statement(
  'update_listing',
  `update listings set (${LISTING_FIELDS.join(', ')}) = row (${placeholders(2)}),
     due_at = case when url is distinct from $4 or interval_minutes is distinct from $8::integer then least(due_at, now()) else due_at end,
     version = version + 1, updated_at = now()
   where id = $1`,
);

const UNIQUE_VIOLATION = '23505';

/** The row is locked by the caller. False, and the transaction is over, when this page is watched for this variant already. */
export async function updateListing(tx: Executor, id: string, fields: ListingFields): Promise<boolean> {
  try {
    await tx.rows(update, [id, ...valuesOf(fields)]);
    return true;
  } catch (error) {
    if ((error as { code?: unknown }).code === UNIQUE_VIOLATION) return false;
    throw error;
  }
}

const setStatus = statement(
  'set_listing_status',
  `update listings set status = $2, status_reason = $3, due_at = case when $2 = 'active' then now() else due_at end,
     version = version + 1, updated_at = now()
   where id = $1 and status = any($4) returning id`,
);

/** False when it was in none of the expected states. Whoever is active again is due at once. */
export async function setListingStatus(
  tx: Executor,
  id: string,
  { from, to, reason }: { from: readonly ListingStatus[]; to: ListingStatus; reason: string | null },
): Promise<boolean> {
  return (await tx.rows(setStatus, [id, to, reason, from])).length > 0;
}

const remove = statement('delete_listing', 'delete from listings where id = $1');

/** With its looks; what was observed stays. */
export async function deleteListing(tx: Executor, id: string): Promise<void> {
  await tx.rows(remove, [id]);
}

export interface ListingFilter {
  competitor?: string | undefined;
  variant?: string | undefined;
  sku?: string | undefined;
  url?: string | undefined;
  status?: ListingStatus | undefined;
  tag?: string | undefined;
  owner?: string | undefined;
  linked?: boolean | undefined;
}

const CONDITIONS: Readonly<Record<keyof ListingFilter, (value: string) => string>> = {
  competitor: (value) => `l.competitor_id = ${value}`,
  variant: (value) => `l.variant_id = ${value}`,
  sku: (value) => `l.variant_id = (select id from variants where sku = ${value})`,
  url: (value) => `l.url = ${value}`,
  status: (value) => `l.status = ${value}`,
  tag: (value) => `l.tags @> array[${value}::text]`,
  owner: (value) => `l.owner = ${value}`,
  linked: (value) => `(l.variant_id is not null) = ${value}::boolean`,
};

/** Oldest first; one row more than the page holds. The statement's text, and so its name, depends on which filters are used. */
export function listListings(
  db: Executor,
  filter: ListingFilter,
  { after, limit }: { after?: string | undefined; limit: number },
): Promise<ListingView[]> {
  const used = (Object.keys(CONDITIONS) as (keyof ListingFilter)[]).filter((name) => filter[name] !== undefined);
  const values: unknown[] = used.map((name) => filter[name]);
  const conditions = used.map((name, at) => CONDITIONS[name](`$${at + 1}`));
  if (after) conditions.push(`l.id > $${values.push(after)}`);
  const where = conditions.length > 0 ? `where ${conditions.join(' and ')}` : '';
  const text = `select ${SHOWN} from listings l ${AROUND} ${where} order by l.id limit $${values.push(limit + 1)}`;
  return db.rows<ListingView>(statement(`list_listings_${used.join('_')}${after ? '_on' : ''}`, text), values);
}
