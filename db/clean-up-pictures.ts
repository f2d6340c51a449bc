/**
 * How pictures leave: what nobody has is marked as being removed, then its objects go, then its row. In between nobody can hold it,
 * and whoever has its bytes again waits for the row to be gone. A clean-up that died is gone on with.
 */
import { type Executor, statement } from './database.ts';

const unused = statement(
  'unused_pictures',
  `select sha256 from pictures p
   where unused_since is not null and (status = 'removing' or unused_since < now() - make_interval(secs => $1))
     and not exists (
       select from outbox j where j.queue = 'clean-up-picture' and j.job_id = 'picture-' || p.sha256
         and (j.status = 'pending' or j.finished_at > now() - make_interval(secs => $3))
     )
   order by unused_since limit $2`,
);

/** Pictures that no product image has had for so long, and those whose removal was begun, as far as no job is on them, or gave up just now. */
export function findUnusedPictures(
  db: Executor,
  { graceSeconds, restSeconds, limit }: Record<'graceSeconds' | 'restSeconds' | 'limit', number>,
): Promise<{ sha256: string }[]> {
  return db.rows(unused, [graceSeconds, limit, restSeconds]);
}

const start = statement(
  'start_removing_picture',
  `update pictures p set status = 'removing', updated_at = now()
   where sha256 = $1 and unused_since is not null and (
     status = 'removing' or (unused_since < now() - make_interval(secs => $2)
       and not exists (select from product_images i where i.sha256 = p.sha256))
   ) returning 1`,
);

/** False when somebody has the picture, or had it within the grace. */
export async function startRemoving(db: Executor, sha256: string, graceSeconds: number): Promise<boolean> {
  return (await db.rows(start, [sha256, graceSeconds])).length > 0;
}

const removing = statement('picture_is_removing', `select from pictures where sha256 = $1 and status = 'removing'`);

/** Asked before each object: a process that slept may find its work done, and the same bytes back. */
export async function isRemoving(db: Executor, sha256: string): Promise<boolean> {
  return (await db.rows(removing, [sha256])).length > 0;
}

const remove = statement(
  'delete_picture',
  `delete from pictures where sha256 = $1 and status = 'removing' returning 1`,
);

/** Ends a removal, when all objects are gone. */
export async function deletePicture(db: Executor, sha256: string): Promise<void> {
  await db.rows(remove, [sha256]);
}

// Variants of another recipe than the one that the picture has stood ready in for longer than the grace. A rebuild may be on its way
// to a recipe of before, so none is touched while one runs.
const OLD = `v.recipe <> p.recipe and v.recipe <> $1 and v.created_at < now() - make_interval(secs => $2)
  and exists (
    select from picture_variants c
    where c.sha256 = p.sha256 and c.recipe = p.recipe and c.created_at < now() - make_interval(secs => $2)
  )
  and not exists (select from image_rebuilds where status = 'running')`;

// The recipes are few: each is found by a step in their index.
const outdated = statement(
  'pictures_with_old_variants',
  `with recursive recipes as (
     (select recipe from picture_variants order by recipe limit 1)
     union all
     select (select v.recipe from picture_variants v where v.recipe > recipes.recipe order by v.recipe limit 1)
     from recipes where recipes.recipe is not null
   )
   select distinct v.sha256 from picture_variants v join pictures p on p.sha256 = v.sha256
   where v.recipe = any(array(select recipe from recipes where recipe <> $1)) and p.status = 'ready' and ${OLD}
   limit $3`,
);

/** Pictures with variants that nothing has named for the grace. @param recipe of the configuration, which is kept in any case */
export function findOutdatedPictures(
  db: Executor,
  { recipe, graceSeconds, limit }: { recipe: string; graceSeconds: number; limit: number },
): Promise<{ sha256: string }[]> {
  return db.rows(outdated, [recipe, graceSeconds, limit]);
}

const oldVariants = statement(
  'old_variants',
  `select v.recipe, v.key from picture_variants v join pictures p on p.sha256 = v.sha256
   where v.sha256 = $3 and p.status = 'ready' and ${OLD}`,
);

export function findOldVariants(
  db: Executor,
  sha256: string,
  { recipe, graceSeconds }: { recipe: string; graceSeconds: number },
): Promise<{ recipe: string; key: string }[]> {
  return db.rows(oldVariants, [recipe, graceSeconds, sha256]);
}

const forget = statement(
  'delete_old_variants',
  `delete from picture_variants v using pictures p
   where p.sha256 = v.sha256 and v.sha256 = $1 and v.key = any($2) and v.recipe <> p.recipe`,
);

/** When their objects are gone. */
export async function deleteVariants(db: Executor, sha256: string, keys: readonly string[]): Promise<void> {
  await db.rows(forget, [sha256, keys]);
}
