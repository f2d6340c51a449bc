/** Customers that are known again: one row per external id, or per e-mail address where there is none. */
import { type Executor, statement } from './database.ts';
import { uuidv7 } from './ids.ts';

export interface CustomerRow {
  id: string;
  email: string;
  external_id: string | null;
  name: string | null;
  phone: string | null;
  /** Stripe's id; null until it was needed. */
  provider_id: string | null;
  default_payment_method: string | null;
  tries: number;
  livemode: boolean;
  created_at: Date;
  updated_at: Date;
}

export interface NewCustomer {
  email: string;
  externalId?: string | undefined;
  name?: string | undefined;
  phone?: string | undefined;
  livemode: boolean;
}

const columns = `id, email, external_id, name, phone, provider_id, default_payment_method, tries, livemode, created_at, updated_at`;

const upsertOn = (
  target: string,
) => `insert into customers as c (id, email, external_id, name, phone, livemode) values ($1, $2, $3, $4, $5, $6)
   on conflict ${target} do update
   set email = excluded.email, name = coalesce(excluded.name, c.name), phone = coalesce(excluded.phone, c.phone), updated_at = now()
   returning ${columns}, xmax = 0 as created`;
const byExternalId = statement(
  'upsert_customer_by_external_id',
  upsertOn('(livemode, external_id) where external_id is not null'),
);
const byEmail = statement('upsert_customer_by_email', upsertOn('(livemode, lower(email)) where external_id is null'));

/** Finds or makes a customer; what is told anew of a known one is kept. */
export async function upsertCustomer(
  db: Executor,
  { email, externalId, name, phone, livemode }: NewCustomer,
): Promise<CustomerRow & { created: boolean }> {
  const values = [uuidv7(), email, externalId ?? null, name ?? null, phone ?? null, livemode];
  const rows = await db.rows<CustomerRow & { created: boolean }>(externalId ? byExternalId : byEmail, values);
  return rows[0]!;
}

const find = statement('find_customer', `select ${columns} from customers where id = $1`);

export async function findCustomer(db: Executor, id: string): Promise<CustomerRow | undefined> {
  const [row] = await db.rows<CustomerRow>(find, [id]);
  return row;
}

const tie = statement(
  'tie_customer',
  `update customers set provider_id = coalesce(provider_id, $2), updated_at = now() where id = $1 returning provider_id`,
);

/** Ties Stripe's customer to ours, once; returns the one that is tied. */
export async function tieCustomer(db: Executor, id: string, providerId: string): Promise<string> {
  const [row] = await db.rows<{ provider_id: string }>(tie, [id, providerId]);
  return row!.provider_id;
}

const rotate = statement('rotate_customer_key', 'update customers set tries = tries + 1 where id = $1 and tries = $2');

/** The provider has stored a failure of its own under the key: the next call takes a new one. */
export async function rotateCustomerKey(db: Executor, customer: Pick<CustomerRow, 'id' | 'tries'>): Promise<void> {
  await db.rows(rotate, [customer.id, customer.tries]);
}

const setDefault = statement(
  'set_default_payment_method',
  'update customers set default_payment_method = $2, updated_at = now() where id = $1',
);

export async function setDefaultMethod(db: Executor, id: string, method: string): Promise<void> {
  await db.rows(setDefault, [id, method]);
}

const clearDefault = statement(
  'clear_default_payment_method',
  'update customers set default_payment_method = null, updated_at = now() where id = $1 and default_payment_method = $2',
);

/** The undo of {@link setDefaultMethod}; another default stays. */
export async function clearDefaultMethod(db: Executor, id: string, method: string): Promise<void> {
  await db.rows(clearDefault, [id, method]);
}
