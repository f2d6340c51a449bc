/** The report of an import: at its end as JSON, or line by line as it goes on, as NDJSON. */
import { z } from 'zod';
import type { Database } from '../db/database.ts';
import { readBytes } from './import-lines.ts';
import { type FailedRow, importReport, importTable, notCsv, type Table, type Totals } from './import-table.ts';
import { Problem } from './problem.ts';
import { type Answer, type Call, defineRoute, type Route } from './route.ts';

const NDJSON = 'application/x-ndjson';
const MOST_NAMED = 1_000;

/** A route that imports a table. The same import again changes nothing, so it needs no Idempotency-Key. */
export const importRoute = <T>(
  db: Database,
  { path, summary, description, table }: { path: string; summary: string; description: string; table: Table<T> },
): Route =>
  defineRoute({
    method: 'post',
    path,
    tag: 'Prices',
    summary,
    description: `${description} An empty cell leaves its field as it is. The report comes as JSON (it names the first ${MOST_NAMED} lines that are wrong), or as NDJSON when Accept asks for ${NDJSON}: each line that is wrong, \`progress\` after each batch, the \`summary\` last. The same import again changes nothing, so it needs no Idempotency-Key.`,
    scope: 'prices:write',
    rawBody: ['text/csv'],
    requestHeaders: z.object({ Accept: z.string().optional() }),
    query: z.object({ dry_run: z.stringbool().default(false) }),
    responses: { 200: { description: 'What became of the lines', schema: importReport } },
    async handle(call) {
      const encoding = call.headers['content-encoding'];
      if (!call.req.is('text/csv') || (encoding !== undefined && encoding !== 'identity')) throw notCsv();
      const dryRun = call.query.dry_run;
      const isStreamed = call.req.accepts(['application/json', NDJSON]) === NDJSON;
      return isStreamed ? stream(db, table, call, dryRun) : collect(db, table, call, dryRun);
    },
  });

async function collect<T>(
  db: Database,
  table: Table<T>,
  { req }: Call<unknown, unknown>,
  dryRun: boolean,
): Promise<Answer> {
  const named: FailedRow[] = [];
  const tell = (_: Totals, failed: readonly FailedRow[]) =>
    void named.push(...failed.slice(0, MOST_NAMED - named.length));
  const totals = await importTable(db, readBytes(req), table, { dryRun, tell });
  const body = {
    summary: { ...totals, dry_run: dryRun },
    failed: named,
    failed_left_out: totals.failed - named.length,
  };
  return { status: 200, body };
}

/**
 * A client may read only when it has sent all, so the answer is never waited for: of lines that are right it is a few bytes, and
 * of those that are wrong less than they were.
 */
async function stream<T>(
  db: Database,
  table: Table<T>,
  { req, res }: Call<unknown, unknown>,
  dryRun: boolean,
): Promise<undefined> {
  let last: Totals | undefined;
  const write = (line: object) => {
    if (!res.headersSent) res.status(200).type(NDJSON);
    res.write(`${JSON.stringify(line)}\n`);
  };
  const tell = (totals: Totals, failed: readonly FailedRow[]) => {
    last = { ...totals };
    for (const row of failed) write(row);
    write({ progress: totals });
  };
  try {
    const totals = await importTable(db, readBytes(req), table, { dryRun, tell });
    write({ summary: { ...totals, dry_run: dryRun } });
  } catch (error) {
    if (!last || !(error instanceof Problem)) throw error;
    const { status, code, detail } = error.details;
    write({ problem: { status, code, detail }, summary: { ...last, dry_run: dryRun } });
  }
  res.end();
}
