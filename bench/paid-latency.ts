/** POST→paid, by the database's clock: from the order's row to its `payment.succeeded` event (each the start of its transaction). */
import { type Database, statement } from '../db/database.ts';

const latencies = statement(
  'bench_paid',
  `select extract(epoch from e.created_at - o.created_at)::float8 * 1000 as ms
   from orders o join order_events e on e.order_id = o.id and e.type = 'payment.succeeded'
   where o.id = any($1::uuid[])`,
);

/** Milliseconds from POST to paid of each order. */
export async function paidLatencies(db: Database, ids: readonly string[]): Promise<number[]> {
  const ms: number[] = [];
  for (let from = 0; from < ids.length; from += 5_000) {
    const rows = await db.rows<{ ms: number }>(latencies, [ids.slice(from, from + 5_000)]);
    ms.push(...rows.map((row) => row.ms));
  }
  return ms;
}
