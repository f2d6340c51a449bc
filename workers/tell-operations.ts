/** News for the people who run the shop: something that needs them. */
import type { Executor } from '../db/database.ts';
import { tell } from '../db/tell.ts';
import type { NoticeKind } from '../domain/messages/notices.ts';
import type { ShopEvent } from '../domain/messages/routes.ts';

export interface Notice {
  /** Null for what is about no order. */
  orderId: string | null;
  /** `<event>/<row id>`: each is told once. */
  cause: string;
  kind: NoticeKind;
  /** What the message shows, by name; no customer's data. */
  facts: object;
}

const EVENTS = {
  authorization_expiring: 'authorization_expiring',
  authorization_expired: 'authorization_expired',
  capture_failed: 'capture_failed',
  payment_mismatch: 'payment_mismatch',
  payment_orphan: 'payment_orphan',
  refund_failed: 'refund.failed',
  dispute_opened: 'dispute.opened',
  dispute_evidence_due: 'dispute.evidence_due',
  dispute_closed: 'dispute.closed',
  early_fraud_warning: 'fraud.warned',
  webhook_endpoint_paused: 'webhook_endpoint.paused',
  webhook_endpoint_gone: 'webhook_endpoint.gone',
  site_failing: 'site_failing',
  extraction_changed: 'extraction_changed',
  firecrawl_credits_low: 'firecrawl_credits_low',
  return_requested: 'return.waiting',
  return_arrived: 'return.arrived',
  return_not_settled: 'return.not_settled',
  claim_requested: 'claim.waiting',
  claim_not_settled: 'claim.not_settled',
} as const satisfies Record<NoticeKind, ShopEvent>;

/** Writes the messages in the caller's transaction. @param fallback the address for when no recipient of operations is known */
export async function tellOperations(tx: Executor, fallback: string | undefined, notice: Notice): Promise<void> {
  const { orderId, cause, kind, facts } = notice;
  const data = { kind, ...facts };
  await tell(tx, { event: EVENTS[kind], orderId, cause, data, fallback: { operations: fallback } });
}
