/**
 * Reads an import as it arrives: one line (or CSV record) after the other, each with what is wrong with it. Nothing here
 * holds more than one line and one chunk, whatever is sent.
 */
import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { type ImportBody, importLine } from './catalogue-schemas.ts';
import { type FieldError, fieldErrors, Problem } from './problem.ts';

export const MAX_IMPORT_BYTES = 50 * 1024 * 1024;
export const MAX_LINE_BYTES = 128 * 1024;
export const MAX_IMPORT_LINES = 100_000;

/** A line that can be tried, or what is wrong with it; `size` in bytes, for whoever gathers lines. */
export type ReadLine = { line: number; sku: string | null; size: number } & (
  | { body: ImportBody }
  | { errors: FieldError[] }
);

/** The request's bytes. Throws 413 beyond the limit, 400 when the client goes away. */
export async function* readBytes(req: IncomingMessage, limit = MAX_IMPORT_BYTES): AsyncGenerator<Buffer> {
  if (Number(req.headers['content-length'] ?? 0) > limit) throw tooLarge(limit);
  let size = 0;
  try {
    // Leaving the loop early must not destroy the request: its socket still carries the answer.
    for await (const chunk of req.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > limit) throw tooLarge(limit);
      yield chunk;
    }
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw new Problem({ status: 400, code: 'request_aborted', detail: 'The request ended before its body did.' });
  }
}

const tooLarge = (limit: number) =>
  new Problem({
    status: 413,
    code: 'body_too_large',
    detail: `An import takes at most ${limit} bytes; batches before that point have been applied. Send the rest as another import.`,
    headers: { Connection: 'close' },
  });

const tooManyLines = () =>
  new Problem({
    status: 413,
    code: 'too_many_lines',
    detail: `An import takes at most ${MAX_IMPORT_LINES} lines; those before have been applied. Send the rest as another import.`,
    headers: { Connection: 'close' },
  });

export interface Line {
  line: number;
  bytes: Buffer;
  /** It was longer than a line may be; `bytes` is its beginning. */
  cut: boolean;
}

/** Lines of bytes without their newline, empty ones too. Throws 413 when there are too many. */
export async function* splitLines(
  chunks: AsyncIterable<Buffer>,
  maxBytes = MAX_LINE_BYTES,
  maxLines = MAX_IMPORT_LINES,
): AsyncGenerator<Line> {
  let line = 0;
  let parts: Buffer[] = [];
  let size = 0;
  const take = (part: Buffer) => {
    if (size <= maxBytes) parts.push(part);
    size += part.length;
  };
  const finish = (): Line => {
    const whole = parts.length === 1 ? parts[0]! : Buffer.concat(parts);
    const done = { line: ++line, bytes: trimEnd(whole.subarray(0, maxBytes)), cut: size > maxBytes + 1 };
    if (line > maxLines) throw tooManyLines();
    parts = [];
    size = 0;
    return done;
  };
  for await (const chunk of chunks) {
    let from = 0;
    for (let at = chunk.indexOf(0x0a); at !== -1; at = chunk.indexOf(0x0a, from)) {
      take(chunk.subarray(from, at));
      from = at + 1;
      yield finish();
    }
    take(chunk.subarray(from));
  }
  if (size > 0) yield finish();
}

const trimEnd = (bytes: Buffer) => (bytes.at(-1) === 0x0d ? bytes.subarray(0, -1) : bytes);

/** NDJSON: one variant per line. */
export async function* readNdjson(chunks: AsyncIterable<Buffer>): AsyncGenerator<ReadLine> {
  for await (const { line, bytes, cut } of splitLines(chunks)) {
    if (bytes.length > 0)
      yield cut
        ? failed(line, 'line_too_long', `a line takes at most ${MAX_LINE_BYTES} bytes`)
        : parseLine(line, bytes);
  }
}

function parseLine(line: number, bytes: Buffer): ReadLine {
  if (!isUtf8(bytes)) return failed(line, 'utf8_malformed', 'is not valid UTF-8');
  const text = bytes.toString('utf8').replace(/^\uFEFF/, '');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return failed(line, 'json_malformed', 'is not a JSON document');
  }
  if (/"(?:__proto__|constructor|prototype)"\s*:/.test(text))
    return failed(line, 'key_forbidden', 'a member has a forbidden name');
  return checkLine(line, value, bytes.length);
}

/** Checks what a line says against the schema of an imported variant. */
export function checkLine(line: number, value: unknown, size: number): ReadLine {
  const sku = skuOf(value);
  const nul = findNul(value);
  if (nul)
    return {
      line,
      sku,
      size,
      errors: [brief({ pointer: nul, code: 'nul_character', message: 'holds the NUL character' })],
    };
  const parsed = importLine.safeParse(value);
  if (parsed.success) return { line, sku, size, body: parsed.data };
  return { line, sku, size, errors: fieldErrors(parsed.error).slice(0, 20).map(brief) };
}

/** Errors repeat what was sent, and the report is kept until the end: what is long is cut. */
const brief = ({ pointer, code, message }: FieldError): FieldError => ({
  pointer: pointer.slice(0, 200),
  code,
  message: message.slice(0, 200),
});

function skuOf(value: unknown): string | null {
  const sku = typeof value === 'object' && value !== null ? (value as { sku?: unknown }).sku : undefined;
  return typeof sku === 'string' ? sku.slice(0, 64) : null;
}

/** Pointer to the first text with NUL, which PostgreSQL cannot store; looks no deeper than the schema goes. */
function findNul(value: unknown, pointer = '', depth = 0): string | undefined {
  if (typeof value === 'string') return value.includes('\0') ? pointer : undefined;
  if (typeof value !== 'object' || value === null || depth > 6) return undefined;
  for (const [name, member] of Object.entries(value)) {
    if (name.includes('\0')) return pointer || '/';
    const found = findNul(member, `${pointer}/${name}`, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

export const failed = (line: number, code: string, message: string): ReadLine => ({
  line,
  sku: null,
  size: 0,
  errors: [{ pointer: '', code, message }],
});
