/** Disputes as rules: which state may follow which, what they hold of the payment, and what they come to for the order. */

/**
 * `warning_…` is an inquiry: nothing is withdrawn, and it may become a dispute. A dispute that was lost may be appealed where
 * the network has that (https://docs.stripe.com/api/disputes/object#dispute_object-status).
 */
export const disputeTransitions = {
  warning_needs_response: [
    'warning_under_review',
    'warning_closed',
    'needs_response',
    'under_review',
    'won',
    'lost',
    'prevented',
  ],
  warning_under_review: ['warning_closed', 'needs_response', 'under_review', 'won', 'lost', 'prevented'],
  warning_closed: ['needs_response', 'under_review', 'won', 'lost'],
  needs_response: ['under_review', 'won', 'lost', 'prevented'],
  under_review: ['won', 'lost', 'prevented'],
  won: ['appeal_needs_response', 'appeal_under_review'],
  lost: ['appeal_needs_response', 'appeal_under_review', 'won'],
  appeal_needs_response: ['appeal_under_review', 'won', 'lost'],
  appeal_under_review: ['won', 'lost'],
  prevented: [],
} as const;

export type DisputeStatus = keyof typeof disputeTransitions;

const WORDS = Object.keys(disputeTransitions) as DisputeStatus[];
export const isDisputeStatus = (status: string): status is DisputeStatus => (WORDS as string[]).includes(status);

const INQUIRY: ReadonlySet<DisputeStatus> = new Set(['warning_needs_response', 'warning_under_review']);
const OPEN: ReadonlySet<DisputeStatus> = new Set([
  'needs_response',
  'under_review',
  'appeal_needs_response',
  'appeal_under_review',
]);

/** Whether the bank has not decided yet: an inquiry too. */
export const isOpen = (status: DisputeStatus): boolean => OPEN.has(status) || INQUIRY.has(status);

/** Whether the disputed amount is not ours to refund: withdrawn, and not won back. */
export const holdsMoney = (status: DisputeStatus): boolean => OPEN.has(status) || status === 'lost';

/** Whether evidence can still be handed in. */
export const takesEvidence = (status: DisputeStatus): boolean => status.endsWith('needs_response');

export type OrderDisputeStatus = 'inquiry' | 'open' | 'won' | 'lost' | 'closed';

/** What all disputes of an order come to: the one that needs most care speaks for it; null when there is none. */
export function orderDisputeStatus(statuses: readonly DisputeStatus[]): OrderDisputeStatus | null {
  if (statuses.some((status) => OPEN.has(status))) return 'open';
  if (statuses.some((status) => INQUIRY.has(status))) return 'inquiry';
  if (statuses.includes('lost')) return 'lost';
  if (statuses.includes('won')) return 'won';
  return statuses.length > 0 ? 'closed' : null;
}

/** Stripe's words that hold money, for a statement that counts them. */
export const holdingStatuses = WORDS.filter(holdsMoney);
/** Stripe's words for a dispute that nobody waits for. */
export const closedStatuses = WORDS.filter((status) => !isOpen(status));
/** The others: the bank, or we, must do something. */
export const openStatuses = WORDS.filter(isOpen);
