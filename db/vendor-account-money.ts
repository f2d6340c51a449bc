/** Payouts, movements and balances of vendors' connected accounts, as they were read at Stripe. */
import { rankOf } from '../domain/stripe-objects.ts';
import { type Executor, statement } from './database.ts';

export interface VendorAccount {
  account_id: string;
  vendor_id: string;
  vendor_number: string;
  /** What moved before this time is known. */
  seen_until: Date | null;
}

const columns = `v.account_id, v.id as vendor_id, v.number as vendor_number, r.seen_until
  from vendors v left join vendor_account_readings_done r on r.account_id = v.account_id`;
const byAccount = statement('vendor_account', `select ${columns} where v.account_id = $1`);
const list = statement(
  'list_vendor_accounts',
  `select ${columns} where v.account_id is not null and v.id > $1 order by v.id limit $2`,
);

export async function findVendorAccount(db: Executor, accountId: string): Promise<VendorAccount | undefined> {
  const [row] = await db.rows<VendorAccount>(byAccount, [accountId]);
  return row;
}

/** In the order of the vendors' ids. */
export const listVendorAccounts = (db: Executor, { after, limit }: { after: string; limit: number }) =>
  db.rows<VendorAccount>(list, [after, limit]);

const note = statement(
  'note_vendor_account_reading',
  `insert into vendor_account_readings_done (account_id, vendor_id, seen_until, is_lost, read_at) values ($1, $2, $3, $4, $5)
   on conflict (account_id) do update set read_at = greatest(vendor_account_readings_done.read_at, excluded.read_at),
     is_lost = excluded.is_lost, seen_until = greatest(vendor_account_readings_done.seen_until, excluded.seen_until)`,
);

/** How far an account is known; with `isLost` that Stripe does not show it any more. */
export async function noteAccountReading(
  db: Executor,
  { account_id, vendor_id }: Pick<VendorAccount, 'account_id' | 'vendor_id'>,
  { seenUntil, isLost, readAt }: { seenUntil: Date | null; isLost: boolean; readAt: Date },
): Promise<void> {
  await db.rows(note, [account_id, vendor_id, seenUntil, isLost, readAt]);
}

/** A payout of an account, as it is read (providers/connect.ts). */
export interface ReadPayout {
  id: string;
  accountId: string;
  amount: number;
  currency: string;
  status: string;
  automatic: boolean;
  reconciliationStatus: string;
  failureCode: string | null;
  arrivalAt: Date;
  createdAt: Date;
}

const keep = statement(
  'keep_vendor_payouts',
  `insert into vendor_payouts (id, vendor_id, account_id, status, rank, amount, currency, automatic, reconciliation_status, failure_code,
     arrival_at, created_at, read_at)
   select id, $2, "accountId", status, rank, amount, currency, automatic, "reconciliationStatus", "failureCode", "arrivalAt", "createdAt", $3
   from json_to_recordset($1) as item (
     id text, "accountId" text, status text, rank smallint, amount bigint, currency text, automatic boolean, "reconciliationStatus" text,
     "failureCode" text, "arrivalAt" timestamptz, "createdAt" timestamptz
   ) order by id
   on conflict (id) do update set status = excluded.status, rank = excluded.rank, reconciliation_status = excluded.reconciliation_status,
     failure_code = excluded.failure_code, arrival_at = excluded.arrival_at, read_at = excluded.read_at
   where excluded.rank > vendor_payouts.rank or (excluded.rank = vendor_payouts.rank and excluded.read_at >= vendor_payouts.read_at)`,
);

export async function keepVendorPayouts(
  db: Executor,
  vendorId: string,
  payouts: readonly ReadPayout[],
  readAt: Date,
): Promise<void> {
  if (payouts.length === 0) return;
  const items = payouts.map((payout) => ({ ...payout, rank: rankOf('payout', payout.status) }));
  await db.rows(keep, [JSON.stringify(items), vendorId, readAt]);
}

/** A movement of an account, as it is read (providers/connect.ts). */
export interface ReadMovement {
  id: string;
  type: string;
  amount: number;
  fee: number;
  net: number;
  currency: string;
  sourceId: string | null;
  transferId: string | null;
  reversalId: string | null;
  createdAt: Date;
  availableAt: Date;
}

// Of a movement one thing changes, once: it leaves with a payout.
const keepAll = statement(
  'keep_vendor_account_movements',
  `insert into vendor_account_movements (id, vendor_id, account_id, type, amount, fee, net, currency, source_id, transfer_id, reversal_id,
     payout_id, created_at, available_at, read_at)
   select id, $2, $3, type, amount, fee, net, currency, "sourceId", "transferId", "reversalId", $4, "createdAt", "availableAt", $5
   from json_to_recordset($1) as item (
     id text, type text, amount bigint, fee bigint, net bigint, currency text, "sourceId" text, "transferId" text, "reversalId" text,
     "createdAt" timestamptz, "availableAt" timestamptz
   ) order by id
   on conflict (id) do update set payout_id = coalesce(excluded.payout_id, vendor_account_movements.payout_id),
     amount = excluded.amount, fee = excluded.fee, net = excluded.net, read_at = excluded.read_at
   where excluded.read_at >= vendor_account_movements.read_at`,
);

/** @param payoutId the payout that they left with, when they were listed by it */
export async function keepAccountMovements(
  db: Executor,
  { account_id, vendor_id }: Pick<VendorAccount, 'account_id' | 'vendor_id'>,
  movements: readonly ReadMovement[],
  { readAt, payoutId = null }: { readAt: Date; payoutId?: string | null },
): Promise<void> {
  if (movements.length > 0)
    await db.rows(keepAll, [JSON.stringify(movements), vendor_id, account_id, payoutId, readAt]);
}

const keepBalance = statement(
  'keep_vendor_account_balances',
  `with held as (
     select * from json_to_recordset($1) as item (currency text, available bigint, pending bigint)
   ), gone as (
     update vendor_account_balances b set available_amount = 0, pending_amount = 0, read_at = $4
     where b.account_id = $2 and b.read_at <= $4 and b.currency not in (select currency from held)
   )
   insert into vendor_account_balances (account_id, vendor_id, currency, available_amount, pending_amount, read_at)
   select $2, $3, currency, available, pending, $4 from held order by currency
   on conflict (account_id, currency) do update set available_amount = excluded.available_amount,
     pending_amount = excluded.pending_amount, read_at = excluded.read_at
   where excluded.read_at >= vendor_account_balances.read_at`,
);

export async function keepAccountBalances(
  db: Executor,
  { account_id, vendor_id }: Pick<VendorAccount, 'account_id' | 'vendor_id'>,
  balances: readonly { currency: string; available: number; pending: number }[],
  readAt: Date,
): Promise<void> {
  await db.rows(keepBalance, [JSON.stringify(balances), account_id, vendor_id, readAt]);
}

const unlisted = statement(
  'vendor_payouts_to_list',
  `select p.id from vendor_payouts p
   where p.account_id = $1 and p.automatic and p.reconciliation_status = 'completed' and p.amount is distinct from (
     select sum(m.net)::bigint from vendor_account_movements m where m.payout_id = p.id and m.source_id is distinct from p.id
   ) and p.created_at > now() - interval '90 days' order by p.id`,
);

/** Automatic payouts whose lines are not known yet, or do not sum to them. */
export const findPayoutsToList = async (db: Executor, accountId: string): Promise<string[]> =>
  (await db.rows<{ id: string }>(unlisted, [accountId])).map(({ id }) => id);

const moving = statement(
  'vendor_payouts_under_way',
  `select id from vendor_payouts
   where account_id = $1 and created_at < $2 and (
     status in ('pending', 'in_transit') or id in (select f.subject from findings f where f.kind = 'payouts' and f.status = 'open')
   ) order by id`,
);

/** Payouts from before a time that may have moved on since. */
export const findPayoutsUnderWay = async (db: Executor, accountId: string, before: Date): Promise<string[]> =>
  (await db.rows<{ id: string }>(moving, [accountId, before])).map(({ id }) => id);
