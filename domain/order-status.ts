/**
 * The three states of an order, as data: what may follow what, and nothing else. The database repeats the words as
 * CHECK constraints (a test compares the two); every write names the states it expects, so an illegal move changes no row.
 */
export const orderTransitions = {
  pending: ['awaiting_payment', 'authorized', 'paid', 'rejected', 'canceled', 'expired'],
  awaiting_payment: ['authorized', 'paid', 'canceled', 'expired'],
  authorized: ['paid', 'canceled', 'expired'],
  paid: ['shipped', 'delivered', 'canceled'],
  shipped: ['delivered'],
  delivered: [],
  rejected: [],
  canceled: [],
  expired: [],
} as const;

/** A capture takes all of an authorization, or a part of it and releases the rest. */
const taken = ['paid', 'partially_captured'] as const;

export const paymentTransitions = {
  pending: [
    'requires_payment_method',
    'requires_confirmation',
    'requires_action',
    'processing',
    'authorized',
    ...taken,
    'canceled',
  ],
  requires_payment_method: [
    'requires_confirmation',
    'requires_action',
    'processing',
    'authorized',
    ...taken,
    'canceled',
  ],
  requires_confirmation: [
    'requires_payment_method',
    'requires_action',
    'processing',
    'authorized',
    ...taken,
    'canceled',
  ],
  requires_action: [
    'requires_payment_method',
    'requires_confirmation',
    'processing',
    'authorized',
    ...taken,
    'canceled',
  ],
  processing: ['requires_payment_method', 'requires_action', 'authorized', ...taken, 'canceled'],
  authorized: [...taken, 'canceled'],
  partially_captured: ['refund_pending', 'partially_refunded', 'refunded'],
  paid: ['refund_pending', 'partially_refunded', 'refunded'],
  refund_pending: [...taken, 'partially_refunded', 'refunded'],
  partially_refunded: [...taken, 'refund_pending', 'refunded'],
  refunded: [...taken, 'refund_pending', 'partially_refunded'],
  canceled: [],
} as const;

export const fulfillmentTransitions = {
  unfulfilled: ['processing', 'canceled'],
  processing: ['partially_shipped', 'shipped', 'delivered'],
  partially_shipped: ['shipped', 'delivered'],
  shipped: ['delivered'],
  delivered: [],
  canceled: [],
} as const;

export type OrderStatus = keyof typeof orderTransitions;
export type PaymentStatus = keyof typeof paymentTransitions;
export type FulfillmentStatus = keyof typeof fulfillmentTransitions;

type Table = Readonly<Record<string, readonly string[]>>;

/** The states from which a move to `to` is legal: what a guarded UPDATE names in its WHERE. */
export function statesBefore<T extends Table>(table: T, to: keyof T & string): (keyof T & string)[] {
  return Object.keys(table).filter((from) => table[from]?.includes(to));
}

/** Whether a state has no way out. */
export function isTerminal(table: Table, state: string): boolean {
  return table[state]?.length === 0;
}

/** Throws when a table names a state it does not define: checked once, when the module is first used. */
export function assertClosed(table: Table): void {
  for (const [from, targets] of Object.entries(table)) {
    const unknown = targets.filter((to) => !(to in table));
    if (unknown.length > 0) throw new RangeError(`${from} leads to unknown state(s): ${unknown.join(', ')}`);
  }
}

for (const table of [orderTransitions, paymentTransitions, fulfillmentTransitions]) assertClosed(table);
