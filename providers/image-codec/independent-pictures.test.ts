/**
 * Every line of the independent pictures' manifest comes out as it expects. They are other people's work and not part of the project:
 * without them beside the checkout this says so, loudly.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import sharp, { type Sharp } from 'sharp';
import { createImageCodec, type Rejected, type Rendered } from '../image-codec.ts';
import { type Cell, writeContactSheet } from './contact-sheet-for-test.ts';
import { codecOptions, largest, rendered, renderRequest } from './pictures-for-test.ts';

const FOLDER = join(import.meta.dirname, '../../../shared/data/images');
const SHEET = join(import.meta.dirname, '../../test-results/pictures-contact-sheet.png');

interface Line {
  file: string;
  odd: string;
  expect: string;
}

/** What comes of one file, given to a shop that takes JPEG and PNG. */
interface Outcome {
  line: Line;
  original: Buffer;
  result: Rendered | Rejected;
}
type Check = (outcome: Outcome) => Promise<void> | void;

const isRejectedAs =
  (...codes: string[]): Check =>
  ({ result }) => {
    expect(result.kind).toBe('rejected');
    expect(codes).toContain((result as Rejected).code);
  };
const LOOKED_AT = [
  'empty',
  'unsupported_format',
  'not_an_image',
  'too_many_bytes',
  'too_many_pixels',
  'truncated',
  'corrupt',
  'polyglot',
];

/** The manifest's words, each as what is checked. A line whose words are not all here fails. */
const CHECKS: Record<string, Check[]> = {
  accept: [isRight],
  'accept first picture': [
    isRight,
    ({ result }) => expect(rendered(result)).toMatchObject({ width: 640, height: 480 }),
  ],
  'base image only': [isRight, hasNoGainMap],
  strip: [hasNoMetadata],
  'no EXIF left': [hasNoMetadata],
  'all must look the same upright after auto-orient': [looksAsUpright],
  'output width>height': [
    ({ result }) => expect(rendered(result).width).toBeGreaterThan(rendered(result).height),
    hasUprightVariants,
  ],
  'JPEG variant white, not black': [isWhite],
  'accept or reject cleanly (browsers cannot show it: must be re-encoded)': [isRightOrRejected],
  'accept with profile dropped, or clean reject': [isRightOrRejected],
  reject: [isRejectedAs('unsupported_format', 'not_an_image')],
  'reject: corrupt': [isRejectedAs('corrupt')],
  'reject: corrupt, no crash': [isRejectedAs('corrupt')],
  'reject, no crash': [isRejectedAs(...LOOKED_AT)],
  'reject: corrupt/truncated (truncated_app14 / end_chunk / exif_dpi: pixels may be whole - policy)': [
    isRejectedAs('corrupt', 'truncated'),
  ],
  'reject: type not allowed (JPG/PNG only) - decided by content, not by extension': [
    isRejectedAs('unsupported_format'),
  ],
  'never serve the original bytes: re-encode (payload gone) or reject': [
    isRejectedAs('polyglot', 'unsupported_format'),
  ],
};

const found = existsSync(FOLDER);
if (!found) process.stderr.write(`\n*** SKIPPED: the independent pictures are not at ${FOLDER} ***\n\n`);
const lines: Line[] = found ? JSON.parse(readFileSync(join(FOLDER, 'MANIFEST.json'), 'utf8')) : [];
const codec = createImageCodec({
  ...codecOptions,
  limits: { ...codecOptions.limits, inputFormats: ['jpeg', 'png'] },
});
const cells: Cell[] = [];
afterAll(async () => {
  await codec.close();
  if (!found) return;
  await writeContactSheet(cells, SHEET);
  process.stderr.write(`The contact sheet of inputs and outputs is ${SHEET}\n`);
});

describe('the independent pictures', () => {
  it(found ? 'are all there' : 'ARE NOT HERE: nothing of them is tested', () => {
    expect(lines.length).toBeGreaterThanOrEqual(found ? 100 : 0);
  });

  for (const line of lines)
    it(`${line.file} (${line.odd}): ${line.expect}`, async () => {
      const original = readFileSync(join(FOLDER, line.file));
      const started = performance.now();
      const result = await codec.render(original, { ...renderRequest, formats: ['avif', 'webp', 'jpeg'] });
      expect(performance.now() - started).toBeLessThan(10_000);
      cells.push(cellOf({ line, original, result }));
      const checks = wordsOf(line.expect).flatMap((words) => CHECKS[words] ?? [unknownWords(words)]);
      for (const check of checks) await check({ line, original, result });
    });
});

/** Whole where it is known as a whole, else by its parts. */
const wordsOf = (expected: string) => (expected in CHECKS ? [expected] : expected.split(/; /));
const unknownWords =
  (words: string): Check =>
  () => {
    throw new Error(`Nobody has said what "${words}" means.`);
  };

function cellOf({ line, original, result }: Outcome): Cell {
  const title = line.file.replace(/^\w+\//, '');
  const input = line.file.startsWith('valid/') ? original : undefined;
  if (result.kind === 'rejected') return { title, input, outputs: [], note: `rejected: ${result.code}` };
  const outputs = [largest(result, 'webp'), largest(result, 'jpeg')];
  return { title, input, outputs, note: `${result.width} × ${result.height}, ${line.odd}` };
}

/** Sizes, formats, metadata, and colours and alpha as a plain full decode of the original has them. */
async function isRight(outcome: Outcome): Promise<void> {
  const result = rendered(outcome.result);
  const reference = await sharp(outcome.original).autoOrient().metadata();
  expect([result.width, result.height]).toEqual([reference.autoOrient.width, reference.autoOrient.height]);
  await hasNoMetadata(outcome);
  await hasUprightVariants(outcome);
  for (const each of result.variants) {
    const { format, width, height } = await sharp(each.bytes).metadata();
    expect([format, width, height]).toEqual([each.format === 'avif' ? 'heif' : each.format, each.width, each.height]);
  }
  const expected = await lookOf(sharp(outcome.original).autoOrient());
  for (const format of ['avif', 'webp', 'jpeg'] as const) {
    const look = await lookOf(sharp(largest(result, format)));
    const off = Math.max(...look.onWhite.map((value, at) => Math.abs(value - expected.onWhite[at]!)));
    // Lossy encoders on pictures of 32 pixels: beyond this it is another colour.
    expect({ format, off: off > 20 ? off : 'little' }).toEqual({ format, off: 'little' });
    if (format !== 'jpeg') expect(Math.abs(look.alpha - expected.alpha)).toBeLessThan(3);
  }
}

/** Sixteen fields of colour on white, and how opaque the whole is. */
async function lookOf(picture: Sharp): Promise<{ onWhite: number[]; alpha: number }> {
  const whole = await picture.toColourspace('srgb').ensureAlpha().png().toBuffer();
  const onWhite = await sharp(whole)
    .flatten({ background: '#ffffff' })
    .resize(4, 4, { fit: 'fill', kernel: 'cubic' })
    .raw()
    .toBuffer();
  const { channels } = await sharp(whole).stats();
  return { onWhite: [...onWhite], alpha: channels[3]!.mean };
}

async function hasNoMetadata({ result }: Outcome): Promise<void> {
  for (const { bytes } of rendered(result).variants) {
    const { exif, xmp, icc, iptc, comments, orientation } = await sharp(bytes).metadata();
    expect([exif, xmp, icc, iptc, comments, orientation]).toEqual(Array(6).fill(undefined));
  }
}

/** Each variant lies or stands as the picture does. */
function hasUprightVariants({ result }: Outcome): void {
  const { width, height, variants } = rendered(result);
  for (const each of variants.filter(({ preset }) => !preset.includes('x')))
    expect(Math.abs(each.width / each.height / (width / height) - 1)).toBeLessThan(0.05);
}

function hasNoGainMap({ result }: Outcome): void {
  expect(rendered(result)).toMatchObject({ width: 3840, height: 2160 });
  for (const { bytes } of rendered(result).variants) {
    const text = Buffer.from(bytes).toString('latin1');
    expect(text).not.toMatch(/hdrgm|MPF\0|http:\/\/ns\./);
    // One picture: one start, nothing behind the end.
    if (text.startsWith('\xff\xd8')) expect(text.lastIndexOf('\xff\xd8\xff')).toBe(0);
  }
}

/** All of the set show one picture, so each is compared with the first. */
const uprights: number[][] = [];
async function looksAsUpright({ result }: Outcome): Promise<void> {
  const { onWhite } = await lookOf(sharp(largest(rendered(result), 'webp')));
  uprights.push(onWhite);
  expect(Math.max(...onWhite.map((value, at) => Math.abs(value - uprights[0]![at]!)))).toBeLessThan(10);
}

async function isWhite({ result }: Outcome): Promise<void> {
  const { channels } = await sharp(largest(rendered(result), 'jpeg')).stats();
  expect(channels.map(({ min }) => min)).toEqual([255, 255, 255]);
  expect(rendered(result).hasAlpha).toBe(true);
}

async function isRightOrRejected(outcome: Outcome): Promise<void> {
  if (outcome.result.kind === 'rendered') await isRight(outcome);
  else isRejectedAs('corrupt', 'unsupported_format')(outcome);
}
