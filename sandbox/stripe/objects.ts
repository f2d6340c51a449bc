import type { Store } from '../store.ts';
import type { Condition } from './json-conditions.ts';
import type { StripeObject } from './types.ts';

/** One row per object: its JSON, up to three keys to list it by, and what the sandbox knows but does not show. */
const SCHEMA = `
CREATE TABLE IF NOT EXISTS stripe_objects (
  seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, created INTEGER NOT NULL,
  k1 TEXT, k2 TEXT, k3 TEXT, body TEXT NOT NULL, hidden TEXT);
CREATE INDEX IF NOT EXISTS stripe_objects_kind ON stripe_objects (kind, seq);
CREATE INDEX IF NOT EXISTS stripe_objects_k1 ON stripe_objects (kind, k1, seq) WHERE k1 IS NOT NULL;
CREATE INDEX IF NOT EXISTS stripe_objects_k2 ON stripe_objects (kind, k2, seq) WHERE k2 IS NOT NULL;
CREATE INDEX IF NOT EXISTS stripe_objects_k3 ON stripe_objects (kind, k3, seq) WHERE k3 IS NOT NULL;`;

/** Which fields each kind is listed by, in the order of the columns k1, k2, k3. */
const KEYS: Record<string, [string?, string?, string?]> = {
  application_fee: ['charge', 'account'],
  // The payout that took it is no field of a balance transaction's; see setPayout.
  balance_transaction: ['source', 'type', 'payout'],
  card: ['customer'],
  charge: ['payment_intent', 'customer'],
  customer: ['email', 'test_clock'],
  customer_balance_transaction: ['customer', 'invoice'],
  dispute: ['charge', 'payment_intent'],
  event: ['type'],
  fee_refund: ['fee'],
  file: ['purpose'],
  invoice: ['customer', 'parent.subscription_details.subscription', 'status'],
  invoice_payment: ['invoice', 'payment.payment_intent', 'status'],
  invoiceitem: ['customer', 'invoice', 'parent.subscription_details.subscription'],
  payment_intent: ['customer'],
  payment_method: ['customer', 'type'],
  payout: ['status', 'destination'],
  price: ['product', 'lookup_key'],
  'radar.early_fraud_warning': ['charge', 'payment_intent'],
  refund: ['charge', 'payment_intent'],
  setup_intent: ['customer', 'payment_method'],
  subscription: ['customer', 'status', 'test_clock'],
  subscription_item: ['subscription'],
  transfer: ['destination', 'transfer_group', 'source_transaction'],
  transfer_reversal: ['transfer'],
};

export interface Page {
  kind: string;
  /** Filters by listed fields. */
  where: Record<string, string | undefined>;
  created?: { gt?: number; gte?: number; lt?: number; lte?: number } | null | undefined;
  /** Only rows older (before) or newer (after) than this seq. */
  before?: number;
  after?: number;
  /** Newest first, or oldest first. */
  order: 'DESC' | 'ASC';
  /** One more condition in SQL, beginning with AND. */
  and?: string | Condition;
  limit: number;
}

export interface Row {
  seq: number;
  id: string;
  body: string;
}

export interface Objects {
  insert(object: StripeObject, hidden?: object): void;
  /** Inserts one of the objects that do not show when they were made. */
  insertTimeless(object: { id: string; object: string }, hidden?: object): void;
  update(object: { id: string; object: string; [field: string]: unknown }, hidden?: object): void;
  remove(id: string): void;
  /** Files a balance transaction under the payout that took it. */
  setPayout(id: string, payout: string): void;
  payoutOf(id: string): string | undefined;
  find<T extends StripeObject>(id: string, kind?: string): T | undefined;
  /** The object's JSON as it is stored, without a detour over an object; without a kind, whosever it is. */
  findBody(id: string, kind?: string): string | undefined;
  /** What the sandbox keeps about the object beside what it shows; empty when nothing. */
  hidden<T extends object>(id: string): Partial<T>;
  seqOf(id: string, kind?: string): number | undefined;
  page(page: Page): Row[];
  /** The objects of a connected account, filed under kinds of its own so that no list mixes them; of '' the platform's. */
  of(account: string): Objects;
}

/** @param now the sandbox's time in seconds, by which rows are in order whatever their objects show */
export function createObjects(store: Store, now: () => number): Objects {
  store.exec(SCHEMA);
  return openObjects(store, now, '');
}

/** @param prefix what the kinds of an account's objects begin with */
function openObjects(store: Store, now: () => number, prefix: string): Objects {
  const insert = store.statement(
    'INSERT INTO stripe_objects (id, kind, created, k1, k2, k3, body, hidden) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const update = store.statement(
    'UPDATE stripe_objects SET k1 = ?, k2 = ?, k3 = ?, body = ?, hidden = coalesce(?, hidden) WHERE id = ?',
  );
  const find = store.statement('SELECT seq, kind, body FROM stripe_objects WHERE id = ?');
  const hidden = store.statement('SELECT hidden FROM stripe_objects WHERE id = ?');
  const row = (id: string, kind?: string) => {
    const found = find.get(id) as { seq: number; kind: string; body: string } | undefined;
    return found && (kind === undefined || found.kind === prefix + kind) ? found : undefined;
  };
  return {
    insert: (object, secret) => {
      insert.run(
        object.id,
        prefix + object.object,
        now(),
        ...keysOf(object),
        JSON.stringify(object),
        secret ? JSON.stringify(secret) : null,
      );
    },
    insertTimeless: (object, secret) => {
      insert.run(
        object.id,
        prefix + object.object,
        now(),
        ...keysOf(object),
        JSON.stringify(object),
        secret ? JSON.stringify(secret) : null,
      );
    },
    update: (object, secret) => {
      update.run(...keysOf(object), JSON.stringify(object), secret ? JSON.stringify(secret) : null, object.id);
    },
    remove: (id) => {
      store.statement('DELETE FROM stripe_objects WHERE id = ?').run(id);
    },
    setPayout: (id, payout) => {
      store.statement('UPDATE stripe_objects SET k3 = ? WHERE id = ?').run(payout, id);
    },
    payoutOf: (id) => {
      const found = store.statement('SELECT k3 FROM stripe_objects WHERE id = ?').get(id);
      return (found?.k3 as string | null | undefined) ?? undefined;
    },
    find: (id, kind) => {
      const found = row(id, kind);
      return found && JSON.parse(found.body);
    },
    findBody: (id, kind) => row(id, kind)?.body,
    hidden: (id) => {
      const found = hidden.get(id) as { hidden: string | null } | undefined;
      return found?.hidden ? JSON.parse(found.hidden) : {};
    },
    seqOf: (id, kind) => row(id, kind)?.seq,
    page: (page) => selectPage(store, page, prefix),
    of: (account) => openObjects(store, now, account && `${account}/`),
  };
}

function keysOf(object: { object: string }): (string | null)[] {
  const fields = KEYS[object.object] ?? [];
  return [0, 1, 2].map((i) => {
    const value = fields[i] === undefined ? undefined : fieldOf(object as Record<string, unknown>, fields[i]);
    return typeof value === 'string' ? value : null;
  });
}

/** A field, also one inside another: `payment.payment_intent`. */
function fieldOf(object: Record<string, unknown>, path: string): unknown {
  if (!path.includes('.')) return object[path];
  let value: unknown = object;
  for (const name of path.split('.')) value = (value as Record<string, unknown> | null | undefined)?.[name];
  return value;
}

/** Walks one index in the order of seq; nothing is counted and nothing is sorted. */
function selectPage(store: Store, page: Page, prefix: string): Row[] {
  const fields = KEYS[page.kind] ?? [];
  const conditions = ['kind = ?'];
  const values: (string | number)[] = [prefix + page.kind];
  const add = (condition: string, value: string | number | undefined) => {
    if (value === undefined) return;
    conditions.push(condition);
    values.push(value);
  };
  const filters = Object.entries(page.where).filter(([, value]) => value !== undefined);
  // A kind has few statuses and types: beside another filter they only sift what its index finds.
  const sifts = (name: string) => filters.length > 1 && (name === 'status' || name === 'type');
  for (const [name, value] of filters) add(`${sifts(name) ? '+' : ''}k${fields.indexOf(name) + 1} = ?`, value);
  add('seq < ?', page.before);
  add('seq > ?', page.after);
  const bound = (operator: '>=' | '<', time: number | undefined) => {
    if (time !== undefined) add(`seq ${operator} ?`, firstSince(store, time));
  };
  const { gt, gte, lt, lte } = page.created ?? {};
  bound('>=', gte ?? (gt === undefined ? undefined : gt + 1));
  bound('<', lt ?? (lte === undefined ? undefined : lte + 1));
  const more = typeof page.and === 'object' ? page.and : { sql: page.and ?? '', values: [] };
  const sql = `SELECT seq, id, body FROM stripe_objects WHERE ${conditions.join(' AND ')} ${more.sql} ORDER BY seq ${page.order} LIMIT ?`;
  return store.statement(sql).all(...values, ...more.values, page.limit) as unknown as Row[];
}

/**
 * The seq from which rows were created at this time or later. Rows come in the order of their time, so halving finds
 * it without an index that every insert would have to pay for.
 */
function firstSince(store: Store, time: number): number {
  const next = store.statement('SELECT seq, created FROM stripe_objects WHERE seq >= ? ORDER BY seq LIMIT 1');
  const { last } = store.statement('SELECT coalesce(max(seq), 0) AS last FROM stripe_objects').get() as {
    last: number;
  };
  let low = 1;
  let high = last + 1;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const row = next.get(middle) as { seq: number; created: number };
    if (row.created >= time) high = middle;
    else low = row.seq + 1;
  }
  return low;
}
