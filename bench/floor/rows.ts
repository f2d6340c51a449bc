/** The floor's rows: one table for what is written, one for what has come to its end. */
import { type Database, type SetStatement, setStatement } from '../../db/database.ts';
import { uuidv7 } from '../../db/ids.ts';
import { type FloorPlan, whole } from './plan.ts';

export const TABLES = `
  create table floor_rows (id uuid primary key, order_id uuid not null, payload jsonb not null, created_at timestamptz not null default now());
  create table floor_done (order_id uuid primary key, created_at timestamptz not null default now());`;

interface Rows {
  ids: string[];
  order_id: string;
  payload: object;
}

const insert = setStatement<Rows>(
  'floor_insert',
  (rows) => rows.ids[0]!,
  `insert into floor_rows (id, order_id, payload)
   select unnest(ids), order_id, payload
   from json_to_recordset($1) as item (n integer, ids uuid[], order_id uuid, payload jsonb)`,
);
const read = setStatement<{ id: string; as: string }>(
  'floor_read',
  // Two reads of one row are two items.
  (item) => item.as,
  `select item.n, r.id, r.order_id, r.payload
   from json_to_recordset($1) as item (n integer, id uuid) join floor_rows r using (id)`,
);
const finish = setStatement<{ order_id: string }>(
  'floor_done',
  (item) => item.order_id,
  `insert into floor_done (order_id) select order_id from json_to_recordset($1) as item (n integer, order_id uuid)
   on conflict do nothing`,
);

/** In sets, as the system does, or each step alone: a transaction of one statement. */
function createRun(db: Database, { sets }: Pick<FloorPlan, 'sets'>) {
  return <I extends object>(statement: SetStatement<I, unknown>, item: I): Promise<unknown[]> =>
    sets ? db.each(statement, item) : db.rows(statement, [JSON.stringify([{ n: 0, ...item }])]);
}

export function createSteps(db: Database, plan: FloorPlan) {
  const run = createRun(db, plan);
  let writes = 0;
  return {
    /** As many rows as one of the system's writes on average, the first of them with the given id. */
    insertRows(id: string, orderId: string, payload: object) {
      const more = Array.from({ length: Math.max(0, whole(plan.rowsPerWrite, writes++) - 1) }, () => uuidv7());
      return run(insert, { ids: [id, ...more], order_id: orderId, payload });
    },
    readRow: (id: string) => run(read, { id, as: uuidv7() }),
    insertDone: (orderId: string) => run(finish, { order_id: orderId }),
  };
}
