/** Reading the ledger: balances as of a day, transactions with their entries, an order's lines. */
import type { LedgerCauseKind } from '../domain/ledger.ts';
import { type Executor, statement } from './database.ts';

export interface AccountBalance {
  code: string;
  name: string;
  type: string;
  description: string;
  /** Null for an account on which nothing was ever booked. */
  currency: string | null;
  /** Debits less credits, in minor units. */
  balance: number;
}

// From the last closed day's journal on: however long the ledger, only open days are added up.
const balances = statement(
  'ledger_balances',
  `with base as (select max(day) as day from ledger_days where day <= $1),
   sums as (
     select account, currency, sum(amount)::bigint as balance from (
       select l.account, l.currency, l.closing as amount from ledger_day_lines l join base on base.day = l.day
       union all
       select e.account, e.currency, e.amount
       from ledger_transactions t join ledger_entries e on e.transaction_id = t.id
       where t.booked_on <= $1 and t.booked_on > coalesce((select day from base), '-infinity')
     ) x group by account, currency
   )
   select a.code, a.name, a.type, a.description, s.currency, coalesce(s.balance, 0) as balance
   from ledger_accounts a left join sums s on s.account = a.code order by a.position, s.currency`,
);

/** Every account's balance in each of its currencies at the end of a day (`2026-11-20`, UTC). */
export function readBalances(db: Executor, day: string): Promise<AccountBalance[]> {
  return db.rows<AccountBalance>(balances, [day]);
}

export interface EntryView {
  account: string;
  currency: string;
  amount: number;
}

export interface TransactionView {
  id: number;
  cause_kind: LedgerCauseKind;
  cause_id: string;
  order_id: string | null;
  booked_on: string;
  occurred_at: Date;
  created_at: Date;
  description: string | null;
  reverses: number | null;
  reversed_by: number | null;
  entries: EntryView[];
}

export interface TransactionFilter {
  orderId?: string | undefined;
  cause?: string | undefined;
  causeId?: string | undefined;
  account?: string | undefined;
  currency?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
}

const conditions: Record<keyof TransactionFilter, (value: string) => string> = {
  orderId: (value) => `t.order_id = ${value}::uuid`,
  cause: (value) => `t.cause_kind = ${value}`,
  causeId: (value) => `t.cause_id = ${value}`,
  account: (value) => `exists (select from ledger_entries e where e.transaction_id = t.id and e.account = ${value})`,
  currency: (value) => `exists (select from ledger_entries e where e.transaction_id = t.id and e.currency = ${value})`,
  from: (value) => `t.booked_on >= ${value}::date`,
  to: (value) => `t.booked_on <= ${value}::date`,
};

/** Newest first, before the given id; the text depends on which filters are used, so that each walks its own index. */
export function listTransactions(
  db: Executor,
  filter: TransactionFilter,
  beforeId: number,
  limit: number,
): Promise<TransactionView[]> {
  const used = (Object.keys(conditions) as (keyof TransactionFilter)[]).filter((name) => filter[name] !== undefined);
  const values: unknown[] = [beforeId, limit];
  const where = ['t.id < $1', ...used.map((name) => conditions[name](`$${values.push(filter[name])}`))];
  const text = `select t.id, t.cause_kind, t.cause_id, t.order_id, t.booked_on::text, t.occurred_at, t.created_at, t.description,
      t.reverses, (select r.id from ledger_transactions r where r.reverses = t.id) as reversed_by,
      (select json_agg(json_build_object('account', e.account, 'currency', e.currency, 'amount', e.amount) order by e.position)
       from ledger_entries e where e.transaction_id = t.id) as entries
    from ledger_transactions t where ${where.join(' and ')} order by t.id desc limit $2`;
  return db.rows<TransactionView>(statement(`ledger_transactions_${used.join('_')}`, text), values);
}

const EXPORT_PAGE = 500;

/** All transactions of a filter, newest first, a page in memory at a time. */
export async function* walkTransactions(db: Executor, filter: TransactionFilter): AsyncGenerator<TransactionView> {
  let before = Number.MAX_SAFE_INTEGER;
  for (;;) {
    const rows = await listTransactions(db, filter, before, EXPORT_PAGE);
    yield* rows;
    if (rows.length < EXPORT_PAGE) return;
    before = rows.at(-1)!.id;
  }
}
