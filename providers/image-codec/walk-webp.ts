/** WebP (RFC 9649): one RIFF container of chunks. */

import { corrupt, RejectedError } from './rejected-error.ts';
import { limitParts, type Structure } from './structure.ts';

const PIXELS = ['VP8 ', 'VP8L', 'ALPH', 'ANMF', 'VP8X', 'ANIM'];

export function walkWebp(bytes: Buffer, maxFrames: number): Structure {
  if (bytes.length < 20) throw corrupt('It ends within its header.');
  const end = 8 + bytes.readUInt32LE(4);
  if (end > bytes.length) throw new RejectedError('truncated');
  const found: Structure = { width: 0, height: 0, frames: 0, beside: [bytes.subarray(end)] };
  for (let at = 12; at + 8 <= end && found.frames <= maxFrames; ) {
    const type = bytes.toString('latin1', at, at + 4);
    const length = bytes.readUInt32LE(at + 4);
    const data = bytes.subarray(at + 8, at + 8 + length);
    if (at + 8 + length > end) throw corrupt('A part of it is longer than the whole.');
    readChunk(type, data, found);
    limitParts(found.beside);
    at += 8 + length + (length % 2);
  }
  if (found.frames === 0 || found.width === 0) throw corrupt('It holds no picture.');
  return found;
}

function readChunk(type: string, data: Buffer, found: Structure): void {
  const size = sizeIn(type, data);
  if (size) {
    found.width = Math.max(found.width, size.width);
    found.height = Math.max(found.height, size.height);
  }
  if (type === 'VP8 ' || type === 'VP8L' || type === 'ANMF') found.frames++;
  if (!PIXELS.includes(type)) found.beside.push(data);
}

function sizeIn(type: string, data: Buffer): { width: number; height: number } | undefined {
  if (type === 'VP8X' && data.length >= 10)
    return { width: data.readUIntLE(4, 3) + 1, height: data.readUIntLE(7, 3) + 1 };
  if (type === 'VP8L' && data.length >= 5 && data[0] === 0x2f) {
    const bits = data.readUInt32LE(1);
    return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
  }
  if (type === 'VP8 ' && data.length >= 10 && data.toString('hex', 3, 6) === '9d012a')
    return { width: data.readUInt16LE(6) & 0x3fff, height: data.readUInt16LE(8) & 0x3fff };
  return undefined;
}
