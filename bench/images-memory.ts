/** `npm run bench -- --images-memory N`: N pictures through the images pool, small ones and every twentieth of 12 megapixels; its memory. */
import { setTimeout as delay } from 'node:timers/promises';
import sharp from 'sharp';
import { copyOf, paintPicture } from './images/picture.ts';
import { openImagesPool } from './images/pool.ts';
import { median, show, slope, table } from './numbers.ts';
import { childrenOf, residentBytes } from './processes.ts';
import { say } from './progress.ts';
import type { Stores } from './stores.ts';

interface Sample {
  seconds: number;
  pictures: number;
  /** MiB. */
  worker: number;
  largestDecoder: number;
  decoders: number;
}

export interface ImagesMemory {
  store: string;
  pictures: number;
  seconds: number;
  samples: Sample[];
}

/** Pictures under way at once: what is behind them waits in rows, as after an import. */
const AHEAD = 300;
const LARGE_EVERY = 20;
const MIB = 2 ** 20;

export async function benchImagesMemory(stores: Stores, store: string, pictures: number): Promise<ImagesMemory> {
  const pool = await openImagesPool(stores);
  const began = performance.now();
  const samples: Sample[] = [];
  let given = 0;
  let done = 0;
  try {
    const paint = await createPainter();
    while (done < pictures) {
      for (; given < pictures && given - done < AHEAD; given++) await pool.give(paint(given));
      await delay(500);
      done += await pool.takeAway();
      samples.push({ seconds: (performance.now() - began) / 1_000, pictures: done, ...memoryOf(pool.worker.pid) });
      if (samples.length % 20 === 0) say(describe(samples.at(-1)!));
    }
  } finally {
    await pool.close();
  }
  return { store, pictures, seconds: (performance.now() - began) / 1_000, samples };
}

/** Each picture has bytes of its own. */
async function createPainter(): Promise<(n: number) => Buffer> {
  const large = await paintPicture();
  const small = await sharp(large).resize(400).jpeg({ quality: 85 }).toBuffer();
  return (n) => copyOf(n % LARGE_EVERY === 0 ? large : small, n);
}

function memoryOf(pid: number): Pick<Sample, 'worker' | 'largestDecoder' | 'decoders'> {
  const decoders = childrenOf(pid).map((child) => residentBytes(child) / MIB);
  return { worker: residentBytes(pid) / MIB, largestDecoder: Math.max(0, ...decoders), decoders: decoders.length };
}

const describe = ({ seconds, pictures, worker, largestDecoder }: Sample) =>
  `${show(seconds)} s, ${pictures} pictures, worker ${show(worker)} MiB, largest decoder ${show(largestDecoder)} MiB`;

export function printImagesMemory({ store, pictures, seconds, samples }: ImagesMemory): string {
  const row = (label: string, of: (sample: Sample) => number) => {
    const part = (from: number, to: number) =>
      median(samples.slice(Math.floor(samples.length * from), Math.ceil(samples.length * to)).map(of));
    const later = samples
      .slice(Math.floor(samples.length / 2))
      .map((each) => [each.pictures / 1_000, of(each)] as const);
    return [label, part(0, 0.1), part(0.45, 0.55), part(0.9, 1), Math.max(...samples.map(of)), slope(later)];
  };
  return [
    `## Memory of the images pool, queues in ${store}`,
    '',
    `${pictures} pictures, every twentieth of 12 megapixels, in ${show(seconds)} s (${show(pictures / seconds)} a second, AVIF included).`,
    '',
    table(
      ['MiB resident', 'first tenth', 'middle', 'last tenth', 'highest', 'per 1,000 pictures'],
      [row('images worker', (each) => each.worker), row('largest decoder', (each) => each.largestDecoder)],
    ),
  ].join('\n');
}
