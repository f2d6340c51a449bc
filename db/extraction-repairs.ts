/** Repairs: where a price that is known from before stands on the pages of a site that was built anew. */
import type { TriedPage } from '../domain/drift/choose-repair.ts';
import { type Executor, statement } from './database.ts';
import { uuidv7 } from './ids.ts';

export interface RepairPage {
  listing_id: string;
  observation_id: string;
  url: string;
  evidence_key: string;
  observed_at: Date;
  /** The last price of when the page was understood. */
  amount: number;
  currency: string;
}

// The last look at each page, where it is not understood as before, and the last price that was read in a way that is believed.
const pages = statement(
  'list_repair_pages',
  `select l.listing_id, now_.id as observation_id, now_.url, now_.evidence_key, now_.observed_at, known.amount, known.currency
   from listing_shapes l join extraction_shapes s on s.id = l.shape_id
   cross join lateral (
     select o.id, o.url, o.evidence_key, o.observed_at from observations o
     where o.listing_id = l.listing_id and o.evidence_key is not null order by o.observed_at desc limit 1
   ) now_
   cross join lateral (
     select o.amount, o.currency from observations o
     join extraction_shapes b on b.competitor_id = o.competitor_id and b.shape = o.shape and b.status in ('learned', 'confirmed')
     where o.listing_id = l.listing_id and o.outcome = 'observed' and o.price_kind = 'exact' and o.observed_at < now_.observed_at
     order by o.observed_at desc limit 1
   ) known
   where l.competitor_id = $1 and l.was_read and (s.outcome = 'none' or s.status in ('unconfirmed', 'rejected')) and s.status <> 'confirmed'
   order by l.seen_at desc limit $2`,
);

/** Changed pages of a site that are kept, and whose price was known before; the newest first. */
export function listRepairPages(db: Executor, competitorId: string, limit: number): Promise<RepairPage[]> {
  return db.rows<RepairPage>(pages, [competitorId, limit]);
}

export interface RepairRow {
  id: string;
  competitor_id: string;
  competitor_name: string;
  status: 'proposed' | 'accepted' | 'refused' | 'undone' | 'superseded';
  field: string;
  selector: string;
  pages: TriedPage[];
  tried: number;
  agreed: number;
  replaced: string | null;
  created_at: Date;
  decided_at: Date | null;
  decided_by: string | null;
}

export interface NewRepair {
  competitorId: string;
  selector: string;
  pages: readonly TriedPage[];
  agreed: number;
}

const supersede = statement(
  'supersede_repair',
  `update extraction_repairs set status = 'superseded', decided_at = now()
   where competitor_id = $1 and field = 'price' and status = 'proposed'`,
);
const insert = statement(
  'insert_repair',
  `insert into extraction_repairs (id, competitor_id, selector, pages, tried, agreed)
   select $1, $2, $3, $4::jsonb, $5, $6 where not exists (
     select from extraction_repairs where competitor_id = $2 and field = 'price' and selector = $3 and status = 'refused'
   )
   returning id`,
);

/** Takes the place of the one that was proposed before. Undefined when a person has refused this very place. */
export async function proposeRepair(tx: Executor, repair: NewRepair): Promise<string | undefined> {
  const { competitorId, selector, pages: tried, agreed } = repair;
  await tx.rows(supersede, [competitorId]);
  const values = [uuidv7(), competitorId, selector, JSON.stringify(tried), tried.length, agreed];
  const [row] = await tx.rows<{ id: string }>(insert, values);
  return row?.id;
}

const COLUMNS = `r.id, r.competitor_id, c.name as competitor_name, r.status, r.field, r.selector, r.pages, r.tried, r.agreed, r.replaced,
  r.created_at, r.decided_at, r.decided_by`;
const FROM = 'from extraction_repairs r join competitors c on c.id = r.competitor_id';

const find = statement('find_repair', `select ${COLUMNS} ${FROM} where r.id = $1`);
const lock = statement('lock_repair', `select ${COLUMNS} ${FROM} where r.id = $1 for no key update of r`);

export async function findRepair(db: Executor, id: string): Promise<RepairRow | undefined> {
  const [row] = await db.rows<RepairRow>(find, [id]);
  return row;
}

export async function lockRepair(tx: Executor, id: string): Promise<RepairRow | undefined> {
  const [row] = await tx.rows<RepairRow>(lock, [id]);
  return row;
}

const list = statement(
  'list_repairs',
  `select ${COLUMNS} ${FROM}
   where ($1::uuid is null or r.competitor_id = $1) and ($2::text is null or r.status = $2) and ($3::uuid is null or r.id < $3)
   order by r.id desc limit $4`,
);

/** Newest first; one more than the limit, when there is one. */
export function listRepairs(
  db: Executor,
  filter: { competitor_id?: string | undefined; status?: RepairRow['status'] | undefined },
  { after, limit }: { after: string | undefined; limit: number },
): Promise<RepairRow[]> {
  return db.rows<RepairRow>(list, [filter.competitor_id ?? null, filter.status ?? null, after ?? null, limit + 1]);
}

const settle = statement(
  'settle_repair',
  `update extraction_repairs set status = $3, decided_at = now(), decided_by = $4, replaced = $5 where id = $1 and status = $2`,
);

/** The row is locked by the caller. */
export async function settleRepair(
  tx: Executor,
  { id, status, replaced }: RepairRow,
  to: 'accepted' | 'refused' | 'undone',
  by: string,
  replacing: string | null = replaced,
): Promise<void> {
  await tx.rows(settle, [id, status, to, by, replacing]);
}
