/**
 * Whether every pixel of an indexed PNG names a colour of its palette. Decoders paint the others black or from memory that is not
 * theirs, and say nothing.
 */
import { inflateSync } from 'node:zlib';
import { corrupt } from './rejected-error.ts';

export interface PngHeader {
  width: number;
  height: number;
  depth: number;
  colourType: number;
  interlaced: boolean;
}

/** Adam7: where each pass starts and how far apart its pixels are. */
const PASSES = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;
const WHOLE = [[0, 0, 1, 1]] as const;
/** A larger one is left to the decoder: this reader is not made for it, and the largest pictures are no drawings of few colours. */
const MAX_BYTES = 64 * 1024 * 1024;

export function checkPalette(header: PngHeader, palette: Buffer | undefined, pixels: Buffer[]): void {
  const colours = Math.floor((palette?.length ?? 0) / 3);
  if (colours === 0 || palette!.length % 3 !== 0 || colours > 256) throw corrupt('It has no palette.');
  if (colours >= 2 ** header.depth) return;
  const passes = sizesOfPasses(header);
  const bytes = passes.reduce((sum, { width, height }) => sum + (rowBytes(width, header.depth) + 1) * height, 0);
  if (bytes > MAX_BYTES) return;
  let rows = inflate(pixels, bytes);
  for (const { width, height } of passes) {
    const length = rowBytes(width, header.depth);
    let above: Buffer = Buffer.alloc(length);
    for (let y = 0; y < height; y++) {
      const row = rows.subarray(1, 1 + length);
      unfilter(rows[0]!, row, above);
      if (largestIndex(row, width, header.depth) >= colours)
        throw corrupt('A pixel names a colour that it does not have.');
      above = row;
      rows = rows.subarray(1 + length);
    }
  }
}

const rowBytes = (width: number, depth: number) => Math.ceil((width * depth) / 8);

function sizesOfPasses({ width, height, interlaced }: PngHeader): { width: number; height: number }[] {
  return (interlaced ? PASSES : WHOLE)
    .map(([x, y, dx, dy]) => ({ width: Math.ceil((width - x) / dx), height: Math.ceil((height - y) / dy) }))
    .filter((pass) => pass.width > 0 && pass.height > 0);
}

function inflate(pixels: Buffer[], bytes: number): Buffer {
  let rows: Buffer;
  try {
    rows = inflateSync(Buffer.concat(pixels), { maxOutputLength: bytes + 1024 });
  } catch {
    throw corrupt('Its pixels cannot be unpacked.');
  }
  if (rows.length < bytes) throw corrupt('It has fewer pixels than its size says.');
  return rows;
}

/** In place; the unit of filters is one byte in an indexed picture, whatever its depth. */
function unfilter(filter: number, row: Buffer, above: Buffer): void {
  if (filter > 4) throw corrupt('Its pixels are filtered in no known way.');
  if (filter === 0) return;
  for (let x = 0; x < row.length; x++) {
    const left = x > 0 ? row[x - 1]! : 0;
    const up = above[x]!;
    row[x] = row[x]! + predict(filter, left, up, x > 0 ? above[x - 1]! : 0);
  }
}

function predict(filter: number, left: number, up: number, corner: number): number {
  if (filter === 1) return left;
  if (filter === 2) return up;
  if (filter === 3) return (left + up) >> 1;
  const guess = left + up - corner;
  const [byLeft, byUp, byCorner] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)];
  return byLeft <= byUp && byLeft <= byCorner ? left : byUp <= byCorner ? up : corner;
}

function largestIndex(row: Buffer, width: number, depth: number): number {
  let largest = 0;
  const perByte = 8 / depth;
  const mask = 2 ** depth - 1;
  for (let x = 0; x < width; x++) {
    const byte = row[Math.floor(x / perByte)]!;
    largest = Math.max(largest, (byte >> (8 - depth - (x % perByte) * depth)) & mask);
  }
  return largest;
}
