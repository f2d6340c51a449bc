/**
 * Triggered by a share that is not even: brings what was transferred for one vendor order to what is payable, by one transfer or
 * reversal after the other. Each is a row first, made under the row's key: a second run finds the row, after a lost answer the same
 * key replays it, and after a stored failure of Stripe's, or when the key may have been forgotten, it is looked up by our id in its
 * metadata before a new key is taken. What Stripe refuses is tried again later by another row, and stands in the exceptions list.
 */
import type { Database } from '../db/database.ts';
import { refuseTransfer, rotateTransferKey, settleTransfer } from '../db/settle-vendor-transfer.ts';
import { decideTransfer, type TransferRow } from '../db/vendor-transfers.ts';
import { retrySeconds } from '../domain/vendors/payment.ts';
import type { ConnectProvider } from '../providers/connect.ts';
import { PaymentRefusedError, PaymentStuckError } from '../providers/payments.ts';
import { done } from './outcome.ts';
import type { Processor } from './run-worker.ts';

export interface PayVendorDeps {
  db: Database;
  connect: ConnectProvider;
}

/** More than a few in a row are left to the next look. */
const STEPS = 20;

export function createPayVendor(deps: PayVendorDeps): Processor<{ order_id: string; vendor_order_id: string }> {
  return async ({ vendor_order_id: vendorOrderId }) => {
    for (let step = 0; step < STEPS; step++) {
      const row = await decideTransfer(deps.db, vendorOrderId);
      if (!row) return done(step === 0 ? 'nothing is to move now' : 'even');
      const refusal = await carryOut(deps, row);
      if (refusal) return done(`refused: ${refusal}`);
    }
    return done('there may be more to move');
  };
}

/** Returns the code of Stripe's refusal, if it refused. */
async function carryOut(deps: PayVendorDeps, row: TransferRow): Promise<string | undefined> {
  try {
    const { id: providerId } = await send(deps, row);
    await deps.db.transaction((tx) => settleTransfer(tx, row.id, { providerId }));
    return undefined;
  } catch (error) {
    if (!(error instanceof PaymentRefusedError)) throw error;
    const found = await find(deps, row);
    if (found) {
      await deps.db.transaction((tx) => settleTransfer(tx, row.id, { providerId: found.id }));
      return undefined;
    }
    const refusal = { code: error.code, message: error.message };
    await deps.db.transaction((tx) => refuseTransfer(tx, row, refusal, retrySeconds));
    return error.code;
  }
}

async function send(deps: PayVendorDeps, row: TransferRow): Promise<{ id: string }> {
  const made = row.key_may_be_gone ? await find(deps, row) : undefined;
  if (made) return made;
  try {
    return await call(deps, row, `vendor-transfer-${row.id}-${row.tries}`);
  } catch (error) {
    if (!(error instanceof PaymentStuckError)) throw error;
    const found = await find(deps, row);
    if (found) return found;
    await rotateTransferKey(deps.db, row);
    throw error;
  }
}

function call({ connect }: PayVendorDeps, row: TransferRow, key: string): Promise<{ id: string }> {
  const { id, order_id: orderId, vendor_id: vendorId, vendor_order_id: vendorOrderId, amount, currency } = row;
  if (row.kind === 'reversal')
    return connect.reverseTransfer({ id, transferId: row.of_provider_id!, orderId, amount }, key);
  const source = row.source_charge ? { sourceCharge: row.source_charge } : {};
  const whose = { vendorId, vendorOrderId, orderId, orderNumber: row.order_number, accountId: row.account_id };
  return connect.createTransfer({ id, ...whose, amount, currency, ...source }, key);
}

const find = ({ connect }: PayVendorDeps, row: TransferRow): Promise<{ id: string } | undefined> =>
  row.kind === 'transfer'
    ? connect.findTransfer(row.order_id, row.id)
    : connect.findReversal(row.of_provider_id!, row.id);
