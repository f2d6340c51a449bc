/**
 * Triggered once a day: looks through the storage for what no row knows of, older than the grace (uploads that came to nothing,
 * variants that a run put and never recorded, whatever a database that was restored has forgotten). Originals and variants of no
 * picture become pictures that are being removed, so that they leave by the same guarded way as all others. When much is unknown,
 * the storage is probably somebody else's, and nothing is touched. A second, late or cut-off run is the next day's look.
 */
import {
  adoptOrphans,
  findKnownPictures,
  findKnownVariants,
  findWantedUploads,
  markForgottenPictures,
} from '../db/clean-storage.ts';
import type { Database } from '../db/database.ts';
import { ORIGINALS, recipeOfKey, STAGED, VARIANTS } from '../domain/picture-keys.ts';
import type { ObjectStorage, StoredObject } from '../providers/object-storage.ts';
import { done, giveUp } from './outcome.ts';
import type { Processor } from './run-worker.ts';

export interface CleanStorageDeps {
  db: Database;
  storage: Pick<ObjectStorage, 'list' | 'remove' | 'stat'>;
  graceSeconds: number;
  recipe: string;
}

const PAGE = 500;
/** Of what is there, so much may be unknown before somebody should look: at least the one, and the other as a share of what is known. */
const FEW_ORPHANS = 200;
const ORPHANS_SHARE = 0.1;

export function createCleanStorage(deps: CleanStorageDeps): Processor<{ day: string }> {
  return async () => {
    const forgotten = await markForgottenPictures(deps.db);
    const { known, orphans, strays } = await compare(deps);
    if (orphans.size > Math.max(FEW_ORPHANS, known * ORPHANS_SHARE))
      return giveUp(
        'storage_unknown',
        `Of ${orphans.size} pictures in storage there is no row, beside ${known} that are known: nothing was removed. Is this storage another shop's, or the database an old one?`,
      );
    await adoptOrphans(deps.db, [...orphans]);
    const uploads = await removeUploads(deps);
    const removed = await removeStrays(deps, strays);
    return done(`removed ${uploads} uploads and ${removed} variants; ${orphans.size + forgotten} pictures go`);
  };
}

/** Objects older than the grace, page by page: memory does not grow with the storage. */
async function* pagesOf({ storage, graceSeconds }: CleanStorageDeps, prefix: string): AsyncIterable<StoredObject[]> {
  let page: StoredObject[] = [];
  for await (const object of storage.list(prefix)) {
    if (object.modifiedAt.getTime() > Date.now() - graceSeconds * 1_000) continue;
    page.push(object);
    if (page.length === PAGE) {
      yield page;
      page = [];
    }
  }
  if (page.length > 0) yield page;
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const HASH = /^[0-9a-f]{64}$/;

async function removeUploads(deps: CleanStorageDeps): Promise<number> {
  let removed = 0;
  for await (const page of pagesOf(deps, STAGED)) {
    const ids = page.map(({ key }) => key.slice(STAGED.length)).filter((id) => UUID.test(id));
    const wanted = await findWantedUploads(deps.db, ids);
    for (const id of ids.filter((each) => !wanted.has(each))) {
      await deps.storage.remove(`${STAGED}${id}`);
      removed++;
    }
  }
  return removed;
}

interface Comparison {
  known: number;
  /** Hashes of pictures without a row. */
  orphans: Set<string>;
  /** Variants without a row, of pictures that have one, by recipes that nothing is shown by. */
  strays: StoredObject[];
}

async function compare(deps: CleanStorageDeps): Promise<Comparison> {
  const found: Comparison = { known: 0, orphans: new Set(), strays: [] };
  for await (const page of pagesOf(deps, ORIGINALS)) await compareOriginals(deps, page, found);
  for await (const page of pagesOf(deps, VARIANTS)) await compareVariants(deps, page, found);
  return found;
}

async function compareOriginals({ db }: CleanStorageDeps, page: readonly StoredObject[], found: Comparison) {
  const hashes = page.map(({ key }) => key.slice(ORIGINALS.length)).filter((hash) => HASH.test(hash));
  const known = await findKnownPictures(db, hashes);
  found.known += known.size;
  for (const hash of hashes) if (!known.has(hash)) found.orphans.add(hash);
}

async function compareVariants(
  { db, recipe: own }: CleanStorageDeps,
  page: readonly StoredObject[],
  found: Comparison,
) {
  const objects = page
    .map((object) => ({ object, sha256: object.key.split('/')[1] ?? '', recipe: recipeOfKey(object.key) }))
    .filter(({ sha256 }) => HASH.test(sha256));
  const hashes = [...new Set(objects.map(({ sha256 }) => sha256))];
  const pictures = await findKnownPictures(db, hashes);
  const recorded = await findKnownVariants(
    db,
    hashes,
    objects.map(({ object }) => object.key),
  );
  for (const { object, sha256, recipe } of objects) {
    const picture = pictures.get(sha256);
    if (!picture) found.orphans.add(sha256);
    else if (recipe && recipe !== own && recipe !== picture.recipe && !recorded.has(object.key))
      found.strays.push(object);
  }
}

/** One that was put again since the look is on its way to be recorded. */
async function removeStrays({ storage }: CleanStorageDeps, strays: readonly StoredObject[]): Promise<number> {
  let removed = 0;
  for (const { key, modifiedAt } of strays) {
    const now = await storage.stat(key);
    if (!now || now.modifiedAt.getTime() !== modifiedAt.getTime()) continue;
    await storage.remove(key);
    removed++;
  }
  return removed;
}
