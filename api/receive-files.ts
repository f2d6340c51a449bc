/**
 * Reads files out of a multipart/form-data request, one after the other, each hashed on its way into a temporary file that has no
 * name: nothing is left behind, whatever happens to the request or to this process. Memory holds a few chunks.
 */
import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type FileHandle, open, unlink } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import busboy from 'busboy';
import { createFormFields, type FileFields } from './form-fields.ts';
import { Problem } from './problem.ts';
import { readOn } from './read-on.ts';

export interface ReceivedFile extends FileFields {
  name: string;
  /** One more than allowed when the file is larger than that. */
  bytes: number;
  sha256: string;
  /** The first bytes, by which a file is judged. */
  head: Buffer;
  read(): Promise<Buffer>;
}

export interface ReceivedFiles {
  files: ReceivedFile[];
  /** Gives the temporary files back. */
  discard(): Promise<void>;
}

export interface ReceiveLimits {
  maxFiles: number;
  /** Per file; of a larger one no more is kept, and it does not stop the others. */
  maxBytes: number;
  headBytes: number;
}

/** For part headers, fields and boundaries, per file. */
const OVERHEAD_BYTES = 64 * 1024;
const FIELDS_PER_FILE = 3;

/** Throws a 4xx problem when the request is no such form, or too much of one; then nothing is kept. */
export async function receiveFiles(req: IncomingMessage, limits: ReceiveLimits): Promise<ReceivedFiles> {
  const handles: FileHandle[] = [];
  const discard = async () => {
    await Promise.allSettled(handles.map((handle) => handle.close()));
  };
  try {
    const files = await parse(req, limits, handles);
    if (files.length === 0)
      throw malformed('files_missing', 'The form holds no file: send each as a part named files.');
    return { files, discard };
  } catch (error) {
    await discard();
    await readOn(req);
    throw error;
  }
}

async function parse(req: IncomingMessage, limits: ReceiveLimits, handles: FileHandle[]): Promise<ReceivedFile[]> {
  const parser = openParser(req, limits);
  const fields = createFormFields();
  const files: Promise<ReceivedFile>[] = [];
  let refusal: Error | undefined;
  const refuse = (error: unknown) => {
    refusal ??= error instanceof Problem ? error : malformed('form_malformed', (error as Error).message);
    parser.destroy();
  };
  parser.on('error', refuse);
  for (const limit of ['filesLimit', 'partsLimit', 'fieldsLimit'] as const)
    parser.on(limit, () => refuse(malformed('too_many_parts', `A form takes at most ${limits.maxFiles} files.`)));
  parser.on('field', (name, value, info) => attempt(refuse, () => fields.take(name, value, info.valueTruncated)));
  parser.on('file', (name, stream, { filename }) => {
    stream.on('error', () => {});
    attempt(refuse, () => {
      const said = fields.endFor(name, filename);
      const file = keep(stream, said, limits, handles);
      file.catch(refuse);
      files.push(file);
    });
  });
  const closed = new Promise((resolve) => parser.once('close', resolve));
  for await (const chunk of readWithin(req, limits)) {
    if (refusal) break;
    if (!parser.write(chunk)) await Promise.race([once(parser, 'drain').catch(() => {}), closed]);
  }
  if (!refusal) parser.end();
  await closed;
  const settled = await Promise.allSettled(files);
  if (refusal) throw refusal;
  return fields.finish(settled.map((each) => (each as PromiseFulfilledResult<ReceivedFile>).value));
}

function attempt(refuse: (error: unknown) => void, work: () => void): void {
  try {
    work();
  } catch (error) {
    refuse(error);
  }
}

function openParser(req: IncomingMessage, { maxFiles, maxBytes }: ReceiveLimits): busboy.Busboy {
  try {
    return busboy({
      headers: req.headers,
      defParamCharset: 'utf8',
      // Names with a path are refused rather than cut: who sends one means something by it.
      preservePath: true,
      limits: {
        files: maxFiles,
        fileSize: maxBytes + 1,
        fields: maxFiles * FIELDS_PER_FILE,
        fieldSize: 2_000,
        parts: maxFiles * (FIELDS_PER_FILE + 1) + 1,
        headerPairs: 20,
      },
    });
  } catch {
    throw malformed('form_malformed', 'The Content-Type of a form names its boundary.');
  }
}

/** Throws 413 beyond what so many files can be, 400 when the client goes away. */
async function* readWithin(req: IncomingMessage, { maxFiles, maxBytes }: ReceiveLimits): AsyncGenerator<Buffer> {
  const limit = maxFiles * (maxBytes + OVERHEAD_BYTES);
  const tooLarge = () =>
    new Problem({ status: 413, code: 'body_too_large', detail: `A form takes at most ${limit} bytes.` });
  if (Number(req.headers['content-length'] ?? 0) > limit) throw tooLarge();
  let size = 0;
  try {
    // Leaving the loop early must not destroy the request: its socket still carries the answer.
    for await (const chunk of req.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > limit) throw tooLarge();
      yield chunk;
    }
  } catch (error) {
    throw error instanceof Problem ? error : malformed('request_aborted', 'The request ended before its body did.');
  }
}

/** Consumes one part. */
async function keep(
  stream: Readable,
  said: FileFields & { name: string },
  { maxBytes, headBytes }: ReceiveLimits,
  handles: FileHandle[],
): Promise<ReceivedFile> {
  const handle = await openNameless();
  handles.push(handle);
  const hash = createHash('sha256');
  const head: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    if (bytes < headBytes) head.push(chunk.subarray(0, headBytes - bytes));
    bytes += chunk.length;
    if (bytes > maxBytes) continue;
    hash.update(chunk);
    await handle.write(chunk);
  }
  return {
    ...said,
    bytes,
    sha256: hash.digest('hex'),
    head: Buffer.concat(head),
    read: async () => {
      const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(bytes), 0, bytes, 0);
      if (bytesRead !== bytes) throw new Error(`a temporary file has ${bytesRead} bytes of ${bytes}`);
      return buffer;
    },
  };
}

/** A file that goes with its handle, also when the process is killed. */
async function openNameless(): Promise<FileHandle> {
  const path = join(tmpdir(), `stockroom-upload-${randomUUID()}`);
  const handle = await open(path, 'wx+', 0o600);
  await unlink(path);
  return handle;
}

const malformed = (code: string, detail: string) => new Problem({ status: 400, code, detail });
