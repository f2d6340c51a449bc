/** PNG (W3C, third edition): chunks in their order, with the check sums of those that matter, to IEND. */
import { crc32 } from 'node:zlib';
import { checkPalette, type PngHeader } from './png-palette.ts';
import { corrupt, RejectedError } from './rejected-error.ts';
import { limitParts, type Structure } from './structure.ts';

const SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex');
const DEPTHS: Readonly<Record<number, readonly number[]>> = {
  0: [1, 2, 4, 8, 16],
  2: [8, 16],
  3: [1, 2, 4, 8],
  4: [8, 16],
  6: [8, 16],
};
const INDEXED = 3;
const PIXELS = 'IDAT';
const CRITICAL = ['IHDR', 'PLTE', PIXELS, 'IEND'];
const isCritical = (type: string) => type.charCodeAt(0) < 0x60;

interface Chunk {
  type: string;
  data: Buffer;
  end: number;
}

export function walkPng(bytes: Buffer): Structure {
  if (!bytes.subarray(0, 8).equals(SIGNATURE))
    throw corrupt('Its first bytes are those of a PNG that was copied as text.');
  const first = readChunk(bytes, 8);
  if (first?.type !== 'IHDR') throw corrupt('It has no header.');
  const header = readHeader(first.data);
  const chunks = readChunks(bytes, first);
  checkOrder(chunks);
  const pixels = chunks.filter(({ type }) => type === PIXELS).map(({ data }) => data);
  if (header.colourType === INDEXED) checkPalette(header, chunks.find(({ type }) => type === 'PLTE')?.data, pixels);
  const animation = chunks.find(({ type }) => type === 'acTL')?.data;
  const { end } = chunks.at(-1)!;
  return {
    width: header.width,
    height: header.height,
    frames: animation && animation.length >= 4 ? animation.readUInt32BE(0) : 1,
    beside: [...chunks.filter(({ type }) => !isCritical(type)).map(({ data }) => data), bytes.subarray(end)],
  };
}

function readChunks(bytes: Buffer, first: Chunk): Chunk[] {
  const chunks = [first];
  let last = first;
  while (last.type !== 'IEND') {
    const next = readChunk(bytes, last.end);
    if (!next)
      throw chunks.some(({ type }) => type === PIXELS)
        ? new RejectedError('truncated')
        : corrupt('It ends before its pixels.');
    chunks.push(next);
    limitParts(chunks);
    last = next;
  }
  return chunks;
}

/** Undefined when the file ends first. */
function readChunk(bytes: Buffer, at: number): Chunk | undefined {
  if (at + 12 > bytes.length) return undefined;
  const length = bytes.readUInt32BE(at);
  const type = bytes.toString('latin1', at + 4, at + 8);
  if (!/^[A-Za-z]{4}$/.test(type)) throw corrupt('A part of it has no name.');
  if (isCritical(type) && !CRITICAL.includes(type)) throw corrupt('A part of it is unknown and cannot be left out.');
  const end = at + 12 + length;
  if (end > bytes.length) return undefined;
  if (isCritical(type) && crc32(bytes.subarray(at + 4, end - 4)) !== bytes.readUInt32BE(end - 4))
    throw corrupt('A check sum is wrong.');
  return { type, data: bytes.subarray(at + 8, end - 4), end };
}

function readHeader(data: Buffer): PngHeader {
  if (data.length !== 13) throw corrupt('Its header has a wrong length.');
  const [width, height] = [data.readUInt32BE(0), data.readUInt32BE(4)];
  const [depth, colourType, compression, filter, interlace] = [...data.subarray(8)];
  if (width === 0 || height === 0 || width > 0x7fffffff || height > 0x7fffffff)
    throw corrupt('It has no possible size.');
  if (!DEPTHS[colourType!]?.includes(depth!)) throw corrupt('It has no possible kind of colour.');
  if (compression !== 0 || filter !== 0 || interlace! > 1) throw corrupt('It is packed in no known way.');
  return { width, height, depth: depth!, colourType: colourType!, interlaced: interlace === 1 };
}

function checkOrder(chunks: readonly Chunk[]): void {
  const types = chunks.map(({ type }) => type);
  const first = types.indexOf(PIXELS);
  if (first === -1) throw corrupt('It holds no pixels.');
  if (types.slice(first, types.lastIndexOf(PIXELS)).some((type) => type !== PIXELS))
    throw corrupt('Its pixels are torn apart.');
  if (types.indexOf('IHDR', 1) !== -1) throw corrupt('It has two headers.');
}
