/** Where things stand in storage. Variants may be served to anybody; originals and uploads hold what was never meant to be shown. */
import type { ImageFormat } from './image-presets.ts';

export const ORIGINALS = 'originals/';
export const STAGED = 'staged/';
export const VARIANTS = 'variants/';

export const originalKey = (sha256: string): string => `${ORIGINALS}${sha256}`;

/** Of a presigned upload, until its bytes are known by their hash. */
export const stagedKey = (imageId: string): string => `${STAGED}${imageId}`;

/** All variants of a picture begin like this. */
export const variantsOf = (sha256: string): string => `${VARIANTS}${sha256}/`;

export const EXTENSIONS: Readonly<Record<ImageFormat, string>> = { avif: 'avif', webp: 'webp', jpeg: 'jpg' };

export const variantKey = (sha256: string, preset: string, recipe: string, format: ImageFormat): string =>
  `${variantsOf(sha256)}${preset}.${recipe}.${EXTENSIONS[format]}`;

/** The recipe that a variant's key names; undefined when the key is none of ours. */
export const recipeOfKey = (key: string): string | undefined => /\/[\dx]+\.([0-9a-f]{8})\.\w+$/.exec(key)?.[1];
