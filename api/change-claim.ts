/** What may be done with a claim: ask for it, send the goods once more, refund, refuse, call off. */

import { tellClaimant } from '../db/claim-news.ts';
import {
  type ClaimRow,
  type ClaimView,
  findClaim,
  insertClaim,
  isShipmentOf,
  lockClaim,
  moveClaim,
  noteCarrierClaim,
  tellClaim,
} from '../db/claims.ts';
import type { Executor } from '../db/database.ts';
import { uuidv7 } from '../db/ids.ts';
import { insertJobs } from '../db/outbox.ts';
import { readReturnable } from '../db/return-units.ts';
import { type ClaimProblem, refundClaim, reshipClaim } from '../db/settle-claim.ts';
import { type ClaimStatus, claimTransitions } from '../domain/claims/claim-status.ts';
import {
  CLAIM_DAYS,
  type ClaimableLine,
  type ClaimRefusal,
  claimableUnits,
  judgeClaim,
} from '../domain/claims/judge-claim.ts';
import { advanceClaim } from '../queues/advance-claim.ts';
import { makeJob } from '../queues/define-queue.ts';
import { type AssignedUnits, assignUnits } from './assign-units.ts';
import type { NewClaimBody } from './claim-schemas.ts';
import { assertVersion } from './etag.ts';
import { conflict, invalid, notFound, Problem } from './problem.ts';

export interface ClaimCaller {
  /** The key's id, or `customer`. */
  actor: string;
  askedBy: 'customer' | 'shop';
}

/** Writes a claim and has operations told. The caller holds the order's lock. Returns its id. */
export async function requestClaim(
  tx: Executor,
  orderId: string,
  body: NewClaimBody,
  { actor, askedBy }: ClaimCaller,
): Promise<string> {
  if (body.shipment_id && !(await isShipmentOf(tx, body.shipment_id, orderId)))
    throw invalid([{ pointer: '/shipment_id', code: 'shipment_unknown', message: 'The order has no such parcel.' }]);
  const lines = await readReturnable(tx, orderId);
  const wishes = assignUnits(lines, body.lines, claimableUnits);
  assertPossible(lines, wishes, body.override && askedBy === 'shop' ? null : CLAIM_DAYS);
  const id = uuidv7();
  const { kind, wish, note = null } = body;
  await insertClaim(tx, {
    id,
    orderId,
    shipmentId: body.shipment_id ?? null,
    kind,
    wish,
    askedBy,
    note,
    lines: wishes,
  });
  const claim = (await findClaim(tx, id))!;
  const data = { kind, lines: claim.lines.map(({ sku, quantity }) => ({ sku, quantity })) };
  await tellClaim(tx, claim, { type: 'requested', actor, data });
  await tellClaimant(tx, 'claim.requested', claim);
  if (askedBy === 'customer')
    await insertJobs(tx, [makeJob(advanceClaim, { order_id: orderId, claim_id: id, turn: 'requested' as const })]);
  return id;
}

function assertPossible(
  lines: readonly ClaimableLine[],
  wishes: readonly AssignedUnits<unknown>[],
  days: number | null,
): void {
  const byId = new Map(lines.map((line) => [line.id, line]));
  const now = new Date();
  const refused = wishes.flatMap((wish) => {
    const refusal = judgeClaim(byId.get(wish.lineId)!, wish.quantity, days, now);
    return refusal ? [{ refusal, wish }] : [];
  });
  if (refused.length === 0) return;
  const errors = refused.map(({ refusal, wish }) => ({
    pointer: wish.pointer,
    code: refusal.code,
    message: sentence(refusal),
  }));
  throw new Problem({
    status: 409,
    code: 'claim_not_possible',
    detail: errors.length === 1 ? errors[0]!.message : `${errors.length} lines cannot be claimed.`,
    errors,
    extra: { lines: refused.map(({ refusal, wish }) => ({ line_id: wish.lineId, ...refusal })) },
  });
}

function sentence(refusal: ClaimRefusal): string {
  const { sku } = refusal;
  switch (refusal.code) {
    case 'not_sent':
      return `${sku} has not been sent yet.`;
    case 'window_over':
      return `${sku} could be claimed until ${refusal.until}.`;
    case 'units_exceeded':
      return `Of ${sku}, ${refusal.claimable} unit(s) can still be claimed.`;
  }
}

/** Locks the order and the claim. Throws 404 when there is none and 412 when the caller knew another version. */
export async function lockClaimForChange(tx: Executor, id: string, expected: number | undefined): Promise<ClaimRow> {
  const row = await lockClaim(tx, id);
  if (!row) throw notFound('claim', id);
  assertVersion(expected, row.version);
  return row;
}

export async function reship(
  tx: Executor,
  id: string,
  body: { shipping_address?: object | undefined; shipping_method?: string | undefined } | undefined,
  actor: string,
): Promise<void> {
  const claim = (await findClaim(tx, id))!;
  if (claim.status === 'reshipped') return;
  assertMove(claim, 'reshipped');
  await reshipClaim(tx, id, { actor, shippingAddress: body?.shipping_address, shippingMethod: body?.shipping_method });
}

export async function refund(
  tx: Executor,
  id: string,
  body:
    | { amount?: number | { amount: number; currency: string } | undefined; shipping?: boolean | undefined }
    | undefined,
  actor: string,
): Promise<void> {
  const claim = (await findClaim(tx, id))!;
  if (claim.status === 'refunded') return;
  // Goods that are on their way once more are not refunded beside that.
  if (claim.status === 'reshipped' && !isEnded(claim)) throw refuseMove(claim, 'refunded');
  if (claim.status !== 'reshipped') assertMove(claim, 'refunded');
  const problem = await refundClaim(tx, id, { actor, amount: amountOf(claim, body?.amount), shipping: body?.shipping });
  if (problem) throw conflict(problem.code, wordsOf(problem), { problem });
}

const isEnded = ({ replacement }: ClaimView) => ['canceled', 'expired', 'rejected'].includes(replacement?.status ?? '');

function amountOf(
  { currency }: ClaimView,
  amount: number | { amount: number; currency: string } | undefined,
): number | undefined {
  if (typeof amount !== 'object') return amount;
  if (amount.currency.toLowerCase() !== currency)
    throw invalid([{ pointer: '/amount/currency', code: 'currency_differs', message: `The order is in ${currency}.` }]);
  if (amount.amount < 1)
    throw invalid([{ pointer: '/amount/amount', code: 'too_small', message: 'A refund is of 1 minor unit at least.' }]);
  return amount.amount;
}

function wordsOf(problem: ClaimProblem): string {
  switch (problem.code) {
    case 'order_disputed':
      return 'The payment is disputed: while the bank decides, Stripe takes no refund.';
    case 'payment_not_taken':
      return 'Nothing was taken that could go back; send the goods once more instead.';
    case 'less_is_left':
      return `${problem.wanted} would go back, ${problem.refundable} can be refunded.`;
    case 'nothing_to_refund':
      return 'The goods cost nothing, so nothing goes back for them; send them once more instead.';
    default:
      return 'What is due cannot be given back as it was computed.';
  }
}

export async function refuse(tx: Executor, id: string, reason: string, actor: string): Promise<void> {
  const claim = (await findClaim(tx, id))!;
  assertMove(claim, 'refused');
  await moveClaim(tx, id, 'refused', { reason, decided_at: new Date() });
  await tellClaim(tx, claim, { type: 'refused', actor, data: { reason } });
  await tellClaimant(tx, 'claim.refused', claim, { outcome: 'refused', reason });
}

/** Calls a claim off that nobody has decided; its units may be claimed anew. A second call changes nothing. */
export async function cancel(tx: Executor, id: string, reason: string | undefined, actor: string): Promise<void> {
  const claim = (await findClaim(tx, id))!;
  if (claim.status === 'canceled') return;
  assertMove(claim, 'canceled');
  await moveClaim(tx, id, 'canceled', { reason: reason ?? null });
  await tellClaim(tx, claim, { type: 'canceled', actor, data: reason ? { reason } : {} });
}

export async function noteCarrier(
  tx: Executor,
  id: string,
  body: { reference?: string | undefined; amount?: number | undefined },
  actor: string,
): Promise<void> {
  const claim = (await findClaim(tx, id))!;
  await noteCarrierClaim(tx, id, body);
  await tellClaim(tx, claim, { type: 'carrier_noted', actor, data: body });
}

function assertMove(claim: ClaimRow, to: ClaimStatus): void {
  const allowed: readonly string[] = claimTransitions[claim.status];
  if (!allowed.includes(to)) throw refuseMove(claim, to);
}

const refuseMove = ({ status }: ClaimRow, to: ClaimStatus) =>
  conflict('transition_not_allowed', `A claim that is ${status} cannot become ${to}.`, {
    from: status,
    to,
    allowed: claimTransitions[status],
  });
