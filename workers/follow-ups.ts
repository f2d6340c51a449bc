/** The jobs that recording a payment may call for. */
import type { FollowUps } from '../db/record-intent.ts';
import { cancelPayment } from '../queues/cancel-payment.ts';
import { makeJob } from '../queues/define-queue.ts';
import { fulfillOrder } from '../queues/fulfill-order.ts';
import { issueRefund } from '../queues/issue-refund.ts';

export const followUps: FollowUps = {
  fulfill: (orderId) => makeJob(fulfillOrder, { order_id: orderId }),
  refund: (orderId, refundId) => makeJob(issueRefund, { order_id: orderId, refund_id: refundId }),
  closeIntent: (orderId) => makeJob(cancelPayment, { order_id: orderId }),
};
