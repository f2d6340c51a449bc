/** What stands for a picture until it is there, and by which copies of it are found. */
import { rgbaToThumbHash } from 'thumbhash';
import { dominantColor } from '../../domain/dominant-color.ts';
import { HASH_SIDE, perceptualHash } from '../../domain/perceptual-hash.ts';
import type { Rendered } from './contract.ts';
import { fromPixels, type Pixels } from './pixels.ts';

/** ThumbHash takes no more. */
const SAMPLE_SIDE = 100;

export async function describePicture(
  base: Pixels,
): Promise<Required<Pick<Rendered, 'thumbhash' | 'dominantColor' | 'perceptualHash'>>> {
  const { data, info } = await fromPixels(base)
    .resize({ width: SAMPLE_SIDE, height: SAMPLE_SIDE, fit: 'inside', withoutEnlargement: true })
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const greys = await sharpGreys({ data, width: info.width, height: info.height, channels: 4 });
  return {
    thumbhash: Buffer.from(rgbaToThumbHash(info.width, info.height, data)).toString('base64'),
    dominantColor: dominantColor(data),
    perceptualHash: perceptualHash(greys),
  };
}

const sharpGreys = (sample: Pixels): Promise<Buffer> =>
  fromPixels(sample)
    .flatten({ background: '#ffffff' })
    .resize({ width: HASH_SIDE, height: HASH_SIDE, fit: 'fill' })
    .toColourspace('b-w')
    .raw()
    .toBuffer();
