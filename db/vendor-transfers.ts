/**
 * Transfers to vendors and their reversals as rows: decided under the lock of the share they settle, one at a time for each vendor
 * order, made at Stripe by a job, settled by what Stripe says (settle-vendor-transfer.ts).
 */

import { nextStep, type PaymentStep, type WaitsFor } from '../domain/vendors/payment.ts';
import { type Database, type Executor, statement } from './database.ts';
import { uuidv7 } from './ids.ts';
import { settleDebts } from './vendor-debts.ts';

export interface TransferRow {
  id: string;
  vendor_order_id: string;
  order_id: string;
  order_number: string;
  vendor_id: string;
  kind: 'transfer' | 'reversal';
  /** Of a reversal: Stripe's id of the transfer that it takes back from. */
  of_provider_id: string | null;
  amount: number;
  currency: string;
  status: 'pending' | 'succeeded' | 'failed';
  provider_id: string | null;
  account_id: string;
  source_charge: string | null;
  tries: number;
  /** Stripe keeps a key for a day at least: an older one may move the money again. */
  key_may_be_gone: boolean;
}

const columns = `t.id, t.vendor_order_id, t.order_id, o.number as order_number, t.vendor_id, t.kind, t.amount, t.currency, t.status,
  t.provider_id, t.account_id, t.source_charge, t.tries, x.provider_id as of_provider_id,
  t.created_at < now() - interval '12 hours' as key_may_be_gone`;
const tables =
  'vendor_transfers t join orders o on o.id = t.order_id left join vendor_transfers x on x.id = t.transfer_id';

const lockShare = statement(
  'vendor_share_lock',
  `select s.order_id, s.vendor_id, s.currency, s.payable_amount as payable, s.releasable_amount as releasable,
     s.transferred_amount + s.settled_amount as paid, coalesce(s.due_at <= now(), false) as is_due, s.due_at, v.account_id,
     v.status = 'active' and v.payouts_enabled and v.transfers_enabled and v.account_id is not null as can_be_paid
   from vendor_shares s join vendors v on v.id = s.vendor_id where s.vendor_order_id = $1 for no key update of s`,
);
const open = statement(
  'vendor_transfer_open',
  `select ${columns} from ${tables} where t.vendor_order_id = $1 and t.status = 'pending'`,
);
const ofOrder = statement(
  'vendor_transfers_made',
  `select id, account_id, source_charge, kind, status, amount - reversed_amount as left, error ->> 'code' as code, created_at
   from vendor_transfers where vendor_order_id = $1 order by id desc`,
);

interface ShareRow {
  order_id: string;
  vendor_id: string;
  currency: string;
  payable: number;
  releasable: number;
  paid: number;
  is_due: boolean;
  due_at: Date | null;
  account_id: string | null;
  can_be_paid: boolean;
}

interface MadeRow {
  id: string;
  account_id: string;
  source_charge: string | null;
  kind: 'transfer' | 'reversal';
  status: string;
  left: number;
  code: string | null;
}

/**
 * Decides what is to move next for a vendor order: the row that is pending, or a new one; what the vendor owes is set off first.
 * Undefined, with the reason noted, when nothing is to move now.
 */
export function decideTransfer(db: Database, vendorOrderId: string): Promise<TransferRow | undefined> {
  return db.transaction(async (tx) => {
    const [share] = await tx.rows<ShareRow>(lockShare, [vendorOrderId]);
    if (!share) return undefined;
    const [pending] = await tx.rows<TransferRow>(open, [vendorOrderId]);
    if (pending) return pending;
    const made = await tx.rows<MadeRow>(ofOrder, [vendorOrderId]);
    const transfers = made.filter(({ kind, status }) => kind === 'transfer' && status === 'succeeded');
    const standing = { ...share, isDue: share.is_due, canBePaid: share.can_be_paid, transfers };
    const step = nextStep(standing);
    if (step.kind !== 'pay') return decideOther(tx, { vendorOrderId, share, made, step });
    const setOff = await settleDebts(tx, { ...share, vendorOrderId, amount: step.amount });
    if (setOff === step.amount) return decideOther(tx, { vendorOrderId, share, made, step: { kind: 'even' } });
    const amount = step.amount - setOff;
    const sourceCharge = await sourceOf(tx, share.order_id, made, amount);
    const about = { vendorOrderId, share, kind: 'transfer', transferId: null, accountId: share.account_id! } as const;
    return insertTransfer(tx, { ...about, amount, sourceCharge });
  });
}

interface Decision {
  vendorOrderId: string;
  share: ShareRow;
  made: readonly MadeRow[];
  step: Exclude<PaymentStep, { kind: 'pay' }>;
}

async function decideOther(
  tx: Executor,
  { vendorOrderId, share, made, step }: Decision,
): Promise<TransferRow | undefined> {
  if (step.kind === 'take_back') {
    const accountId = made.find(({ id }) => id === step.transferId)!.account_id;
    const about = { vendorOrderId, share, kind: 'reversal', accountId, sourceCharge: null } as const;
    return insertTransfer(tx, { ...about, transferId: step.transferId, amount: step.amount });
  }
  const waitsFor = step.kind === 'even' ? null : step.for;
  const until = { delay: share.due_at, vendor: new Date(Date.now() + LOOK_AGAIN_MS), owed: null, even: null };
  await noteWaiting(tx, vendorOrderId, waitsFor, until[(waitsFor ?? 'even') as keyof typeof until]);
  return undefined;
}

/** A vendor that cannot be paid is looked at when it changes; and now and then besides. */
const LOOK_AGAIN_MS = 3_600_000;

// Stripe gives no more out of a charge than it took, whatever was reversed of it since.
const charge = statement(
  'vendor_source_charge',
  `select p.charge_id from payments p where p.order_id = $1 and p.charge_id is not null and p.captured_amount >= $2 + coalesce((
     select sum(t.amount) from vendor_transfers t where t.order_id = p.order_id and t.source_charge = p.charge_id and t.status <> 'failed'
   ), 0)`,
);

/** Refusals that are about the vendor's account or our balance, whatever the money comes out of. */
export const NOT_THE_CHARGES = new Set([
  'balance_insufficient',
  'insufficient_capabilities_for_transfer',
  'account_invalid',
  'account_closed',
  'transfers_not_allowed',
]);

/** The order's own charge, as long as it has that much left and Stripe has not refused it. */
async function sourceOf(
  tx: Executor,
  orderId: string,
  made: readonly MadeRow[],
  amount: number,
): Promise<string | null> {
  const wasRefused = ({ status, source_charge: source, code }: MadeRow) =>
    status === 'failed' && source !== null && !NOT_THE_CHARGES.has(code ?? '');
  if (made.some(wasRefused)) return null;
  const [row] = await tx.rows<{ charge_id: string }>(charge, [orderId, amount]);
  return row?.charge_id ?? null;
}

interface NewTransfer {
  vendorOrderId: string;
  share: ShareRow;
  kind: TransferRow['kind'];
  transferId: string | null;
  accountId: string;
  amount: number;
  sourceCharge: string | null;
}

const insert = statement(
  'vendor_transfer_insert',
  `insert into vendor_transfers (id, vendor_order_id, order_id, vendor_id, kind, transfer_id, amount, currency, account_id, source_charge)
   values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
);

async function insertTransfer(tx: Executor, transfer: NewTransfer): Promise<TransferRow> {
  const { vendorOrderId, share, kind, transferId, accountId, amount, sourceCharge } = transfer;
  const whose = [uuidv7(), vendorOrderId, share.order_id, share.vendor_id];
  await tx.rows(insert, [...whose, kind, transferId, amount, share.currency, accountId, sourceCharge]);
  const [row] = await tx.rows<TransferRow>(open, [vendorOrderId]);
  return row!;
}

const wait = statement(
  'vendor_share_wait',
  'update vendor_shares set waits_for = $2, pay_at = $3, updated_at = now() where vendor_order_id = $1',
);

/** Why a share is not even, and when to look at it again; without a time when something else has to happen first. */
export async function noteWaiting(
  tx: Executor,
  vendorOrderId: string,
  waitsFor: WaitsFor | null,
  payAt: Date | null,
): Promise<void> {
  await tx.rows(wait, [vendorOrderId, waitsFor, payAt]);
}

const due = statement(
  'vendor_shares_due',
  `with due as materialized (
     select vendor_order_id from vendor_shares where pay_at <= now() order by pay_at limit $1 for no key update skip locked
   )
   update vendor_shares s set pay_at = now() + make_interval(secs => $2) from due where s.vendor_order_id = due.vendor_order_id
   returning s.vendor_order_id, s.order_id`,
);

/** Shares that somebody must look at now; each comes again after a while, until it is even or waits for something. */
export function takeDuePayments(
  db: Executor,
  limit: number,
  againSeconds: number,
): Promise<{ vendor_order_id: string; order_id: string }[]> {
  return db.rows(due, [limit, againSeconds]);
}
