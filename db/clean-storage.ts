/** What the daily look through the storage asks: which of the objects that stand there are known. */
import { type Executor, statement } from './database.ts';

const pictures = statement(
  'known_pictures',
  'select sha256, recipe, status from pictures where sha256 = any($1::text[])',
);

export interface KnownPicture {
  sha256: string;
  recipe: string | null;
  status: string;
}

export async function findKnownPictures(db: Executor, hashes: readonly string[]): Promise<Map<string, KnownPicture>> {
  const rows = await db.rows<KnownPicture>(pictures, [hashes]);
  return new Map(rows.map((row) => [row.sha256, row]));
}

const variants = statement(
  'known_variants',
  'select key from picture_variants where sha256 = any($1::text[]) and key = any($2::text[])',
);

export async function findKnownVariants(
  db: Executor,
  hashes: readonly string[],
  keys: readonly string[],
): Promise<Set<string>> {
  const rows = await db.rows<{ key: string }>(variants, [hashes, keys]);
  return new Set(rows.map(({ key }) => key));
}

const uploads = statement(
  'wanted_uploads',
  `select id from product_images where id = any($1::uuid[]) and status in ('awaiting_upload', 'queued', 'failed') and sha256 is null`,
);

/** Which of these product images still want the bytes that were uploaded for them. */
export async function findWantedUploads(db: Executor, ids: readonly string[]): Promise<Set<string>> {
  const rows = await db.rows<{ id: string }>(uploads, [ids]);
  return new Set(rows.map(({ id }) => id));
}

const adopt = statement(
  'adopt_orphans',
  `insert into pictures (sha256, bytes, format, status, unused_since) select hash, 1, 'jpeg', 'removing', now()
   from unnest($1::text[]) as hash on conflict (sha256) do nothing`,
);

/** Objects without a row get one that is being removed: so they leave the way of all pictures, and nobody holds them meanwhile. */
export async function adoptOrphans(db: Executor, hashes: readonly string[]): Promise<void> {
  await db.rows(adopt, [hashes]);
}

const forgotten = statement(
  'mark_forgotten_pictures',
  `update pictures p set unused_since = now()
   where unused_since is null and not exists (select from product_images i where i.sha256 = p.sha256) returning 1`,
);

/** Pictures whose product images went without a word (with their product, say). */
export async function markForgottenPictures(db: Executor): Promise<number> {
  return (await db.rows(forgotten)).length;
}
