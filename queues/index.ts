/** Every queue there is, by pool: what the relay hands over to and what Bull Board shows. */
import { advanceClaim } from './advance-claim.ts';
import { advanceReturn } from './advance-return.ts';
import { applyEdit } from './apply-edit.ts';
import { applyEmailEvents } from './apply-email-events.ts';
import { applyStripeEvent } from './apply-stripe-event.ts';
import { applySubscriptionChange } from './apply-subscription-change.ts';
import { cancelPayment } from './cancel-payment.ts';
import { capturePayment } from './capture-payment.ts';
import { checkOutOrder } from './check-out-order.ts';
import { cleanEvidence } from './clean-evidence.ts';
import { cleanStorage } from './clean-storage.ts';
import { cleanUpPicture } from './clean-up-picture.ts';
import { closeDay } from './close-day.ts';
import { collectPages } from './collect-pages.ts';
import { confirmPayment } from './confirm-payment.ts';
import { creditSubscription } from './credit-subscription.ts';
import type { QueueDefinition } from './define-queue.ts';
import { deliverWebhook } from './deliver-webhook.ts';
import { encodeLateFormats } from './encode-late-formats.ts';
import { expireOrder } from './expire-order.ts';
import { fetchImage } from './fetch-image.ts';
import { findPage } from './find-page.ts';
import { followVendorOrders } from './follow-vendor-orders.ts';
import { fulfillOrder } from './fulfill-order.ts';
import { issueRefund } from './issue-refund.ts';
import { judgePrice } from './judge-price.ts';
import { makeRecurringOrder } from './make-recurring-order.ts';
import { makeVariant } from './make-variant.ts';
import { openVendorAccount } from './open-vendor-account.ts';
import { payVendor } from './pay-vendor.ts';
import { processImage } from './process-image.ts';
import { proposeRepair } from './propose-repair.ts';
import { readDispute } from './read-dispute.ts';
import { readPage } from './read-page.ts';
import { readPayment } from './read-payment.ts';
import { readPayout } from './read-payout.ts';
import { readVendorAccount } from './read-vendor-account.ts';
import { readVendorPayouts } from './read-vendor-payouts.ts';
import { rebuildVariants } from './rebuild-variants.ts';
import { reconcilePayments } from './reconcile-payments.ts';
import { returnCredits } from './return-credits.ts';
import { scrapePrice } from './scrape-price.ts';
import { sendNotification } from './send-notification.ts';
import { settleShortage } from './settle-shortage.ts';
import { submitEvidence } from './submit-evidence.ts';
import { submitPages } from './submit-pages.ts';
import { trackReturn } from './track-return.ts';
import { trackShipment } from './track-shipment.ts';

export const allQueues = [
  checkOutOrder,
  expireOrder,
  fulfillOrder,
  trackShipment,
  followVendorOrders,
  openVendorAccount,
  readVendorAccount,
  cancelPayment,
  capturePayment,
  confirmPayment,
  applyStripeEvent,
  applySubscriptionChange,
  readPayment,
  issueRefund,
  advanceReturn,
  advanceClaim,
  trackReturn,
  returnCredits,
  applyEdit,
  makeRecurringOrder,
  settleShortage,
  creditSubscription,
  payVendor,
  readDispute,
  submitEvidence,
  readPayout,
  readVendorPayouts,
  reconcilePayments,
  fetchImage,
  processImage,
  encodeLateFormats,
  rebuildVariants,
  makeVariant,
  cleanUpPicture,
  cleanStorage,
  sendNotification,
  applyEmailEvents,
  deliverWebhook,
  closeDay,
  scrapePrice,
  judgePrice,
  readPage,
  submitPages,
  collectPages,
  findPage,
  cleanEvidence,
  proposeRepair,
] as readonly Pick<QueueDefinition, 'name' | 'pool'>[];
