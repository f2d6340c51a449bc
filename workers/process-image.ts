/**
 * Triggered by a product image that holds a picture nobody has rendered (an upload, a fetched address): makes the variants by this
 * process's own recipe, whatever recipe the job was written for, and settles every product image that waits for the picture. A
 * second or late run finds the picture settled; a run beside this one puts and records the same. A bad picture is an answer; what
 * fails otherwise (storage, machine) is tried again, and said to have failed by the sweep when the attempts are used up.
 */
import { insertJobs } from '../db/outbox.ts';
import { findPicture, recordRendering, rejectPicture } from '../db/pictures.ts';
import { makeJob } from '../queues/define-queue.ts';
import { encodeLateFormats } from '../queues/encode-late-formats.ts';
import { done, later } from './outcome.ts';
import { CLOSING_MS, type PictureDeps, type RenderEnd, renderPicture, toRendering } from './render-picture.ts';
import type { Processor } from './run-worker.ts';

export function createProcessImage(deps: PictureDeps): Processor<{ sha256: string; recipe: string }> {
  return async ({ sha256 }, { log }) => {
    const picture = await findPicture(deps.db, sha256);
    if (picture?.status !== 'new')
      return done(picture ? `the picture is ${picture.status}` : 'there is no such picture');
    const { presets, now } = deps.rendition;
    const end = await renderPicture(deps, { sha256, presets, formats: now, describe: true, priority: 'now' }, log);
    if (end.kind === 'closing') return later(CLOSING_MS);
    return end.kind === 'stored' ? record(deps, sha256, end) : reject(deps, sha256, end);
  };
}

async function record({ db, rendition }: PictureDeps, sha256: string, end: Extract<RenderEnd, { kind: 'stored' }>) {
  const { recipe, late } = rendition;
  const recorded = await db.transaction(async (tx) => {
    if (!(await recordRendering(tx, sha256, toRendering(recipe, end)))) return false;
    if (late.length > 0) await insertJobs(tx, [makeJob(encodeLateFormats, { sha256, recipe })]);
    return true;
  });
  return done(recorded ? `${end.variants.length} variants` : 'the picture was removed meanwhile');
}

async function reject(
  { db }: PictureDeps,
  sha256: string,
  { code, message }: Extract<RenderEnd, { kind: 'rejected' }>,
) {
  await db.transaction((tx) => rejectPicture(tx, sha256, { code, message }));
  return done(`rejected: ${code}`);
}
