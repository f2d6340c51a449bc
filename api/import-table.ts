/**
 * Imports of a table as CSV: read as it arrives, applied 200 lines at a time, each line that is wrong named, and no more kept than
 * the batch and what is to be reported. A line that is wrong stops no other; the same import again changes nothing.
 */
import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Database, Executor } from '../db/database.ts';
import { type CsvRecord, NO_RECORD, splitRecords } from './csv-records.ts';
import { type FieldError, fieldErrors, invalid, Problem } from './problem.ts';

export type RowResult = { result: 'created' | 'updated' | 'unchanged' } | { result: 'failed'; errors: FieldError[] };

export interface Table<T> {
  /** Cells that are not empty, by column, as the members of what the schema checks. */
  columns: Readonly<Record<string, (cell: string) => unknown>>;
  /** Columns of which the header must have one each. */
  needs: readonly (readonly string[])[];
  schema: z.ZodType<T>;
  /** What a line is about: two of the same are never in a batch. */
  keyOf: (body: T) => string;
  /** One result per line, in a transaction. */
  apply: (tx: Executor, bodies: readonly T[]) => Promise<RowResult[]>;
}

export interface Totals {
  lines: number;
  created: number;
  updated: number;
  unchanged: number;
  failed: number;
}

export interface FailedRow {
  line: number;
  errors: FieldError[];
}

/** What is told while it goes on: a batch is done, and which of its lines were wrong. */
export type Told = (totals: Totals, failed: readonly FailedRow[]) => void;

type Row<T> = { line: number } & ({ body: T } | { errors: FieldError[] });

const BATCH_LINES = 200;
const MOST_ERRORS = 3;

/** Throws 400 for a header that is not known, 413 beyond the limits; what was told before stays applied. */
export async function importTable<T>(
  db: Database,
  chunks: AsyncIterable<Buffer>,
  table: Table<T>,
  { dryRun, tell }: { dryRun: boolean; tell: Told },
): Promise<Totals> {
  const totals: Totals = { lines: 0, created: 0, updated: 0, unchanged: 0, failed: 0 };
  const again = dryRun ? createMemory() : undefined;
  let batch: Row<T>[] = [];
  let keys = new Set<string>();
  const flush = async () => {
    const failed = await runBatch(db, table, batch, { again, totals });
    if (batch.length > 0) tell(totals, failed);
    batch = [];
    keys = new Set();
  };
  for await (const row of readRows(chunks, table)) {
    const key = 'body' in row ? table.keyOf(row.body) : undefined;
    if (batch.length >= BATCH_LINES || (key !== undefined && keys.has(key))) await flush();
    if (key !== undefined) keys.add(key);
    batch.push(row);
  }
  await flush();
  return totals;
}

type Memory = ReturnType<typeof createMemory>;

/** In a dry run nothing is left behind that a later line could meet. Forty-eight bits of a hash are enough for a count. */
function createMemory() {
  const made = new Set<number>();
  return (key: string, { result }: RowResult): RowResult['result'] => {
    const id = createHash('sha256').update(key).digest().readUIntBE(0, 6);
    if (result !== 'created') return result;
    if (made.has(id)) return 'updated';
    made.add(id);
    return 'created';
  };
}

async function runBatch<T>(
  db: Database,
  table: Table<T>,
  batch: readonly Row<T>[],
  { again, totals }: { again: Memory | undefined; totals: Totals },
): Promise<FailedRow[]> {
  const good = batch.flatMap((row) => ('body' in row ? [row] : []));
  const results = await applyOrSplit(
    db,
    table,
    good.map(({ body }) => body),
    again !== undefined,
  );
  const resultOf = new Map(good.map(({ line, body }, at) => [line, { body, result: results[at]! }]));
  const failed: FailedRow[] = [];
  for (const row of batch) {
    const done = resultOf.get(row.line);
    const errors = 'errors' in row ? row.errors : done!.result.result === 'failed' ? done!.result.errors : undefined;
    totals.lines++;
    if (errors) totals.failed++;
    else totals[(again?.(table.keyOf(done!.body), done!.result) ?? done!.result.result) as 'created']++;
    if (errors) failed.push({ line: row.line, errors: errors.slice(0, MOST_ERRORS).map(brief) });
  }
  return failed;
}

/** Errors repeat what was sent: what is long is cut. */
const brief = ({ pointer, code, message }: FieldError): FieldError => ({
  pointer: pointer.slice(0, 200),
  code,
  message: message.slice(0, 200),
});

class Undo extends Error {
  readonly results: RowResult[];
  constructor(results: RowResult[]) {
    super('a dry run is undone');
    this.results = results;
  }
}

/** What PostgreSQL cannot store (class 22) or will not (class 23) fails its own line, not the batch it came in. */
async function applyOrSplit<T>(
  db: Database,
  table: Table<T>,
  bodies: readonly T[],
  dryRun: boolean,
): Promise<RowResult[]> {
  if (bodies.length === 0) return [];
  try {
    return await db.transaction(async (tx) => {
      const results = await table.apply(tx, bodies);
      if (dryRun) throw new Undo(results);
      return results;
    });
  } catch (error) {
    if (error instanceof Undo) return error.results;
    if (!/^2[23]/.test((error as { code?: string }).code ?? '')) throw error;
    if (bodies.length === 1) return [REFUSED];
    const half = Math.ceil(bodies.length / 2);
    return [
      ...(await applyOrSplit(db, table, bodies.slice(0, half), dryRun)),
      ...(await applyOrSplit(db, table, bodies.slice(half), dryRun)),
    ];
  }
}

const REFUSED: RowResult = {
  result: 'failed',
  errors: [{ pointer: '', code: 'value_not_storable', message: 'a value is out of range or cannot be stored' }],
};

async function* readRows<T>(chunks: AsyncIterable<Buffer>, table: Table<T>): AsyncGenerator<Row<T>> {
  let header: string[] | undefined;
  for await (const record of splitRecords(chunks)) {
    if (header === undefined) header = readHeader(record, table);
    else yield readRow(record, header, table);
  }
  if (header === undefined)
    throw invalid([{ pointer: '/header', code: 'column_missing', message: 'there is no header' }]);
}

function readHeader<T>({ cells }: CsvRecord, { columns, needs }: Table<T>): string[] {
  const names = (cells ?? []).map((cell) => String(cell).trim().toLowerCase());
  const errors: FieldError[] = names.flatMap((name, at) => {
    const wrong = !Object.hasOwn(columns, name)
      ? 'column_unknown'
      : names.indexOf(name) < at
        ? 'column_repeated'
        : undefined;
    const message = `${name.slice(0, 80)} ${wrong === 'column_repeated' ? 'is there twice' : 'is no column of this import'}`;
    return wrong ? [{ pointer: `/header/${at}`, code: wrong, message }] : [];
  });
  for (const any of needs) {
    if (any.some((name) => names.includes(name))) continue;
    errors.push({
      pointer: '/header',
      code: 'column_missing',
      message: `the header has no column ${any.join(' or ')}`,
    });
  }
  if (errors.length > 0) throw invalid(errors.slice(0, 20));
  return names;
}

function readRow<T>({ line, cells }: CsvRecord, header: readonly string[], { columns, schema }: Table<T>): Row<T> {
  const wrong = (code: string, message: string): Row<T> => ({ line, errors: [{ pointer: '', code, message }] });
  if (!cells) return wrong('csv_malformed', NO_RECORD);
  if (cells.length !== header.length)
    return wrong('csv_malformed', `has ${cells.length} cells, the header has ${header.length}`);
  if (!cells.every((cell) => isUtf8(cell))) return wrong('utf8_malformed', 'is not valid UTF-8');
  const body: Record<string, unknown> = {};
  for (const [at, cell] of cells.entries()) {
    const text = cell.toString('utf8').trim();
    if (text.includes('\0')) return wrong('nul_character', 'holds the NUL character');
    if (text !== '') body[header[at]!] = columns[header[at]!]!(text);
  }
  const parsed = schema.safeParse(body);
  return parsed.success ? { line, body: parsed.data } : { line, errors: fieldErrors(parsed.error) };
}

/** What cells are made into; what is no number stays text, which the schema refuses with its name. */
export const CELLS = {
  text: (cell: string) => cell,
  number: (cell: string) => (/^-?\d{1,15}(?:\.\d{1,6})?$/.test(cell) ? Number(cell) : cell),
  boolean: (cell: string) =>
    ({ true: true, false: false, yes: true, no: false, '1': true, '0': false })[cell.toLowerCase()] ?? cell,
  list: (cell: string) => cell.split('|').map((each) => each.trim()),
  json: (cell: string): unknown => {
    try {
      return JSON.parse(cell);
    } catch {
      return cell;
    }
  },
};

/** An import that is sent as something else than CSV. */
export const notCsv = () =>
  new Problem({ status: 415, code: 'media_type_unsupported', detail: 'Send the import as text/csv, uncompressed.' });

const fieldError = z.object({ pointer: z.string(), code: z.string(), message: z.string() });
const count = z.int();
export const importReport = z
  .object({
    summary: z.object({
      ...{ lines: count, created: count, updated: count, unchanged: count, failed: count },
      dry_run: z.boolean(),
    }),
    failed: z.array(
      z.object({ line: z.int().meta({ description: 'Line of the body, from 1' }), errors: z.array(fieldError) }),
    ),
    failed_left_out: count.meta({ description: 'Lines that were wrong beyond those named; as NDJSON all are' }),
  })
  .meta({ id: 'TableImportReport' });
