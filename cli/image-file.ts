/** Files of `images import`: which pictures belong to which product, as CSV or NDJSON, read line by line. */
import { open } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import { FETCH_PROBLEMS } from '../domain/fetch-problems.ts';
import { parsePublicUrl } from '../domain/public-url.ts';
import { CliError } from './cli-error.ts';

export type ProductKey = { slug: string } | { sku: string };

export interface ImageLine {
  line: number;
  product: ProductKey;
  images: { url: string; alt?: string }[];
}

export interface BadLine {
  line: number;
  code: string;
  message: string;
}

const text = z.string().trim();
const given = text.min(1).max(200).optional();
const image = z.union([text, z.object({ url: text, alt: text.max(300).optional() })]);
const record = z.object({
  slug: given,
  product_slug: given,
  sku: given,
  images: z.array(image).optional(),
  image_urls: z.union([text, z.array(text)]).optional(),
  image_url: text.optional(),
  url: text.optional(),
  alt: text.max(300).optional(),
});

const COLUMNS: readonly string[] = Object.keys(record.shape).filter((name) => name !== 'images');

/**
 * A line names a product (`product_slug` or `slug`, else `sku`) and pictures: `images` ([{ url, alt }]), `image_urls` (joined by |
 * or as an array), `image_url` or `url`; `alt` is for those that have none. Throws {@link CliError} when the file is no such thing.
 */
export async function* readImageFile(path: string): AsyncGenerator<ImageLine | BadLine> {
  const isCsv = /\.csv$/i.test(path);
  if (!isCsv && !/\.(ndjson|jsonl)$/i.test(path))
    throw new CliError('The file must end in .csv, .ndjson or .jsonl.', 2);
  let columns: string[] | undefined;
  for await (const { line, text } of readLines(path)) {
    if (!isCsv) yield readJson(line, text);
    else if (columns) yield readCells(line, text, columns);
    else columns = readHeader(text);
  }
}

async function* readLines(path: string): AsyncGenerator<{ line: number; text: string }> {
  const file = await open(path).catch((error: Error) => {
    throw new CliError(`${path}: ${error.message}`, 2);
  });
  let line = 0;
  // The file is closed at its end, or when nobody reads on.
  for await (const text of file.readLines({ encoding: 'utf8' })) {
    line++;
    if (text.trim() !== '') yield { line, text: line === 1 ? text.replace(/^\uFEFF/, '') : text };
  }
}

function readHeader(line: string): string[] {
  const header = parseCells(line)?.map((name) => name.trim().toLowerCase()) ?? [];
  const unknown = header.find((name) => !COLUMNS.includes(name));
  if (unknown !== undefined)
    throw new CliError(`The file has a column "${unknown}"; known are ${COLUMNS.join(', ')}.`, 2);
  return header;
}

/** A record is a line: addresses and short texts have no line breaks, and an open quote costs nothing but its own line. */
function readCells(line: number, text: string, columns: readonly string[]): ImageLine | BadLine {
  const cells = parseCells(text);
  if (!cells) return bad(line, 'line_malformed', 'is not a CSV record of one line: check its quotes');
  if (cells.length > columns.length) return bad(line, 'line_malformed', `has more than ${columns.length} cells`);
  const filled = cells.map((cell, at) => [columns[at]!, cell] as const).filter(([, cell]) => cell.trim() !== '');
  return readRecord(line, Object.fromEntries(filled));
}

function parseCells(line: string): string[] | undefined {
  try {
    return (parse(line, { relax_column_count: true }) as string[][])[0];
  } catch {
    return undefined;
  }
}

function readJson(line: number, text: string): ImageLine | BadLine {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return bad(line, 'line_malformed', 'is not a JSON document');
  }
  return readRecord(line, value);
}

function readRecord(line: number, value: unknown): ImageLine | BadLine {
  const parsed = record.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return bad(line, 'line_invalid', `${issue!.path.join('/') || 'the line'}: ${issue!.message}`);
  }
  const { slug, product_slug: productSlug, sku } = parsed.data;
  const product = productSlug ?? slug;
  const images = imagesOf(parsed.data);
  if (product === undefined && sku === undefined)
    return bad(line, 'product_missing', 'names no product: slug or sku is needed');
  if (images.length === 0) return bad(line, 'images_missing', 'names no pictures');
  const wrong = images
    .map(({ url }) => ({ url, problem: parsePublicUrl(url) }))
    .find(({ problem }) => typeof problem === 'string');
  if (wrong)
    return bad(
      line,
      String(wrong.problem),
      `${wrong.url.slice(0, 200)}: ${FETCH_PROBLEMS[wrong.problem as 'address_invalid']}`,
    );
  return { line, product: product === undefined ? { sku: sku! } : { slug: product }, images };
}

function imagesOf({ images = [], image_urls: urls = [], image_url: one, url, alt }: z.output<typeof record>) {
  const listed = typeof urls === 'string' ? urls.split('|') : urls;
  const all = [...images, ...listed, one ?? '', url ?? ''].map((each) =>
    typeof each === 'string' ? { url: each } : each,
  );
  return all
    .map((each) => ({ url: each.url.trim(), alt: ('alt' in each ? each.alt : undefined) ?? alt }))
    .filter((each, at, every) => each.url !== '' && every.findIndex((other) => other.url === each.url) === at)
    .map(({ url: address, alt: words }) => ({ url: address, ...(words ? { alt: words } : {}) }));
}

const bad = (line: number, code: string, message: string): BadLine => ({ line, code, message });
