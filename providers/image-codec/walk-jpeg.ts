/** JPEG (ITU-T T.81 annex B): segments to the end-of-image marker; what phones append (gain maps, films) comes after it. */

import { corrupt, RejectedError } from './rejected-error.ts';
import { limitParts, type Structure } from './structure.ts';

const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;
const COM = 0xfe;
const isFrameHeader = (marker: number) => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
const isRestart = (marker: number) => marker >= 0xd0 && marker <= 0xd7;
const isApplication = (marker: number) => marker >= 0xe0 && marker <= 0xef;

export function walkJpeg(bytes: Buffer): Structure {
  const found: Structure = { width: 0, height: 0, frames: 1, beside: [] };
  let at = 2;
  while (true) {
    const marker = markerAt(bytes, at);
    if (marker === undefined) throw endsEarly(found);
    if (marker.code === EOI) break;
    at = readSegment(bytes, marker.code, marker.end, found);
    limitParts(found.beside);
  }
  if (found.width === 0) throw corrupt('It holds no picture.');
  const end = markerAt(bytes, at)!.end;
  if (end < bytes.length) found.beside.push(bytes.subarray(end));
  return found;
}

function markerAt(bytes: Buffer, at: number): { code: number; end: number } | undefined {
  if (at < bytes.length && bytes[at] !== 0xff) throw corrupt('Between its parts is something that belongs to none.');
  let end = at;
  while (bytes[end] === 0xff) end++;
  const code = bytes[end];
  return code === undefined ? undefined : { code, end: end + 1 };
}

/** Returns where the next marker is expected. */
function readSegment(bytes: Buffer, marker: number, at: number, found: Structure): number {
  if (marker === SOI || marker === 0x00) throw corrupt('Its parts are out of order.');
  if (isRestart(marker) || marker === 0x01) return at;
  if (at + 2 > bytes.length) throw endsEarly(found);
  const length = bytes.readUInt16BE(at);
  const end = at + length;
  if (length < 2) throw corrupt('A part of it has an impossible length.');
  if (end > bytes.length) throw endsEarly(found);
  if (isFrameHeader(marker)) readFrameHeader(bytes.subarray(at + 2, end), found);
  if (isApplication(marker) || marker === COM) found.beside.push(bytes.subarray(at + 2, end));
  if (marker !== SOS) return end;
  if (found.width === 0) throw corrupt('Its pixels come before its size.');
  return endOfScan(bytes, end);
}

function readFrameHeader(header: Buffer, found: Structure): void {
  if (found.width > 0) throw corrupt('It has two sizes.');
  if (header.length < 6) throw corrupt('Its header is too short.');
  found.height = header.readUInt16BE(1);
  found.width = header.readUInt16BE(3);
  if (found.width === 0 || found.height === 0) throw corrupt('It has no size.');
}

/** Within a scan a 0xff of the data is followed by 0, and restart markers belong to it. */
function endOfScan(bytes: Buffer, start: number): number {
  let at = bytes.indexOf(0xff, start);
  while (at !== -1 && at + 1 < bytes.length) {
    const next = bytes[at + 1]!;
    if (next !== 0x00 && next !== 0xff && !isRestart(next)) return at;
    at = bytes.indexOf(0xff, next === 0xff ? at + 1 : at + 2);
  }
  throw new RejectedError('truncated');
}

const endsEarly = (found: Structure) =>
  found.width > 0 ? new RejectedError('truncated') : corrupt('It ends within its header.');
