/** What a vendor reads of its money: its balance, its transfers, and its statements, which are made of what the ledger has booked. */
import type { StatementFacts, StatementLine } from '../domain/vendors/statement.ts';
import { type Executor, statement } from './database.ts';

export interface VendorBalance {
  currency: string;
  /** Not to be transferred yet, and to be transferred. */
  pending: number;
  due: number;
  /** Paid beyond what it has: settled by its next transfers, where Stripe cannot take it back. */
  owed: number;
  transferred: number;
  /** Of all its orders. */
  gross: number;
  refunded: number;
  disputed: number;
  commission: number;
  payable: number;
  /** Amounts that are not transferred, by what they wait for. */
  waiting: Record<string, number>;
}

const missing = 's.payable_amount - s.transferred_amount - s.settled_amount';
const balances = statement(
  'vendor_balances',
  `select currency::text, coalesce(sum(greatest(missing, 0)) filter (where not is_due), 0)::bigint as pending,
     coalesce(sum(greatest(missing, 0)) filter (where is_due), 0)::bigint as due, sum(greatest(-missing, 0))::bigint as owed,
     sum(transferred_amount)::bigint as transferred, sum(gross_amount)::bigint as gross, sum(refunded_amount)::bigint as refunded,
     sum(disputed_amount)::bigint as disputed, sum(commission_amount)::bigint as commission, sum(payable_amount)::bigint as payable,
     coalesce((
       select json_object_agg(w.waits_for, w.amount) from (
         select s.waits_for, sum(${missing})::bigint as amount from vendor_shares s
         where s.vendor_id = $1 and s.currency = b.currency and s.waits_for is not null and ${missing} > 0 group by s.waits_for
       ) w
     ), '{}') as waiting
   from (select s.*, ${missing} as missing, coalesce(s.due_at <= now(), false) as is_due from vendor_shares s where s.vendor_id = $1) b
   group by currency order by currency`,
);

/** By currency; none for a vendor that has sold nothing. */
export function readVendorBalances(db: Executor, vendorId: string): Promise<VendorBalance[]> {
  return db.rows<VendorBalance>(balances, [vendorId]);
}

export interface TransferView {
  id: string;
  kind: 'transfer' | 'reversal';
  status: 'pending' | 'succeeded' | 'failed';
  vendor_order_id: string;
  vendor_order_number: string;
  transfer_id: string | null;
  amount: number;
  reversed_amount: number;
  currency: string;
  provider_id: string | null;
  error: { code: string; message: string } | null;
  created_at: Date;
  settled_at: Date | null;
}

const view = `select t.id, t.kind, t.status, t.vendor_order_id, v.number as vendor_order_number, t.transfer_id, t.amount, t.reversed_amount,
    t.currency, t.provider_id, t.error, t.created_at, t.settled_at
  from vendor_transfers t join vendor_orders v on v.id = t.vendor_order_id`;
const list = statement(
  'vendor_transfers_list',
  `${view} where t.vendor_id = $1 and ($2::uuid is null or t.id < $2) and ($4::text is null or t.status = $4)
     and ($5::uuid is null or t.vendor_order_id = $5)
   order by t.id desc limit $3`,
);

/** Newest first; reads one more than a page for `has_more`. */
export function listVendorTransfers(
  db: Executor,
  vendorId: string,
  filter: { status?: string | undefined; vendor_order_id?: string | undefined },
  { after, limit }: { after: string | undefined; limit: number },
): Promise<TransferView[]> {
  const values = [vendorId, after ?? null, limit + 1, filter.status ?? null, filter.vendor_order_id ?? null];
  return db.rows<TransferView>(list, values);
}

// By what is booked: a statement and the ledger cannot differ, and a closed day never changes.
const lines = statement(
  'vendor_statement_lines',
  `with booked as materialized (
     select t.booked_on, t.id, 'sale' as kind, c.vendor_order_id, c.currency, c.gross_change as gross, c.refunded_change as refunded,
       c.disputed_change as disputed, c.commission_change as commission, 0::bigint as transferred, null::text as provider_id
     from vendor_share_changes c
     join ledger_transactions t on t.cause_kind = 'vendor_share' and t.cause_id = c.vendor_order_id || '/' || c.version
     where c.vendor_id = $1
     union all
     select t.booked_on, t.id, m.kind, m.vendor_order_id, m.currency, 0, 0, 0, 0,
       case m.kind when 'transfer' then m.amount else -m.amount end, m.provider_id
     from vendor_transfers m join ledger_transactions t
       on t.cause_kind = case m.kind when 'transfer' then 'transfer' else 'transfer_reversal' end and t.cause_id = m.id::text
     where m.vendor_id = $1 and m.status = 'succeeded'
   )
   select b.booked_on::text as day, b.kind, b.currency::text, o.number as order_number, b.gross, b.refunded, b.disputed, b.commission, b.transferred,
     b.provider_id
   from booked b join vendor_orders o on o.id = b.vendor_order_id where b.booked_on between $2 and $3
   union all
   select null, 'opening', currency::text, null, sum(gross)::bigint, sum(refunded)::bigint, sum(disputed)::bigint, sum(commission)::bigint,
     sum(transferred)::bigint, null
   from booked where booked_on < $2 group by currency`,
);

type Row = Omit<StatementLine, 'day' | 'orderNumber' | 'providerId' | 'kind'> & {
  day: string | null;
  kind: StatementLine['kind'] | 'opening';
  order_number: string | null;
  provider_id: string | null;
};

/** Everything that was booked of a vendor from one day to another, and what stood before. */
export async function readStatementFacts(
  db: Executor,
  vendorId: string,
  { from, to }: { from: string; to: string },
): Promise<StatementFacts> {
  const rows = await db.rows<Row>(lines, [vendorId, from, to]);
  const facts: StatementFacts = { openings: new Map(), lines: [] };
  for (const { day, kind, order_number: orderNumber, provider_id: providerId, ...amounts } of rows) {
    if (kind === 'opening') {
      const { gross, refunded, disputed, commission, transferred, currency } = amounts;
      facts.openings.set(currency, gross - refunded - disputed - commission - transferred);
    } else facts.lines.push({ ...amounts, kind, day: day!, orderNumber: orderNumber!, providerId });
  }
  return facts;
}

const again = statement(
  'vendor_pay_again',
  `update vendor_shares set pay_at = now() where vendor_id = $1
     and (pay_at is not null or waits_for is not null or transferred_amount + settled_amount <> payable_amount) returning 1`,
);

/** Has everything that is not even looked at now. Returns how many of its orders that are. */
export async function payVendorAgain(db: Executor, vendorId: string): Promise<number> {
  return (await db.rows(again, [vendorId])).length;
}

const terms = statement('vendor_terms', 'select delay_seconds from vendor_payment_terms where vendor_id = $1');
const setTerms = statement(
  'vendor_terms_set',
  `insert into vendor_payment_terms (vendor_id, delay_seconds) values ($1, $2)
   on conflict (vendor_id) do update set delay_seconds = excluded.delay_seconds, updated_at = now()`,
);

/** Null: the shop's. */
export async function readDelay(db: Executor, vendorId: string): Promise<number | null> {
  const [row] = await db.rows<{ delay_seconds: number | null }>(terms, [vendorId]);
  return row?.delay_seconds ?? null;
}

export async function setDelay(db: Executor, vendorId: string, seconds: number | null): Promise<void> {
  await db.rows(setTerms, [vendorId, seconds]);
}

const figures = statement(
  'vendor_figures',
  `select currency::text, sum(greatest(${missing}, 0))::bigint as unpaid, sum(greatest(-(${missing}), 0))::bigint as owed
   from vendor_shares s where ${missing} <> 0 group by currency`,
);

/** What vendors are still to get, and what they owe, by currency. */
export function readVendorFigures(db: Executor): Promise<{ currency: string; unpaid: number; owed: number }[]> {
  return db.rows(figures);
}

export interface NamedVendor {
  id: string;
  number: string;
  name: string;
}

const named = statement(
  'vendor_by_name',
  'select id, number, name from vendors where id::text = $1 or number = upper($1) or slug = lower($1)',
);

/** By its number, its slug or its id. */
export async function findNamedVendor(db: Executor, name: string): Promise<NamedVendor | undefined> {
  const [row] = await db.rows<NamedVendor>(named, [name]);
  return row;
}

const withMoney = statement(
  'vendors_with_money',
  'select id, number, name from vendors v where exists (select from vendor_shares s where s.vendor_id = v.id) order by number limit $1',
);

export function listVendorsWithMoney(db: Executor, limit: number): Promise<NamedVendor[]> {
  return db.rows<NamedVendor>(withMoney, [limit]);
}
