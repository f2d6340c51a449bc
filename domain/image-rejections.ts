/** Why a picture is not taken: a closed list, each with a sentence for the person who gave it. Why none was fetched: fetch-problems.ts. */
import { showBytes } from './byte-size.ts';

export const IMAGE_REJECTIONS = {
  empty: 'The file is empty.',
  unsupported_format: 'The file is of a kind that is not taken here.',
  not_an_image: 'The file is no picture, whatever its name says.',
  too_many_bytes: 'The file is too large.',
  too_many_pixels: 'The picture has too many pixels.',
  too_many_frames: 'The animation has too many frames.',
  truncated: 'The file ends before the picture does: it was not copied whole.',
  corrupt: 'The picture is damaged and cannot be shown.',
  polyglot: 'The file is a picture and something else at the same time, which is how attacks are hidden.',
  decode_timeout: 'Reading the picture took too long.',
  decode_memory: 'Reading the picture would take too much memory.',
  decoder_crashed: 'The picture brings the decoder down.',
  upload_expired: 'The upload was never completed.',
} as const;

export type ImageRejectionCode = keyof typeof IMAGE_REJECTIONS;

export interface ImageRejection {
  code: ImageRejectionCode;
  message: string;
}

const FORMATS: Record<string, string> = { jpeg: 'JPEG', png: 'PNG', webp: 'WebP', avif: 'AVIF', gif: 'GIF' };
const named = (formats: readonly string[]) => formats.map((format) => FORMATS[format] ?? format).join(', ');

export const tooManyBytes = (most: number): ImageRejection =>
  imageRejection('too_many_bytes', `At most ${showBytes(most)} are taken.`);

/** `is` says what the file is, where that is known: "a GIF picture". */
export const unsupportedFormat = (taken: readonly string[], is?: string): ImageRejection =>
  imageRejection('unsupported_format', `${is ? `It is ${is}; t` : 'T'}aken are ${named(taken)}.`);

/** `detail` says what was found and what would be taken, as a sentence of its own. */
export function imageRejection(code: ImageRejectionCode, detail?: string): ImageRejection {
  return { code, message: detail ? `${IMAGE_REJECTIONS[code]} ${detail}` : IMAGE_REJECTIONS[code] };
}
