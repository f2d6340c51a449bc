/** The catalogue's pictures: drawn as SVG, painted by sharp, kept as WebP files until the image pipeline makes real ones. */
import { existsSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { demoProducts } from './catalogue.ts';
import type { DemoProduct, Palette } from './demo-product.ts';
import { deskDrawings } from './drawings-desk.ts';
import { homeDrawings } from './drawings-home.ts';
import { kitchenDrawings } from './drawings-kitchen.ts';
import { outdoorsDrawings } from './drawings-outdoors.ts';
import { wearDrawings } from './drawings-wear.ts';

export const PICTURE_SIZE = 600;

const drawings: Readonly<Record<string, (tone: Palette) => string>> = {
  ...kitchenDrawings,
  ...homeDrawings,
  ...deskDrawings,
  ...outdoorsDrawings,
  ...wearDrawings,
};

/** Where the picture of a product is found under the media folder and under `/media`. */
export const pictureFile = (slug: string) => `${slug}.webp`;

/** Paints what is missing in the folder. Returns how many were painted. */
export async function paintPictures(folder: string): Promise<number> {
  await mkdir(folder, { recursive: true });
  const missing = demoProducts.filter(({ slug }) => !existsSync(join(folder, pictureFile(slug))));
  // One after the other: a start has better things to do with both cores.
  for (const product of missing) await paint(product, join(folder, pictureFile(product.slug)));
  return missing.length;
}

/** Written aside and renamed, so that a picture is there whole or not at all. */
async function paint(product: DemoProduct, path: string): Promise<void> {
  const picture = await sharp(Buffer.from(drawProduct(product)))
    .webp({ quality: 88 })
    .toBuffer();
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, picture);
  await rename(draft, path);
}

/** The SVG of a product: a wall with a glow, a soft shadow, the thing. Throws when nothing is drawn for it. */
export function drawProduct({ slug, palette }: Pick<DemoProduct, 'slug' | 'palette'>): string {
  const draw = drawings[slug];
  if (!draw) throw new Error(`There is no drawing of ${slug}.`);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${PICTURE_SIZE}" height="${PICTURE_SIZE}" viewBox="0 0 600 600">
    <defs>
      <radialGradient id="glow" cx=".5" cy=".42" r=".72">
        <stop offset="0" stop-color="${palette.glow}"/><stop offset="1" stop-color="${palette.wall}"/>
      </radialGradient>
      <radialGradient id="shadow">
        <stop offset="0" stop-color="#1c1a17" stop-opacity=".34"/><stop offset="1" stop-color="#1c1a17" stop-opacity="0"/>
      </radialGradient>
    </defs>
    <rect width="600" height="600" fill="url(#glow)"/>
    <rect y="474" width="600" height="126" fill="${palette.wall}"/>
    <ellipse cx="300" cy="478" rx="220" ry="30" fill="url(#shadow)"/>
    ${draw(palette)}
  </svg>`;
}
