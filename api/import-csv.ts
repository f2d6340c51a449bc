/**
 * CSV imports: a header names the columns, an empty cell leaves its field as it is. Columns: sku, name, barcode,
 * product_slug, product_name, product_description, product_status, categories (slugs joined by |), image_urls (joined by |)
 * or one image_url, weight_grams, length_mm, width_mm, height_mm, low_stock_threshold, and per currency amount_usd, compare_at_amount_usd, cost_amount_usd (minor units), per
 * location stock_<code>, and attribute_<name>, metadata_<name>.
 */
import { isUtf8 } from 'node:buffer';
import { type CsvRecord, NO_RECORD, splitRecords } from './csv-records.ts';
import { checkLine, failed, type ReadLine } from './import-lines.ts';
import { invalid } from './problem.ts';

/** What a variant's line is made of while its cells are read; the schema checks it afterwards. */
interface Draft {
  [member: string]: unknown;
  product: Record<string, unknown>;
  prices: Map<string, Record<string, unknown>>;
  stock: { location: string; on_hand: unknown }[];
  attributes: [string, string][];
  metadata: [string, string][];
}

type Put = (draft: Draft, cell: string) => void;

const NUMBERS = ['weight_grams', 'length_mm', 'width_mm', 'height_mm', 'low_stock_threshold'];
const TEXTS = ['sku', 'name', 'barcode', 'product_slug'];
const PRODUCT_TEXTS = ['name', 'description', 'status'];

/** Records of a CSV body. Throws 400 when the header has a column that is not known, or none for the SKU. */
export async function* readCsv(chunks: AsyncIterable<Buffer>): AsyncGenerator<ReadLine> {
  let columns: Put[] | undefined;
  for await (const record of splitRecords(chunks)) {
    if (columns === undefined) columns = readHeader(record);
    else
      yield record.cells
        ? readRecord(record.line, record.cells, columns)
        : failed(record.line, 'csv_malformed', NO_RECORD);
  }
}

function readHeader({ cells }: CsvRecord): Put[] {
  const names = (cells ?? []).map(String);
  const columns = names.map((name) => columnOf(name.trim().toLowerCase(), name.trim()));
  const errors = names.flatMap((name, at) =>
    columns[at]
      ? []
      : [
          {
            pointer: `/header/${at}`,
            code: 'column_unknown',
            message: `${name.slice(0, 80)} is no column of an import`,
          },
        ],
  );
  if (!names.some((name) => name.trim().toLowerCase() === 'sku')) {
    errors.push({ pointer: '/header', code: 'column_missing', message: 'the header has no column sku' });
  }
  if (errors.length > 0) throw invalid(errors.slice(0, 20));
  return columns as Put[];
}

function columnOf(name: string, asWritten: string): Put | undefined {
  if (TEXTS.includes(name)) return set((draft) => draft, name);
  if (NUMBERS.includes(name)) return set((draft) => draft, name, number);
  if (name === 'categories') return set(product, 'categories', (cell) => cell.split('|').map((slug) => slug.trim()));
  if (name === 'image_url') return set(product, 'images', (url) => [{ url }]);
  if (name === 'image_urls') return set(product, 'images', imagesOf);
  const [, kind, rest] =
    /^(product|amount|compare_at_amount|cost_amount|stock|attribute|metadata)_(.+)$/.exec(name) ?? [];
  if (kind === undefined || rest === undefined) return undefined;
  if (kind === 'product') return PRODUCT_TEXTS.includes(rest) ? set(product, rest) : undefined;
  return familyColumn(kind, rest, asWritten.slice(kind.length + 1));
}

/** Like a list of slugs; a bar within an address is written %7C. */
const imagesOf = (cell: string) => [...new Set(cell.split('|').map((url) => url.trim()))].map((url) => ({ url }));

const product = (draft: Draft) => draft.product;

function set(
  of: (draft: Draft) => Record<string, unknown>,
  member: string,
  read: (cell: string) => unknown = (cell) => cell,
): Put {
  return (draft, cell) => {
    of(draft)[member] = read(cell);
  };
}

/** Columns of which there is one per currency, location or name. */
function familyColumn(kind: string, rest: string, asWritten: string): Put {
  if (kind === 'stock') return (draft, cell) => void draft.stock.push({ location: asWritten, on_hand: number(cell) });
  if (kind === 'attribute' || kind === 'metadata')
    return (draft, cell) => void draft[kind === 'attribute' ? 'attributes' : kind].push([asWritten, cell]);
  return (draft, cell) => {
    const price = draft.prices.get(rest) ?? { currency: rest };
    draft.prices.set(rest, { ...price, [kind]: number(cell) });
  };
}

/** Digits alone make a number; anything else stays text, which the schema then refuses with its pointer. */
const number = (cell: string) => (/^\d{1,15}$/.test(cell) ? Number(cell) : cell);

function readRecord(line: number, cells: Buffer[], columns: Put[]): ReadLine {
  if (cells.length !== columns.length) {
    return failed(line, 'csv_malformed', `has ${cells.length} cells, the header has ${columns.length}`);
  }
  if (!cells.every((cell) => isUtf8(cell))) return failed(line, 'utf8_malformed', 'is not valid UTF-8');
  const draft: Draft = { product: {}, prices: new Map(), stock: [], attributes: [], metadata: [] };
  cells.forEach((cell, at) => {
    const text = cell.toString('utf8').trim();
    if (text !== '') columns[at]?.(draft, text);
  });
  return checkLine(
    line,
    finish(draft),
    cells.reduce((sum, cell) => sum + cell.length, 0),
  );
}

function finish({ product, prices, stock, attributes, metadata, ...own }: Draft): object {
  return {
    ...own,
    ...(Object.keys(product).length > 0 ? { product } : {}),
    ...(prices.size > 0 ? { prices: [...prices.values()] } : {}),
    ...(stock.length > 0 ? { stock } : {}),
    ...(attributes.length > 0 ? { attributes: Object.fromEntries(attributes) } : {}),
    ...(metadata.length > 0 ? { metadata: Object.fromEntries(metadata) } : {}),
  };
}
