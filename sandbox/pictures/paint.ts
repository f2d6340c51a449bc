/** Pictures by number: each its own content, the same at every visit, cheap to make by the thousand. */
import sharp from 'sharp';

export const PICTURE_WIDTH = 900;
export const PICTURE_HEIGHT = 675;
/** Painted small and enlarged: what costs is the noise, and nobody looks closely. */
const SHRINK = 15;

/** A JPEG with soft fields of color and the number's own pattern. */
export function paintNumber(number: number): Promise<Buffer> {
  const width = PICTURE_WIDTH / SHRINK;
  const height = PICTURE_HEIGHT / SHRINK;
  const random = createRandom(number);
  const [red, green, blue] = [random() * 255, random() * 255, random() * 255];
  const pixels = Buffer.alloc(width * height * 3);
  for (let at = 0; at < pixels.length; at += 3) {
    const tone = 0.55 + 0.25 * Math.sin(at / (5 + (number % 11))) + 0.2 * random();
    pixels[at] = red * tone;
    pixels[at + 1] = green * tone;
    pixels[at + 2] = blue * tone;
  }
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .resize(PICTURE_WIDTH, PICTURE_HEIGHT, { kernel: 'cubic' })
    .jpeg({ quality: 80 })
    .toBuffer();
}

/** mulberry32 */
function createRandom(seed: number): () => number {
  let state = seed + 0x9e3779b9;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
