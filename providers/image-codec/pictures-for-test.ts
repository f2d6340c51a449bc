/** Pictures as people and attackers make them, built from nothing. */
import { crc32, deflateSync } from 'node:zlib';
import sharp from 'sharp';
import type { ImageFormat } from '../../domain/image-presets.ts';
import { parsePresets } from '../../domain/image-presets.ts';
import type { ImageCodecOptions, Rejected, Rendered, RenderRequest } from '../image-codec.ts';

export const codecOptions: ImageCodecOptions = {
  processes: 2,
  threads: 1,
  timeoutMs: 20_000,
  maxMemoryMiB: 576,
  limits: {
    maxBytes: 5_242_880,
    maxPixels: 50_000_000,
    maxFrames: 100,
    inputFormats: ['jpeg', 'png', 'webp', 'avif', 'gif'],
  },
};

export const renderRequest: RenderRequest = {
  presets: parsePresets('200x200,400x400,800,1200,1600')!,
  formats: ['webp', 'jpeg'],
  qualities: { webp: 80, jpeg: 80, avif: 50 },
  focus: 'attention',
  describe: true,
};

/** Throws when it was rejected, with the reason. */
export function rendered(result: Rendered | Rejected): Rendered {
  if (result.kind === 'rejected') throw new Error(`Rejected as ${result.code}: ${result.message}`);
  return result;
}

/** The largest variant of a format. */
export function largest(result: Rendered, format: ImageFormat): Buffer {
  const [first] = result.variants
    .filter((each) => each.format === format)
    .sort((a, b) => b.width * b.height - a.width * a.height);
  return Buffer.from(first!.bytes);
}

/** The colour at a place given in shares of width and height. */
export async function colourAt(picture: Buffer, x: number, y: number): Promise<number[]> {
  const { data, info } = await sharp(picture).raw().toBuffer({ resolveWithObject: true });
  const at = (Math.floor(y * info.height) * info.width + Math.floor(x * info.width)) * info.channels;
  return [...data.subarray(at, at + info.channels)];
}

/** Four corners that cannot be taken for each other: red, green below it blue, yellow; wider than high. */
export const quadrants = (width = 320, height = 200) =>
  sharp({ create: { width, height, channels: 3, background: '#d02020' } }).composite([
    { input: plain(width / 2, height / 2, '#20b020'), raw: rawOf(width / 2, height / 2), left: width / 2, top: 0 },
    { input: plain(width / 2, height / 2, '#2040d0'), raw: rawOf(width / 2, height / 2), left: 0, top: height / 2 },
    {
      input: plain(width / 2, height / 2, '#e0d020'),
      raw: rawOf(width / 2, height / 2),
      left: width / 2,
      top: height / 2,
    },
  ]);

const rawOf = (width: number, height: number) => ({ width, height, channels: 3 as const });

function plain(width: number, height: number, colour: string): Buffer {
  const bytes = Buffer.from(colour.slice(1), 'hex');
  return Buffer.alloc(width * height * 3, bytes);
}

export const flat = (colour: string, width = 64, height = 64) =>
  sharp({ create: { width, height, channels: 3, background: colour } });

/** 49 megapixels in less than a megabyte, which cannot be read row by row: the dearest that the limits let through. */
export const interlacedBomb = () => flat('#c08040', 7000, 7000).png({ progressive: true }).toBuffer();

export function pngChunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, check]);
}

/** Behind the header, where any chunk may be. */
export const withChunk = (png: Buffer, type: string, data: Buffer) =>
  Buffer.concat([png.subarray(0, 33), pngChunk(type, data), png.subarray(33)]);

export function pngOf(width: number, height: number, depth: number, colourType: number, ...chunks: Buffer[]): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = depth;
  header[9] = colourType;
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    pngChunk('IHDR', header),
    ...chunks,
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

export const pixelsChunk = (rows: Buffer) => pngChunk('IDAT', deflateSync(rows));

/** Behind the first two bytes. */
export function withSegment(jpeg: Buffer, marker: number, data: Buffer): Buffer {
  const head = Buffer.from([0xff, marker, (data.length + 2) >> 8, (data.length + 2) & 0xff]);
  return Buffer.concat([jpeg.subarray(0, 2), head, data, jpeg.subarray(2)]);
}

/** The same JPEG with another size in its header. */
export function claiming(jpeg: Buffer, width: number, height: number): Buffer {
  const copy = Buffer.from(jpeg);
  const at = copy.indexOf(Buffer.from('ffc0', 'hex'));
  copy.writeUInt16BE(height, at + 5);
  copy.writeUInt16BE(width, at + 7);
  return copy;
}

export async function animation(format: 'gif' | 'webp', frames: number): Promise<Buffer> {
  const colours = ['#d02020', '#20b020', '#2040d0'];
  const pages = Array.from({ length: frames }, (_, n) => plain(16, 16, colours[n % 3]!));
  const whole = sharp(Buffer.concat(pages), { raw: { width: 16, height: 16 * frames, channels: 3, pageHeight: 16 } });
  return whole[format]({ loop: 0 }).toBuffer();
}

/** One stored file. */
export const zipArchive = Buffer.concat([
  Buffer.from('504b03040a000000000000000000238e5a6b0500000005000000070000007a69702e7478745a49500d0a', 'hex'),
  Buffer.from('504b01021f000a000000000000000000238e5a6b050000000500000007000000000000000000000000000000', 'hex'),
  Buffer.from('00007a69702e747874504b0506000000000100010035000000' + '2a0000000000', 'hex'),
]);
