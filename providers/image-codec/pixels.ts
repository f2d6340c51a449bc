/** Decoded pixels between two steps: 8 bits a channel, sRGB, with alpha or without. */
import sharp, { type OutputInfo, type Sharp } from 'sharp';

export interface Pixels {
  data: Buffer;
  width: number;
  height: number;
  channels: 3 | 4;
}

export async function toPixels(pipeline: Sharp): Promise<Pixels> {
  const { data, info } = await pipeline.raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height, channels: channelsOf(info) };
}

function channelsOf({ channels }: OutputInfo): 3 | 4 {
  if (channels !== 3 && channels !== 4) throw new Error(`Pixels came out with ${channels} channels.`);
  return channels;
}

export const fromPixels = ({ data, width, height, channels }: Pixels): Sharp =>
  sharp(data, { raw: { width, height, channels } });

export function isOpaque({ data }: Pixels): boolean {
  for (let at = 3; at < data.length; at += 4) if (data[at] !== 255) return false;
  return true;
}
