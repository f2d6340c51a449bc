/** Competitors: sites whose prices are watched, and how each is looked at. */
import type { PageSourceName } from '../domain/pages/fetched-page.ts';
import { type Executor, statement } from './database.ts';
import { uuidv7 } from './ids.ts';

export type CompetitorStatus = 'active' | 'paused' | 'held';

export interface CompetitorFields {
  name: string;
  domain: string;
  currency: string;
  locale: string;
  tax_included: boolean;
  tax_percent: number | null;
  shipping_amount: number | null;
  source: PageSourceName;
  requests_per_minute: number;
  interval_minutes: number;
  seller_names: string[];
  search_url: string | null;
  selectors: Record<string, string>;
  tags: string[];
  owner: string | null;
  metadata: Record<string, string>;
}

export interface CompetitorRow extends CompetitorFields {
  id: string;
  status: CompetitorStatus;
  status_reason: string | null;
  version: number;
  created_at: Date;
  updated_at: Date;
}

export const COMPETITOR_FIELDS = [
  'name',
  'domain',
  'currency',
  'locale',
  'tax_included',
  'tax_percent',
  'shipping_amount',
  'source',
  'requests_per_minute',
  'interval_minutes',
  'seller_names',
  'search_url',
  'selectors',
  'tags',
  'owner',
  'metadata',
] as const satisfies readonly (keyof CompetitorFields)[];

export const COMPETITOR_COLUMNS = `c.id, c.name, c.domain, c.currency, c.locale, c.tax_included, c.tax_percent::float8 as tax_percent, c.shipping_amount,
  c.source, c.requests_per_minute::float8 as requests_per_minute, c.interval_minutes, c.seller_names, c.search_url, c.selectors, c.tags,
  c.owner, c.metadata, c.status, c.status_reason, c.version, c.created_at, c.updated_at`;

const JSON_FIELDS: ReadonlySet<string> = new Set(['selectors', 'metadata']);
const valuesOf = (fields: CompetitorFields) =>
  COMPETITOR_FIELDS.map((field) => (JSON_FIELDS.has(field) ? JSON.stringify(fields[field]) : fields[field]));
const placeholders = (from: number) => COMPETITOR_FIELDS.map((_, at) => `$${at + from}`).join(', ');

const insert = statement(
  'insert_competitor',
  `insert into competitors as c (id, ${COMPETITOR_FIELDS.join(', ')}) values ($1, ${placeholders(2)})
   on conflict (domain) do nothing returning ${COMPETITOR_COLUMNS}`,
);

/** Undefined when there is one of this domain. */
export async function insertCompetitor(tx: Executor, fields: CompetitorFields): Promise<CompetitorRow | undefined> {
  const [row] = await tx.rows<CompetitorRow>(insert, [uuidv7(), ...valuesOf(fields)]);
  return row;
}

const find = statement('find_competitor', `select ${COMPETITOR_COLUMNS} from competitors c where c.id = $1`);
const lock = statement(
  'lock_competitor',
  `select ${COMPETITOR_COLUMNS} from competitors c where c.id = $1 for no key update`,
);
const byDomain = statement(
  'find_competitors_by_domain',
  `select ${COMPETITOR_COLUMNS} from competitors c where c.domain = any($1)`,
);

export async function findCompetitor(db: Executor, id: string): Promise<CompetitorRow | undefined> {
  const [row] = await db.rows<CompetitorRow>(find, [id]);
  return row;
}

export async function lockCompetitor(tx: Executor, id: string): Promise<CompetitorRow | undefined> {
  const [row] = await tx.rows<CompetitorRow>(lock, [id]);
  return row;
}

export function findCompetitorsByDomain(db: Executor, domains: readonly string[]): Promise<CompetitorRow[]> {
  return db.rows<CompetitorRow>(byDomain, [domains]);
}

const byId = statement(
  'find_competitors_by_id',
  `select ${COMPETITOR_COLUMNS} from competitors c where c.id = any($1)`,
);

export function findCompetitorsById(db: Executor, ids: readonly string[]): Promise<CompetitorRow[]> {
  return db.rows<CompetitorRow>(byId, [ids]);
}

const update = statement(
  'update_competitor',
  `update competitors c set (${COMPETITOR_FIELDS.join(', ')}) = row (${placeholders(2)}), version = version + 1, updated_at = now()
   where id = $1 returning ${COMPETITOR_COLUMNS}`,
);

const UNIQUE_VIOLATION = '23505';

/** The row is locked by the caller. Undefined, and the transaction is over, when another has the domain. */
export async function updateCompetitor(
  tx: Executor,
  id: string,
  fields: CompetitorFields,
): Promise<CompetitorRow | undefined> {
  try {
    const [row] = await tx.rows<CompetitorRow>(update, [id, ...valuesOf(fields)]);
    return row;
  } catch (error) {
    if ((error as { code?: unknown }).code === UNIQUE_VIOLATION) return undefined;
    throw error;
  }
}

const setStatus = statement(
  'set_competitor_status',
  `update competitors c set status = $2, status_reason = $3, version = version + 1, updated_at = now()
   where id = $1 and status = any($4) returning ${COMPETITOR_COLUMNS}`,
);

/** Undefined when it was in none of the expected states. */
export async function setCompetitorStatus(
  tx: Executor,
  id: string,
  { from, to, reason }: { from: readonly CompetitorStatus[]; to: CompetitorStatus; reason: string | null },
): Promise<CompetitorRow | undefined> {
  const [row] = await tx.rows<CompetitorRow>(setStatus, [id, to, reason, from]);
  return row;
}

const remove = statement(
  'delete_competitor',
  `delete from competitors where id = $1 and not exists (select from listings where competitor_id = $1) returning id`,
);

/** False when it has listings. */
export async function deleteCompetitor(tx: Executor, id: string): Promise<boolean> {
  return (await tx.rows(remove, [id])).length > 0;
}

const anyListing = statement('competitor_has_listings', 'select 1 from listings where competitor_id = $1 limit 1');

export async function hasListings(db: Executor, id: string): Promise<boolean> {
  return (await db.rows(anyListing, [id])).length > 0;
}

export interface CompetitorFilter {
  status?: CompetitorStatus | undefined;
  source?: PageSourceName | undefined;
  tag?: string | undefined;
  owner?: string | undefined;
  domain?: string | undefined;
}

const list = statement(
  'list_competitors',
  `select ${COMPETITOR_COLUMNS} from competitors c
   where ($1::text is null or c.status = $1) and ($2::text is null or c.source = $2) and ($3::text is null or $3 = any(c.tags))
     and ($4::text is null or lower(c.owner) = lower($4)) and ($5::text is null or c.domain = $5) and ($6::uuid is null or c.id > $6)
   order by c.id limit $7 + 1`,
);

/** Oldest first; one row more than the page holds. */
export function listCompetitors(
  db: Executor,
  { status, source, tag, owner, domain }: CompetitorFilter,
  { after, limit }: { after?: string | undefined; limit: number },
): Promise<CompetitorRow[]> {
  const filters = [status, source, tag, owner, domain, after].map((value) => value ?? null);
  return db.rows<CompetitorRow>(list, [...filters, limit]);
}
