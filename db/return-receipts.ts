/** What was counted of a return, parcel by parcel. */
import type { Count } from '../domain/returns/count-receipts.ts';
import { type Executor, statement } from './database.ts';

export interface ReceiptLine extends Omit<Count, 'lineId'> {
  line_id: string;
  parcel: number;
  note: string | null;
}

const write = statement(
  'write_return_receipt',
  `with item as materialized (
     select * from jsonb_to_recordset($3::jsonb) as i (line_id uuid, good integer, damaged integer, wrong integer, missing integer, note text)
   ), gone as (
     delete from return_receipts r where r.return_id = $1 and r.parcel = $2 and r.line_id not in (select line_id from item) returning 1
   ), written as (
     insert into return_receipts as r (return_id, parcel, line_id, good, damaged, wrong, missing, note, actor)
     select $1, $2, line_id, good, damaged, wrong, missing, note, $4 from item
     on conflict (return_id, parcel, line_id) do update
     set good = excluded.good, damaged = excluded.damaged, wrong = excluded.wrong, missing = excluded.missing, note = excluded.note,
       actor = excluded.actor, updated_at = now()
     where (r.good, r.damaged, r.wrong, r.missing, r.note) is distinct from (excluded.good, excluded.damaged, excluded.wrong, excluded.missing, excluded.note)
     returning 1
   )
   select (select count(*) from gone) + (select count(*) from written) > 0 as changed`,
);

/** Writes the count of one parcel in place of an earlier one. False when nothing differs. */
export async function writeReceipt(
  tx: Executor,
  returnId: string,
  parcel: number,
  lines: readonly Omit<ReceiptLine, 'parcel'>[],
  actor: string,
): Promise<boolean> {
  const [row] = await tx.rows<{ changed: boolean }>(write, [returnId, parcel, JSON.stringify(lines), actor]);
  return row!.changed;
}

const list = statement(
  'list_return_receipts',
  `select r.line_id, r.parcel, r.good, r.damaged, r.wrong, r.missing, r.note from return_receipts r
   where r.return_id = $1 order by r.parcel, r.line_id`,
);

export function listReceipts(db: Executor, returnId: string): Promise<ReceiptLine[]> {
  return db.rows<ReceiptLine>(list, [returnId]);
}

const total = statement(
  'write_return_totals',
  `update return_lines l set good = i.good, damaged = i.damaged, wrong = i.wrong, missing = i.missing
   from jsonb_to_recordset($2::jsonb) as i ("lineId" uuid, good integer, damaged integer, wrong integer, missing integer)
   where l.return_id = $1 and l.line_id = i."lineId"`,
);

export async function writeTotals(tx: Executor, returnId: string, lines: readonly Count[]): Promise<void> {
  await tx.rows(total, [returnId, JSON.stringify(lines)]);
}
