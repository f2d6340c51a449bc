/** A person's word on a repair: an accepted one becomes the site's selector, and can be taken back. */
import { type CompetitorRow, lockCompetitor, updateCompetitor } from './competitors.ts';
import { type Executor, statement } from './database.ts';
import { freeSite } from './decide-shape.ts';
import { lockRepair, type RepairRow, settleRepair } from './extraction-repairs.ts';
import { uuidv7 } from './ids.ts';

export type RepairDecision =
  | { kind: 'done'; repair: RepairRow }
  | { kind: 'not_found' }
  /** It is not in a state from which this could be. */
  | { kind: 'settled'; repair: RepairRow }
  /** The site has another selector by now than the one that this would take back. */
  | { kind: 'overtaken'; repair: RepairRow };

/** Locked in the order competitor, repair, which all share. */
async function lockBoth(tx: Executor, id: string): Promise<{ repair: RepairRow; site: CompetitorRow } | undefined> {
  const [owner] = await tx.rows<{ competitor_id: string }>(ownerOf, [id]);
  const site = owner && (await lockCompetitor(tx, owner.competitor_id));
  const repair = site && (await lockRepair(tx, id));
  return site && repair ? { repair, site } : undefined;
}

const ownerOf = statement('find_repair_owner', 'select competitor_id from extraction_repairs where id = $1');

const confirmShapes = statement(
  'confirm_repaired_shapes',
  `insert into extraction_shapes as s (id, competitor_id, shape, outcome, status, seen, first_seen_at, last_seen_at, observation_id,
     decided_at, decided_by)
   select item.id, $1, item.shape, 'observed', 'confirmed', 0, now(), now(), item.observation_id, now(), $3
   from json_to_recordset($2::json) as item (id uuid, shape text, observation_id uuid)
   on conflict on constraint extraction_shapes_key do update
     set status = 'confirmed', decided_at = now(), decided_by = excluded.decided_by, learned_from = now()`,
);

/** The site reads its price there from now on; what its pages are understood by then is what the person has seen. */
export async function acceptRepair(tx: Executor, id: string, by: string): Promise<RepairDecision> {
  const found = await lockBoth(tx, id);
  if (!found) return { kind: 'not_found' };
  const { repair, site } = found;
  if (repair.status !== 'proposed') return { kind: 'settled', repair };
  const { [repair.field]: replaced = null } = site.selectors;
  await updateCompetitor(tx, site.id, { ...site, selectors: { ...site.selectors, [repair.field]: repair.selector } });
  await settleRepair(tx, repair, 'accepted', by, replaced);
  await tx.rows(confirmShapes, [site.id, JSON.stringify(shapesOf(repair)), by]);
  await freeSite(tx, site.id);
  return { kind: 'done', repair: { ...repair, status: 'accepted', replaced } };
}

function shapesOf({ pages }: RepairRow) {
  const agreed = pages.filter(({ agrees }) => agrees);
  const byShape = new Map(agreed.map(({ shape, observation_id }) => [shape, observation_id]));
  return [...byShape].map(([shape, observation_id]) => ({ id: uuidv7(), shape, observation_id }));
}

export async function refuseRepair(tx: Executor, id: string, by: string): Promise<RepairDecision> {
  const found = await lockBoth(tx, id);
  if (!found) return { kind: 'not_found' };
  const { repair } = found;
  if (repair.status !== 'proposed') return { kind: 'settled', repair };
  await settleRepair(tx, repair, 'refused', by);
  return { kind: 'done', repair: { ...repair, status: 'refused' } };
}

/** Puts back what the site had there before, as long as nobody has changed it since. */
export async function undoRepair(tx: Executor, id: string, by: string): Promise<RepairDecision> {
  const found = await lockBoth(tx, id);
  if (!found) return { kind: 'not_found' };
  const { repair, site } = found;
  if (repair.status !== 'accepted') return { kind: 'settled', repair };
  const { [repair.field]: present, ...others } = site.selectors;
  if (present !== repair.selector) return { kind: 'overtaken', repair };
  const selectors = repair.replaced === null ? others : { ...others, [repair.field]: repair.replaced };
  await updateCompetitor(tx, site.id, { ...site, selectors });
  await settleRepair(tx, repair, 'undone', by);
  return { kind: 'done', repair: { ...repair, status: 'undone' } };
}
