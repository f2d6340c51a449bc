/** Which processors make up which pool; a pool is what is scaled. */
import type { Database } from '../db/database.ts';
import type { FeeRates } from '../domain/stripe-fees.ts';
import type { BillingProvider } from '../providers/billing.ts';
import type { InvoiceProvider } from '../providers/billing-invoices.ts';
import type { CarrierProvider } from '../providers/carrier.ts';
import type { ConnectProvider } from '../providers/connect.ts';
import type { PaymentProvider } from '../providers/payments.ts';
import type { StripeLists } from '../providers/payments-lists.ts';
import { advanceClaim } from '../queues/advance-claim.ts';
import { advanceReturn } from '../queues/advance-return.ts';
import { applyEdit } from '../queues/apply-edit.ts';
import { applyStripeEvent } from '../queues/apply-stripe-event.ts';
import { applySubscriptionChange } from '../queues/apply-subscription-change.ts';
import { cancelPayment } from '../queues/cancel-payment.ts';
import { capturePayment } from '../queues/capture-payment.ts';
import { checkOutOrder } from '../queues/check-out-order.ts';
import { closeDay } from '../queues/close-day.ts';
import { confirmPayment } from '../queues/confirm-payment.ts';
import type { Worker } from '../queues/connection.ts';
import { creditSubscription } from '../queues/credit-subscription.ts';
import type { Pool, QueueDefinition } from '../queues/define-queue.ts';
import { expireOrder } from '../queues/expire-order.ts';
import { followVendorOrders } from '../queues/follow-vendor-orders.ts';
import { fulfillOrder } from '../queues/fulfill-order.ts';
import { issueRefund } from '../queues/issue-refund.ts';
import { makeRecurringOrder } from '../queues/make-recurring-order.ts';
import { openVendorAccount } from '../queues/open-vendor-account.ts';
import { payVendor } from '../queues/pay-vendor.ts';
import { readDispute } from '../queues/read-dispute.ts';
import { readPayment } from '../queues/read-payment.ts';
import { readPayout } from '../queues/read-payout.ts';
import { readVendorAccount } from '../queues/read-vendor-account.ts';
import { readVendorPayouts } from '../queues/read-vendor-payouts.ts';
import { reconcilePayments } from '../queues/reconcile-payments.ts';
import { returnCredits } from '../queues/return-credits.ts';
import { settleShortage } from '../queues/settle-shortage.ts';
import { submitEvidence } from '../queues/submit-evidence.ts';
import { trackReturn } from '../queues/track-return.ts';
import { trackShipment } from '../queues/track-shipment.ts';
import { createAdvanceClaim } from './advance-claim.ts';
import { createAdvanceReturn } from './advance-return.ts';
import { createApplyEdit } from './apply-edit.ts';
import { createApplyStripeEvent } from './apply-stripe-event.ts';
import { createApplySubscriptionChange } from './apply-subscription-change.ts';
import { createCancelPayment } from './cancel-payment.ts';
import { createCapturePayment } from './capture-payment.ts';
import { createCheckOutOrder } from './check-out-order.ts';
import { createCloseDay } from './close-day.ts';
import { createConfirmPayment } from './confirm-payment.ts';
import { createCreditSubscription } from './credit-subscription.ts';
import { createExpireOrder } from './expire-order.ts';
import { createFollowVendorOrders } from './follow-vendor-orders.ts';
import { createFulfillOrder } from './fulfill-order.ts';
import { type ImageTools, startImagesPool } from './images-pool.ts';
import { createIssueRefund } from './issue-refund.ts';
import { createMakeRecurringOrder } from './make-recurring-order.ts';
import { type MessageTools, startNotificationsPool } from './notifications-pool.ts';
import { createOpenVendorAccount } from './open-vendor-account.ts';
import { createPayVendor } from './pay-vendor.ts';
import { type PriceTools, startPricesPool } from './prices-pool.ts';
import { createReadDispute } from './read-dispute.ts';
import { createReadPayment } from './read-payment.ts';
import { createReadPayout } from './read-payout.ts';
import { createReadVendorAccount } from './read-vendor-account.ts';
import { createReadVendorPayouts } from './read-vendor-payouts.ts';
import { createReconcilePayments } from './reconcile-payments.ts';
import { createReturnCredits } from './return-credits.ts';
import { type Processor, type RunOptions, runWorker } from './run-worker.ts';
import { createSettleShortage } from './settle-shortage.ts';
import { createSubmitEvidence } from './submit-evidence.ts';
import { createTrackReturn } from './track-return.ts';
import { createTrackShipment } from './track-shipment.ts';

export interface PoolDeps {
  db: Database;
  payments: PaymentProvider;
  billing: BillingProvider;
  /** The invoices of subscriptions. */
  invoices: InvoiceProvider;
  /** How long an order of a subscription waits for stock, where its customer wants to wait. */
  stockWaitSeconds: number;
  /** How long a paid order waits before it is sent, and may be edited. */
  fulfillmentDelaySeconds: number;
  lists: StripeLists;
  /** Vendors' accounts at Stripe, and the transfers to them. */
  connect: ConnectProvider;
  /** What Stripe is expected to take, for reconciliation. */
  feeRates: FeeRates;
  /** What is younger than this is left by reconciliation for its next run. */
  graceSeconds: number;
  /** After so long without a note a run of reconciliation is taken over. */
  silentSeconds: number;
  carrier: CarrierProvider;
  /** The page of the storefront that shows an order, with the token that opens it. */
  orderUrl: (orderId: string) => string;
  /** The page of the storefront that shows a subscription, with the token that opens it. */
  subscriptionUrl: (subscriptionId: string) => string;
  /** Who is told of money that needs a person; nobody by mail when it is not set. */
  operationsEmail: string | undefined;
  /** Who is told of closed days. */
  financeEmail: string | undefined;
  /** Where the API is reached. */
  publicUrl: string;
  /** How long after a count it may still be corrected before the money of a return goes back. */
  returnSettleSeconds: number;
  /** Whether a payment that its bank warns of goes back at once. */
  refundEarlyFraud: boolean;
  /** Decoders and storage, where this process runs the images pool. */
  images: ImageTools | undefined;
  /** The ways out, where this process runs the notifications pool. */
  messages: MessageTools | undefined;
  /** The way to competitors' pages, where this process runs the prices pool. */
  prices: PriceTools | undefined;
}

type Run = Omit<RunOptions, 'concurrency'> & { concurrency: Record<Pool, number> };

/** Starts the workers of one pool. */
export function startPool(pool: Pool, deps: PoolDeps, run: Run): Worker[] {
  const options = { ...run, concurrency: run.concurrency[pool] };
  const start: Start = (queue, processor, concurrency = options.concurrency) =>
    runWorker(queue, processor, { ...options, concurrency });
  return POOLS[pool](deps, start);
}

/** @param concurrency where the pool's is not the queue's */
type Start = <P extends object>(queue: QueueDefinition<P>, processor: Processor<P>, concurrency?: number) => Worker;

const POOLS: Record<Pool, (deps: PoolDeps, start: Start) => Worker[]> = {
  checkout: (deps, start) => [
    start(checkOutOrder, createCheckOutOrder(confirming(deps))),
    start(expireOrder, createExpireOrder(deps)),
    start(fulfillOrder, createFulfillOrder(deps)),
    start(trackShipment, createTrackShipment(deps)),
    start(followVendorOrders, createFollowVendorOrders(deps)),
    start(settleShortage, createSettleShortage(deps)),
  ],
  payments: (deps, start) => [
    start(applyStripeEvent, createApplyStripeEvent(deps)),
    start(applySubscriptionChange, createApplySubscriptionChange(deps)),
    start(confirmPayment, createConfirmPayment(confirming(deps))),
    start(cancelPayment, createCancelPayment(deps)),
    start(capturePayment, createCapturePayment(deps)),
    start(issueRefund, createIssueRefund(deps)),
    start(advanceReturn, createAdvanceReturn({ ...deps, settleSeconds: deps.returnSettleSeconds })),
    start(advanceClaim, createAdvanceClaim(deps)),
    start(trackReturn, createTrackReturn(deps)),
    start(returnCredits, createReturnCredits(deps)),
    start(applyEdit, createApplyEdit(deps)),
    start(makeRecurringOrder, createMakeRecurringOrder(deps)),
    start(creditSubscription, createCreditSubscription(deps)),
    start(payVendor, createPayVendor(deps)),
    start(readDispute, createReadDispute(deps)),
    start(submitEvidence, createSubmitEvidence(deps)),
    start(readPayment, createReadPayment(deps)),
    start(readPayout, createReadPayout(deps)),
    start(readVendorPayouts, createReadVendorPayouts(deps)),
    start(reconcilePayments, createReconcilePayments(deps)),
    start(openVendorAccount, createOpenVendorAccount(deps)),
    start(readVendorAccount, createReadVendorAccount(deps)),
    start(closeDay, createCloseDay(deps)),
  ],
  images: ({ db, images }, start) => (images ? startImagesPool({ ...images, db }, start) : []),
  notifications: ({ messages, ...deps }, start) =>
    messages ? startNotificationsPool({ ...messages, ...deps, orderUrl: ({ id }) => deps.orderUrl(id) }, start) : [],
  prices: ({ db, prices }, start) => (prices ? startPricesPool({ ...prices, db }, start) : []),
};

const confirming = ({ db, payments, orderUrl }: PoolDeps) => ({ db, payments, returnUrl: orderUrl });

export const poolNames = Object.keys(POOLS) as Pool[];
