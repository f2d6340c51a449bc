/** POST /v1/competitors/import: sites to watch, found by their domain. */
import { isDeepStrictEqual } from 'node:util';
import {
  COMPETITOR_FIELDS,
  type CompetitorFields,
  findCompetitorsByDomain,
  insertCompetitor,
  updateCompetitor,
} from '../db/competitors.ts';
import type { Database, Executor } from '../db/database.ts';
import { moveSearches } from '../db/search-addresses.ts';
import { importRoute } from './answer-import.ts';
import {
  type CompetitorChanges,
  competitorChanges,
  competitorProblems,
  newFields,
  withChanges,
} from './competitor-schemas.ts';
import { CELLS, type RowResult, type Table } from './import-table.ts';
import type { Route } from './route.ts';
import { resultsAt } from './tie-listing.ts';
import type { PrivateHosts } from './watch-list-fields.ts';

const { text, number, boolean, list, json } = CELLS;
export const COMPETITOR_COLUMNS = {
  ...{ domain: text, name: text, currency: text, locale: text, tax_included: boolean, tax_percent: number },
  ...{ shipping_amount: number, source: text, requests_per_minute: number, interval_minutes: number },
  ...{ seller_names: list, search_url: text, selectors: json, tags: list, owner: text, metadata: json },
};

export const competitorImport = ({ db, privateHosts }: { db: Database; privateHosts: PrivateHosts }): Route =>
  importRoute(db, {
    path: '/v1/competitors/import',
    summary: 'Import competitors',
    description: `CSV with a header: ${Object.keys(COMPETITOR_COLUMNS).join(', ')} (lists joined by |, selectors and metadata as JSON). Competitors are found by their domain; a new one needs name, currency and locale.`,
    table: competitorTable(privateHosts),
  });

export const competitorTable = (privateHosts: PrivateHosts): Table<CompetitorChanges> => ({
  columns: COMPETITOR_COLUMNS,
  needs: [['domain']],
  schema: competitorChanges.refine(({ domain }) => domain !== undefined, { message: 'is needed', path: ['domain'] }),
  keyOf: ({ domain }) => domain!,
  apply: (tx, bodies) => applyCompetitors(tx, bodies, privateHosts),
});

async function applyCompetitors(
  tx: Executor,
  bodies: readonly CompetitorChanges[],
  allowed: PrivateHosts,
): Promise<RowResult[]> {
  const there = await findCompetitorsByDomain(
    tx,
    bodies.map(({ domain }) => domain!),
  );
  const byDomain = new Map(there.map((row) => [row.domain, row]));
  const results: RowResult[] = [];
  for (const body of bodies) {
    const before = byDomain.get(body.domain!);
    const fields = before ? withChanges<CompetitorFields>(before, body) : completed(body);
    results.push(await write(tx, before, fields, allowed));
  }
  return results;
}

/** Names what a new one lacks. */
function completed(body: CompetitorChanges): CompetitorFields | string[] {
  const { name, domain, currency, locale } = body;
  if (name && domain && currency && locale) return newFields({ ...body, name, domain, currency, locale });
  return ['name', 'currency', 'locale'].filter((member) => body[member as 'name'] === undefined);
}

async function write(
  tx: Executor,
  before: (CompetitorFields & { id: string }) | undefined,
  fields: CompetitorFields | string[],
  allowed: PrivateHosts,
): Promise<RowResult> {
  if (Array.isArray(fields)) {
    const errors = fields.map((name) => ({
      pointer: `/${name}`,
      code: 'required',
      message: `${name}: is needed of a new one`,
    }));
    return { result: 'failed', errors };
  }
  const errors = competitorProblems(fields, allowed);
  if (errors.length > 0) return { result: 'failed', errors };
  if (!before) {
    // Somebody else added it in between: begin again, as after a serialization failure.
    if (!(await insertCompetitor(tx, fields)))
      throw Object.assign(new Error('it was added meanwhile'), { code: '40001' });
    return { result: 'created' };
  }
  if (COMPETITOR_FIELDS.every((field) => isDeepStrictEqual(before[field], fields[field])))
    return { result: 'unchanged' };
  await updateCompetitor(tx, before.id, fields);
  if (before.search_url !== fields.search_url)
    await moveSearches(tx, before.id, (search) => resultsAt(fields.search_url, search));
  return { result: 'updated' };
}
