/**
 * Decodes, judges and encodes pictures. All of it happens in child processes: what hostile bytes can do to a decoder ends with the
 * child, and this process never loads one.
 */
import { availableParallelism } from 'node:os';
import type { ImageFocus, ImageFormat, ImagePreset } from '../domain/image-presets.ts';
import type { ImageRejection } from '../domain/image-rejections.ts';
import { forkChild } from './image-codec/child-process.ts';
import { CodecPool } from './image-codec/pool.ts';
import type { SourceFormat } from './image-codec/sniff.ts';

export { ImageCodecClosedError, ImageCodecUnavailableError } from './image-codec/pool.ts';
export { SNIFF_BYTES, type SniffedFormat, SOURCE_FORMATS, type SourceFormat, sniff } from './image-codec/sniff.ts';

export interface ImageLimits {
  maxBytes: number;
  maxPixels: number;
  maxFrames: number;
  inputFormats: readonly SourceFormat[];
}

export interface RenderRequest {
  presets: readonly ImagePreset[];
  formats: readonly ImageFormat[];
  qualities: Readonly<Record<ImageFormat, number>>;
  focus: ImageFocus;
  /** Also make the placeholder, the dominant colour and the perceptual hash. */
  describe: boolean;
}

export interface RenderedVariant {
  preset: string;
  format: ImageFormat;
  width: number;
  height: number;
  bytes: Uint8Array;
}

export interface Rendered {
  kind: 'rendered';
  format: SourceFormat;
  /** Upright, after the EXIF orientation. */
  width: number;
  height: number;
  /** Whether anything shows through: an alpha channel that is opaque everywhere is none. */
  hasAlpha: boolean;
  /** Base64. */
  thumbhash?: string;
  /** #rrggbb. */
  dominantColor?: string;
  /** 16 hex digits; see domain/perceptual-hash.ts. */
  perceptualHash?: string;
  variants: RenderedVariant[];
  milliseconds: { decode: number; encode: Partial<Record<ImageFormat, number>> };
}

export interface Rejected extends ImageRejection {
  kind: 'rejected';
}

export interface ImageCodecOptions {
  /** Children that decode at the same time; one per core when not given. */
  processes?: number;
  /** Threads of libvips in each. */
  threads: number;
  /** For each step of a picture: reading it, and each encoding. */
  timeoutMs: number;
  /** Resident memory of a child. */
  maxMemoryMiB: number;
  limits: ImageLimits;
}

export interface ImageCodec {
  /** A bad picture is an answer, not an error. `late` work runs only while no other waits. */
  render(original: Uint8Array, request: RenderRequest, priority?: 'now' | 'late'): Promise<Rendered | Rejected>;
  /** `pids` are the children's, whose memory is worth a look. */
  size(): { processes: number; busy: number; waiting: number; pids: number[] };
  /** Ends the children; what they had in hand is rejected with an error, for its job to do again. */
  close(): Promise<void>;
}

export function createImageCodec({
  processes = availableParallelism(),
  limits,
  ...childOptions
}: ImageCodecOptions): ImageCodec {
  const pool = new CodecPool(processes, () => forkChild(childOptions));
  return {
    render: (original, request, priority = 'now') => pool.run({ original, request, limits }, priority),
    size: () => pool.size(),
    close: () => pool.close(),
  };
}
