/** /v1/ledger/days: the daily close. A closed day's journal never changes; an open one is shown as it stands. */
import { z } from 'zod';
import { listDays, readDay, readSales } from '../db/daily-close.ts';
import type { Executor } from '../db/database.ts';
import { journalToCsv } from '../domain/ledger-csv.ts';
import { renderJournal } from '../domain/ledger-page.ts';
import { chooseForm, dayJournal, dayList, dayParams, toCurrencies } from './ledger-views.ts';
import { invalid } from './problem.ts';
import { defineRoute, type Route } from './route.ts';
import { decodeCursor, page, toPage } from './schemas.ts';

interface Context {
  db: Executor;
}

export function ledgerDayRoutes(context: Context): Route[] {
  return [list(context), read(context)];
}

const tag = 'Ledger';
const scope = 'ledger:read';
const FORMS = ['json', 'csv', 'html'] as const;
/** Days that the page's picture goes back. */
const PICTURE_DAYS = 30;

const list = ({ db }: Context) =>
  defineRoute({
    method: 'get',
    path: '/v1/ledger/days',
    tag,
    summary: 'List closed days, newest first',
    scope,
    query: z.object(page),
    responses: { 200: { description: 'A page of days', schema: dayList } },
    async handle({ query: { limit, cursor } }) {
      const rows = await listDays(db, readCursor(cursor), limit + 1);
      return {
        status: 200,
        body: toPage(
          rows,
          limit,
          (row) => row.day,
          (row) => row,
        ),
      };
    },
  });

function readCursor(cursor: string | undefined): string {
  const before = decodeCursor(cursor) ?? 'infinity';
  if (before === 'infinity' || z.iso.date().safeParse(before).success) return before;
  throw invalid([{ pointer: 'cursor', code: 'cursor_malformed', message: 'cursor: is none of this list' }]);
}

const read = ({ db }: Context) =>
  defineRoute({
    method: 'get',
    path: '/v1/ledger/days/{day}',
    tag,
    summary: "Read a day's journal",
    description: 'As JSON, CSV or a page with a picture. A day that is not closed is shown as it stands now.',
    scope,
    params: dayParams,
    query: z.object({ format: z.enum(FORMS).optional().meta({ description: 'Default: what Accept says' }) }),
    responses: {
      200: {
        description: 'The journal, by currency and account',
        schema: dayJournal,
        alsoAs: ['text/csv', 'text/html'],
      },
    },
    async handle({ params: { day }, query, req, res }) {
      const form = chooseForm(req, query.format, FORMS);
      const { lines, closed_at } = await readDay(db, day);
      res.vary('Accept');
      if (form === 'json') return { status: 200, body: { day, closed_at, currencies: toCurrencies(lines) } };
      if (form === 'html') {
        const sales = await readSales(db, day, PICTURE_DAYS);
        res.type('text/html').send(renderJournal({ day, closedAt: closed_at, lines, sales }));
        return undefined;
      }
      res.type('text/csv').set('Content-Disposition', `attachment; filename="journal-${day}.csv"`);
      res.send(journalToCsv(day, lines));
      return undefined;
    },
  });
