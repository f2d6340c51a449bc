import { bookTransaction } from './book-transaction.ts';
import { buildDispute } from './build-dispute.ts';
import type { Sandbox } from './context.ts';
import { exchange, settle } from './exchange.ts';
import { endWarnings } from './fraud-warnings.ts';
import type { BalanceTransaction, Charge, Dispute } from './types.ts';

/**
 * The life of a dispute: it is opened and takes the money (an inquiry only asks), waits for evidence until its deadline, is
 * looked at, and is won, lost or closed.
 */

/** What Stripe takes for a dispute, in US cents; given back when it is won. */
const FEE_USD = 1500;

export interface NewDispute {
  charge: Charge;
  amount?: number | undefined;
  reason: string;
  inquiry: boolean;
}

export function openDispute(sandbox: Sandbox, given: NewDispute): Dispute {
  const { charge } = given;
  const dispute = buildDispute({
    ...given,
    amount: given.amount ?? disputableOf(charge),
    created: sandbox.now(),
    days: sandbox.settings.disputeDays,
  });
  charge.disputed = true;
  sandbox.objects.update(charge);
  if (!given.inquiry) move(sandbox, dispute, -1);
  sandbox.objects.insert(dispute);
  sandbox.emit('charge.dispute.created', dispute);
  if (!given.inquiry) sandbox.emit('charge.dispute.funds_withdrawn', dispute);
  endWarnings(sandbox, charge.id);
  const due = dispute.evidence_details.due_by ?? 0;
  sandbox.schedule('end_dispute', dispute.id, (due + 1) * 1000 - sandbox.nowMs());
  return dispute;
}

/** What a partial capture released counts as refunded, and was never captured. */
/** What is left of the charge; all of it when nothing is: a bank may ask for what was given back already. */
const disputableOf = (charge: Charge) =>
  charge.amount_captured - charge.amount_refunded + releasedOf(charge) || charge.amount_captured;
const releasedOf = (charge: Charge) => (charge.captured ? charge.amount - charge.amount_captured : 0);

/** Takes the disputed money and the fee (-1), or gives both back (1), in the currency that the charge settled in. */
function move(sandbox: Sandbox, dispute: Dispute, direction: 1 | -1): void {
  const first = dispute.balance_transactions.find(({ amount }) => amount < 0);
  const settled = settle(sandbox, dispute.amount, dispute.currency);
  const { amount, currency, rate } = first
    ? { amount: -first.amount, currency: first.currency, rate: first.exchange_rate as number | null }
    : settled;
  const fee = first?.fee ?? exchange(sandbox, FEE_USD, 'usd', currency).amount;
  const transaction: BalanceTransaction = bookTransaction(sandbox, {
    type: 'adjustment',
    category: direction < 0 ? 'dispute' : 'dispute_reversal',
    amount: direction * amount,
    currency,
    exchangeRate: rate,
    source: dispute.id,
    fee: -direction * fee,
    feeDescription: 'Dispute fee',
    description: `Chargeback ${direction < 0 ? 'withdrawal' : 'reversal'} for ${dispute.charge}`,
    availableAtOnce: true,
  });
  dispute.balance_transactions = [...dispute.balance_transactions, transaction];
}

export const isOpen = ({ status }: Dispute): boolean =>
  ['needs_response', 'warning_needs_response', 'under_review', 'warning_under_review'].includes(status);
export const wantsEvidence = ({ status }: Dispute): boolean => status.endsWith('needs_response');
export const isInquiry = ({ status }: Dispute): boolean => status.startsWith('warning_');

/** Hands the evidence to the bank, which thinks about it; the magic words of Stripe's test page tell what it will say. */
export function submitEvidence(sandbox: Sandbox, dispute: Dispute): void {
  dispute.status = isInquiry(dispute) ? 'warning_under_review' : 'under_review';
  dispute.evidence_details.submission_count += 1;
  dispute.evidence_details.submission_method = 'manual';
  sandbox.schedule('decide_dispute', dispute.id, sandbox.settings.disputeReviewMs);
}

/** The bank's answer to evidence with magic words; without them the dispute stays under review. */
export function decideDispute(sandbox: Sandbox, id: string): void {
  const dispute = sandbox.objects.find<Dispute>(id, 'dispute');
  if (!dispute || wantsEvidence(dispute) || !isOpen(dispute)) return;
  const words = dispute.evidence.uncategorized_text;
  if (words === 'winning_evidence') closeDispute(sandbox, dispute, isInquiry(dispute) ? 'warning_closed' : 'won');
  if (words === 'losing_evidence') closeDispute(sandbox, dispute, isInquiry(dispute) ? 'warning_closed' : 'lost');
  if (words === 'escalate_inquiry_evidence' && isInquiry(dispute)) escalateInquiry(sandbox, dispute);
}

/** An inquiry becomes a chargeback: now the money goes, and evidence is asked for again. */
export function escalateInquiry(sandbox: Sandbox, dispute: Dispute): Dispute {
  const previous = { status: dispute.status, is_charge_refundable: dispute.is_charge_refundable };
  move(sandbox, dispute, -1);
  dispute.status = 'needs_response';
  dispute.is_charge_refundable = false;
  const details = dispute.payment_method_details as { card: { case_type: string } };
  details.card.case_type = 'chargeback';
  sandbox.objects.update(dispute);
  sandbox.emit('charge.dispute.updated', dispute, previous);
  sandbox.emit('charge.dispute.funds_withdrawn', dispute);
  return dispute;
}

export type DisputeEnd = 'won' | 'lost' | 'warning_closed';

export function closeDispute(sandbox: Sandbox, dispute: Dispute, status: DisputeEnd): Dispute {
  dispute.status = status;
  dispute.is_charge_refundable = status !== 'lost';
  if (status === 'won') move(sandbox, dispute, 1);
  sandbox.objects.update(dispute);
  sandbox.emit('charge.dispute.closed', dispute);
  if (status === 'won') sandbox.emit('charge.dispute.funds_reinstated', dispute);
  return dispute;
}

/** Nobody answered in time. */
export function endDispute(sandbox: Sandbox, id: string): void {
  const dispute = sandbox.objects.find<Dispute>(id, 'dispute');
  if (!dispute || !wantsEvidence(dispute)) return;
  dispute.evidence_details.past_due = true;
  closeDispute(sandbox, dispute, isInquiry(dispute) ? 'warning_closed' : 'lost');
}

/** What the bank of a test card does to its charge: a dispute, two, or an inquiry. */
export function openTestDispute(sandbox: Sandbox, ref: string): void {
  const [id = '', kind = ''] = ref.split(' ');
  const charge = sandbox.objects.find<Charge>(id, 'charge');
  if (!charge?.captured) return;
  if (kind === 'multiple') {
    const half = Math.floor(charge.amount_captured / 2);
    openDispute(sandbox, { charge, amount: half, reason: 'fraudulent', inquiry: false });
    openDispute(sandbox, { charge, amount: charge.amount_captured - half, reason: 'fraudulent', inquiry: false });
    return;
  }
  const inquiry = kind === 'inquiry';
  openDispute(sandbox, { charge, reason: inquiry ? 'general' : kind, inquiry });
}
