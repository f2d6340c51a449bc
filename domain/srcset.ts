/**
 * What a page needs to show a picture well: `srcset` per format for `<picture>`, one address that every browser can show, and the
 * thumbnails. Pure; addresses are given.
 */
import { IMAGE_FORMATS, type ImageFormat } from './image-presets.ts';

export interface AddressedVariant {
  preset: string;
  format: ImageFormat;
  width: number;
  height: number;
  url: string;
}

export interface SourceSet {
  /** Media type. */
  type: string;
  srcset: string;
  sizes: string;
}

export interface Thumbnail {
  preset: string;
  width: number;
  height: number;
  src: string;
  sources: { type: string; srcset: string }[];
}

export interface PictureSet {
  /** For browsers that know none of the sources; null while nothing stands ready. */
  src: string | null;
  /** The best format first, as `<picture>` takes the first it can show. */
  sources: SourceSet[];
  thumbnails: Thumbnail[];
}

/** What a page that says nothing of its layout needs. */
const SIZES = '100vw';
/** Wide enough for most places, and no waste where it is too wide. */
const FALLBACK_WIDTH = 800;

const isBox = ({ preset }: AddressedVariant) => preset.includes('x');
const typeOf = (format: ImageFormat) => `image/${format}`;

export function pictureSet(variants: readonly AddressedVariant[]): PictureSet {
  const wide = variants.filter((variant) => !isBox(variant)).sort((a, b) => a.width - b.width);
  const boxes = Map.groupBy(variants.filter(isBox), ({ preset }) => preset);
  return {
    src: fallbackOf(wide.length > 0 ? wide : variants)?.url ?? null,
    sources: inFormats(wide, (of) => ({
      srcset: of.map(({ url, width }) => `${url} ${width}w`).join(', '),
      sizes: SIZES,
    })),
    thumbnails: [...boxes].map(([preset, of]) => thumbnail(preset, of)).sort((a, b) => a.width - b.width),
  };
}

function thumbnail(preset: string, variants: readonly AddressedVariant[]): Thumbnail {
  const { width, height, url } = fallbackOf(variants)!;
  return { preset, width, height, src: url, sources: inFormats(variants, (of) => ({ srcset: of[0]!.url })) };
}

function inFormats<T>(variants: readonly AddressedVariant[], describe: (of: AddressedVariant[]) => T) {
  return IMAGE_FORMATS.flatMap((format) => {
    const of = variants.filter((variant) => variant.format === format);
    return of.length > 0 ? [{ type: typeOf(format), ...describe(of) }] : [];
  });
}

/** In the format that most browsers know; of its sizes the largest that is not above the usual, else the smallest. */
function fallbackOf(variants: readonly AddressedVariant[]): AddressedVariant | undefined {
  const format = IMAGE_FORMATS.findLast((each) => variants.some((variant) => variant.format === each));
  const of = variants.filter((variant) => variant.format === format).sort((a, b) => a.width - b.width);
  return of.findLast(({ width }) => width <= FALLBACK_WIDTH) ?? of[0];
}
