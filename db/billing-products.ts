/** Products that Stripe is known to have, so that each is made once. */
import { type Executor, statement } from './database.ts';

const known = statement('known_billing_products', 'select id from billing_products where id = any($1)');

export async function findKnownProducts(db: Executor, ids: readonly string[]): Promise<Set<string>> {
  return new Set((await db.rows<{ id: string }>(known, [ids])).map(({ id }) => id));
}

const note = statement('note_billing_product', 'insert into billing_products (id) values ($1) on conflict do nothing');

export async function noteProduct(db: Executor, id: string): Promise<void> {
  await db.rows(note, [id]);
}

const forget = statement('forget_billing_products', 'delete from billing_products where id = any($1)');

/** The undo of {@link noteProduct}: Stripe says that it has none such. */
export async function forgetProducts(db: Executor, ids: readonly string[]): Promise<void> {
  await db.rows(forget, [ids]);
}
