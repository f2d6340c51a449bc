/**
 * What a file says of itself, read from its structure without decoding: is it one whole picture of a size that may be decoded, and
 * nothing else beside? Decoders forgive much of what is asked here (a missing end, what follows it, indexes out of range).
 */
import type { ImageLimits } from './contract.ts';
import { holdsForeignMatter } from './foreign-matter.ts';
import { RejectedError } from './rejected-error.ts';
import { nameOfFormat, type SourceFormat, sniff } from './sniff.ts';
import type { Structure } from './structure.ts';
import { walkAvif } from './walk-avif.ts';
import { walkGif } from './walk-gif.ts';
import { walkJpeg } from './walk-jpeg.ts';
import { walkPng } from './walk-png.ts';
import { walkWebp } from './walk-webp.ts';

const WALKS: Record<SourceFormat, (bytes: Buffer, maxFrames: number) => Structure> = {
  jpeg: walkJpeg,
  png: walkPng,
  webp: walkWebp,
  avif: walkAvif,
  gif: walkGif,
};

/** Throws {@link RejectedError}. Returns the format and the stored size. */
export function inspect(bytes: Buffer, limits: ImageLimits): { format: SourceFormat; width: number; height: number } {
  if (bytes.length === 0) throw new RejectedError('empty');
  if (bytes.length > limits.maxBytes)
    throw new RejectedError('too_many_bytes', `It has ${bytes.length} bytes; at most ${limits.maxBytes} are taken.`);
  const format = acceptedFormat(bytes, limits.inputFormats);
  const { width, height, frames, beside } = WALKS[format](bytes, limits.maxFrames);
  if (width * height > limits.maxPixels)
    throw new RejectedError(
      'too_many_pixels',
      `It is ${width} × ${height}; at most ${limits.maxPixels / 1e6} million pixels are taken.`,
    );
  if (frames > limits.maxFrames)
    throw new RejectedError('too_many_frames', `At most ${limits.maxFrames} are taken, of which the first is shown.`);
  if (holdsForeignMatter(beside)) throw new RejectedError('polyglot');
  return { format, width, height };
}

function acceptedFormat(bytes: Buffer, accepted: readonly SourceFormat[]): SourceFormat {
  const sniffed = sniff(bytes);
  if (sniffed === undefined) throw new RejectedError('not_an_image');
  const format = accepted.find((each) => each === sniffed);
  if (format) return format;
  const taken = accepted.map(nameOfFormat).join(' or ');
  throw new RejectedError('unsupported_format', `It is ${nameOfFormat(sniffed)}; ${taken} is taken.`);
}
