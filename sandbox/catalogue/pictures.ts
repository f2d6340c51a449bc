/** The catalogue's pictures: drawn as SVG, painted by sharp. */
import sharp from 'sharp';
import type { DemoProduct, Palette } from './demo-product.ts';
import { deskDrawings } from './drawings-desk.ts';
import { homeDrawings } from './drawings-home.ts';
import { kitchenDrawings } from './drawings-kitchen.ts';
import { outdoorsDrawings } from './drawings-outdoors.ts';
import { wearDrawings } from './drawings-wear.ts';

export const PICTURE_SIZE = 1_200;
const DRAWN_SIZE = 600;

const drawings: Readonly<Record<string, (tone: Palette) => string>> = {
  ...kitchenDrawings,
  ...homeDrawings,
  ...deskDrawings,
  ...outdoorsDrawings,
  ...wearDrawings,
};

/** The picture as a photographer would deliver it: a JPEG, larger than any place it is shown in. */
export function paintProduct(product: Pick<DemoProduct, 'slug' | 'palette'>): Promise<Buffer> {
  const density = (72 * PICTURE_SIZE) / DRAWN_SIZE;
  return sharp(Buffer.from(drawProduct(product)), { density })
    .jpeg({ quality: 92 })
    .toBuffer();
}

/** The SVG of a product: a wall with a glow, a soft shadow, the thing. Throws when nothing is drawn for it. */
export function drawProduct({ slug, palette }: Pick<DemoProduct, 'slug' | 'palette'>): string {
  const draw = drawings[slug];
  if (!draw) throw new Error(`There is no drawing of ${slug}.`);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${DRAWN_SIZE}" height="${DRAWN_SIZE}" viewBox="0 0 600 600">
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
