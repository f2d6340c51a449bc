/** What the people who run the shop are told of: money that needs them, and what has stopped. It holds no customer's data. */

/** Exceptions that are told by mail, by their codes. */
export const TOLD_EXCEPTIONS = [
  'authorization_expiring',
  'authorization_expired',
  'capture_failed',
  'payment_mismatch',
  'payment_orphan',
] as const;

export const NOTICE_KINDS = [
  ...TOLD_EXCEPTIONS,
  'refund_failed',
  'dispute_opened',
  'dispute_evidence_due',
  'dispute_closed',
  'early_fraud_warning',
  'webhook_endpoint_paused',
  'webhook_endpoint_gone',
  'site_failing',
  'extraction_changed',
  'firecrawl_credits_low',
  'return_requested',
  'return_arrived',
  'return_not_settled',
  'claim_requested',
  'claim_not_settled',
] as const;

export type NoticeKind = (typeof NOTICE_KINDS)[number];
