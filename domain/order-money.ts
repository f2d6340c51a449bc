/** What an order is made for, and what of its price its own payment takes. */

export const ORDER_KINDS = ['sale', 'recurring', 'exchange', 'replacement', 'balance'] as const;
/** `balance`: it has no goods, and only takes what an edit has added to the price of another order. */
export type OrderKind = (typeof ORDER_KINDS)[number];

/** Of an order's own payment, in minor units. */
export interface TakenMoney {
  captured_amount: number;
  refunded_amount: number;
  refunding_amount: number;
  credited_amount: number;
  disputed_amount: number;
}

/** What of an order's own payment may still go back: neither back, on its way back, withdrawn by a dispute nor paying for others. */
export const refundableOf = (taken: TakenMoney): number =>
  Math.max(
    0,
    taken.captured_amount -
      taken.refunded_amount -
      taken.refunding_amount -
      taken.credited_amount -
      taken.disputed_amount,
  );

/** What an order's own payment has to take: no more than its intent is of, where an edit has lowered the price since. */
export const dueOf = (order: { total_amount: number; credit_amount: number }, intentAmount: number): number =>
  Math.max(0, Math.min(intentAmount, order.total_amount - order.credit_amount));
