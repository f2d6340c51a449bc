/** Reads an answer's body into memory within limits, on the wire and after decoding. */

import { pipeline, type Readable, Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { showBytes } from '../domain/byte-size.ts';
import { PublicFetchError } from './public-fetch-error.ts';

export interface BodyLimits {
  maxBytes: number;
  /** Over each `windowMs`, at least so many bytes per second must come. */
  minBytesPerSecond: number;
  windowMs: number;
  /** What is too long is cut, not refused. */
  cutsBody?: boolean;
}

const DECODERS: Readonly<Record<string, () => Transform>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
};

/** Rejects with a {@link PublicFetchError}, or with what the stream failed with; the stream is destroyed then. */
export async function readBoundedBody(
  body: Readable,
  headers: Readonly<Record<string, string>>,
  limits: BodyLimits,
): Promise<Uint8Array> {
  const tooLarge = () => new PublicFetchError('too_many_bytes', `at most ${showBytes(limits.maxBytes)}`);
  const decoder = decoderOf(headers['content-encoding']);
  if (!decoder || (!limits.cutsBody && Number(headers['content-length']) > limits.maxBytes)) {
    body.on('error', () => {}).destroy();
    throw decoder
      ? tooLarge()
      : new PublicFetchError('encoding_unsupported', headers['content-encoding']?.slice(0, 40));
  }
  const wire = countBytes(limits.cutsBody ? Number.POSITIVE_INFINITY : limits.maxBytes, tooLarge);
  // Whatever fails destroys all three, and is what the loop below throws.
  const decoded = pipeline([body, wire.stream, decoder()], () => {}) as Transform;
  const watch = watchPace(wire, limits, (error) => decoded.destroy(error));
  try {
    return await collect(decoded, limits.maxBytes, limits.cutsBody ? undefined : tooLarge);
  } finally {
    clearInterval(watch);
    body.destroy();
  }
}

/** One encoding, or none: several on top of each other serve nobody but bombs. */
function decoderOf(encoding = 'identity'): (() => Transform) | undefined {
  const name = encoding.trim().toLowerCase();
  if (name === '' || name === 'identity')
    return () => new Transform({ transform: (chunk, _, next) => next(null, chunk) });
  return Object.hasOwn(DECODERS, name) ? DECODERS[name] : undefined;
}

function countBytes(maxBytes: number, tooLarge: () => Error) {
  const counter = {
    seen: 0,
    stream: new Transform({
      transform(chunk: Buffer, _encoding, next) {
        counter.seen += chunk.length;
        if (counter.seen > maxBytes) next(tooLarge());
        else next(null, chunk);
      },
    }),
  };
  return counter;
}

/** A server that sends a byte now and then would hold a worker for the whole time that a large file may take. */
function watchPace(wire: { seen: number }, { minBytesPerSecond, windowMs }: BodyLimits, end: (error: Error) => void) {
  let before = 0;
  return setInterval(() => {
    if (wire.seen - before < (minBytesPerSecond * windowMs) / 1_000) end(new PublicFetchError('too_slow'));
    before = wire.seen;
  }, windowMs);
}

/** @param tooLarge undefined: what comes behind the limit is not waited for */
async function collect(decoded: Readable, maxBytes: number, tooLarge?: () => Error): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of decoded as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes && tooLarge) throw tooLarge();
    chunks.push(chunk);
    if (size > maxBytes) break;
  }
  return Buffer.concat(chunks, Math.min(size, maxBytes));
}
