import type { BalanceTransaction } from './types.ts';

/** A balance transaction as of now: what is available is a matter of time, so it is not stored. */
export function showBalanceTransaction(transaction: BalanceTransaction, now: number): BalanceTransaction {
  return { ...transaction, status: transaction.available_on <= now ? 'available' : 'pending' };
}
