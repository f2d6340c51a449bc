/**
 * One decode, all variants: the picture is read once, shrunk while it is read to the largest size that is asked for, upright and in
 * sRGB, and everything else is made from those pixels.
 */
import sharp, { type Sharp } from 'sharp';
import { type ImageFormat, type PlannedVariant, planVariants } from '../../domain/image-presets.ts';
import type { Rendered, RenderedVariant, RenderRequest } from './contract.ts';
import { describePicture } from './describe.ts';
import { fromPixels, isOpaque, type Pixels, toPixels } from './pixels.ts';
import type { SourceFormat } from './sniff.ts';

/** AVIF's effort 4 takes four times as long for less than a hundredth of the bytes. */
const AVIF_EFFORT = 3;

/**
 * Encoders halve the resolution of colour, which a photograph hides and a hard edge between two colours shows. What came as JPEG
 * counts as a photograph; of an icon a few pixels' colour matters more than its bytes, of which there are few anyway.
 */
type Kind = 'photograph' | 'drawing' | 'icon';
const ICON_PIXELS = 128 * 128;
const kindOf = (format: SourceFormat, width: number, height: number): Kind =>
  format === 'jpeg' ? 'photograph' : width * height > ICON_PIXELS ? 'drawing' : 'icon';

export interface Source {
  bytes: Buffer;
  format: SourceFormat;
  maxPixels: number;
}

/** `onStep` hears of every step that is done, as a sign of life. */
export async function render(source: Source, request: RenderRequest, onStep: () => void): Promise<Rendered> {
  const started = performance.now();
  const { width, height } = await uprightSize(source);
  const plan = planVariants(width, height, request);
  const base = await decode(source, baseSize(width, height, plan));
  const decode_ms = performance.now() - started;
  onStep();
  const { variants, encode } = await renderVariants(base, plan, kindOf(source.format, width, height), request, onStep);
  return {
    kind: 'rendered',
    format: source.format,
    width,
    height,
    hasAlpha: base.channels === 4,
    ...(request.describe ? await describePicture(base) : {}),
    variants,
    milliseconds: { decode: decode_ms, encode },
  };
}

const open = ({ bytes, maxPixels }: Source) =>
  sharp(bytes, { failOn: 'warning', limitInputPixels: maxPixels, sequentialRead: true, pages: 1 });

async function uprightSize(source: Source): Promise<{ width: number; height: number }> {
  const { autoOrient } = await open(source).metadata();
  return autoOrient;
}

/** The smallest rendition of the whole picture from which every variant can be made without enlarging. */
function baseSize(width: number, height: number, plan: readonly PlannedVariant[]) {
  const scale = Math.min(1, Math.max(...plan.map((each) => Math.max(each.width / width, each.height / height)), 0));
  const largest = (side: 'width' | 'height') => Math.max(1, ...plan.map((each) => each[side]));
  return {
    width: Math.max(Math.round(width * scale), largest('width')),
    height: Math.max(Math.round(height * scale), largest('height')),
  };
}

async function decode(source: Source, size: { width: number; height: number }): Promise<Pixels> {
  const pixels = await toPixels(
    open(source)
      .autoOrient()
      .resize({ ...size, fit: 'fill' })
      .toColourspace('srgb'),
  );
  return pixels.channels === 4 && isOpaque(pixels) ? toPixels(fromPixels(pixels).removeAlpha()) : pixels;
}

async function renderVariants(
  base: Pixels,
  plan: readonly PlannedVariant[],
  kind: Kind,
  request: RenderRequest,
  onStep: () => void,
): Promise<{ variants: RenderedVariant[]; encode: Partial<Record<ImageFormat, number>> }> {
  const variants: RenderedVariant[] = [];
  const encode: Partial<Record<ImageFormat, number>> = {};
  const sized = new Map<string, Pixels>();
  for (const each of [...plan].sort((a, b) => b.width * b.height - a.width * a.height)) {
    const pixels = sized.get(each.preset) ?? (await resize(base, each, [...sized.values()], request));
    sized.set(each.preset, pixels);
    const started = performance.now();
    const twin = variants.find(({ preset, format }) => format === each.format && sized.get(preset) === pixels);
    const bytes = twin?.bytes ?? (await encoderOf(fromPixels(pixels), each.format, kind, request).toBuffer());
    encode[each.format] = (encode[each.format] ?? 0) + performance.now() - started;
    variants.push({ ...each, bytes });
    onStep();
  }
  return { variants, encode };
}

/** A smaller box of the same shape is made from the larger one, so that both show the same part. */
async function resize(
  base: Pixels,
  { width, height }: PlannedVariant,
  made: readonly Pixels[],
  { focus }: RenderRequest,
): Promise<Pixels> {
  if (base.width === width && base.height === height) return base;
  const alike = made.find((each) => each.width * height === each.height * width);
  if (alike?.width === width) return alike;
  const source = alike ?? base;
  const isWhole = Math.abs((source.height * width) / source.width - height) <= 1;
  const fit = isWhole ? { fit: 'fill' as const } : { fit: 'cover' as const, position: focus };
  return toPixels(fromPixels(source).resize({ width, height, ...fit }));
}

function encoderOf(pipeline: Sharp, format: ImageFormat, kind: Kind, { qualities }: RenderRequest): Sharp {
  const quality = qualities[format];
  if (format === 'webp')
    return pipeline.webp({ quality, nearLossless: kind === 'icon', smartSubsample: kind === 'drawing' });
  if (format === 'avif') return pipeline.avif({ quality, effort: AVIF_EFFORT });
  const chromaSubsampling = kind === 'photograph' ? '4:2:0' : '4:4:4';
  return pipeline.flatten({ background: '#ffffff' }).jpeg({ quality, mozjpeg: true, chromaSubsampling });
}
