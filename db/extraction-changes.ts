/** Changes in how a site's pages are understood: each waits for a person, and is told once. */
import type { SiteState } from '../domain/drift/judge-drift.ts';
import { type Executor, statement } from './database.ts';
import { uuidv7 } from './ids.ts';

export type ChangeKind = 'new_shape' | 'failures_rising' | 'field_vanished';

export interface NewChange {
  competitorId: string;
  shapeId: string;
  kind: ChangeKind;
  /** Which has vanished. */
  field: string | null;
  state: SiteState;
}

const open = statement(
  'open_extraction_change',
  `insert into extraction_changes as c (id, competitor_id, shape_id, kind, field, pages, changed) values ($1, $2, $3, $4, $5, $6, $7)
   on conflict (shape_id) where closed_at is null do update set pages = excluded.pages, changed = excluded.changed`,
);

/** A shape has one open change; once more it only counts anew. */
export async function openChange(
  tx: Executor,
  { competitorId, shapeId, kind, field, state }: NewChange,
): Promise<void> {
  const changed = state.failing + state.changed;
  await tx.rows(open, [uuidv7(), competitorId, shapeId, kind, field, state.known, changed]);
}

const close = statement(
  'close_extraction_changes',
  `update extraction_changes set closed_at = now() where shape_id = any($1) and closed_at is null`,
);

export async function closeChanges(tx: Executor, shapeIds: readonly string[]): Promise<void> {
  await tx.rows(close, [shapeIds]);
}

const tellAgain = statement(
  'tell_extraction_changes_again',
  `update extraction_changes set told_at = null where competitor_id = $1 and closed_at is null`,
);

/** The site itself is held: that is news too. */
export async function tellChangesAgain(tx: Executor, competitorId: string): Promise<void> {
  await tx.rows(tellAgain, [competitorId]);
}

export interface UntoldChange {
  id: string;
  competitor_id: string;
  competitor: string;
  kind: ChangeKind;
  field: string | null;
  shape: string;
  pages: number;
  changed: number;
  /** The site itself is held. */
  site_held: boolean;
  /** The first of the site's changes that are open: what is told is told once by it. */
  first_id: string;
}

// One site's changes are taken together by whoever has the lock of the first.
const take = statement(
  'take_untold_extraction_changes',
  `with first as (
     select competitor_id from extraction_changes where told_at is null and closed_at is null
     order by opened_at, id limit 1 for update skip locked
   ), told as (
     update extraction_changes c set told_at = now() from first
     where c.competitor_id = first.competitor_id and c.told_at is null and c.closed_at is null
     returning c.*
   )
   select t.id, t.competitor_id, o.name as competitor, t.kind, t.field, s.shape, t.pages, t.changed, o.status = 'held' as site_held,
     (
       select e.id from extraction_changes e
       where e.competitor_id = t.competitor_id and e.closed_at is null order by e.opened_at, e.id limit 1
     ) as first_id
   from told t join competitors o on o.id = t.competitor_id join extraction_shapes s on s.id = t.shape_id
   order by t.opened_at, t.id`,
);

/** All that is untold of one site, to be told by the caller's transaction; empty when there is none. */
export function takeUntoldChanges(tx: Executor): Promise<UntoldChange[]> {
  return tx.rows<UntoldChange>(take);
}

const waiting = statement(
  'count_extraction_changes',
  `select (select count(*)::integer from extraction_changes where closed_at is null) as changes,
     (select count(*)::integer from extraction_repairs where status = 'proposed') as repairs,
     (select count(*)::integer from competitors where status = 'held') as sites`,
);

/** What waits for a person: changes, proposed repairs, and sites that are held. */
export async function countDrift(db: Executor): Promise<{ changes: number; repairs: number; sites: number }> {
  const [counts] = await db.rows<{ changes: number; repairs: number; sites: number }>(waiting);
  return counts!;
}
