/** GET /v1/competitors/export and /v1/listings/export: CSV as the imports take it. */
import { once } from 'node:events';
import type { Response } from 'express';
import { z } from 'zod';
import { type CompetitorRow, listCompetitors } from '../db/competitors.ts';
import type { Executor } from '../db/database.ts';
import { type ListingView, listListings } from '../db/listings.ts';
import { toCsvLine } from '../domain/csv.ts';
import { competitorQuery } from './competitor-schemas.ts';
import { COMPETITOR_COLUMNS } from './import-competitors.ts';
import { LISTING_COLUMNS } from './import-listings.ts';
import { listingFilters } from './listing-schemas.ts';
import { defineRoute, type Route } from './route.ts';

const PAGE = 1_000;
const responses = {
  200: { description: 'All that the filters let through', schema: z.string(), mediaType: 'text/csv' },
};

type Cell = string | number | null;
interface Exported<R> {
  name: string;
  columns: readonly string[];
  read: (after: string | undefined) => Promise<R[]>;
  cell: (row: R, column: string) => Cell;
}

export const exportRoutes = ({ db }: { db: Executor }): Route[] => [exportCompetitors(db), exportListings(db)];

const exportCompetitors = (db: Executor) =>
  defineRoute({
    method: 'get',
    path: '/v1/competitors/export',
    tag: 'Prices',
    summary: 'Export competitors as CSV, as the import takes them',
    scope: 'prices:read',
    query: competitorQuery.omit({ limit: true, cursor: true }),
    responses,
    handle: ({ query, res }) =>
      streamCsv<CompetitorRow>(res, {
        name: 'competitors',
        columns: Object.keys(COMPETITOR_COLUMNS),
        read: (after) => listCompetitors(db, query, { after, limit: PAGE - 1 }),
        cell: (row, column) => toCell(row[column as keyof CompetitorRow]),
      }),
  });

/** What the import does not take is not in it: names of ours and of the competitor would have to be kept up by hand. */
const SHOWN = Object.keys(LISTING_COLUMNS).filter((column) => column !== 'competitor_id' && column !== 'variant_id');

const exportListings = (db: Executor) =>
  defineRoute({
    method: 'get',
    path: '/v1/listings/export',
    tag: 'Prices',
    summary: 'Export watched pages as CSV, as the import takes them',
    scope: 'prices:read',
    query: z.object(listingFilters),
    responses,
    handle: ({ query: { competitor_id: competitor, variant_id: variant, ...filter }, res }) =>
      streamCsv<ListingView>(res, {
        name: 'listings',
        columns: SHOWN,
        read: (after) => listListings(db, { ...filter, competitor, variant }, { after, limit: PAGE - 1 }),
        cell: (row, column) =>
          column === 'competitor'
            ? row.competitor_domain
            : column === 'url' && row.searching
              ? null
              : toCell(row[column as keyof ListingView]),
      }),
  });

function toCell(value: unknown): Cell {
  if (value === null || value === undefined) return null;
  if (Array.isArray(value)) return value.join('|');
  if (typeof value === 'object') return Object.keys(value).length > 0 ? JSON.stringify(value) : null;
  return typeof value === 'number' ? value : String(value);
}

/** A page of rows in memory at a time, and no faster than the client reads. */
async function streamCsv<R extends { id: string }>(
  res: Response,
  { name, columns, read, cell }: Exported<R>,
): Promise<undefined> {
  let rows = await read(undefined);
  res.type('text/csv').set({ 'Content-Disposition': `attachment; filename="${name}.csv"` });
  res.write(toCsvLine([...columns]));
  while (rows.length > 0 && !res.destroyed) {
    const text = rows.map((row) => toCsvLine(columns.map((column) => cell(row, column)))).join('');
    if (!res.write(text)) await Promise.race([once(res, 'drain'), once(res, 'close')]);
    rows = rows.length < PAGE ? [] : await read(rows.at(-1)!.id);
  }
  res.end();
}
