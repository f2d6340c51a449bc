/** The floor's rows: one table for what is written, one for what has come to its end. */
import { type Database, statement } from '../../db/database.ts';

export const TABLES = `
  create table floor_rows (id uuid primary key, order_id uuid not null, payload jsonb not null, created_at timestamptz not null default now());
  create table floor_done (order_id uuid primary key, created_at timestamptz not null default now());`;

const insert = statement('floor_insert', 'insert into floor_rows (id, order_id, payload) values ($1, $2, $3)');
const read = statement('floor_read', 'select id, order_id, payload from floor_rows where id = $1');
const finish = statement('floor_done', 'insert into floor_done (order_id) values ($1) on conflict do nothing');

export const insertRow = (db: Database, id: string, orderId: string, payload: object) =>
  db.rows(insert, [id, orderId, JSON.stringify(payload)]);
export const readRow = (db: Database, id: string) => db.rows(read, [id]);
export const insertDone = (db: Database, orderId: string) => db.rows(finish, [orderId]);
