/**
 * What the processors of pictures share: reads an original, has it rendered, and puts the variants into storage. Keys are named by
 * content and recipe, so a second run puts the same bytes in the same place; what was put and never recorded is no harm.
 */
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Database } from '../db/database.ts';
import { type ImageStep, recordImageSteps } from '../db/image-steps.ts';
import type { StoredVariant } from '../db/pictures.ts';
import type { ImageFormat, ImagePreset, RenditionPlan } from '../domain/image-presets.ts';
import { originalKey, variantKey } from '../domain/picture-keys.ts';
import {
  type ImageCodec,
  ImageCodecClosedError,
  OriginalUnreadableError,
  type Rejected,
  type Rendered,
  type RenderedVariant,
} from '../providers/image-codec.ts';
import { ObjectMissingError, type ObjectStorage } from '../providers/object-storage.ts';
import { inParallel } from './in-parallel.ts';
import { giveUp, later, type Outcome } from './outcome.ts';

export interface PictureDeps {
  db: Database;
  storage: Pick<ObjectStorage, 'put' | 'read' | 'folder'>;
  codec: Pick<ImageCodec, 'render'>;
  rendition: RenditionPlan;
}

export interface RenderWish {
  sha256: string;
  presets: readonly ImagePreset[];
  formats: readonly ImageFormat[];
  /** Also wanted is what describes the whole picture: placeholder, colour, hash. */
  describe: boolean;
  priority: 'now' | 'late';
}

export type RenderEnd =
  | { kind: 'stored'; rendered: Omit<Rendered, 'variants'>; variants: StoredVariant[]; timings: Timings }
  | Rejected
  /** This process is about to end: another one does it. */
  | { kind: 'closing' };

/**
 * There is no original in storage. It may be lost, or a disk not be mounted: so it is tried again, and only who has used up all
 * attempts believes it.
 */
export class OriginalMissingError extends Error {
  readonly code = ORIGINAL_MISSING;
  constructor(sha256: string, options: ErrorOptions) {
    super(`the original of ${sha256} is not in storage`, options);
    this.name = 'OriginalMissingError';
  }
}
export const ORIGINAL_MISSING = 'original_missing';

/** In milliseconds. */
type Timings = Rendered['milliseconds'] & { store: number };

/** Each is some hundred kilobytes and mostly waiting for the storage. */
const PUTS_AT_ONCE = 4;

export async function renderPicture(deps: PictureDeps, wish: RenderWish, log: Logger): Promise<RenderEnd> {
  const answer = await render(deps, wish);
  if (answer.kind !== 'rendered') return answer;
  const { variants: made, ...rendered } = answer;
  const began = performance.now();
  const variants = await inParallel(made, PUTS_AT_ONCE, (variant) => store(deps, wish.sha256, variant));
  const timings = { ...rendered.milliseconds, store: performance.now() - began };
  // Nobody waits for figures, and a lost one is no loss.
  recordImageSteps(deps.db, stepsOf(timings)).catch((err) => log.warn({ err }, 'step times were not recorded'));
  return { kind: 'stored', rendered, variants, timings };
}

/** The original is let go of when the variants are there: what is in memory is bounded by what is in hand. */
async function render({ storage, codec, rendition }: PictureDeps, wish: RenderWish) {
  const { presets, formats, describe, priority } = wish;
  const { qualities, focus } = rendition;
  try {
    const key = originalKey(wish.sha256);
    // What lies on this machine's disk is read where it is decoded: megabytes that pass through here are garbage to collect.
    const original = storage.folder ? { file: join(storage.folder, key) } : await storage.read(key);
    return await codec.render(original, { presets, formats, qualities, focus, describe }, priority);
  } catch (error) {
    if (isMissing(error)) throw new OriginalMissingError(wish.sha256, { cause: error });
    if (error instanceof ImageCodecClosedError) return { kind: 'closing' } as const;
    throw error;
  }
}

const isMissing = (error: unknown) =>
  error instanceof ObjectMissingError ||
  (error instanceof OriginalUnreadableError && (error.code === 'ENOENT' || error.code === 'ENOTDIR'));

async function store({ storage, rendition }: PictureDeps, sha256: string, variant: RenderedVariant) {
  const { bytes, ...facts } = variant;
  const key = variantKey(sha256, variant.preset, rendition.recipe, variant.format);
  await storage.put(key, bytes, { contentType: `image/${variant.format}` });
  return { ...facts, bytes: bytes.byteLength, key };
}

function stepsOf({ decode, encode, store: stored }: Timings): { step: ImageStep; seconds: number }[] {
  const steps: [ImageStep, number][] = [
    ['decode', decode],
    ['store', stored],
    ...Object.entries(encode).map(([format, took]): [ImageStep, number] => [`encode_${format as ImageFormat}`, took]),
  ];
  return steps.map(([step, took]) => ({ step, seconds: took / 1_000 }));
}

/** What `recordRendering` of db/pictures.ts is told of it. */
export function toRendering(recipe: string, { rendered, variants, timings }: Extract<RenderEnd, { kind: 'stored' }>) {
  const { width, height, hasAlpha, thumbhash, dominantColor, perceptualHash } = rendered;
  return { recipe, width, height, hasAlpha, thumbhash, dominantColor, perceptualHash, timings, variants };
}

/** What a busy or small machine may be the reason for. */
const PASSING: ReadonlySet<string> = new Set(['decode_timeout', 'decode_memory', 'decoder_crashed']);
const TRIES = 4;

/**
 * How a run ends that has nothing to record: another process does it, or the picture, which was rendered well before, cannot be
 * made in this form, neither now nor after some more tries.
 */
export function endWithout(end: Exclude<RenderEnd, { kind: 'stored' }>, attempt = 1): Outcome {
  if (end.kind === 'closing') return later(CLOSING_MS);
  if (PASSING.has(end.code) && attempt < TRIES) throw Object.assign(new Error(end.message), { code: end.code });
  return giveUp(end.code, end.message);
}

/** Long enough for the process to be gone. */
export const CLOSING_MS = 5_000;
