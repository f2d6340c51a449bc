/**
 * Triggered by the sweeper for a picture that nobody has had for the grace, or that has variants of a recipe it is not shown by any
 * more. The row says first that the picture is going, then its objects go, then the row; who has the same bytes again meanwhile
 * waits. A run that died is gone on with, a second or late one finds nothing to do, and whoever took the picture back keeps it.
 */
import { deletePicture, deleteVariants, findOldVariants, isRemoving, startRemoving } from '../db/clean-up-pictures.ts';
import type { Database } from '../db/database.ts';
import { originalKey, variantsOf } from '../domain/picture-keys.ts';
import type { ObjectStorage } from '../providers/object-storage.ts';
import { done } from './outcome.ts';
import type { Processor } from './run-worker.ts';

export interface CleanUpDeps {
  db: Database;
  storage: Pick<ObjectStorage, 'list' | 'remove'>;
  graceSeconds: number;
  /** Of the configuration: its variants are kept in any case. */
  recipe: string;
}

export function createCleanUpPicture(deps: CleanUpDeps): Processor<{ sha256: string }> {
  return async ({ sha256 }) => {
    if (await startRemoving(deps.db, sha256, deps.graceSeconds)) return done(await removePicture(deps, sha256));
    return done(`${await removeOldVariants(deps, sha256)} old variants removed`);
  };
}

async function removePicture({ db, storage }: CleanUpDeps, sha256: string): Promise<string> {
  for await (const key of keysOf(storage, sha256)) {
    if (!(await isRemoving(db, sha256))) return 'somebody else has removed it';
    await storage.remove(key);
  }
  await deletePicture(db, sha256);
  return 'removed';
}

/** Also what was put and never recorded. */
async function* keysOf(storage: Pick<ObjectStorage, 'list'>, sha256: string): AsyncIterable<string> {
  for await (const { key } of storage.list(variantsOf(sha256))) yield key;
  yield originalKey(sha256);
}

/** Rows last: those of another recipe are shown to nobody, and say what is left to remove. */
async function removeOldVariants({ db, storage, recipe, graceSeconds }: CleanUpDeps, sha256: string): Promise<number> {
  const old = await findOldVariants(db, sha256, { recipe, graceSeconds });
  for (const { key } of old) await storage.remove(key);
  const keys = old.map(({ key }) => key);
  if (keys.length > 0) await deleteVariants(db, sha256, keys);
  return keys.length;
}
