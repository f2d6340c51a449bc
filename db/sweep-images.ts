/** What the sweeper looks for among pictures: rows that a job should move, and jobs that gave up on them. */
import { type Executor, statement } from './database.ts';

const unfetched = statement(
  'unfetched_images',
  `select id from product_images i
   where status = 'queued' and sha256 is null and updated_at < now() - make_interval(secs => $1)
     and not exists (select from outbox j where j.queue = 'fetch-image' and j.job_id = 'image-' || i.id)
   order by id limit $2`,
);

/** Images whose bytes no job gets. */
export function findUnfetchedImages(db: Executor, olderThanSeconds: number, limit: number): Promise<{ id: string }[]> {
  return db.rows(unfetched, [olderThanSeconds, limit]);
}

const unprocessed = statement(
  'unprocessed_pictures',
  `select sha256 from pictures p
   where status = 'new' and unused_since is null and updated_at < now() - make_interval(secs => $1)
     and not exists (
       select from outbox j where j.queue = 'process-image' and j.job_id = 'picture-' || p.sha256 || '-' || $3::text
         and (j.status = 'pending' or j.finished_at > now() - make_interval(secs => $4))
     )
   order by updated_at limit $2`,
);

/** Pictures that product images have and that no open job renders, nor one that gave up just now. */
export function findUnprocessedPictures(
  db: Executor,
  {
    olderThanSeconds,
    restSeconds,
    limit,
    recipe,
  }: Record<'olderThanSeconds' | 'restSeconds' | 'limit', number> & {
    recipe: string;
  },
): Promise<{ sha256: string }[]> {
  return db.rows(unprocessed, [olderThanSeconds, limit, recipe, restSeconds]);
}

const unfinished = statement(
  'pictures_without_late_formats',
  `select sha256 from pictures p
   where status = 'ready' and late_recipe is distinct from recipe and recipe = $3 and unused_since is null
     and updated_at < now() - make_interval(secs => $1)
     and not exists (
       select from outbox j where j.queue = 'encode-late-formats' and j.job_id = 'picture-' || p.sha256 || '-' || p.recipe
     )
   order by updated_at limit $2`,
);

/** Ready pictures that lack the formats made later, and whose job for them is lost. */
export function findUnfinishedPictures(
  db: Executor,
  olderThanSeconds: number,
  limit: number,
  recipe: string,
): Promise<{ sha256: string }[]> {
  return db.rows(unfinished, [olderThanSeconds, limit, recipe]);
}

const overdue = statement(
  'overdue_uploads',
  `select id from product_images where status = 'awaiting_upload' and expires_at < now() - make_interval(secs => $1)
   order by id limit $2`,
);

/** Presigned uploads whose time is up: the bytes may be there all the same, only nobody said so. */
export function findOverdueUploads(db: Executor, graceSeconds: number, limit: number): Promise<{ id: string }[]> {
  return db.rows(overdue, [graceSeconds, limit]);
}

export interface GivenUp {
  /** Of the product image, when its bytes could not be had. */
  image_id: string | null;
  /** Of the picture, when it could not be rendered. */
  sha256: string | null;
  error: { code?: string; message: string };
}

const givenUp = statement(
  'given_up_images',
  `select i.id as image_id, null as sha256, j.last_error as error
   from outbox j join product_images i on i.id = (j.payload ->> 'image_id')::uuid
   where j.queue = 'fetch-image' and j.status = 'failed' and i.status = 'queued' and i.sha256 is null
   union all
   select null, p.sha256, j.last_error
   from outbox j join pictures p on p.sha256 = j.payload ->> 'sha256'
   where j.queue = 'process-image' and j.status = 'failed' and p.status = 'new'
     and exists (select from product_images i where i.sha256 = p.sha256 and i.status = 'queued')
   limit $1`,
);

/** What waits for a job that has used up its attempts. */
export function findGivenUp(db: Executor, limit: number): Promise<GivenUp[]> {
  return db.rows(givenUp, [limit]);
}

const chore = statement(
  'take_image_chore',
  `insert into image_chores as c (name, due_at) values ($1, now() + make_interval(secs => $2))
   on conflict (name) do update set due_at = excluded.due_at where c.due_at <= now() returning 1`,
);

/** True for the one that is to do it now; then it is due again after so long. */
export async function takeChore(db: Executor, name: string, everySeconds: number): Promise<boolean> {
  return (await db.rows(chore, [name, everySeconds])).length > 0;
}
