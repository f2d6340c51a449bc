import { ofAccount } from '../account-scope.ts';
import { bookTransaction } from '../book-transaction.ts';
import type { Sandbox } from '../context.ts';
import { formatAmount } from '../currencies.ts';
import { refuse } from '../errors.ts';
import { newId } from '../ids.ts';
import type { Metadata } from '../types.ts';
import { withRefunds } from './parts.ts';
import type { ApplicationFee, FeeRefund } from './types.ts';

export interface NewFee {
  account: string;
  amount: number;
  currency: string;
  /** The charge in the connected account that pays it. */
  charge: string;
  /** The platform's own charge that this one came from. */
  origin: string | null;
}

/** What the platform keeps of a connected account's charge: to the platform's balance at once; the account paid it as a fee. */
export function takeFee({ platform }: Sandbox, given: NewFee): ApplicationFee {
  const { account, amount, currency, charge } = given;
  const id = newId('fee');
  const booked = bookTransaction(platform, { type: 'application_fee', amount, currency, source: id });
  const fee: ApplicationFee = {
    ...{ id, object: 'application_fee', account, amount, amount_refunded: 0, application: 'ca_sandbox' },
    ...{ balance_transaction: booked.id, charge, created: platform.now(), currency },
    ...{ fee_source: { charge, type: 'charge' }, livemode: false, originating_transaction: given.origin },
    refunded: false,
  };
  platform.objects.insert(fee);
  platform.emit('application_fee.created', withRefunds(platform.objects, fee));
  return fee;
}

/** Gives a fee back to the account that paid it, or a part. */
export function refundFee(
  { platform }: Sandbox,
  fee: ApplicationFee,
  wanted: number | undefined,
  metadata: Metadata = {},
): FeeRefund {
  const { currency, account } = fee;
  const left = fee.amount - fee.amount_refunded;
  const amount = wanted ?? left;
  if (left <= 0) throw refuse(`Application fee ${fee.id} has already been refunded.`);
  if (amount > left)
    throw refuse(
      `Refund amount (${formatAmount(amount, currency)}) is greater than unrefunded amount on fee (${formatAmount(left, currency)})`,
      { param: 'amount' },
    );
  const id = newId('fr');
  const movement = { type: 'application_fee_refund', currency, source: id, availableAtOnce: true } as const;
  const taken = bookTransaction(platform, { ...movement, amount: -amount });
  bookTransaction(ofAccount(platform, account), { ...movement, amount });
  const refund: FeeRefund = {
    ...{ id, object: 'fee_refund', amount, balance_transaction: taken.id, created: platform.now(), currency },
    ...{ fee: fee.id, metadata },
  };
  platform.objects.insert(refund);
  const previous = { amount_refunded: fee.amount_refunded, refunded: fee.refunded };
  fee.amount_refunded += amount;
  fee.refunded = fee.amount_refunded === fee.amount;
  platform.objects.update(fee);
  platform.emit('application_fee.refunded', withRefunds(platform.objects, fee), previous);
  return refund;
}

/** Of the fee that a charge paid, as much as of the charge goes back. */
export function refundFeeOf({ platform }: Sandbox, charge: string, part: number, whole: number): void {
  const [row] = platform.objects.page({ kind: 'application_fee', where: { charge }, order: 'DESC', limit: 1 });
  if (!row) throw refuse('This charge has no application fee to refund.', { param: 'refund_application_fee' });
  const fee: ApplicationFee = JSON.parse(row.body);
  const amount = Math.min(Math.round((fee.amount * part) / whole), fee.amount - fee.amount_refunded);
  if (amount > 0) refundFee(platform, fee, amount);
}
