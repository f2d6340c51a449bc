/** One PNG of inputs beside what came of them, for people to look at. */
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import sharp, { type OverlayOptions } from 'sharp';

export interface Cell {
  /** Undefined where the picture is not one that may be decoded here. */
  input: Buffer | undefined;
  outputs: Buffer[];
  /** Two lines: what it is, what came of it. */
  title: string;
  note: string;
}

const SIDE = 96;
const GAP = 6;
const CELL = { width: 3 * (SIDE + GAP) + GAP, height: SIDE + 40 };
const COLUMNS = 6;

export async function writeContactSheet(cells: readonly Cell[], path: string): Promise<void> {
  const rows = Math.ceil(cells.length / COLUMNS);
  const overlays = await Promise.all(cells.map((cell, n) => overlaysOf(cell, n)));
  await mkdir(dirname(path), { recursive: true });
  await sharp({
    create: { width: COLUMNS * CELL.width, height: rows * CELL.height, channels: 3, background: '#b8c4cc' },
  })
    .composite(overlays.flat())
    .png()
    .toFile(path);
}

async function overlaysOf({ input, outputs, title, note }: Cell, n: number): Promise<OverlayOptions[]> {
  const left = (n % COLUMNS) * CELL.width + GAP;
  const top = Math.floor(n / COLUMNS) * CELL.height + GAP;
  const pictures = await Promise.all([input, ...outputs].map((picture) => (picture ? thumbnail(picture) : crossed())));
  return [
    ...pictures.map((picture, at) => ({ input: picture, left: left + at * (SIDE + GAP), top })),
    { input: caption(title, note), left, top: top + SIDE },
  ];
}

/** On the sheet's own ground, so that transparency shows as its colour. */
const thumbnail = (picture: Buffer) =>
  sharp(picture, { failOn: 'none' })
    .autoOrient()
    .resize(SIDE, SIDE, { fit: 'contain', background: { r: 0, g: 0, b: 0, alpha: 0 }, kernel: 'nearest' })
    .png()
    .toBuffer();

const crossed = async () =>
  Buffer.from(
    `<svg width="${SIDE}" height="${SIDE}"><path d="M0 0L${SIDE} ${SIDE}M${SIDE} 0L0 ${SIDE}" stroke="#a33" stroke-width="2"/></svg>`,
  );

function caption(title: string, note: string): Buffer {
  const safe = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return Buffer.from(`<svg width="${CELL.width - GAP}" height="30" font-family="sans-serif" font-size="10">
    <text y="11">${safe(title.slice(0, 52))}</text><text y="24" fill="#555">${safe(note.slice(0, 52))}</text></svg>`);
}
