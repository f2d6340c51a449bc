/**
 * The floor: what somebody would write with sharp alone, at its best. One shrink-on-load decode to pixels, each size from those, each
 * in both formats; as many pictures at once as there are cores, one thread for each. No limits, no checks, no placeholder, no process
 * of its own: the first hostile picture ends it.
 */
import sharp from 'sharp';
import { QUALITIES, type Side, WIDTHS } from './plan.ts';

export function createFloor(cores: number): Side {
  sharp.cache(false);
  sharp.concurrency(1);
  return {
    name: 'bare libvips',
    async render(pictures) {
      const waiting = [...pictures];
      const lane = async () => {
        for (let next = waiting.pop(); next; next = waiting.pop()) await renderOne(next);
      };
      await Promise.all(Array.from({ length: cores }, lane));
    },
    pids: () => [process.pid],
    async close() {},
  };
}

async function renderOne(picture: Buffer): Promise<void> {
  const { data, info } = await sharp(picture)
    .autoOrient()
    .resize({ width: WIDTHS[0] })
    .raw()
    .toBuffer({ resolveWithObject: true });
  const raw = { width: info.width, height: info.height, channels: info.channels };
  for (const width of WIDTHS) {
    const pixels =
      width === info.width
        ? { data, info }
        : await sharp(data, { raw }).resize({ width }).raw().toBuffer({ resolveWithObject: true });
    const again = () =>
      sharp(pixels.data, {
        raw: { width: pixels.info.width, height: pixels.info.height, channels: pixels.info.channels },
      });
    await again().webp({ quality: QUALITIES.webp }).toBuffer();
    await again().jpeg({ quality: QUALITIES.jpeg, mozjpeg: true }).toBuffer();
  }
}
