/** Pages of the watch list by the hundred: those that are there, changed and added in three statements. */
import { type Executor, statement } from './database.ts';
import { uuidv7 } from './ids.ts';
import { LISTING_FIELDS, type ListingFields, type ListingRow } from './listings.ts';

export interface PageKey {
  competitor_id: string;
  url: string | null;
  search: string | null;
}

const LOOKED_UP = `l.id, l.competitor_id, l.version, ${LISTING_FIELDS.map((field) => `l.${field}`).join(', ')}`;

// One look-up by key per page, however many there are in the table.
const find = statement(
  'find_listings_of_pages',
  `select found.* from json_to_recordset($1) as page (competitor_id uuid, url text, search text)
   cross join lateral (
     select ${LOOKED_UP} from listings l
     where l.competitor_id = page.competitor_id and l.url = page.url and l.url is not null and not l.searching and l.status <> 'gone' limit 100
   ) found where page.url is not null
   union all
   select found.* from json_to_recordset($1) as page (competitor_id uuid, url text, search text)
   cross join lateral (
     select ${LOOKED_UP} from listings l
     where l.competitor_id = page.competitor_id and l.search = page.search and (l.url is null or l.searching) and l.status <> 'gone' limit 100
   ) found where page.url is null`,
);

export type FoundPage = ListingFields & Pick<ListingRow, 'id' | 'competitor_id' | 'version'>;

export function findListingsOfPages(db: Executor, pages: readonly PageKey[]): Promise<FoundPage[]> {
  return db.rows<FoundPage>(find, [JSON.stringify(pages)]);
}

const RECORD = `variant_id uuid, linked_by text, url text, search text, searching boolean, priority integer, interval_minutes integer, pack_count integer,
  tags text[], owner text, metadata jsonb`;

const insertAll = statement(
  'insert_listings',
  `insert into listings (id, competitor_id, ${LISTING_FIELDS.join(', ')})
   select id, competitor_id, ${LISTING_FIELDS.join(', ')} from jsonb_to_recordset($1) as given (id uuid, competitor_id uuid, ${RECORD})
   on conflict do nothing returning id`,
);

const updateAll = statement(
  'update_listings',
  `update listings l set (${LISTING_FIELDS.join(', ')}) = row (${LISTING_FIELDS.map((field) => `given.${field}`).join(', ')}),
     due_at = case when l.interval_minutes is distinct from given.interval_minutes or l.variant_id is distinct from given.variant_id
       then least(l.due_at, now()) else l.due_at end,
     version = l.version + 1, updated_at = now()
   from jsonb_to_recordset($1) as given (id uuid, version integer, ${RECORD})
   where l.id = given.id and l.version = given.version returning l.id`,
);

/** Each page at most once. Begins again, as after a serialization failure, when somebody else was there in between. */
export async function writeListings(
  tx: Executor,
  { added, changed }: { added: readonly (ListingFields & { competitor_id: string })[]; changed: readonly FoundPage[] },
): Promise<void> {
  const made = added.map((fields) => ({ ...fields, id: uuidv7() }));
  const inserted = made.length > 0 ? await tx.rows(insertAll, [JSON.stringify(made)]) : [];
  const updated = changed.length > 0 ? await tx.rows(updateAll, [JSON.stringify(changed)]) : [];
  if (inserted.length < added.length || updated.length < changed.length)
    throw Object.assign(new Error('the watch list changed meanwhile'), { code: '40001' });
}
