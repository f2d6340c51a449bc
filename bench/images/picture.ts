/** The picture that everybody renders: a 12-megapixel photograph as a camera makes it, painted so that it needs no file. */
import { createHash } from 'node:crypto';
import sharp from 'sharp';

export const PICTURE = { width: 4000, height: 3000 };

/** Noise of three sizes under shapes: about as many bytes, and about as much to encode, as a photograph of an object. */
export async function paintPicture(): Promise<Buffer> {
  const { width, height } = PICTURE;
  const grain = (side: number, sigma: number) =>
    sharp({
      create: {
        width: side * 4,
        height: side * 3,
        channels: 3,
        background: '#808080',
        noise: { type: 'gaussian', mean: 128, sigma },
      },
    })
      .png()
      .toBuffer();
  const stretched = async (side: number, sigma: number) =>
    sharp(await grain(side, sigma))
      .resize(width, height, { fit: 'fill', kernel: 'cubic' })
      .png({ compressionLevel: 1 })
      .toBuffer();
  const shapes = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
    <defs><radialGradient id="g"><stop offset="0" stop-color="#f4e2c8"/><stop offset="1" stop-color="#3a2c44"/></radialGradient></defs>
    <rect width="100%" height="100%" fill="url(#g)"/>
    <circle cx="1900" cy="1500" r="900" fill="#b4552d"/><circle cx="1600" cy="1250" r="300" fill="#e9a27c"/>
    <rect x="2500" y="400" width="900" height="2200" rx="120" fill="#27556b"/>
  </svg>`;
  return sharp(Buffer.from(shapes))
    .composite([
      { input: await stretched(20, 60), blend: 'soft-light' },
      { input: await stretched(120, 50), blend: 'soft-light' },
      { input: await stretched(700, 40), blend: 'soft-light' },
    ])
    .removeAlpha()
    .jpeg({ quality: 88 })
    .toBuffer();
}

/** The same picture as other bytes, so that whoever knows contents by their hash has to work. */
export function copyOf(picture: Buffer, n: number | string): Buffer {
  const text = Buffer.from(`copy ${n}`);
  const comment = Buffer.from([0xff, 0xfe, 0, text.length + 2]);
  return Buffer.concat([picture.subarray(0, 2), comment, text, picture.subarray(2)]);
}

export const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
