/** Which variants a picture gets: the presets a shop is configured with, applied to one picture's size. */

export const IMAGE_FORMATS = ['avif', 'webp', 'jpeg'] as const;
export type ImageFormat = (typeof IMAGE_FORMATS)[number];

export const IMAGE_FOCUSES = ['attention', 'entropy', 'centre'] as const;
/** What stays in a thumbnail when its picture has another shape: what draws the eye, what has most detail, or the middle. */
export type ImageFocus = (typeof IMAGE_FOCUSES)[number];

export interface ImagePreset {
  /** As it is configured: `400x400` or `800`; part of keys and addresses. */
  name: string;
  width: number;
  /** With a height the picture covers the box, cropped by focus; without, it is that wide at most. */
  height?: number;
}

export interface RenditionSettings {
  presets: readonly ImagePreset[];
  formats: readonly ImageFormat[];
  /** 1 to 100, in each encoder's own measure. */
  qualities: Readonly<Record<ImageFormat, number>>;
  focus: ImageFocus;
}

export interface PlannedVariant {
  preset: string;
  format: ImageFormat;
  width: number;
  height: number;
}

/** Larger variants are no use on a screen, and would let a setting ask for any amount of memory. */
const MAX_PRESET_SIDE = 4096;
/** WebP's format ends at 16383 pixels a side, so no variant is longer. */
export const MAX_VARIANT_SIDE = 16_383;

/** Reads `200x200,400x400,800,1200,1600`. Returns undefined when a part is no preset, or named twice. */
export function parsePresets(text: string): ImagePreset[] | undefined {
  const presets = text.split(',').map((part) => parsePreset(part.trim()));
  const names = new Set(presets.map((preset) => preset?.name));
  return presets.every((preset) => preset !== undefined) && names.size === presets.length ? presets : undefined;
}

function parsePreset(text: string): ImagePreset | undefined {
  const [, width, height] = /^([1-9]\d{0,3})(?:x([1-9]\d{0,3}))?$/.exec(text) ?? [];
  if (!width || Number(width) > MAX_PRESET_SIDE || Number(height ?? 0) > MAX_PRESET_SIDE) return undefined;
  return { name: text, width: Number(width), ...(height ? { height: Number(height) } : {}) };
}

/**
 * The variants of a picture of this (upright) size. None is larger than its picture: a box is shrunk in its own shape, and of the
 * widths that would come out alike only the first is kept, so that a small picture has one variant at its own width.
 */
export function planVariants(
  width: number,
  height: number,
  { presets, formats }: Pick<RenditionSettings, 'presets' | 'formats'>,
): PlannedVariant[] {
  const boxes = presets.filter((preset) => preset.height !== undefined);
  const widths = presets.filter((preset) => preset.height === undefined).sort((a, b) => a.width - b.width);
  const sized = boxes.map((box) => ({ preset: box.name, ...boxWithin(width, height, box.width, box.height!) }));
  let last = 0;
  for (const preset of widths) {
    const size = sizeOfWidth(width, height, preset.width);
    if (size.width > last) sized.push({ preset: preset.name, ...size });
    last = size.width;
  }
  return sized.flatMap(({ preset, ...size }) => formats.map((format) => ({ preset, format, ...size })));
}

function boxWithin(width: number, height: number, boxWidth: number, boxHeight: number) {
  const scale = Math.min(1, width / boxWidth, height / boxHeight);
  return { width: Math.max(1, Math.round(boxWidth * scale)), height: Math.max(1, Math.round(boxHeight * scale)) };
}

function sizeOfWidth(width: number, height: number, wanted: number) {
  const scale = Math.min(1, wanted / width, MAX_VARIANT_SIDE / height, MAX_VARIANT_SIDE / width);
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/** Goes up when the code renders otherwise than before, so that what stands is known to be of the old kind. */
const RENDERING = 1;

/** Eight hex digits that stand for everything that decides how variants look; the order in which settings are written does not. */
export function recipeOf({ presets, formats, qualities, focus }: RenditionSettings): string {
  const parts = [
    RENDERING,
    ...presets.map(({ name }) => name).sort(),
    ...[...formats].sort().map((format) => `${format}:${qualities[format]}`),
    focus,
  ];
  return fnv1a(parts.join(' '));
}

/** What is made at once, and what later: AVIF takes many times as long, and nobody should wait for it. */
export interface RenditionPlan extends RenditionSettings {
  now: readonly ImageFormat[];
  late: readonly ImageFormat[];
  recipe: string;
}

export function planRendition(settings: RenditionSettings): RenditionPlan {
  const quick = settings.formats.filter((format) => format !== 'avif');
  const now = quick.length > 0 ? quick : settings.formats;
  const late = settings.formats.filter((format) => !now.includes(format));
  return { ...settings, now, late, recipe: recipeOf(settings) };
}

/** FNV-1a, 32 bits: names a handful of settings, guards nothing. */
function fnv1a(text: string): string {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}
