/** What is asked of the codec and what it answers, for its outside, its pool and its children alike. */
import type { ImageFocus, ImageFormat, ImagePreset } from '../../domain/image-presets.ts';
import type { ImageRejection } from '../../domain/image-rejections.ts';
import type { SourceFormat } from './sniff.ts';

/** Bytes, or the absolute path of a file that the decoder reads by itself: a large picture then never passes through its parent. */
export type Original = Uint8Array | { file: string };

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
