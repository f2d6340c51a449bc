/**
 * `images import`: a file of addresses becomes product images, which are followed until each is ready or is not to be had.
 * All that was done is in rows: whoever stops this, and starts it again with the same file, goes on where it was.
 */
import { writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import type { Database } from '../db/database.ts';
import { findImageStates } from '../db/import-images.ts';
import { parseCount } from './arguments.ts';
import { CliError } from './cli-error.ts';
import { type Context, outputOf, withDatabase } from './context.ts';
import { type ImageLine, readImageFile } from './image-file.ts';
import { type ImageProgress, showImageProgress, toCsv } from './image-progress.ts';
import { printResult, printRows } from './output.ts';
import { type RecordedImage, recordImages } from './record-images.ts';

interface Options {
  wait: boolean;
  report?: string;
  maxPerProduct: number;
}

export function addImageImportCommand(images: Command, context: Context): void {
  images
    .command('import')
    .description('give products the pictures at the addresses in a file, and follow them until they are ready')
    .argument('<file>', '.csv or .ndjson with slug or sku; image_urls (joined by |), image_url or images; alt')
    .option('--no-wait', 'record all of them and return; the same command later tells how they came out')
    .option('--max-per-product <count>', 'how many pictures a product may have', parseCount, 10)
    .option('--report <file>', 'write what came to nothing, and why, to a CSV file')
    .action((file: string, options: Options, command: Command) => importImages(context, command, file, options));
}

async function importImages(context: Context, command: Command, file: string, options: Options): Promise<void> {
  // Read once before anything is written: a file that cannot be read changes nothing, and the bar knows its end.
  const pictures = await countPictures(file);
  const progress = showImageProgress(pictures);
  let waiting = 0;
  try {
    waiting = await withDatabase(context, (db) => carryOut(db, file, options, progress));
  } finally {
    progress.stop();
  }
  if (options.report) await writeFile(options.report, toCsv(progress.failures));
  tell(context, command, { pictures, waiting, progress });
}

async function countPictures(file: string): Promise<number> {
  let pictures = 0;
  for await (const line of readImageFile(file)) if ('images' in line) pictures += line.images.length;
  return pictures;
}

/** Lines that are recorded together. */
const BATCH = 100;
/** Pictures of one import that are under way: what others give meanwhile does not wait behind a whole large file. */
const AHEAD = 2_000;
const LOOK_MS = 500;

/** Returns how many pictures are still under way, which is none when they are waited for. */
async function carryOut(
  db: Database,
  file: string,
  { wait, maxPerProduct }: Options,
  progress: ImageProgress,
): Promise<number> {
  let pending: RecordedImage[] = [];
  let batch: ImageLine[] = [];
  const record = async () => {
    const recorded = await recordImages(db, batch, maxPerProduct);
    pending.push(...recorded.filter((image) => !settle(image, image, progress)));
    batch = [];
    while (wait && pending.length > AHEAD) pending = await look(db, pending, progress);
  };
  for await (const line of readImageFile(file)) {
    if ('code' in line) progress.addBadLine({ url: null, ...line });
    else batch.push(line);
    if (batch.length === BATCH) await record();
  }
  await record();
  while (wait && pending.length > 0) pending = await look(db, pending, progress);
  return pending.length;
}

const DELETED = {
  status: 'failed',
  problem: { code: 'deleted', message: 'The image was deleted meanwhile.' },
} as const;

/** Returns those that are under way still. */
async function look(db: Database, pending: RecordedImage[], progress: ImageProgress): Promise<RecordedImage[]> {
  await sleep(LOOK_MS);
  const ids = pending.map(({ id }) => id!);
  const states = new Map((await findImageStates(db, ids)).map((state) => [state.id, state]));
  return pending.filter((image) => !settle(image, states.get(image.id!) ?? DELETED, progress));
}

/** Counts a picture that has come to its end; false while it is under way. */
function settle(
  { line, url }: RecordedImage,
  { status, problem }: Pick<RecordedImage, 'status' | 'problem'>,
  progress: ImageProgress,
): boolean {
  if (status === 'ready') progress.addReady();
  else if (problem) progress.addFailure({ line, url, ...problem });
  else return false;
  return true;
}

const SHOWN = 20;

function tell(
  context: Context,
  command: Command,
  { pictures, waiting, progress }: { pictures: number; waiting: number; progress: ImageProgress },
): void {
  const output = outputOf(context, command);
  const { ready, failures, badLines } = progress;
  if (failures.length > 0 && !output.json)
    printRows(output, failures.slice(0, SHOWN), ['line', 'code', 'url', 'message']);
  const more = failures.length > SHOWN ? ` (the first ${SHOWN} are shown)` : '';
  const under = waiting > 0 ? `, ${waiting} under way` : '';
  const failed = failures.length - badLines;
  const bad = badLines > 0 ? `; ${badLines} line(s) cannot be read` : '';
  printResult(output, `${pictures} picture(s): ${ready} ready${under}, ${failed} came to nothing${bad}${more}.`, {
    ...{ pictures, ready, waiting, failed, bad_lines: badLines, failures },
  });
  if (failures.length > 0) throw new CliError('Not all pictures are to be had.');
}
