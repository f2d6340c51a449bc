/** GIF (89a specification): blocks to the trailer. */

import { corrupt, RejectedError } from './rejected-error.ts';
import { limitParts, type Structure } from './structure.ts';

const EXTENSION = 0x21;
const IMAGE = 0x2c;
const TRAILER = 0x3b;
const hasTable = (flags: number) => (flags & 0x80) !== 0;
const tableBytes = (flags: number) => (hasTable(flags) ? 3 * 2 ** ((flags & 7) + 1) : 0);

export function walkGif(bytes: Buffer, maxFrames: number): Structure {
  if (bytes.length < 13) throw corrupt('It ends within its header.');
  const found: Structure = { width: bytes.readUInt16LE(6), height: bytes.readUInt16LE(8), frames: 0, beside: [] };
  let at = 13 + tableBytes(bytes[10]!);
  while (bytes[at] !== TRAILER) {
    const block = bytes[at];
    if (block === EXTENSION) at = readExtension(bytes, at, found);
    else if (block === IMAGE) at = readImage(bytes, at, found);
    else if (block === undefined) throw endsEarly(found);
    else throw corrupt('Between its parts is something that belongs to none.');
    if (found.frames > maxFrames) return found;
    limitParts(found.beside);
  }
  if (found.frames === 0 || found.width === 0 || found.height === 0) throw corrupt('It holds no picture.');
  found.beside.push(bytes.subarray(at + 1));
  return found;
}

function readExtension(bytes: Buffer, at: number, found: Structure): number {
  const end = endOfBlocks(bytes, at + 2, found);
  found.beside.push(bytes.subarray(at + 2, end));
  return end;
}

function readImage(bytes: Buffer, at: number, found: Structure): number {
  if (at + 11 > bytes.length) throw endsEarly(found);
  const [left, top] = [bytes.readUInt16LE(at + 1), bytes.readUInt16LE(at + 3)];
  found.width = Math.max(found.width, left + bytes.readUInt16LE(at + 5));
  found.height = Math.max(found.height, top + bytes.readUInt16LE(at + 7));
  found.frames++;
  return endOfBlocks(bytes, at + 11 + tableBytes(bytes[at + 9]!), found);
}

function endOfBlocks(bytes: Buffer, start: number, found: Structure): number {
  let at = start;
  for (let length = bytes[at]; length !== 0; length = bytes[at]) {
    if (length === undefined) throw endsEarly(found);
    at += 1 + length;
  }
  return at + 1;
}

const endsEarly = (found: Structure) =>
  found.frames > 0 ? new RejectedError('truncated') : corrupt('It ends before its pixels.');
