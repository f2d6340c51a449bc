/** What became of a transfer to a vendor, or of a reversal. The ledger's booking is part of the settling. */
import { transferBooking } from '../domain/vendors/ledger.ts';
import { type Executor, statement } from './database.ts';
import { openException, resolveException } from './exceptions.ts';
import { postBookings } from './ledger.ts';
import { appendShopEvent } from './shop-events.ts';
import { NOT_THE_CHARGES, noteWaiting, type TransferRow } from './vendor-transfers.ts';

const rotate = statement(
  'vendor_transfer_rotate',
  'update vendor_transfers set tries = tries + 1 where id = $1 and tries = $2',
);

/** The provider has stored a failure of its own under the key: the next call takes a new one. */
export async function rotateTransferKey(db: Executor, { id, tries }: Pick<TransferRow, 'id' | 'tries'>): Promise<void> {
  await db.rows(rotate, [id, tries]);
}

// The share's row first, as whoever decides has it. What was given up and made all the same is a fact of Stripe's, too.
const settle = statement(
  'vendor_transfer_settle',
  `with s as materialized (
     select s.vendor_order_id from vendor_transfers t join vendor_shares s on s.vendor_order_id = t.vendor_order_id
     where t.id = $1 for no key update of s
   ), made as (
     update vendor_transfers t set status = 'succeeded', provider_id = $2, error = null, settled_at = now(), updated_at = now()
     from s where t.id = $1 and t.vendor_order_id = s.vendor_order_id and t.status <> 'succeeded'
     returning t.id, t.vendor_order_id, t.order_id, t.vendor_id, t.kind, t.transfer_id, t.amount, t.currency, t.settled_at
   ), origin as (
     update vendor_transfers x set reversed_amount = x.reversed_amount + made.amount, updated_at = now() from made where x.id = made.transfer_id
   ), share as (
     update vendor_shares s set transferred_amount = s.transferred_amount + case made.kind when 'transfer' then made.amount else -made.amount end,
       waits_for = null, pay_at = now(), updated_at = now()
     from made where s.vendor_order_id = made.vendor_order_id
   )
   select * from made`,
);

interface SettledRow {
  id: string;
  vendor_order_id: string;
  order_id: string;
  vendor_id: string;
  kind: TransferRow['kind'];
  amount: number;
  currency: string;
  settled_at: Date;
}

/** Records that Stripe has made a transfer or a reversal of ours, and books it. False when that was known. */
export async function settleTransfer(
  tx: Executor,
  id: string,
  { providerId }: { providerId: string },
): Promise<boolean> {
  const [made] = await tx.rows<SettledRow>(settle, [id, providerId]);
  if (!made) return false;
  const { kind, amount, currency, order_id: orderId, vendor_id: vendorId, vendor_order_id: vendorOrderId } = made;
  await postBookings(tx, [transferBooking({ id, orderId, kind, amount, currency, occurredAt: made.settled_at })]);
  const type = kind === 'transfer' ? 'vendor.transfer.paid' : 'vendor.transfer.reversed';
  await tellTransfer(tx, type, { id, vendorId, vendorOrderId, orderId, amount, currency, provider_id: providerId });
  for (const code of [NOT_TRANSFERRED, NOT_REVERSED])
    await resolveException(tx, code, `vendor_order/${vendorOrderId}`, 'Stripe has made it.');
  return true;
}

interface Told {
  id: string;
  vendorId: string;
  vendorOrderId: string;
  orderId: string;
  amount: number;
  currency: string;
  provider_id?: string;
  error?: string;
}

function tellTransfer(
  tx: Executor,
  type: string,
  { id, vendorId, vendorOrderId, orderId, ...rest }: Told,
): Promise<number> {
  const data = { transfer_id: id, vendor_id: vendorId, vendor_order_id: vendorOrderId, order_id: orderId, ...rest };
  return appendShopEvent(tx, { type, object: 'vendor', objectId: vendorId, vendorId, data });
}

const NOT_TRANSFERRED = 'vendor_transfer_failed';
const NOT_REVERSED = 'vendor_owes';

const lockOf = statement(
  'vendor_transfer_lock',
  'select 1 from vendor_shares where vendor_order_id = $1 for no key update',
);
const fail = statement(
  'vendor_transfer_fail',
  `update vendor_transfers set status = 'failed', error = $2, settled_at = now(), updated_at = now()
   where id = $1 and status = 'pending' and tries = $3 returning id`,
);
const failures = statement(
  'vendor_transfer_failures',
  `select count(*)::integer as refusals from vendor_transfers f where f.vendor_order_id = $1 and f.status = 'failed' and f.kind = $2
     and f.id > coalesce((select max(t.id::text)::uuid from vendor_transfers t where t.vendor_order_id = $1 and t.status = 'succeeded'), '00000000-0000-0000-0000-000000000000')`,
);

export interface Refusal {
  code: string;
  message: string;
}

/**
 * Records that Stripe refused a transfer or a reversal: it stands in the exceptions list and is tried again later by a row of its own;
 * what could not be taken back is owed, and settled by the vendor's next transfers. False when somebody has recorded otherwise.
 */
export async function refuseTransfer(
  tx: Executor,
  row: TransferRow,
  refusal: Refusal,
  secondsUntil: (refusals: number) => number,
): Promise<boolean> {
  const { vendor_order_id: vendorOrderId, kind, order_id: orderId } = row;
  await tx.rows(lockOf, [vendorOrderId]);
  if ((await tx.rows(fail, [row.id, JSON.stringify(refusal), row.tries])).length === 0) return false;
  const [counted] = await tx.rows<{ refusals: number }>(failures, [vendorOrderId, kind]);
  // Without its own charge it may go at once, out of what is available.
  const isOfCharge = row.source_charge !== null && !NOT_THE_CHARGES.has(refusal.code);
  const seconds = isOfCharge ? 0 : secondsUntil(counted!.refusals);
  const waits = kind === 'reversal' ? 'owed' : refusal.code === 'balance_insufficient' ? 'balance' : 'refused';
  await noteWaiting(tx, vendorOrderId, waits, new Date(Date.now() + seconds * 1_000));
  if (isOfCharge) return true;
  const { id, vendor_id: vendorId, amount, currency } = row;
  const code = kind === 'transfer' ? NOT_TRANSFERRED : NOT_REVERSED;
  const detail = { transfer_id: id, vendor_id: vendorId, amount, currency, error: refusal };
  await openException(tx, { code, subject: `vendor_order/${vendorOrderId}`, orderId, detail });
  const told = { id, vendorId, vendorOrderId, orderId, amount, currency, error: refusal.code };
  await tellTransfer(tx, 'vendor.transfer.failed', told);
  return true;
}
