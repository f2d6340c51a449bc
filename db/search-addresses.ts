/** Where the results of searches stand, when a competitor's search has moved. */
import { type Executor, statement } from './database.ts';

const searches = statement(
  'find_searches',
  `select id, search from listings
   where competitor_id = $1 and search is not null and variant_id is not null and (url is null or searching) and status <> 'gone'
   order by id for no key update`,
);

const move = statement(
  'move_searches',
  `update listings l set url = given.url, searching = given.url is not null, due_at = least(l.due_at, now()), version = l.version + 1, updated_at = now()
   from json_to_recordset($1) as given (id uuid, url text) where l.id = given.id and l.url is distinct from given.url`,
);

/** Listings that have no page of their own yet; null: there are no results to look at. */
export async function moveSearches(
  tx: Executor,
  competitorId: string,
  addressOf: (search: string) => string | null,
): Promise<void> {
  const found = await tx.rows<{ id: string; search: string }>(searches, [competitorId]);
  const moved = found.map(({ id, search }) => ({ id, url: addressOf(search) }));
  if (moved.length > 0) await tx.rows(move, [JSON.stringify(moved)]);
}
