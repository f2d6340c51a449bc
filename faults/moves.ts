/** How the money of a run went, for its report: a fault run that moves none proves nothing. */
import { type Database, statement } from '../db/database.ts';

export type Moves = readonly { what: string; rows: number }[];

const moves = statement(
  'faults_moves',
  `select what, count(*)::integer as rows from (
     select 'order ' || status from orders
     union all select 'payment ' || payment_status from orders
     union all select 'capture ' || status from captures
     union all select 'refund ' || status from refunds
     union all select 'dispute ' || status from disputes
   ) each (what) group by what order by what`,
);

/** Rows by kind and state, in the order of the alphabet. */
export const countMoves = (db: Database): Promise<Moves> => db.rows<Moves[number]>(moves);
