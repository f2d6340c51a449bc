/**
 * SVG of our own making as PNG, here and not in a child: nothing in it is a stranger's, and no font is needed. The library is loaded
 * by the first that wants one.
 */
import { once } from '../object-storage/once.ts';

const load = once(async () => (await import('sharp')).default);

/** `scale`: pixels of the picture for one of the drawing. */
export async function drawPng(svg: string, scale: number): Promise<Uint8Array> {
  const sharp = await load();
  return sharp(Buffer.from(svg), { density: 72 * scale })
    .png({ palette: true, effort: 4 })
    .toBuffer();
}
