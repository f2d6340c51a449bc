/**
 * POST /v1/products/import: variants by the thousand, read as they arrive and written 200 at a time, with a report per
 * line. A line that is wrong stops no other; the same import again changes nothing.
 */
import { z } from 'zod';
import type { Database } from '../db/database.ts';
import { importBatch, type LineResult, type VariantLine } from '../db/import-catalogue.ts';
import type { UrlOptions } from '../db/place-images.ts';
import { type ImageOptions, urlOptions } from './image-options.ts';
import { readCsv } from './import-csv.ts';
import { createDryRun, type DryRun } from './import-dry-run.ts';
import { MAX_IMPORT_BYTES, MAX_IMPORT_LINES, type ReadLine, readBytes, readNdjson } from './import-lines.ts';
import { Problem } from './problem.ts';
import { type Answer, type Call, defineRoute, type Route } from './route.ts';

const BATCH_LINES = 200;
const BATCH_BYTES = 2 * 1024 * 1024;
const NDJSON = 'application/x-ndjson';

const fieldError = z.object({ pointer: z.string(), code: z.string(), message: z.string() });
const lineReport = z
  .object({
    line: z.int().meta({ description: 'Line of the body, from 1' }),
    sku: z.string().nullable(),
    result: z.enum(['created', 'updated', 'unchanged', 'failed']),
    errors: z.array(fieldError).optional(),
  })
  .meta({ id: 'ImportLineReport' });
const count = z.int();
const summary = z.object({
  lines: count,
  created: count,
  updated: count,
  unchanged: count,
  failed: count,
  dry_run: z.boolean(),
});
const report = z.object({ summary, lines: z.array(lineReport) }).meta({ id: 'ImportReport' });

type LineReport = z.output<typeof lineReport>;

export const importRoutes = ({ db, images }: { db: Database; images: ImageOptions }): Route[] => [
  defineRoute({
    method: 'post',
    path: '/v1/products/import',
    tag: 'Catalogue',
    summary: 'Import variants with their products, prices and stock',
    description: `NDJSON (an ImportLine per line) or CSV with a header: sku, name, barcode, product_slug, product_name, product_description, product_status, categories (slugs joined by |), image_urls (joined by |; or one image_url), weight_grams, length_mm, width_mm, height_mm, low_stock_threshold, amount_<currency>, compare_at_amount_<currency>, cost_amount_<currency> (minor units), stock_<location>, attribute_<name>, metadata_<name>. Variants are found by SKU; what a line or a cell leaves out stays as it is. At most ${MAX_IMPORT_BYTES} bytes and ${MAX_IMPORT_LINES} lines. The same import again changes nothing, so it needs no Idempotency-Key. The report comes as JSON, or as NDJSON (the summary last) when Accept asks for ${NDJSON}.`,
    scope: 'catalogue:write',
    rawBody: [NDJSON, 'text/csv'],
    requestHeaders: z.object({ Accept: z.string().optional() }),
    query: z.object({ dry_run: z.stringbool().default(false) }),
    responses: { 200: { description: 'What became of each line', schema: report } },
    async handle(call) {
      assertMayImport(call);
      const lines = readLines(call);
      const reports = await importLines(db, lines, {
        actor: call.key.id,
        images: urlOptions({ ...images, assertCapacity: () => assertGoesOn(images.assertCapacity) }, call.key.id),
        dryRun: call.query.dry_run ? createDryRun() : undefined,
      });
      return answer(reports, call.query.dry_run, call);
    },
  }),
];

function assertMayImport({ headers }: Pick<Call, 'headers'>): void {
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') {
    throw new Problem({ status: 415, code: 'encoding_unsupported', detail: 'Send an import uncompressed.' });
  }
}

/** The same import again later goes on from where this one is refused. */
function assertGoesOn(assertCapacity: () => void): void {
  try {
    assertCapacity();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const detail = 'More pictures wait than this shop takes on; batches before this point have been applied.';
    throw new Problem({ ...error.details, detail });
  }
}

function readLines({ req }: Pick<Call, 'req'>): AsyncIterable<ReadLine> {
  if (req.is([NDJSON, 'application/jsonl', 'application/ndjson'])) return readNdjson(readBytes(req));
  if (req.is('text/csv')) return readCsv(readBytes(req));
  throw new Problem({
    status: 415,
    code: 'media_type_unsupported',
    detail: `Send the import as ${NDJSON} or text/csv.`,
  });
}

interface Run {
  actor: string;
  images: UrlOptions;
  dryRun: DryRun | undefined;
}

/** Batches as they fill; a SKU that comes again begins a new batch, for its second line builds on its first. */
async function importLines(db: Database, lines: AsyncIterable<ReadLine>, run: Run): Promise<LineReport[]> {
  const reports: LineReport[] = [];
  let batch: ReadLine[] = [];
  let skus = new Set<string>();
  let bytes = 0;
  const flush = async () => {
    reports.push(...(await runBatch(db, batch, run)));
    batch = [];
    skus = new Set();
    bytes = 0;
  };
  for await (const line of lines) {
    if ('body' in line && skus.has(line.body.sku)) await flush();
    if ('body' in line) skus.add(line.body.sku);
    batch.push(line);
    bytes += line.size;
    if (batch.length >= BATCH_LINES || bytes >= BATCH_BYTES) await flush();
  }
  await flush();
  return reports;
}

async function runBatch(db: Database, batch: readonly ReadLine[], run: Run): Promise<LineReport[]> {
  const bodies = batch.flatMap((line) => ('body' in line ? [run.dryRun?.recall(line.body) ?? line.body] : []));
  const results = bodies.length > 0 ? await applyOrSplit(db, bodies, run) : [];
  bodies.forEach((body, at) => {
    results[at] = run.dryRun?.remember(body, results[at]!) ?? results[at]!;
  });
  let next = 0;
  return batch.map((line) => {
    const result: LineResult = 'body' in line ? results[next++]! : { result: 'failed', errors: line.errors };
    return { line: line.line, sku: line.sku, ...result };
  });
}

/** What PostgreSQL cannot store (class 22) or will not (class 23) fails its own line, not the batch it came in. */
async function applyOrSplit(db: Database, lines: readonly VariantLine[], run: Run): Promise<LineResult[]> {
  try {
    return await importBatch(db, lines, { ...run, dryRun: run.dryRun !== undefined });
  } catch (error) {
    if (!/^2[23]/.test((error as { code?: string }).code ?? '')) throw error;
    if (lines.length === 1) return [REFUSED];
    const half = Math.ceil(lines.length / 2);
    return [
      ...(await applyOrSplit(db, lines.slice(0, half), run)),
      ...(await applyOrSplit(db, lines.slice(half), run)),
    ];
  }
}

const REFUSED: LineResult = {
  result: 'failed',
  errors: [
    {
      pointer: '',
      code: 'value_not_storable',
      message: 'a value is out of range or holds characters that cannot be stored',
    },
  ],
};

function answer(reports: LineReport[], dryRun: boolean, { req, res }: Pick<Call, 'req' | 'res'>): Answer | undefined {
  const total = { lines: reports.length, created: 0, updated: 0, unchanged: 0, failed: 0, dry_run: dryRun };
  for (const { result } of reports) total[result]++;
  if (req.accepts(['application/json', NDJSON]) !== NDJSON)
    return { status: 200, body: { summary: total, lines: reports } };
  res.status(200).type(NDJSON);
  for (const line of reports) res.write(`${JSON.stringify(line)}\n`);
  res.end(`${JSON.stringify({ summary: total })}\n`);
  return undefined;
}
