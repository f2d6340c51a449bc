import type { Sandbox } from '../context.ts';
import { badParam } from '../errors.ts';
import { type Condition, compare, join } from '../json-conditions.ts';
import type { Row } from '../objects.ts';
import * as p from '../params.ts';
import { type Call, type Route, route } from '../routes.ts';

/** `status:'active' AND metadata['order']:'7' AND created>1700000000`, without OR and negation. Finds what is there at once. */

const TERM = /^\s*(\w+)(?:\[(['"])([^'"\]]+)\2\])?\s*(:|~|<=|>=|<|>)\s*(?:"([^"]*)"|'([^']*)'|(-?[\w.]+))\s*$/;

/** A query as a condition over the objects' JSON. */
const readQuery = (query: string): Condition => join(query.split(/\s+AND\s+/i).map(readTerm));

function readTerm(term: string): Condition {
  const [, field, , key, operator, double, single, bare] = TERM.exec(term) ?? [];
  if (!field || !operator) throw notRead(term);
  const path = key === undefined ? field : `${field}."${key.replaceAll('"', '')}"`;
  const value = double ?? single ?? bare ?? '';
  if (bare === 'null') return { sql: ' AND json_extract(body, ?) IS NULL', values: [`$.${path}`] };
  if (operator === '~') return compare(path, 'LIKE', `%${value}%`);
  if (operator !== ':' && !/^\d+$/.test(value)) throw notRead(term);
  if (operator !== ':' || /^\d+$/.test(bare ?? ''))
    return compare(path, operator === ':' ? '=' : operator, Number(value));
  return compare(path, '=', bare === 'true' || bare === 'false' ? bare === 'true' : value);
}

const notRead = (term: string) => badParam(`We were unable to parse your search query: ${term}`, 'query');

const fields = { limit: p.integer(1), page: p.text(), ...p.expand };

function search(
  sandbox: Sandbox,
  kind: string,
  url: string,
  params: { query: string; limit?: number | undefined; page?: string | undefined },
) {
  const limit = p.pageSize(params.limit);
  const before = params.page === undefined ? undefined : Number(params.page);
  if (before !== undefined && !Number.isInteger(before)) throw badParam('Invalid page.', 'page');
  const rows: Row[] = sandbox.objects.page({
    kind,
    where: {},
    order: 'DESC',
    limit: limit + 1,
    ...(before === undefined ? {} : { before }),
    and: readQuery(params.query),
  });
  const shown = rows.slice(0, limit);
  const next = rows.length > limit ? String(shown.at(-1)!.seq) : null;
  const data = shown.map((row) => JSON.parse(row.body));
  return { object: 'search_result', data, has_more: next !== null, next_page: next, url };
}

/** `GET /v1/<plural>/search`; stands before the route of one object. */
export const searchRoute = (plural: string, kind: string): Route =>
  route(
    'GET',
    `/v1/${plural}/search`,
    { query: p.filled() },
    fields,
    ({
      sandbox,
      params,
    }: Call<{ query: string; limit?: number | undefined; page?: string | undefined; expand?: string[] | undefined }>) =>
      search(sandbox, kind, `/v1/${plural}/search`, params),
  );
