/**
 * What may follow what in a claim. The database repeats the words as a CHECK, every write names the states it may start from, and a
 * test compares the table with both and with the diagram in docs/returns.md.
 */
export const claimTransitions = {
  requested: ['reshipped', 'refunded', 'refused', 'canceled'],
  // The replacement could not be sent: the money goes back instead.
  reshipped: ['refunded'],
  refunded: [],
  refused: [],
  canceled: [],
} as const;

export type ClaimStatus = keyof typeof claimTransitions;
export const CLAIM_STATUSES = Object.keys(claimTransitions) as ClaimStatus[];

/** Of goods that were sent: they never came, came damaged, or were not in their parcel. */
export const CLAIM_KINDS = ['lost', 'damaged', 'missing'] as const;
export type ClaimKind = (typeof CLAIM_KINDS)[number];

export const CLAIM_WISHES = ['reship', 'refund'] as const;
export type ClaimWish = (typeof CLAIM_WISHES)[number];
