/** The floor's rows: one table for what is written, one for what has come to its end. */
import { type Database, setStatement } from '../../db/database.ts';
import { uuidv7 } from '../../db/ids.ts';

export const TABLES = `
  create table floor_rows (id uuid primary key, order_id uuid not null, payload jsonb not null, created_at timestamptz not null default now());
  create table floor_done (order_id uuid primary key, created_at timestamptz not null default now());`;

interface Row {
  id: string;
  order_id: string;
  payload: object;
}

const insert = setStatement<Row>(
  'floor_insert',
  (row) => row.id,
  `insert into floor_rows (id, order_id, payload)
   select id, order_id, payload from json_to_recordset($1) as item (n integer, id uuid, order_id uuid, payload jsonb)`,
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

export const insertRow = (db: Database, id: string, orderId: string, payload: object) =>
  db.each(insert, { id, order_id: orderId, payload });
export const readRow = (db: Database, id: string) => db.each(read, { id, as: uuidv7() });
export const insertDone = (db: Database, orderId: string) => db.each(finish, { order_id: orderId });
