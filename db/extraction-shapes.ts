/** How the pages of each site are understood: noted with every reading, and held when it is no longer as it was. */
import {
  failuresRise,
  hasSiteChanged,
  isExtractionFailure,
  type ShapeDay,
  type ShapeStatus,
  type SiteState,
  statusOfNewShape,
  vanishedFields,
} from '../domain/drift/judge-drift.ts';
import type { PageReading } from '../domain/pages/page-reading.ts';
import { clipText } from '../domain/storable-json.ts';
import { setCompetitorStatus } from './competitors.ts';
import { type Executor, statement } from './database.ts';
import { openChange, tellChangesAgain } from './extraction-changes.ts';
import { uuidv7 } from './ids.ts';

/** Why a competitor is held when it is drift that holds it. */
export const HELD_BY_DRIFT = 'extraction_changed';

export interface NotedReading {
  competitorId: string;
  listingId: string;
  observationId: string;
  /** RFC 3339. */
  observedAt: string;
  reading: PageReading;
}

interface NotedShape {
  id: string;
  status: ShapeStatus;
  /** The page was understood in another way the last time. */
  isNews: boolean;
}

/** As an observation keeps it. */
const storedShape = (shape: string) => clipText(shape, 500);

/**
 * To be called in the transaction that records the observation, after it. What says nothing of how pages are made is not noted.
 */
export async function noteShape(tx: Executor, noted: NotedReading): Promise<void> {
  const { reading } = noted;
  if (reading.kind === 'none' && !isExtractionFailure(reading.reason)) return;
  const shape = await noteSeen(tx, noted);
  if (reading.kind === 'none') return judgeFailure(tx, noted, shape);
  if (shape.status === 'unconfirmed') return judgeChange(tx, noted, shape);
  if (shape.status !== 'rejected') await judgeFields(tx, noted, shape);
}

const historyOf = statement(
  'site_shape_history',
  `select coalesce(sum(seen), 0)::integer as readings, min(first_seen_at) as since
   from extraction_shapes where competitor_id = $1 and outcome = 'observed'`,
);

const noteOne = statement(
  'note_shape',
  `insert into extraction_shapes as s (id, competitor_id, shape, outcome, status, first_seen_at, last_seen_at, observation_id)
   values ($1, $2, $3, $4, $5, $6, $6, $7)
   on conflict on constraint extraction_shapes_key do update
     set seen = s.seen + 1, last_seen_at = greatest(s.last_seen_at, excluded.last_seen_at)
   returning id, status`,
);

const noteDay = statement(
  'note_shape_day',
  `insert into extraction_days as d (shape_id, day, seen, fields) values ($1, ($2::timestamptz at time zone 'utc')::date, 1, $3::jsonb)
   on conflict (shape_id, day) do update set seen = d.seen + 1, fields = (
     select coalesce(jsonb_object_agg(key, total), '{}') from (
       select key, sum(value::integer) as total
       from (select * from jsonb_each_text(d.fields) union all select * from jsonb_each_text(excluded.fields)) both_days
       group by key
     ) summed
   )`,
);

const noteListing = statement(
  'note_listing_shape',
  `with before as (select shape_id from listing_shapes where listing_id = $1)
   insert into listing_shapes as l (listing_id, competitor_id, shape_id, was_read, seen_at) values ($1, $2, $3, $4, $5)
   on conflict (listing_id) do update
     set shape_id = excluded.shape_id, was_read = l.was_read or excluded.was_read, seen_at = excluded.seen_at
     where l.seen_at <= excluded.seen_at
   returning shape_id is distinct from (select shape_id from before) as is_news`,
);

async function noteSeen(tx: Executor, noted: NotedReading): Promise<NotedShape> {
  const { competitorId, listingId, observationId, observedAt, reading } = noted;
  const isRead = reading.kind === 'offer';
  const name = storedShape(isRead ? reading.shape : `${reading.reason} ${reading.shape}`);
  const status = isRead ? await statusOf(tx, competitorId, observedAt) : 'learned';
  const outcome = isRead ? 'observed' : 'none';
  const [shape] = await tx.rows<{ id: string; status: ShapeStatus }>(noteOne, [
    ...[uuidv7(), competitorId, name, outcome, status, observedAt, observationId],
  ]);
  const fields = isRead ? Object.fromEntries(Object.keys(reading.fields).map((field) => [field, 1])) : {};
  await tx.rows(noteDay, [shape!.id, observedAt, JSON.stringify(fields)]);
  const of = [listingId, competitorId, shape!.id, isRead, observedAt];
  const [last] = await tx.rows<{ is_news: boolean }>(noteListing, of);
  return { ...shape!, isNews: last?.is_news ?? false };
}

/** Of no account for a shape that is known. */
async function statusOf(tx: Executor, competitorId: string, observedAt: string): Promise<ShapeStatus> {
  const [history] = await tx.rows<{ readings: number; since: Date | null }>(historyOf, [competitorId]);
  return statusOfNewShape(history!, new Date(observedAt));
}

async function judgeChange(tx: Executor, { competitorId }: NotedReading, shape: NotedShape): Promise<void> {
  const state = await siteState(tx, competitorId);
  await openChange(tx, { competitorId, shapeId: shape.id, kind: 'new_shape', field: null, state });
  if (shape.isNews) await holdSite(tx, competitorId, state);
}

const doubt = statement(
  'doubt_shape',
  `update extraction_shapes set status = 'unconfirmed', decided_at = null, decided_by = null
   where id = $1 and status in ('learned', 'confirmed')`,
);

/** What a person has confirmed to say nothing is not counted, so it never gets here for being many. */
async function judgeFailure(tx: Executor, { competitorId }: NotedReading, shape: NotedShape): Promise<void> {
  const state = await siteState(tx, competitorId);
  const isKnown = shape.status === 'unconfirmed';
  if (isKnown || (shape.status === 'learned' && failuresRise(state))) {
    if (!isKnown) await tx.rows(doubt, [shape.id]);
    await openChange(tx, { competitorId, shapeId: shape.id, kind: 'failures_rising', field: null, state });
  }
  if (shape.isNews) await holdSite(tx, competitorId, state);
}

const daysOf = statement(
  'list_shape_days',
  `select d.seen, d.fields from extraction_days d join extraction_shapes s on s.id = d.shape_id
   where d.shape_id = $1 and d.day >= (s.learned_from at time zone 'utc')::date order by d.day desc limit 60`,
);

async function judgeFields(tx: Executor, { competitorId }: NotedReading, shape: NotedShape): Promise<void> {
  const [field] = vanishedFields(await tx.rows<ShapeDay>(daysOf, [shape.id]));
  if (!field) return;
  await tx.rows(doubt, [shape.id]);
  const state = await siteState(tx, competitorId);
  await openChange(tx, { competitorId, shapeId: shape.id, kind: 'field_vanished', field, state });
  await holdSite(tx, competitorId, state);
}

const stateOf = statement(
  'site_shape_state',
  `select count(*)::integer as known,
     count(*) filter (where s.outcome = 'none' and s.status <> 'confirmed')::integer as failing,
     count(*) filter (where s.outcome = 'observed' and s.status in ('unconfirmed', 'rejected'))::integer as changed
   from listing_shapes l join extraction_shapes s on s.id = l.shape_id join listings g on g.id = l.listing_id
   where l.competitor_id = $1 and l.was_read and g.status = 'active'`,
);

export async function siteState(db: Executor, competitorId: string): Promise<SiteState> {
  const [state] = await db.rows<SiteState>(stateOf, [competitorId]);
  return state!;
}

/** Only by what is news: a site that a person has resumed is not held again for what they have seen. */
async function holdSite(tx: Executor, competitorId: string, state: SiteState): Promise<void> {
  if (!hasSiteChanged(state)) return;
  const held = await setCompetitorStatus(tx, competitorId, { from: ['active'], to: 'held', reason: HELD_BY_DRIFT });
  if (held) await tellChangesAgain(tx, competitorId);
}

const unbelieved = statement(
  'held_shapes',
  `select shape from extraction_shapes where competitor_id = $1 and status in ('unconfirmed', 'rejected') and outcome = 'observed'`,
);

/** The shapes of a site whose observations are not to be believed until a person has confirmed them. */
export async function heldShapes(db: Executor, competitorId: string): Promise<ReadonlySet<string>> {
  const rows = await db.rows<{ shape: string }>(unbelieved, [competitorId]);
  return new Set(rows.map(({ shape }) => shape));
}
