/**
 * What may follow what in a return. The database repeats the words as a CHECK, every write names the states it may start from,
 * and a test compares the table with both and with the diagram in docs/returns.md.
 */
export const returnTransitions = {
  requested: ['approved', 'refused', 'canceled'],
  approved: ['label_sent', 'in_transit', 'arrived', 'received', 'canceled', 'lapsed'],
  label_sent: ['in_transit', 'arrived', 'received', 'canceled', 'lapsed'],
  in_transit: ['arrived', 'received', 'closed'],
  arrived: ['received', 'closed'],
  received: ['refunded', 'exchanged', 'closed'],
  refunded: [],
  exchanged: [],
  closed: [],
  refused: [],
  canceled: [],
  lapsed: ['arrived', 'received'],
} as const;

export type ReturnStatus = keyof typeof returnTransitions;

export const RETURN_STATUSES = Object.keys(returnTransitions) as ReturnStatus[];

/** Before its counts decide: units are kept from other requests, whatever they come to. */
export const OPEN_RETURNS = ['requested', 'approved', 'label_sent', 'in_transit', 'arrived', 'received'] as const;
