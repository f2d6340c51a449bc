import { bookTransaction } from './book-transaction.ts';
import type { Sandbox } from './context.ts';
import { exchange } from './exchange.ts';
import { arrivePayout, insertPayout, payOutAll, returnPayout } from './pay-out.ts';
import { getPayout } from './payouts.ts';
import type { Payout } from './types.ts';
import { amountOf, conflict, currencyOf, optionalText, type Wishes } from './wishes.ts';

/** What a bank and Stripe do with the account's money, on request. */
export const payoutTrouble = {
  '/payouts/run': (sandbox: Sandbox) => ({ data: payOutAll(sandbox) }),
  '/payouts': payOutExchanged,
  '/payouts/:id/arrive': (sandbox: Sandbox, id: string) => arrivePayout(sandbox, getPayout(sandbox, id).id),
  '/payouts/:id/fail': failPayout,
  '/stripe_fees': takeFee,
};

/** A payout by hand; with `bank_currency` the bank gets another currency than leaves the balance. */
function payOutExchanged(sandbox: Sandbox, _id: string, wishes: Wishes): Payout {
  const amount = amountOf(wishes.amount);
  const currency = currencyOf(wishes.currency);
  const bank = currencyOf(wishes.bank_currency, currency);
  const arrives = exchange(sandbox, amount, currency, bank);
  return insertPayout(sandbox, {
    amount: arrives.amount,
    currency: bank,
    automatic: false,
    ...(arrives.rate === null ? {} : { taken: { amount, currency, rate: arrives.rate } }),
  });
}

/** The bank refuses a payout, also one that was paid. */
function failPayout(sandbox: Sandbox, id: string, wishes: Wishes): Payout {
  const payout = getPayout(sandbox, id);
  if (['failed', 'canceled'].includes(payout.status)) throw conflict(`Payout ${id} is ${payout.status} already.`);
  return returnPayout(sandbox, payout, {
    code: optionalText(wishes.failure_code, 'failure_code') ?? 'account_closed',
    message: optionalText(wishes.failure_message, 'failure_message') ?? 'The bank account has been closed',
  });
}

/** Stripe takes a fee that belongs to no charge. */
function takeFee(sandbox: Sandbox, _id: string, wishes: Wishes) {
  return bookTransaction(sandbox, {
    type: 'stripe_fee',
    amount: -amountOf(wishes.amount),
    currency: currencyOf(wishes.currency),
    source: null,
    description: optionalText(wishes.description, 'description') ?? 'Billing - Usage Fee',
    availableAtOnce: true,
  });
}
