/** A person's word on how a site's pages are understood. */
import { hasSiteChanged, type ShapeStatus } from '../domain/drift/judge-drift.ts';
import { setCompetitorStatus } from './competitors.ts';
import { type Executor, statement } from './database.ts';
import { closeChanges } from './extraction-changes.ts';
import { HELD_BY_DRIFT, siteState } from './extraction-shapes.ts';

export interface ShapeRow {
  id: string;
  competitor_id: string;
  competitor_name: string;
  shape: string;
  outcome: 'observed' | 'none';
  status: ShapeStatus;
  seen: number;
  first_seen_at: Date;
  last_seen_at: Date;
  observation_id: string;
  decided_at: Date | null;
  decided_by: string | null;
  /** Pages that are understood so at this moment. */
  pages: number;
  /** What is open about it. */
  change: { kind: string; field: string | null; pages: number; changed: number; opened_at: string } | null;
}

const COLUMNS = `s.id, s.competitor_id, c.name as competitor_name, s.shape, s.outcome, s.status, s.seen::integer as seen, s.first_seen_at,
  s.last_seen_at, s.observation_id, s.decided_at, s.decided_by,
  (select count(*)::integer from listing_shapes l where l.shape_id = s.id) as pages,
  (
    select json_build_object('kind', e.kind, 'field', e.field, 'pages', e.pages, 'changed', e.changed, 'opened_at', e.opened_at)
    from extraction_changes e where e.shape_id = s.id and e.closed_at is null
  ) as change`;

const find = statement(
  'find_extraction_shape',
  `select ${COLUMNS} from extraction_shapes s join competitors c on c.id = s.competitor_id where s.id = $1`,
);

export async function findShape(db: Executor, id: string): Promise<ShapeRow | undefined> {
  const [row] = await db.rows<ShapeRow>(find, [id]);
  return row;
}

const list = statement(
  'list_extraction_shapes',
  `select ${COLUMNS} from extraction_shapes s join competitors c on c.id = s.competitor_id
   where ($1::uuid is null or s.competitor_id = $1) and ($2::text is null or s.status = $2) and ($3::uuid is null or s.id < $3)
   order by s.id desc limit $4`,
);

/** Newest first; one more than the limit, when there is one. */
export function listShapes(
  db: Executor,
  filter: { competitor_id?: string | undefined; status?: ShapeStatus | undefined },
  { after, limit }: { after: string | undefined; limit: number },
): Promise<ShapeRow[]> {
  const { competitor_id: competitorId = null, status = null } = filter;
  return db.rows<ShapeRow>(list, [competitorId, status, after ?? null, limit + 1]);
}

const decide = statement(
  'decide_extraction_shape',
  `update extraction_shapes set status = $2, decided_at = now(), decided_by = $3, learned_from = now()
   where id = $1 and status <> $2 returning competitor_id`,
);

// Which queue it is stands in queues/judge-price.ts, which a test compares.
const judgeAgain = statement(
  'judge_listings_of_shape',
  `insert into outbox (queue, job_id, payload)
   select 'judge-price', 'listing-' || l.listing_id, jsonb_build_object('listing_id', l.listing_id)
   from listing_shapes l where l.shape_id = $1
   on conflict (queue, job_id) do nothing`,
);

/**
 * What was held is judged when it is confirmed, and never when it is rejected. Its days count from here on, so that a field that a
 * person has let go is not missed again. Returns false when that is decided already.
 */
export async function decideShape(
  tx: Executor,
  id: string,
  status: 'confirmed' | 'rejected',
  by: string,
): Promise<boolean> {
  const [decided] = await tx.rows<{ competitor_id: string }>(decide, [id, status, by]);
  if (!decided) return false;
  await closeChanges(tx, [id]);
  if (status === 'confirmed') {
    await tx.rows(judgeAgain, [id]);
    tx.signal('stockroom_outbox', '');
  }
  await releaseSite(tx, decided.competitor_id);
  return true;
}

/** A site that drift held is looked at again as soon as most of its pages are understood. */
async function releaseSite(tx: Executor, competitorId: string): Promise<void> {
  if (hasSiteChanged(await siteState(tx, competitorId))) return;
  await freeSite(tx, competitorId);
}

const heldByDrift = statement(
  'is_held_by_drift',
  `select 1 from competitors where id = $1 and status = 'held' and status_reason = $2 for no key update`,
);

/** Holds set by people stay. */
export async function freeSite(tx: Executor, competitorId: string): Promise<void> {
  if ((await tx.rows(heldByDrift, [competitorId, HELD_BY_DRIFT])).length === 0) return;
  await setCompetitorStatus(tx, competitorId, { from: ['held'], to: 'active', reason: null });
}
