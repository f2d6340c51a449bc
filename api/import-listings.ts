/** POST /v1/listings/import: pages of competitors by the thousand. */
import { isDeepStrictEqual } from 'node:util';
import { type CompetitorRow, findCompetitorsByDomain, findCompetitorsById } from '../db/competitors.ts';
import type { Database, Executor } from '../db/database.ts';
import { type FoundPage, findListingsOfPages, writeListings } from '../db/import-listings.ts';
import { LISTING_FIELDS, type ListingFields } from '../db/listings.ts';
import { decidePair } from '../db/match-decisions.ts';
import { findVariantIds } from '../db/variant-identifiers.ts';
import { importRoute } from './answer-import.ts';
import { withChanges } from './competitor-schemas.ts';
import { CELLS, type RowResult, type Table } from './import-table.ts';
import { type NewListing, newListing, PLAIN } from './listing-schemas.ts';
import type { FieldError } from './problem.ts';
import type { Route } from './route.ts';
import { linkedBy, pageProblem, searched, unsearched } from './tie-listing.ts';
import type { PrivateHosts } from './watch-list-fields.ts';

const { text, number, list, json } = CELLS;
export const LISTING_COLUMNS = {
  ...{ competitor: text, competitor_id: text, sku: text, variant_id: text, url: text, search: text },
  ...{ priority: number, interval_minutes: number, pack_count: number, tags: list, owner: text, metadata: json },
};

export const listingImport = ({ db, privateHosts }: { db: Database; privateHosts: PrivateHosts }): Route =>
  importRoute(db, {
    path: '/v1/listings/import',
    summary: 'Import watched pages',
    description:
      "CSV with a header: competitor (its domain) or competitor_id, sku or variant_id, url, search, priority, interval_minutes, pack_count, tags (joined by |), owner, metadata (JSON). A page that is watched for the variant already is changed; one that is tied to nothing is tied; a line without a variant changes the page's listing, and ties nothing.",
    table: listingTable(privateHosts),
  });

export const listingTable = (privateHosts: PrivateHosts): Table<NewListing> => ({
  columns: LISTING_COLUMNS,
  needs: [
    ['competitor', 'competitor_id'],
    ['url', 'search'],
  ],
  schema: newListing,
  keyOf: (body) => `${body.competitor_id ?? body.competitor} ${body.url ?? body.search}`,
  apply: (tx, bodies) => applyListings(tx, bodies, privateHosts),
});

interface Line {
  body: NewListing;
  competitor: CompetitorRow;
  variantId: string | null;
}

async function applyListings(tx: Executor, bodies: readonly NewListing[], allowed: PrivateHosts): Promise<RowResult[]> {
  const lines = await resolve(tx, bodies, allowed);
  const good = lines.flatMap((line) => ('errors' in line ? [] : [line]));
  const there = await findListingsOfPages(
    tx,
    good.map(({ body, competitor }) => ({
      competitor_id: competitor.id,
      url: body.url ?? null,
      search: body.search ?? null,
    })),
  );
  const byPage = Map.groupBy(there, (row) => pageOf(unsearched(row)));
  const added: (ListingFields & { competitor_id: string })[] = [];
  const changed: FoundPage[] = [];
  const results = lines.map((line): RowResult => {
    if ('errors' in line) return { result: 'failed', errors: line.errors };
    const before = listingOf(
      line,
      byPage.get(pageOf({ competitor_id: line.competitor.id, ...pageSaid(line.body) })) ?? [],
    );
    if (!before) {
      added.push({ ...fieldsOf(line, undefined), competitor_id: line.competitor.id });
      return { result: 'created' };
    }
    const after = { ...before, ...fieldsOf(line, before) };
    if (LISTING_FIELDS.every((field) => isDeepStrictEqual(before[field], after[field]))) return { result: 'unchanged' };
    changed.push(after);
    return { result: 'updated' };
  });
  await writeListings(tx, { added, changed });
  await keepDecisions(tx, there, changed);
  return results;
}

const pageSaid = ({ url, search }: NewListing) => ({ url: url ?? null, search: search ?? null });
const pageOf = (of: { competitor_id: string; url: string | null; search: string | null }) =>
  `${of.competitor_id} ${of.url === null ? `? ${of.search}` : of.url}`;

/** The page's listing for this variant, else one that is tied to nothing; for a line without a variant any, tied ones last. */
function listingOf({ variantId }: Line, listings: readonly FoundPage[]): FoundPage | undefined {
  const same = listings.find(({ variant_id }) => variant_id === variantId);
  if (same) return same;
  return variantId === null ? listings[0] : listings.find(({ variant_id }) => variant_id === null);
}

function fieldsOf({ body, competitor, variantId }: Line, before: FoundPage | undefined): ListingFields {
  const { competitor: _, competitor_id: __, sku: ___, variant_id: ____, ...changes } = body;
  const fields = withChanges<ListingFields>(before ? unsearched(before) : PLAIN, changes);
  if (variantId === null) return searched(fields, competitor);
  const isTied = before?.variant_id === variantId;
  const linked_by = isTied ? before.linked_by : linkedBy(variantId, fields.url);
  return searched({ ...fields, variant_id: variantId, linked_by }, competitor);
}

/** A page that the import ties was tied by whoever wrote it. */
async function keepDecisions(tx: Executor, before: readonly FoundPage[], changed: readonly FoundPage[]): Promise<void> {
  const tied = new Map(before.map(({ id, variant_id }) => [id, variant_id]));
  for (const { id, variant_id } of changed)
    if (variant_id !== null && tied.get(id) === null)
      await decidePair(tx, { listingId: id, variantId: variant_id, status: 'accepted', by: 'import' });
}

async function resolve(
  tx: Executor,
  bodies: readonly NewListing[],
  allowed: PrivateHosts,
): Promise<(Line | { errors: FieldError[] })[]> {
  const given = <T>(read: (body: NewListing) => T | null | undefined) => [
    ...new Set(bodies.map(read).filter((value): value is T & {} => value !== undefined && value !== null)),
  ];
  const [domains, ids] = [given((body) => body.competitor), given((body) => body.competitor_id)];
  const sites = [
    ...(domains.length > 0 ? await findCompetitorsByDomain(tx, domains) : []),
    ...(ids.length > 0 ? await findCompetitorsById(tx, ids) : []),
  ];
  const siteOf = new Map(sites.flatMap((row) => [[row.domain, row] as const, [row.id, row] as const]));
  const variants = await findVariantIds(tx, { skus: given((body) => body.sku), ids: given((body) => body.variant_id) });
  const variantOf = new Map(
    variants.flatMap(({ id, sku }) => [[`sku ${sku}`, id] as const, [`id ${id}`, id] as const]),
  );
  return bodies.map((body) => {
    const competitor = siteOf.get(body.competitor_id ?? body.competitor!);
    if (!competitor)
      return wrong(
        body.competitor_id ? '/competitor_id' : '/competitor',
        'competitor_not_found',
        'is none of the competitors',
      );
    const problem = body.url === undefined ? undefined : pageProblem(body.url, competitor, allowed);
    if (problem) return { errors: [problem] };
    const isNamed = (body.sku ?? body.variant_id ?? null) !== null;
    const variantId = variantOf.get(body.sku ? `sku ${body.sku}` : `id ${body.variant_id}`) ?? null;
    if (isNamed && variantId === null)
      return wrong(body.sku ? '/sku' : '/variant_id', 'variant_not_found', 'is none of our variants');
    return { body, competitor, variantId };
  });
}

const wrong = (pointer: string, code: string, message: string) => ({
  errors: [{ pointer, code, message: `${pointer.slice(1)}: ${message}` }],
});
