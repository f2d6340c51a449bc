/**
 * Takes files in: each is judged by its first bytes, claimed by its hash, and put into storage unless it is there. What is known
 * of the content already is told without storing it again.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Executor } from '../db/database.ts';
import { claimPicture, findPicture, type ImageProblem } from '../db/pictures.ts';
import { imageRejection, tooManyBytes, unsupportedFormat } from '../domain/image-rejections.ts';
import { originalKey } from '../domain/picture-keys.ts';
import { nameOfFormat, type SniffedFormat, sniff } from '../providers/image-codec/sniff.ts';
import type { ImageSettings } from './image-options.ts';
import { Problem } from './problem.ts';
import type { ReceivedFile } from './receive-files.ts';

/** The file with what is wrong with it, or nothing: then its original stands in storage. */
export interface KeptFile {
  file: ReceivedFile;
  problem: ImageProblem | undefined;
}

interface Context extends Pick<ImageSettings, 'storage' | 'maxBytes' | 'inputFormats'> {
  db: Executor;
}

export async function keepOriginals(context: Context, files: readonly ReceivedFile[]): Promise<KeptFile[]> {
  const known = new Map<string, ImageProblem | undefined>();
  const kept: KeptFile[] = [];
  // One after the other: a request holds one file in memory at a time.
  for (const file of files) {
    const refused = judge(file, context);
    if (!refused && !known.has(file.sha256)) known.set(file.sha256, await keep(context, file));
    kept.push({ file, problem: refused ?? known.get(file.sha256) });
  }
  return kept;
}

/** By its beginning alone; whether it is whole and harmless is for the job to find. */
export function judge(
  { bytes, head }: Pick<ReceivedFile, 'bytes' | 'head'>,
  { maxBytes, inputFormats }: Pick<Context, 'maxBytes' | 'inputFormats'>,
): ImageProblem | undefined {
  if (bytes === 0) return imageRejection('empty');
  if (bytes > maxBytes) return tooManyBytes(maxBytes);
  const format = sniff(head);
  if (!format) return imageRejection('not_an_image');
  if (inputFormats.includes(format)) return undefined;
  return unsupportedFormat(inputFormats, nameOfFormat(format));
}

const CLAIM_TRIES = 8;
const CLAIM_PAUSE_MS = 250;

async function keep({ db, storage }: Context, file: ReceivedFile): Promise<ImageProblem | undefined> {
  const { sha256, bytes } = file;
  const format = sniff(file.head) as SniffedFormat;
  for (let tries = 1; tries <= CLAIM_TRIES; tries++) {
    const { status, stored } = await claimPicture(db, { sha256, bytes, format });
    if (status === 'rejected') return (await findPicture(db, sha256))?.rejection ?? imageRejection('corrupt');
    if (status !== 'removing') {
      if (!stored) await put(storage, file, format);
      return undefined;
    }
    await sleep(CLAIM_PAUSE_MS);
  }
  const detail = 'Just now the same picture is being removed.';
  throw new Problem({ status: 503, code: 'picture_being_removed', detail, retryAfterSeconds: 2 });
}

async function put(storage: ImageSettings['storage'], file: ReceivedFile, format: SniffedFormat): Promise<void> {
  try {
    await storage.put(originalKey(file.sha256), await file.read(), { contentType: `image/${format}` });
  } catch (error) {
    const detail = 'Pictures cannot be stored just now; nothing was accepted.';
    const problem = new Problem({ status: 503, code: 'storage_unavailable', detail, retryAfterSeconds: 5 });
    problem.cause = error;
    throw problem;
  }
}
