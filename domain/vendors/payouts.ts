/** Judges what becomes of vendors' money in their connected accounts: our transfers arrive, and payouts are what they consist of. */
import { type Finding, finding, say } from '../reconciliation.ts';

interface OfVendor {
  account_id: string;
  vendor_number: string;
}

/** A payout of a connected account with the sum of the movements that left with it. */
export interface VendorPayoutSums extends OfVendor {
  id: string;
  status: string;
  amount: number;
  currency: string;
  automatic: boolean;
  reconciliation_status: string;
  failure_code: string | null;
  created_at: Date;
  lines: number;
  lines_net: number;
}

export function judgeVendorPayout(payout: VendorPayoutSums): Finding[] {
  const { id, status, amount, currency, vendor_number: vendor, account_id: account, lines, lines_net: net } = payout;
  const common = { subject: id, currency, occurredAt: payout.created_at };
  const stripe = { payout: id, account, status, amount, currency, lines, lines_net: net };
  if (status === 'failed')
    return [
      finding({
        ...{ ...common, code: 'vendor_payout_failed', stripe, ourAmount: 0, stripeAmount: amount },
        explanation: `Payout ${id} of ${say(amount, currency)} to vendor ${vendor} failed (${payout.failure_code ?? 'no reason given'}): its bank got nothing.`,
      }),
    ];
  const isListed = payout.automatic && payout.reconciliation_status === 'completed' && status !== 'canceled';
  if (!isListed || net === amount) return [];
  return [
    finding({
      ...{ ...common, code: 'vendor_payout_sum_differs', stripe, ourAmount: net, stripeAmount: amount },
      explanation: `Payout ${id} to vendor ${vendor} is ${say(amount, currency)}, the ${lines} movement(s) that Stripe lists in it sum to ${say(net, currency)}.`,
    }),
  ];
}

/** A transfer or reversal of ours, with what the account has of it. */
export interface SentTransfer extends OfVendor {
  row_id: string;
  kind: 'transfer' | 'reversal';
  provider_id: string;
  amount: number;
  currency: string;
  order_id: string;
  settled_at: Date;
  /** Null: the account shows no such movement. */
  received: number | null;
}

export function judgeSent(sent: SentTransfer): Finding {
  const { kind, provider_id: id, amount, currency, vendor_number: vendor, account_id: account, received } = sent;
  const owed = kind === 'transfer' ? amount : -amount;
  const said = `Our ${kind} ${id} of ${say(owed, currency)} to vendor ${vendor}`;
  return finding({
    code: received === null ? 'vendor_transfer_not_received' : 'vendor_transfer_differs',
    subject: id,
    orderId: sent.order_id,
    currency,
    ourAmount: owed,
    stripeAmount: received,
    ours: { vendor_transfer: sent.row_id, kind, amount },
    stripe: { account, received },
    explanation:
      received === null
        ? `${said} is in no movement of its account ${account}.`
        : `${said} is ${say(received, currency)} in its account ${account}.`,
    occurredAt: sent.settled_at,
  });
}

/** A movement of an account that is neither the other side of a transfer of ours nor a payout. */
export interface StrangeMovement extends OfVendor {
  id: string;
  type: string;
  amount: number;
  net: number;
  currency: string;
  source_id: string | null;
  created_at: Date;
}

export function judgeStrange(movement: StrangeMovement): Finding {
  const { id, type, amount, net, currency, source_id: source, vendor_number: vendor, account_id: account } = movement;
  return finding({
    code: 'vendor_movement_unexplained',
    subject: id,
    currency,
    ourAmount: 0,
    stripeAmount: net,
    stripe: { transaction: id, account, type, amount, net, currency, source },
    explanation: `The account ${account} of vendor ${vendor} moved by ${say(net, currency)} as ${type} ${source ?? ''} (${id}), which is no transfer of ours and no payout.`,
    occurredAt: movement.created_at,
  });
}

/** What Stripe holds for a vendor, and the sum of all that ever moved there. */
export interface BalancePair extends OfVendor {
  currency: string;
  held: number;
  moved: number;
  read_at: Date;
}

export function judgeBalance({
  account_id: account,
  currency,
  held,
  moved,
  ...pair
}: BalancePair): Finding | undefined {
  if (held === moved) return undefined;
  return finding({
    code: 'vendor_balance_differs',
    subject: `${account}/${currency}`,
    currency,
    ourAmount: moved,
    stripeAmount: held,
    stripe: { account, held, moved },
    explanation: `Stripe holds ${say(held, currency)} for vendor ${pair.vendor_number} in ${account}, its movements there sum to ${say(moved, currency)}.`,
    occurredAt: pair.read_at,
  });
}

export const accountLost = (account: string, vendor: string, at: Date): Finding =>
  finding({
    code: 'vendor_account_lost',
    subject: account,
    stripe: { account },
    explanation: `Stripe does not let us see the account ${account} of vendor ${vendor} any more: it was disconnected or deleted.`,
    occurredAt: at,
  });
