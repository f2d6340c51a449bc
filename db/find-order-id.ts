/** From what a person has in hand, the number or the id, to the order. */
import { type Executor, statement } from './database.ts';

const byNumber = statement('find_order_id_by_number', 'select id from orders where number = upper($1)');
const byId = statement('find_order_id', 'select id from orders where id = $1');

export async function findOrderId(db: Executor, numberOrId: string): Promise<string | undefined> {
  const isId = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(numberOrId);
  return (await db.rows<{ id: string }>(isId ? byId : byNumber, [numberOrId]))[0]?.id;
}
