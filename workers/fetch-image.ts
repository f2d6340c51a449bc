/**
 * Triggered by a product image whose bytes are elsewhere: at an address, or where a presigned upload has put them. Claims the picture
 * by its hash, keeps the original, and has the image hold it; what is known of the same bytes already is told at once. A second or
 * late run finds the image settled; one that died has left a claim or an object under its own hash, which the next one finds. When
 * the attempts are used up, the sweep calls the image failed.
 */
import { createHash } from 'node:crypto';
import type { Database } from '../db/database.ts';
import { recordImageSteps } from '../db/image-steps.ts';
import { reopenJobs } from '../db/outbox.ts';
import { claimPicture } from '../db/pictures.ts';
import {
  findImageToFetch,
  holdFetched,
  type ImageToFetch,
  PictureGoneError,
  rejectImage,
} from '../db/product-images.ts';
import { imageRejection, tooManyBytes, unsupportedFormat } from '../domain/image-rejections.ts';
import { originalKey, stagedKey } from '../domain/picture-keys.ts';
import { nameOfFormat } from '../providers/image-codec/sniff.ts';
import { SNIFF_BYTES, type SourceFormat, sniff } from '../providers/image-codec.ts';
import type { ObjectStorage } from '../providers/object-storage.ts';
import type { PublicFetch } from '../providers/public-fetch.ts';
import { makeJob } from '../queues/define-queue.ts';
import { processImage } from '../queues/process-image.ts';
import { type FetchedPicture, type FetchPictureDeps, fetchPicture } from './fetch-picture.ts';
import { done, later, type Outcome } from './outcome.ts';
import type { Processor } from './run-worker.ts';

export interface FetchImageDeps {
  db: Database;
  storage: Pick<ObjectStorage, 'put' | 'read' | 'stat' | 'remove'>;
  publicFetch: PublicFetch;
  settings: FetchPictureDeps['settings'];
  inputFormats: readonly SourceFormat[];
  /** Of this configuration: what the picture's job is written for. */
  recipe: string;
}

export function createFetchImage(deps: FetchImageDeps): Processor<{ image_id: string }> {
  return async ({ image_id: imageId }) => {
    const image = await findImageToFetch(deps.db, imageId);
    if (image?.status !== 'queued') return done(image ? `the image is ${image.status}` : 'there is no such image');
    if (image.sha256 !== null) return done('its bytes are here');
    const got = await getBytes(deps, image);
    if (got.kind === 'later') return later(got.delayMs);
    if (got.kind === 'again') throw Object.assign(new Error(got.message), { code: got.code });
    const judged = got.kind === 'fetched' ? judge(got.bytes, deps) : got;
    if (judged.kind === 'rejected') return reject(deps, image, judged);
    return keep(deps, image, judged);
  };
}

interface Rejection {
  kind: 'rejected';
  code: string;
  message: string;
}
type Got = Exclude<FetchedPicture, { kind: 'fetched' }> | Rejection | { kind: 'fetched'; bytes: Uint8Array };
type Judged = { kind: 'taken'; bytes: Uint8Array; format: SourceFormat } | Rejection;

async function getBytes(deps: FetchImageDeps, image: ImageToFetch): Promise<Got> {
  if (image.source_url === null) return readStaged(deps, image);
  const { db, publicFetch, settings } = deps;
  const address = { id: image.id, url: image.source_url, since: image.created_at };
  const got = await fetchPicture({ db, publicFetch, settings }, address);
  // Nobody waits for figures, and a lost one is no loss.
  if (got.kind === 'fetched')
    void recordImageSteps(db, [{ step: 'fetch', seconds: got.milliseconds / 1_000 }]).catch(() => {});
  return got;
}

/** A presigned address cannot keep anybody from sending more: the size is asked first. */
async function readStaged({ storage, settings }: FetchImageDeps, { id }: ImageToFetch): Promise<Got> {
  const key = stagedKey(id);
  const found = await storage.stat(key);
  if (!found) return { kind: 'rejected', ...imageRejection('upload_expired') };
  if (found.bytes > settings.maxBytes) return { kind: 'rejected', ...tooManyBytes(settings.maxBytes) };
  return { kind: 'fetched', bytes: await storage.read(key, { atMost: settings.maxBytes }) };
}

/** By its first bytes; the decoder looks closer. */
function judge(bytes: Uint8Array, { settings, inputFormats }: FetchImageDeps): Judged {
  if (bytes.byteLength === 0) return { kind: 'rejected', ...imageRejection('empty') };
  if (bytes.byteLength > settings.maxBytes) return { kind: 'rejected', ...tooManyBytes(settings.maxBytes) };
  const sniffed = sniff(bytes.subarray(0, SNIFF_BYTES));
  const format = inputFormats.find((each) => each === sniffed);
  if (format) return { kind: 'taken', bytes, format };
  if (!sniffed) return { kind: 'rejected', ...imageRejection('not_an_image') };
  return { kind: 'rejected', ...unsupportedFormat(inputFormats, nameOfFormat(sniffed)) };
}

async function reject(deps: FetchImageDeps, image: ImageToFetch, { code, message }: Rejection): Promise<Outcome> {
  await rejectImage(deps.db, image.id, { code, message });
  await forgetStaged(deps, image);
  return done(`rejected: ${code}`);
}

/** How long a clean-up of the same bytes may take, and a picture that was just cleaned up to be claimed anew. */
const CLEAN_UP_MS = 1_000;

async function keep(deps: FetchImageDeps, image: ImageToFetch, { bytes, format }: Extract<Judged, { kind: 'taken' }>) {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const claim = await claimPicture(deps.db, { sha256, bytes: bytes.byteLength, format });
  if (claim.status === 'removing') return later(CLEAN_UP_MS);
  if (!claim.stored) await deps.storage.put(originalKey(sha256), bytes, { contentType: `image/${format}` });
  try {
    const status = await hold(deps, image.id, sha256);
    await forgetStaged(deps, image);
    return done(status ?? 'the image was deleted or settled meanwhile');
  } catch (error) {
    if (error instanceof PictureGoneError) return later(CLEAN_UP_MS);
    throw error;
  }
}

const hold = ({ db, recipe }: FetchImageDeps, imageId: string, sha256: string) =>
  db.transaction(async (tx) => {
    const status = await holdFetched(tx, imageId, sha256);
    if (status === 'queued') await reopenJobs(tx, [makeJob(processImage, { sha256, recipe })]);
    return status;
  });

/** What a process that dies here leaves behind goes with the next look through the storage. */
async function forgetStaged({ storage }: FetchImageDeps, image: ImageToFetch): Promise<void> {
  if (image.source === 'presigned') await storage.remove(stagedKey(image.id));
}
