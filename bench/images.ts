/** `npm run bench -- --images`: pictures a second, beside a bare script of libvips in the same run. */
import { availableParallelism } from 'node:os';
import { createCodecSide } from './images/codec.ts';
import { createFloor } from './images/floor.ts';
import { copyOf, paintPicture } from './images/picture.ts';
import { createPipelineSide } from './images/pipeline.ts';
import type { Side } from './images/plan.ts';
import { median, show, sum, table } from './numbers.ts';
import { cpuSeconds } from './processes.ts';
import { say } from './progress.ts';
import type { Stores } from './stores.ts';

export interface ImageBenchOptions {
  /** Pictures in each turn of each side. */
  pictures: number;
  turns: number;
}

export interface ImageBenchResult {
  megabytes: number;
  /** By side and turn; the floor is first. */
  turns: Record<string, Turn[]>;
}

interface Turn {
  picturesPerSecond: number;
  /** Of all processes of the side: what neighbours on the machine do not change. */
  cpuMsPerPicture: number;
}

const IMAGE_WORDS = `A picture is a 12-megapixel JPEG, of which 1200, 400 and 200 wide are made in WebP and JPEG (mozjpeg). The floor is one script with
sharp and nothing else: one decode, sizes from its pixels, a picture per core at once. The codec does the same in its child processes and
also checks structure, limits and polyglots, and makes placeholder, dominant colour and perceptual hash. The pipeline is the images pool in
its own process: original into storage, row, job, codec, variants into storage, recorded. They take turns.`;

export async function benchImages(
  { pictures, turns: count }: ImageBenchOptions,
  stores: Stores,
  store: string,
): Promise<ImageBenchResult> {
  const picture = await paintPicture();
  const cores = availableParallelism();
  const sides: Side[] = [createFloor(cores), createCodecSide(cores), await createPipelineSide(stores, store)];
  const turns: Record<string, Turn[]> = Object.fromEntries(sides.map(({ name }) => [name, []]));
  let made = 0;
  const batch = (size: number) => Array.from({ length: size }, () => copyOf(picture, made++));
  for (const side of sides) await side.render(batch(2 * cores));
  for (let turn = 1; turn <= count; turn++)
    for (const side of sides) {
      const measured = await measure(side, batch(pictures));
      turns[side.name]!.push(measured);
      say(`turn ${turn}, ${side.name}: ${show(measured.picturesPerSecond)} pictures/s`);
    }
  await Promise.all(sides.map((side) => side.close()));
  return { megabytes: picture.length / 1e6, turns };
}

async function measure(side: Side, pictures: readonly Buffer[]): Promise<Turn> {
  const cpu = () => sum(side.pids().map((pid) => cpuSeconds(pid)));
  const before = cpu();
  const started = performance.now();
  await side.render(pictures);
  const ms = performance.now() - started;
  return {
    picturesPerSecond: (pictures.length / ms) * 1_000,
    cpuMsPerPicture: ((cpu() - before) / pictures.length) * 1_000,
  };
}

export function printImages({ megabytes, turns }: ImageBenchResult): string {
  const names = Object.keys(turns);
  const [floor = [], ...others] = Object.values(turns);
  const rows = Object.entries(turns).flatMap(([name, side]) => [
    [`${name}, pictures/s`, ...spread(side.map((turn) => turn.picturesPerSecond))],
    [`${name}, CPU ms/picture`, ...spread(side.map((turn) => turn.cpuMsPerPicture))],
  ]);
  return [
    '## Pictures',
    '',
    `${IMAGE_WORDS} The picture has ${show(megabytes)} MB.`,
    '',
    table(['', 'median', 'lowest', 'highest'], rows),
    '',
    ...others.map((side, index) => compareSides(`${names[index + 1]} / ${names[0]}`, side, floor)),
  ].join('\n');
}

const spread = (values: number[]) => [median(values), Math.min(...values), Math.max(...values)];

function compareSides(label: string, side: readonly Turn[], floor: readonly Turn[]): string {
  const rates = side.map((turn, index) => (turn.picturesPerSecond / floor[index]!.picturesPerSecond) * 100);
  const cpu = side.map((turn, index) => (floor[index]!.cpuMsPerPicture / turn.cpuMsPerPicture) * 100);
  const [middle, lowest, highest] = spread(rates).map(show);
  return `**${label}: ${middle} %** (single turns ${lowest} to ${highest} %); ${show(median(cpu))} % by CPU.`;
}
