import { noSuch } from './errors.ts';
import type { Condition } from './json-conditions.ts';
import type { Objects, Page, Row } from './objects.ts';
import { pageSize } from './params.ts';

interface ListRequest {
  limit?: number | undefined;
  starting_after?: string | undefined;
  ending_before?: string | undefined;
  created?: Page['created'];
}

export interface ListAnswer {
  object: 'list';
  url: string;
  has_more: boolean;
  data: unknown[];
}

/** Where a page begins: `ending_before` walks from the cursor towards the newer ones. */
export function readCursor(
  objects: Objects,
  kind: string,
  request: ListRequest,
): Pick<Page, 'before' | 'after' | 'order'> {
  const [param, id] = request.ending_before
    ? (['ending_before', request.ending_before] as const)
    : (['starting_after', request.starting_after] as const);
  if (!id) return { order: 'DESC' };
  const seq = objects.seqOf(id, kind);
  if (seq === undefined) throw noSuch(kind, id, param);
  return param === 'ending_before' ? { order: 'ASC', after: seq } : { order: 'DESC', before: seq };
}

/** One page of objects, newest first, as Stripe's lists come. `and` is one more condition in SQL. */
export function listObjects(
  objects: Objects,
  kind: string,
  url: string,
  request: ListRequest,
  where: Record<string, string | undefined> = {},
  and?: string | Condition,
): ListAnswer {
  const limit = pageSize(request.limit);
  const cursor = readCursor(objects, kind, request);
  const rows = objects.page({
    kind,
    where,
    created: request.created,
    ...cursor,
    limit: limit + 1,
    ...(and ? { and } : {}),
  });
  return toList(rows, limit, cursor.order, url);
}

/** Turns one row more than the page holds into the page and its `has_more`. */
export function toList(rows: Row[], limit: number, order: 'ASC' | 'DESC', url: string): ListAnswer {
  const shown = rows.slice(0, limit);
  if (order === 'ASC') shown.reverse();
  return { object: 'list', url, has_more: rows.length > limit, data: shown.map((row) => JSON.parse(row.body)) };
}
