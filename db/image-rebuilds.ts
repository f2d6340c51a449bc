/**
 * Rebuilds: all ready pictures get the variants of the configuration's recipe. The pictures themselves say what is still to do, so
 * a rebuild goes on after anything; those whose job gave up are left out until the next one.
 */
import { type Executor, statement } from './database.ts';
import { uuidv7 } from './ids.ts';

export interface Rebuild {
  id: string;
  status: 'running' | 'done' | 'canceled';
  recipe: string | null;
  /** How many pictures there were to rebuild; null until the schedule has counted them. */
  total: number | null;
  created_at: Date;
  finished_at: Date | null;
}

export interface RebuildProgress extends Rebuild {
  remaining: number | null;
  /** Those among the remaining that could not be rebuilt; their jobs say why. */
  failed: number;
}

const COLUMNS = 'id, status, recipe, total, created_at, finished_at';

const open = statement(
  'open_image_rebuild',
  `insert into image_rebuilds (id, created_by) values ($1, $2) on conflict (status) where status = 'running' do nothing
   returning ${COLUMNS}`,
);
const running = statement('running_image_rebuild', `select ${COLUMNS} from image_rebuilds where status = 'running'`);

export async function findRunningRebuild(db: Executor): Promise<Rebuild | undefined> {
  const [row] = await db.rows<Rebuild>(running);
  return row;
}

/** Begins a rebuild, or returns the one that runs (`opened` false). */
export async function openRebuild(db: Executor, createdBy?: string): Promise<{ rebuild: Rebuild; opened: boolean }> {
  for (;;) {
    const [opened] = await db.rows<Rebuild>(open, [uuidv7(), createdBy ?? null]);
    if (opened) return { rebuild: opened, opened: true };
    // It may have ended between the two looks: then there is room for ours.
    const rebuild = await findRunningRebuild(db);
    if (rebuild) return { rebuild, opened: false };
  }
}

const cancel = statement(
  'cancel_image_rebuild',
  `update image_rebuilds set status = 'canceled', finished_at = now() where status = 'running' returning ${COLUMNS}`,
);

/** What is rebuilt stays so; jobs that are open already are still done. Undefined when none ran. */
export async function cancelRebuild(db: Executor): Promise<Rebuild | undefined> {
  const [row] = await db.rows<Rebuild>(cancel);
  return row;
}

const aim = statement(
  'aim_image_rebuild',
  `update image_rebuilds set recipe = $2,
     total = (select count(*)::integer from pictures where status = 'ready' and recipe <> $2)
   where id = $1 and status = 'running' and recipe is distinct from $2`,
);

/** Sets what the rebuild leads to; a configuration that changes meanwhile sets it anew. */
export async function aimRebuild(db: Executor, id: string, recipe: string): Promise<void> {
  await db.rows(aim, [id, recipe]);
}

const REBUILDS = `j.queue = 'rebuild-variants' and j.payload ->> 'recipe' = $1`;

const countOpen = statement(
  'count_rebuild_jobs',
  `select count(*)::integer as jobs from outbox j where ${REBUILDS} and j.status = 'pending'`,
);

export async function countRebuildJobs(db: Executor, recipe: string): Promise<number> {
  const [row] = await db.rows<{ jobs: number }>(countOpen, [recipe]);
  return row?.jobs ?? 0;
}

// A job that gave up since the rebuild began is left alone; one that did before gets another try.
const outdated = statement(
  'pictures_to_rebuild',
  `select p.sha256 from pictures p
   where p.status = 'ready' and p.recipe <> $1 and not exists (
     select from outbox j where j.queue = 'rebuild-variants' and j.job_id = 'picture-' || p.sha256 || '-' || $1::text
       and (j.status = 'pending' or j.finished_at > $2)
   )
   order by p.recipe, p.sha256 limit $3`,
);

export function findPicturesToRebuild(
  db: Executor,
  { recipe, since, limit }: { recipe: string; since: Date; limit: number },
): Promise<{ sha256: string }[]> {
  return db.rows(outdated, [recipe, since, limit]);
}

const finish = statement(
  'finish_image_rebuild',
  `update image_rebuilds set status = 'done', finished_at = now() where id = $1 and status = 'running'`,
);

export async function finishRebuild(db: Executor, id: string): Promise<void> {
  await db.rows(finish, [id]);
}

const progress = statement(
  'image_rebuild_progress',
  `select ${COLUMNS},
     case when recipe is not null then (
       select count(*)::integer from pictures p where p.status = 'ready' and p.recipe <> r.recipe
     ) end as remaining,
     (select count(*)::integer from outbox j
      where j.queue = 'rebuild-variants' and j.payload ->> 'recipe' = r.recipe and j.status = 'failed'
        and j.finished_at > r.created_at) as failed
   from image_rebuilds r order by created_at desc limit 1`,
);

/** Of the rebuild that runs, or of the last one; undefined when there never was one. */
export async function readRebuildProgress(db: Executor): Promise<RebuildProgress | undefined> {
  const [row] = await db.rows<RebuildProgress>(progress);
  return row;
}
