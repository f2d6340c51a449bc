/** Judges transfers to vendors and their reversals: our row, Stripe's movement and the ledger. */
import { type Finding, finding, say } from './reconciliation.ts';

/** A movement with the row of ours that it stands for. */
export interface TransferPair {
  id: string;
  type: string;
  amount: number;
  fee: number;
  net: number;
  currency: string;
  source_id: string;
  created_at: Date;
  /** Stripe's id of the transfer, also where the movement is a reversal's. */
  transfer_id: string | null;
  row_id: string;
  kind: 'transfer' | 'reversal';
  status: 'pending' | 'succeeded' | 'failed';
  row_amount: number;
  row_currency: string;
  order_id: string;
  order_number: string;
  vendor_number: string;
  /** What the ledger's Stripe balance holds for the row; null when nothing is booked. */
  booked: number | null;
}

export function judgeTransfer(pair: TransferPair): Finding {
  const { kind, status, row_amount: ours, amount, currency } = pair;
  const owed = kind === 'transfer' ? -ours : ours;
  if (status !== 'succeeded') return behind(pair, owed);
  if (currency !== pair.row_currency || amount !== owed)
    return about(pair, {
      code: 'transfer_amount_differs',
      ourAmount: owed,
      stripeAmount: amount,
      explanation: `${matched(pair)}: Stripe moved ${say(amount, currency)}, our row says ${say(owed, pair.row_currency)}.`,
    });
  return about(pair, {
    code: 'transfer_ledger_differs',
    ourAmount: pair.booked ?? 0,
    stripeAmount: pair.net,
    explanation: `${matched(pair)}: Stripe's balance moved by ${say(pair.net, currency)}, the ledger holds ${say(pair.booked, currency)} for it.`,
  });
}

function behind(pair: TransferPair, owed: number): Finding {
  const found = about(pair, {
    code: 'transfer_behind',
    ourAmount: 0,
    stripeAmount: pair.amount,
    explanation: `${matched(pair)}: Stripe moved ${say(pair.amount, pair.currency)}, our row of ${say(owed, pair.row_currency)} is ${pair.status}.`,
  });
  return pair.transfer_id ? { ...found, action: { kind: 'read_transfer', transferId: pair.transfer_id } } : found;
}

const matched = ({ kind, source_id, id, vendor_number, order_number }: TransferPair) =>
  `${kind} ${source_id} (${id}) is vendor ${vendor_number}'s for order ${order_number}, by the id in its metadata`;

function about(
  pair: TransferPair,
  given: Pick<Finding, 'code' | 'ourAmount' | 'stripeAmount' | 'explanation'>,
): Finding {
  const { id, type, amount, fee, net, currency, source_id, status, row_id, row_amount, booked } = pair;
  return finding({
    subject: source_id,
    orderId: pair.order_id,
    currency,
    stripe: { transaction: id, type, amount, fee, net, currency, source: source_id },
    ours: { vendor_transfer: row_id, status, amount: row_amount, booked },
    occurredAt: pair.created_at,
    ...given,
  });
}

/** A row of ours that no movement stands for. */
export interface UnseenTransfer {
  row_id: string;
  kind: 'transfer' | 'reversal';
  provider_id: string;
  amount: number;
  currency: string;
  order_id: string;
  order_number: string;
  vendor_number: string;
  settled_at: Date;
}

export function transferMissing(row: UnseenTransfer): Finding {
  const { kind, provider_id: id, amount, currency, vendor_number: vendor, order_number: order } = row;
  const owed = kind === 'transfer' ? -amount : amount;
  return finding({
    code: 'transfer_missing',
    subject: id,
    orderId: row.order_id,
    currency,
    ourAmount: owed,
    stripeAmount: null,
    ours: { vendor_transfer: row.row_id, kind, amount },
    explanation: `Our ${kind} ${id} of ${say(owed, currency)} for vendor ${vendor} and order ${order} was made as far as we know, and no movement of Stripe's balance stands for it.`,
    occurredAt: row.settled_at,
  });
}
