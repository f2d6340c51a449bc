import express, { type Request, type Response, type Router } from 'express';
import { feeDetails } from './book-transaction.ts';
import { accountTrouble } from './connect/account-trouble.ts';
import type { Sandbox } from './context.ts';
import { closeDispute, escalateInquiry, isInquiry, isOpen, openDispute } from './dispute-life.ts';
import { getDispute } from './disputes.ts';
import { noSuch, StripeError } from './errors.ts';
import { chargeAgain, chargeStranger } from './foreign-charge.ts';
import { warnOfFraud } from './fraud-warnings.ts';
import { changeNet } from './pay-out.ts';
import { payoutTrouble } from './payout-trouble.ts';
import { refundCharge } from './refunds.ts';
import type { BalanceTransaction, Charge, PaymentIntent } from './types.ts';
import { amountOf, conflict, optionalText, type Wishes } from './wishes.ts';

type Act = (sandbox: Sandbox, id: string, wishes: Wishes) => unknown;

/** What others than the API's caller do: customers and their banks, people at the dashboard, Stripe itself. */
const ACTS: Record<string, Act> = {
  '/charges': (sandbox, _id, wishes) => chargeStranger(sandbox, wishes),
  '/charges/:id/again': (sandbox, id) => chargeAgain(sandbox, findCharge(sandbox, id)),
  '/charges/:id/refund': refundAtDashboard,
  '/charges/:id/dispute': disputeCharge,
  '/charges/:id/fraud_warning': (sandbox, id, { fraud_type: type }) =>
    warnOfFraud(sandbox, findCharge(sandbox, id).id, optionalText(type, 'fraud_type')),
  '/disputes/:id/close': endDispute,
  '/disputes/:id/escalate': (sandbox, id) => {
    const dispute = getDispute(sandbox, id);
    if (!isInquiry(dispute) || !isOpen(dispute)) throw conflict(`Dispute ${id} is no open inquiry.`);
    return escalateInquiry(sandbox, dispute);
  },
  '/balance_transactions/:id/fee': changeFee,
  ...payoutTrouble,
  ...accountTrouble,
};

export function createTrouble(sandbox: Sandbox): Router {
  const router = express.Router();
  for (const [path, act] of Object.entries(ACTS)) {
    router.post(path, (req: Request, res: Response) => {
      const done = sandbox.store.transaction(() => act(sandbox, String(req.params.id ?? ''), req.body ?? {}));
      sandbox.store.afterCommit(() => res.json(done));
    });
  }
  return router;
}

/** By its own id, or its intent's. */
export function findCharge(sandbox: Sandbox, id: string): Charge {
  const intent = sandbox.objects.find<PaymentIntent>(id, 'payment_intent');
  const charge = sandbox.objects.find<Charge>(intent?.latest_charge ?? id, 'charge');
  if (!charge) throw noSuch('charge', id);
  return charge;
}

function refundAtDashboard(sandbox: Sandbox, id: string, { amount, reason, metadata }: Wishes) {
  return refundCharge(sandbox, findCharge(sandbox, id), {
    amount: amount === undefined ? undefined : amountOf(amount),
    reason: (optionalText(reason, 'reason') ?? 'requested_by_customer') as 'requested_by_customer',
    metadata: metadata as Record<string, string> | undefined,
  });
}

function disputeCharge(sandbox: Sandbox, id: string, { amount, reason, inquiry }: Wishes) {
  const charge = findCharge(sandbox, id);
  if (!charge.captured || charge.status !== 'succeeded') throw conflict(`Charge ${charge.id} has taken no money.`);
  return openDispute(sandbox, {
    charge,
    amount: amount === undefined ? undefined : amountOf(amount),
    reason: optionalText(reason, 'reason') ?? 'fraudulent',
    inquiry: inquiry === true,
  });
}

function endDispute(sandbox: Sandbox, id: string, { status }: Wishes) {
  const dispute = getDispute(sandbox, id);
  const ends = isInquiry(dispute) ? ['warning_closed'] : ['won', 'lost'];
  if (!isOpen(dispute)) throw conflict(`Dispute ${id} is closed: ${dispute.status}.`);
  if (!ends.includes(String(status)))
    throw new StripeError(400, { message: `status must be one of ${ends.join(', ')}.` });
  return closeDispute(sandbox, dispute, status as 'won' | 'lost' | 'warning_closed');
}

/** Makes a movement's fee another one than it was when it was told, as long as no payout has taken it. */
function changeFee(sandbox: Sandbox, id: string, { fee }: Wishes): BalanceTransaction {
  const { objects } = sandbox;
  const named = objects.find<BalanceTransaction>(id, 'balance_transaction');
  const booked = named ? id : findCharge(sandbox, id).balance_transaction;
  const transaction = objects.find<BalanceTransaction>(booked ?? '', 'balance_transaction');
  if (!transaction) throw conflict(`${id} is not booked yet.`);
  if (!Number.isInteger(fee)) throw new StripeError(400, { message: 'fee must be a whole number, in minor units.' });
  if (objects.payoutOf(transaction.id)) throw conflict(`A payout has taken ${transaction.id}: its fee stands.`);
  transaction.fee = Number(fee);
  transaction.fee_details = feeDetails(transaction.fee, transaction.currency);
  changeNet(sandbox, transaction, transaction.amount - transaction.fee);
  objects.update(transaction);
  return transaction;
}
