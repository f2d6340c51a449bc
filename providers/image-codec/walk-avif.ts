/** AVIF (AV1 Image File Format): boxes of ISO base media, with the sizes that its items declare. */

import { corrupt, RejectedError } from './rejected-error.ts';
import { limitParts, type Structure } from './structure.ts';

interface Box {
  type: string;
  data: Buffer;
}

/** Boxes that are nothing but boxes, and how many bytes of their own come first. */
const CONTAINERS: Readonly<Record<string, number>> = {
  meta: 4,
  iprp: 0,
  ipco: 0,
  moov: 0,
  trak: 0,
  mdia: 0,
  minf: 0,
  stbl: 0,
};

export function walkAvif(bytes: Buffer): Structure {
  const found: Structure = { width: 0, height: 0, frames: 1, beside: [] };
  readBoxes(bytes, found, 0);
  if (found.width === 0 || found.height === 0) throw corrupt('It has no size.');
  return found;
}

function readBoxes(bytes: Buffer, found: Structure, depth: number): void {
  for (let at = 0; at + 8 <= bytes.length; ) {
    const { box, end } = boxAt(bytes, at, depth);
    const own = CONTAINERS[box.type];
    if (box.type === 'ispe' && box.data.length >= 12) takeSize(box.data, found);
    else if (box.type === 'stsz' && box.data.length >= 12)
      found.frames = Math.max(found.frames, box.data.readUInt32BE(8));
    else if (own !== undefined && depth < 8) readBoxes(box.data.subarray(own), found, depth + 1);
    else if (depth === 0 && !['ftyp', 'mdat'].includes(box.type)) found.beside.push(box.data);
    limitParts(found.beside);
    at = end;
  }
}

function boxAt(bytes: Buffer, at: number, depth: number): { box: Box; end: number } {
  const size = bytes.readUInt32BE(at);
  const type = bytes.toString('latin1', at + 4, at + 8);
  const large = size === 1 && at + 16 <= bytes.length;
  const end = size === 0 ? bytes.length : at + (large ? Number(bytes.readBigUInt64BE(at + 8)) : size);
  const head = large ? 16 : 8;
  if (end < at + head) throw corrupt('A part of it has an impossible length.');
  if (end > bytes.length)
    throw depth === 0 ? new RejectedError('truncated') : corrupt('A part is longer than the whole.');
  return { box: { type, data: bytes.subarray(at + head, end) }, end };
}

function takeSize(data: Buffer, found: Structure): void {
  const [width, height] = [data.readUInt32BE(4), data.readUInt32BE(8)];
  if (width * height > found.width * found.height) Object.assign(found, { width, height });
}
